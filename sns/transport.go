package sns

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
)

// HandlerTransport returns a transport that hands every request to h, whatever the host, in the process and without a socket: for
// [WithTransport], when the endpoints are handlers of this program; an http.ServeMux tells hosts and paths apart. A handler that
// panics has broken its connection. One that visits the URLs in envelopes needs the HTTP client of the region, which is made later:
// it may get that at any time before the first subscription.
func HandlerTransport(h http.Handler) http.RoundTripper { return handlerTransport{h} }

type handlerTransport struct{ h http.Handler }

// RoundTrip has the handler answer.
func (t handlerTransport) RoundTrip(r *http.Request) (answer *http.Response, err error) {
	defer func() {
		if p := recover(); p != nil {
			answer, err = nil, fmt.Errorf("the handler panicked: %v", p)
		}
	}()
	in := r.Clone(r.Context())
	in.RequestURI = r.URL.RequestURI()
	if in.Body == nil {
		in.Body = http.NoBody
	}
	w := &answerWriter{header: http.Header{}}
	t.h.ServeHTTP(w, in)
	w.WriteHeader(http.StatusOK) // which it is if nobody has said otherwise
	return &http.Response{
		Status: strconv.Itoa(w.status) + " " + http.StatusText(w.status), StatusCode: w.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: w.sent, Request: r,
		Body: io.NopCloser(&w.body), ContentLength: int64(w.body.Len()),
	}, nil
}

// answerWriter keeps what a handler writes.
type answerWriter struct {
	header, sent http.Header
	status       int
	body         bytes.Buffer
}

func (w *answerWriter) Header() http.Header { return w.header }

func (w *answerWriter) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(b)
}

func (w *answerWriter) WriteHeader(status int) {
	if w.status == 0 && status >= 200 { // what comes before the answer counts for nothing
		w.status, w.sent = status, w.header.Clone()
	}
}

// refusing is the transport of a broker that was given none.
type refusing struct{}

// RoundTrip refuses the connection.
func (refusing) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.New("connection refused: the broker has no transport, see WithTransport")
}
