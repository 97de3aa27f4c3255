package wiretest

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// sink is a ResponseWriter that keeps nothing.
type sink struct {
	header http.Header
	status int
}

func (s *sink) Header() http.Header         { return s.header }
func (s *sink) Write(b []byte) (int, error) { return len(b), nil }
func (s *sink) WriteHeader(status int)      { s.status = status }

// content is a request body that can be read again.
type content struct{ strings.Reader }

func (*content) Close() error { return nil }

// Benchmark posts the same request over and over, past all sockets.
func Benchmark(b *testing.B, h http.Handler, header http.Header, body string) {
	c := &content{}
	r := (&http.Request{
		Method: http.MethodPost, URL: &url.URL{Path: "/"}, Host: "localhost:4566", Header: header, Body: c, ContentLength: int64(len(body)),
	}).WithContext(b.Context())
	w := &sink{header: http.Header{}}
	b.ReportAllocs()
	for b.Loop() {
		c.Reset(body)
		clear(w.header)
		h.ServeHTTP(w, r)
		if w.status != http.StatusOK {
			b.Fatal(w.status)
		}
	}
}
