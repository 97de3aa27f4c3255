package wiretest

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
)

// Frame is a frame of an event stream.
type Frame struct {
	Headers map[string]string
	Payload []byte
}

var errFrame = errors.New("no frame of an event stream")

// ReadFrame reads a frame. A stream that ends between frames ends with io.EOF.
func ReadFrame(r io.Reader) (Frame, error) {
	var prelude [12]byte
	if _, err := io.ReadFull(r, prelude[:]); err != nil {
		return Frame{}, err
	}
	total, headers := binary.BigEndian.Uint32(prelude[:]), binary.BigEndian.Uint32(prelude[4:])
	if crc32.ChecksumIEEE(prelude[:8]) != binary.BigEndian.Uint32(prelude[8:]) || total > 16<<20 || total < 16 || headers > total-16 {
		return Frame{}, errFrame
	}
	rest := make([]byte, total-12)
	if _, err := io.ReadFull(r, rest); err != nil {
		return Frame{}, err
	}
	body, sum := rest[:len(rest)-4], binary.BigEndian.Uint32(rest[len(rest)-4:])
	if crc32.Update(crc32.ChecksumIEEE(prelude[:]), crc32.IEEETable, body) != sum {
		return Frame{}, errFrame
	}
	f := Frame{Headers: map[string]string{}, Payload: body[headers:]}
	for h := body[:headers]; len(h) > 0; {
		name, after, ok := cut(h, 1)
		if !ok || len(after) == 0 || after[0] != 7 {
			return Frame{}, errFrame
		}
		value, after, ok := cut(after[1:], 2)
		if !ok {
			return Frame{}, errFrame
		}
		f.Headers[name] = value
		h = after
	}
	return f, nil
}

// cut reads a text behind its length.
func cut(b []byte, width int) (text string, rest []byte, ok bool) {
	if len(b) < width {
		return "", nil, false
	}
	n := int(b[0])
	if width == 2 {
		n = int(binary.BigEndian.Uint16(b))
	}
	if b = b[width:]; len(b) < n {
		return "", nil, false
	}
	return string(b[:n]), b[n:], true
}
