package core

import (
	"encoding/base64"
	"encoding/binary"

	"github.com/cespare/xxhash/v2"
)

// Receipt is a receipt handle: which queue, which message of it, which delivery of that.
type Receipt struct {
	Queue    uint64
	Order    uint64
	Slot     uint32
	Delivery uint32
}

const (
	receiptVersion = 1
	receiptSize    = 1 + 8 + 8 + 4 + 4 + 4 // the last four are a check sum
)

var receiptText = base64.StdEncoding.Strict()

// String returns the handle's text: base64 with a check sum, 40 characters.
func (r Receipt) String() string {
	var b [receiptSize + 1]byte // a multiple of three, so that the text needs no padding
	b[0] = receiptVersion
	binary.BigEndian.PutUint64(b[1:], r.Queue)
	binary.BigEndian.PutUint64(b[9:], r.Order)
	binary.BigEndian.PutUint32(b[17:], r.Slot)
	binary.BigEndian.PutUint32(b[21:], r.Delivery)
	binary.BigEndian.PutUint32(b[25:], uint32(xxhash.Sum64(b[:25])))
	return receiptText.EncodeToString(b[:])
}

// ParseReceipt reads a handle's text. It refuses whatever String did not write.
func ParseReceipt(text string) (Receipt, bool) {
	var b [receiptSize + 1]byte
	if len(text) != receiptText.EncodedLen(len(b)) {
		return Receipt{}, false
	}
	if n, err := receiptText.Decode(b[:], []byte(text)); err != nil || n != len(b) { // fewer: line ends or padding
		return Receipt{}, false
	}
	if b[0] != receiptVersion || b[receiptSize] != 0 ||
		binary.BigEndian.Uint32(b[25:]) != uint32(xxhash.Sum64(b[:25])) {
		return Receipt{}, false
	}
	return Receipt{
		Queue: binary.BigEndian.Uint64(b[1:]), Order: binary.BigEndian.Uint64(b[9:]),
		Slot: binary.BigEndian.Uint32(b[17:]), Delivery: binary.BigEndian.Uint32(b[21:]),
	}, true
}

// Standing is what a receipt handle means now.
type Standing uint8

// The standings. Only Valid has an effect.
const (
	Valid   Standing = iota
	Foreign          // another queue's
	Gone             // the message was deleted, purged, moved or expired
	Stale            // FIFO: the delivery's visibility timeout has passed
	Beyond           // change of visibility: later than 12 hours after the receive
)

// find returns the slot of a handle.
func (q *Queue) find(r Receipt) (uint32, Standing) {
	switch {
	case r.Queue != q.nonce:
		return 0, Foreign
	case !q.slots.has(r.Slot):
		return 0, Gone
	}
	s := q.slots.at(r.Slot)
	switch {
	case s.order() != r.Order || s.state == free:
		return 0, Gone
	case q.set.FIFO && !q.current(s, r):
		return 0, Stale
	}
	return r.Slot, Valid
}

// current reports whether a FIFO handle still rules its message: while its visibility lasts or, received with a timeout of
// 0, within the same millisecond.
func (q *Queue) current(s *slot, r Receipt) bool {
	if r.Delivery != s.here {
		return false
	}
	const ms = 1_000_000
	return s.state == inFlight || s.state == waiting && s.due == s.leased && q.now/ms == s.leased/ms
}
