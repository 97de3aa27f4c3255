package main

import (
	"bufio"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// newLogger returns a logger that is silent about requests unless it is to be verbose.
func newLogger(w io.Writer, verbose bool) *slog.Logger {
	level := slog.LevelError
	if verbose {
		level = slog.LevelInfo
	}
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: level}))
}

// logged logs every request to h when it has been answered: a long poll appears when it ends.
func logged(log *slog.Logger, h http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if !log.Enabled(r.Context(), slog.LevelInfo) {
			h.ServeHTTP(rw, r)
			return
		}
		start := time.Now()
		name := operation(r)
		answer := &recorder{ResponseWriter: rw, status: http.StatusOK}
		h.ServeHTTP(answer, r)
		log.InfoContext(r.Context(), "request", "method", r.Method, "operation", name, "status", answer.status,
			"duration", time.Since(start).Round(time.Microsecond))
	})
}

// recorder remembers the status of an answer.
type recorder struct {
	http.ResponseWriter
	status int
}

func (r *recorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

// Unwrap is for http.ResponseController.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// operation returns what a request asks for: an operation of a service, whatever the protocol, or a path of the server's own.
func operation(r *http.Request) string {
	if isAdmin(r) {
		return r.URL.Path
	}
	if target := r.Header.Get("X-Amz-Target"); target != "" {
		return target[strings.LastIndexByte(target, '.')+1:]
	}
	if name := r.URL.Query().Get("Action"); name != "" {
		return name
	}
	return peekAction(r)
}

// peekAction looks into a form for its action, which all clients write first. The request stays unread.
func peekAction(r *http.Request) string {
	const enough = 4 << 10
	body := bufio.NewReaderSize(r.Body, enough)
	start, _ := body.Peek(enough) // the body may be shorter, and then holds all the same; its reader will see any error
	r.Body = struct {
		io.Reader
		io.Closer
	}{body, r.Body}
	form, _ := url.ParseQuery(string(start)) // the last pair may be cut in two
	return form.Get("Action")
}
