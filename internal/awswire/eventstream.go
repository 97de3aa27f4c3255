package awswire

import (
	"encoding/binary"
	"hash/crc32"
)

// TypeEventStream is the content type of an answer that is a stream of frames.
const TypeEventStream = "application/vnd.amazon.eventstream"

// Frames of an event stream: two lengths with a checksum, headers, a payload, a checksum of all that. Headers are texts.

const (
	frameText    = 7     // type of a header that is a text
	framePrelude = 3 * 4 // bytes
	frameAround  = framePrelude + 4
)

// AppendEvent appends a frame that is an event of a type.
func AppendEvent(b []byte, event, contentType string, payload []byte) []byte {
	return appendFrame(b, payload, ":message-type", "event", ":event-type", event, ":content-type", contentType)
}

// AppendException appends a frame that is an error of a type, which is the last of its stream.
func AppendException(b []byte, exception, contentType string, payload []byte) []byte {
	return appendFrame(b, payload, ":message-type", "exception", ":exception-type", exception, ":content-type", contentType)
}

// appendFrame appends a frame with headers, names and values in turn, of up to 255 bytes each.
func appendFrame(b, payload []byte, headers ...string) []byte {
	size := 0
	for i, s := range headers {
		size += len(s) + 1 + i%2*2 // the length of a name has a byte, a value has two and its type
	}
	start := len(b)
	b = binary.BigEndian.AppendUint32(b, uint32(frameAround+size+len(payload)))
	b = binary.BigEndian.AppendUint32(b, uint32(size))
	b = binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[start:]))
	for i, s := range headers {
		if i%2 == 1 {
			b = append(b, frameText, 0)
		}
		b = append(b, byte(len(s)))
		b = append(b, s...)
	}
	b = append(b, payload...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[start:]))
}
