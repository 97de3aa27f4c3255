package awswire

import (
	"bytes"
	"io"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/internal/wiretest"
)

// A frame byte by byte: lengths, checksum, headers, payload, checksum.
func TestFrame(t *testing.T) {
	require.Equal(t, "\x00\x00\x00\x1c\x00\x00\x00\x09\xb9\xee\x1d\x4e"+"\x01a\x07\x00\x04bcde"+"{}!"+"\xa9\xd9\xfd\xd0",
		string(appendFrame(nil, []byte("{}!"), "a", "bcde")))
}

func TestFramesAreRead(t *testing.T) {
	b := AppendEvent(nil, "initial-response", "application/json", []byte("{}"))
	b = AppendException(b, "Foo", "application/json", nil)
	r := bytes.NewReader(b)
	first, err := wiretest.ReadFrame(r)
	require.NoError(t, err)
	require.Equal(t, wiretest.Frame{Payload: []byte("{}"), Headers: map[string]string{
		":message-type": "event", ":event-type": "initial-response", ":content-type": "application/json",
	}}, first)
	second, err := wiretest.ReadFrame(r)
	require.NoError(t, err)
	require.Equal(t, wiretest.Frame{Payload: []byte{}, Headers: map[string]string{
		":message-type": "exception", ":exception-type": "Foo", ":content-type": "application/json",
	}}, second)
	_, err = wiretest.ReadFrame(r)
	require.Equal(t, io.EOF, err)
	for i := range b[:len(b)/2] { // whatever bit is wrong, it is noticed
		bad := bytes.Clone(b)
		bad[i] ^= 1
		_, err := wiretest.ReadFrame(bytes.NewReader(bad))
		require.Error(t, err, i)
	}
}

// FuzzFrame writes and reads any event, and reads anything as a frame.
func FuzzFrame(f *testing.F) {
	f.Add("initial-response", []byte("{}"), AppendException(nil, "a", "b", nil))
	f.Add("", []byte{}, []byte{0, 0, 0, 16, 0, 0, 0, 0, 0x05, 0xc2, 0x48, 0xeb, 0x7d, 0x98, 0xc8, 0xff})
	f.Fuzz(func(t *testing.T, event string, payload, raw []byte) {
		if len(event) > 255 {
			return
		}
		got, err := wiretest.ReadFrame(bytes.NewReader(AppendEvent(nil, event, "x", payload)))
		require.NoError(t, err)
		require.Equal(t, event, got.Headers[":event-type"])
		require.Equal(t, string(payload), string(got.Payload))
		if got, err := wiretest.ReadFrame(bytes.NewReader(raw)); err == nil {
			require.LessOrEqual(t, len(got.Payload), len(raw))
		}
	})
}

// parts is a stream that returns one part at a time.
type parts struct {
	left   []string
	closed bool
}

func (p *parts) Read(b []byte) (int, error) {
	if len(p.left) == 0 {
		return 0, io.EOF
	}
	n := copy(b, p.left[0])
	p.left = p.left[1:]
	return n, nil
}

func (p *parts) Close() error {
	p.closed = true
	return nil
}

// flushed remembers what a client has seen whenever something is sent at once.
type flushed struct {
	*httptest.ResponseRecorder
	seen []string
}

func (f *flushed) Flush() { f.seen = append(f.seen, f.Body.String()) }

func TestAnswersThatGoOn(t *testing.T) {
	stream := &parts{left: []string{"a", "b", "c"}}
	w := &flushed{ResponseRecorder: httptest.NewRecorder()}
	(&Answer{Status: 200, Type: TypeEventStream, RequestID: "id", Stream: stream}).Write(w)
	require.Equal(t, []string{"a", "ab", "abc"}, w.seen)
	require.True(t, stream.closed)
	require.Equal(t, []string{TypeEventStream, "id", ""}, []string{
		w.Header().Get("Content-Type"), w.Header().Get("X-Amzn-Requestid"), w.Header().Get("Content-Length")})

	stream = &parts{left: []string{"a", "b"}}
	w = &flushed{ResponseRecorder: httptest.NewRecorder()}
	(&Answer{Status: 200, Stream: stream}).Write(gone{w})
	require.Equal(t, []string{"b"}, stream.left, "the client has gone away")
	require.True(t, stream.closed)

	stream = &parts{left: []string{"a", "b"}}
	r := (&Answer{Status: 200, Type: TypeEventStream, Stream: stream}).Response(httptest.NewRequest("POST", "/", nil))
	require.EqualValues(t, -1, r.ContentLength)
	text, err := io.ReadAll(r.Body)
	require.NoError(t, err)
	require.Equal(t, "ab", string(text))
	require.NoError(t, r.Body.Close())
	require.True(t, stream.closed)
}

// gone is a client that is there no more.
type gone struct{ *flushed }

func (gone) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }
