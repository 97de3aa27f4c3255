package wiretest

import (
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"
	"unicode/utf8"
)

// EncodeCBOR encodes objects, lists, texts, bytes, numbers, times and truths, with objects and lists of indefinite length as
// Java's SDKs write them.
func EncodeCBOR(v any) []byte { return appendCBOR(nil, v) }

func appendCBOR(b []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, 0xf6)
	case bool:
		if v {
			return append(b, 0xf5)
		}
		return append(b, 0xf4)
	case int:
		if v < 0 {
			return cborHead(b, 1, uint64(^v))
		}
		return cborHead(b, 0, uint64(v))
	case float64:
		return binary.BigEndian.AppendUint64(append(b, 0xfb), math.Float64bits(v))
	case string:
		return append(cborHead(b, 3, uint64(len(v))), v...)
	case []byte:
		return append(cborHead(b, 2, uint64(len(v))), v...)
	case time.Time:
		return appendCBOR(append(b, 0xc1), int(v.UnixMilli()))
	case []string:
		return appendCBORList(b, v)
	case []Obj:
		return appendCBORList(b, v)
	case List:
		return appendCBORList(b, v)
	case map[string]string:
		return appendCBORMap(b, v)
	case Obj:
		return appendCBORMap(b, v)
	}
	panic(fmt.Sprintf("no CBOR of a %T", v))
}

func appendCBORList[T any](b []byte, l []T) []byte {
	b = append(b, 0x9f)
	for _, v := range l {
		b = appendCBOR(b, v)
	}
	return append(b, 0xff)
}

func appendCBORMap[T any](b []byte, m map[string]T) []byte {
	b = append(b, 0xbf)
	for _, k := range slices.Sorted(maps.Keys(m)) {
		b = appendCBOR(appendCBOR(b, k), m[k])
	}
	return append(b, 0xff)
}

func cborHead(b []byte, major byte, n uint64) []byte {
	return binary.BigEndian.AppendUint64(append(b, major<<5|27), n) // never the shortest, which is allowed
}

// DecodeCBOR decodes what answers hold: items of known length. Numbers are floats, as in JSON; times are seconds.
func DecodeCBOR(b []byte) (any, error) {
	v, rest, err := decodeCBOR(b, 0)
	if err == nil && len(rest) > 0 {
		err = errors.New("something stands behind the document")
	}
	return v, err
}

var errCBOR = errors.New("no CBOR that an answer may hold")

func decodeCBOR(b []byte, depth int) (v any, rest []byte, err error) {
	if len(b) == 0 || depth > 100 {
		return nil, nil, errCBOR
	}
	major, low := b[0]>>5, b[0]&31
	n, width := uint64(low), 0
	if low >= 24 {
		if low > 27 || len(b) < 1+1<<(low-24) {
			return nil, nil, errCBOR
		}
		width = 1 << (low - 24)
		n = 0
		for _, c := range b[1 : 1+width] {
			n = n<<8 | uint64(c)
		}
	}
	b = b[1+width:]
	switch major {
	case 0:
		return float64(n), b, nil
	case 1:
		return -1 - float64(n), b, nil
	case 2, 3:
		if n > uint64(len(b)) {
			return nil, nil, errCBOR
		}
		if major == 2 {
			return b[:n:n], b[n:], nil
		}
		if !utf8.Valid(b[:n]) {
			return nil, nil, errCBOR
		}
		return string(b[:n]), b[n:], nil
	case 4:
		return decodeCBORList(b, n, depth)
	case 5:
		return decodeCBORMap(b, n, depth)
	case 6:
		v, b, err = decodeCBOR(b, depth+1)
		if ms, ok := v.(float64); ok && n == 1 {
			return ms / 1000, b, err
		}
		return nil, nil, errCBOR
	}
	if low == 20 || low == 21 {
		return low == 21, b, nil
	}
	return nil, nil, errCBOR
}

func decodeCBORList(b []byte, n uint64, depth int) (any, []byte, error) {
	l := List{}
	for range n {
		v, rest, err := decodeCBOR(b, depth+1)
		if err != nil {
			return nil, nil, err
		}
		l, b = append(l, v), rest
	}
	return l, b, nil
}

func decodeCBORMap(b []byte, n uint64, depth int) (any, []byte, error) {
	o := Obj{}
	for range n {
		k, rest, err := decodeCBOR(b, depth+1)
		if err != nil {
			return nil, nil, err
		}
		name, ok := k.(string)
		if _, twice := o[name]; !ok || twice {
			return nil, nil, errCBOR
		}
		if o[name], b, err = decodeCBOR(rest, depth+1); err != nil {
			return nil, nil, err
		}
	}
	return o, b, nil
}
