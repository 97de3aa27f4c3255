package wiretest

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
)

// Server is a handler behind a socket.
type Server struct {
	*httptest.Server
	Done chan string // a value for every request that the handler has done with
}

// Serve serves a handler until the test ends.
func Serve(t *testing.T, h http.Handler) *Server {
	done := make(chan string, 100)
	s := &Server{httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() { done <- r.Method }()
		h.ServeHTTP(w, r)
	})), done}
	t.Cleanup(s.Close)
	return s
}

// Conn is one connection, on which a test writes and reads as it likes.
type Conn struct {
	net.Conn
	t testing.TB
	r *bufio.Reader
}

// Dial opens a connection.
func (s *Server) Dial(t *testing.T) *Conn {
	t.Helper()
	c, err := net.Dial("tcp", s.Listener.Addr().String())
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	return &Conn{c, t, bufio.NewReader(c)}
}

// Send writes text.
func (c *Conn) Send(text string) {
	c.t.Helper()
	_, err := io.WriteString(c, text)
	require.NoError(c.t, err)
}

// Answer reads an answer.
func (c *Conn) Answer() (status int, text string) {
	c.t.Helper()
	r, err := http.ReadResponse(c.r, nil)
	require.NoError(c.t, err)
	return r.StatusCode, Body(c.t, r)
}

// Body reads the body of an answer, which must have come in one piece.
func Body(t testing.TB, r *http.Response) string {
	t.Helper()
	text, err := io.ReadAll(r.Body)
	require.NoError(t, err)
	require.NoError(t, r.Body.Close())
	require.Len(t, text, int(r.ContentLength), "in one piece, with its length")
	return string(text)
}
