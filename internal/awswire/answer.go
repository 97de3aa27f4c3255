package awswire

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"strconv"
)

// Answer is an HTTP answer.
type Answer struct {
	Status    int
	Type      string      // Content-Type
	RequestID string      // x-amzn-RequestId
	Header    http.Header // further ones
	Bare      bool        // it has neither of the first two
	Body      []byte
	// Stream takes the place of Body, if it is not nil: an answer that goes on. What a read returns is sent at once. It ends with the
	// request's context, and may be closed while it is read.
	Stream io.ReadCloser
}

// Set sets a header.
func (a *Answer) Set(name, value string) {
	if a.Header == nil {
		a.Header = http.Header{}
	}
	a.Header[name] = []string{value}
}

// Write writes the answer in one piece with its length, so that clients which close the request early still get it whole; a stream
// until it ends.
func (a *Answer) Write(w http.ResponseWriter) {
	a.writeHeader(w.Header())
	w.WriteHeader(a.Status)
	if a.Stream != nil {
		a.pass(w)
		return
	}
	_, _ = w.Write(a.Body) // a client that has gone away needs no answer
}

// pass passes the stream on.
func (a *Answer) pass(w http.ResponseWriter) {
	defer func() { _ = a.Stream.Close() }()
	out := http.NewResponseController(w)
	piece := make([]byte, 16<<10)
	for {
		n, err := a.Stream.Read(piece)
		if n > 0 {
			if _, failed := w.Write(piece[:n]); failed != nil {
				return // the client has gone away
			}
			_ = out.Flush() // a writer that cannot has no client that waits
		}
		if err != nil {
			return
		}
	}
}

func (a *Answer) writeHeader(h http.Header) {
	maps.Copy(h, a.Header)
	switch {
	case a.Stream != nil:
		h["Content-Type"], h["X-Amzn-Requestid"] = []string{a.Type}, []string{a.RequestID}
		return
	case a.Bare:
		h["Content-Type"], h["Content-Length"] = nil, []string{strconv.Itoa(len(a.Body))}
		return
	}
	vs := []string{a.Type, a.RequestID, strconv.Itoa(len(a.Body))} // one allocation for all
	h["Content-Type"], h["X-Amzn-Requestid"], h["Content-Length"] = vs[0:1:1], vs[1:2:2], vs[2:3:3]
}

// Response returns the answer as the response to an in-process request.
func (a *Answer) Response(r *http.Request) *http.Response {
	h := make(http.Header, 4)
	a.writeHeader(h)
	body, length := a.Stream, int64(-1)
	if body == nil {
		body, length = io.NopCloser(bytes.NewReader(a.Body)), int64(len(a.Body))
	}
	return &http.Response{
		Status: strconv.Itoa(a.Status) + " " + http.StatusText(a.Status), StatusCode: a.Status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: h, Body: body, ContentLength: length, Request: r,
	}
}

// Transport answers requests in the process: no socket, no goroutine, so that it works in a testing/synctest bubble. The
// function answers one request, on the caller's goroutine, or returns the error of a context that ended first.
type Transport func(*http.Request) (*Answer, error)

// RoundTrip answers the request.
func (t Transport) RoundTrip(r *http.Request) (*http.Response, error) {
	a, err := t(r)
	if err != nil {
		return nil, err
	}
	return a.Response(r), nil
}
