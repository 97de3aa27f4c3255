package kinesis

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/binary"
	"strings"
	"sync/atomic"

	"github.com/inflight-mq/inflight/internal/kit"
)

// sealer makes iterators and tokens: texts that only it can read, no two of which are equal. In base64 they have the service's form,
// 8 bytes that are always the same and a multiple of 16.
type sealer struct {
	aead  cipher.AEAD
	count atomic.Uint64
}

const (
	block  = 16
	header = "\x00\x00\x00\x00\x00\x00\x00\x01"
)

func newSealer(seed kit.Seed) *sealer {
	c, err := aes.NewCipher(seed[:])
	if err != nil {
		panic(err) // a seed has the length of a key
	}
	aead, err := cipher.NewGCM(c)
	if err != nil {
		panic(err)
	}
	return &sealer{aead: aead}
}

func (s *sealer) seal(payload []byte) string {
	for len(payload)%block != 0 {
		payload = append(payload, 0) // the fields say themselves where they end
	}
	out := make([]byte, len(header)+block, len(header)+block+len(payload)+block)
	copy(out, header)
	nonce := out[len(header):]
	binary.BigEndian.PutUint64(nonce, s.count.Add(1))
	out = s.aead.Seal(out, nonce[:s.aead.NonceSize()], payload, out)
	return base64.StdEncoding.EncodeToString(out)
}

func (s *sealer) open(text string) (payload []byte, ok bool) {
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(raw) < len(header)+3*block || string(raw[:len(header)]) != header ||
		base64.StdEncoding.EncodeToString(raw) != text { // line feeds and spare bits mean nothing to a decoder
		return nil, false
	}
	nonce, sealed := raw[len(header):len(header)+block], raw[len(header)+block:]
	payload, err = s.aead.Open(nil, nonce[:s.aead.NonceSize()], sealed, raw[:len(header)+block])
	return payload, err == nil
}

// tokenKind says what a token is for.
type tokenKind byte

const (
	tokenIterator tokenKind = iota + 1
	tokenStreams
	tokenShards
	tokenConsumers
)

// token is what a sealed text holds. What a kind does not need stays zero.
type token struct {
	kind   tokenKind
	issued int64 // instant
	stream key
	nonce  uint64 // of the stream
	shard  int32  // of the iterator, or the last one listed
	from   uint64 // of the iterator
	filter byte   // of the listing
	since  int64  // of the filter
	max    int32  // of the page
	after  string // last name listed
}

func (b *Broker) seal(t token) string {
	p := make([]byte, 0, 128)
	p = append(p, byte(t.kind), t.filter)
	for _, n := range [...]uint64{uint64(t.issued), t.nonce, uint64(uint32(t.shard)), t.from, uint64(t.since), uint64(uint32(t.max))} {
		p = binary.BigEndian.AppendUint64(p, n)
	}
	for _, s := range [...]string{t.stream.account, t.stream.region, t.stream.name, t.after} {
		p = binary.AppendUvarint(p, uint64(len(s)))
		p = append(p, s...)
	}
	return b.tokens.Load().seal(p)
}

// unseal reads a token of a kind, whatever its age.
func (b *Broker) unseal(kind tokenKind, text string) (token, bool) {
	p, ok := b.tokens.Load().open(text)
	if !ok || len(p) < 2 || tokenKind(p[0]) != kind {
		return token{}, false
	}
	t := token{kind: kind, filter: p[1]}
	p = p[2:]
	var n [6]uint64
	for i := range n {
		n[i] = binary.BigEndian.Uint64(p) // sealed by us: all is there
		p = p[8:]
	}
	t.issued, t.nonce, t.shard, t.from, t.since, t.max = int64(n[0]), n[1], int32(n[2]), n[3], int64(n[4]), int32(n[5])
	for _, s := range [...]*string{&t.stream.account, &t.stream.region, &t.stream.name, &t.after} {
		length, width := binary.Uvarint(p)
		*s = string(p[width : width+int(length)])
		p = p[width+int(length):]
	}
	return t, true
}

// next makes the token of the page behind one.
func (b *Broker) next(now int64, t token) string {
	t.issued = now
	return b.seal(t)
}

// page reads the token of a page.
func (b *Broker) page(now int64, kind tokenKind, text string) (token, error) {
	return b.inTime(now, kind, text, fail(ErrInvalidArgument, "Invalid NextToken."), ErrExpiredNextToken, "Token")
}

// iteratorToken reads an iterator. One pair of quotes around it is tolerated.
func (b *Broker) iteratorToken(now int64, it Iterator) (token, error) {
	text := string(it)
	if len(text) > 1 && strings.HasPrefix(text, `"`) && strings.HasSuffix(text, `"`) {
		text = text[1 : len(text)-1]
	}
	return b.inTime(now, tokenIterator, text, fail(ErrInvalidArgument, "Invalid ShardIterator."), ErrExpiredIterator, "Iterator")
}

// inTime reads a token, unless it is none, is from the future, or has expired.
func (b *Broker) inTime(now int64, kind tokenKind, text string, bad error, expired Code, what string) (token, error) {
	t, ok := b.unseal(kind, text)
	switch {
	case !ok || t.issued > now:
		return token{}, bad
	case now-t.issued > int64(TokenLife):
		const layout = "Mon Jan 02 15:04:05 MST 2006"
		return t, fail(expired, "%s expired. The %s was created at time %s while right now it is %s which is further in the future than the "+
			"tolerated delay of 300000 milliseconds.", what, strings.ToLower(what), at(t.issued).Format(layout), at(now).Format(layout))
	}
	return t, nil
}
