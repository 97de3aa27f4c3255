package main

import (
	"log/slog"
	"net/http"
	"time"
)

// deliverer sends what topics deliver to HTTP endpoints, wherever they are, until the world is over.
type deliverer struct {
	w   *world
	log *slog.Logger
}

// RoundTrip sends a request and logs what became of it.
func (d deliverer) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := d.w.over.Err(); err != nil {
		return nil, err
	}
	start := time.Now()
	answer, err := http.DefaultTransport.RoundTrip(r)
	attributes := []any{"type", r.Header.Get("x-amz-sns-message-type"), "url", r.URL.Redacted(),
		"duration", time.Since(start).Round(time.Microsecond)}
	if err != nil {
		d.log.InfoContext(r.Context(), "delivery", append(attributes, "error", err)...)
		return nil, err
	}
	d.log.InfoContext(r.Context(), "delivery", append(attributes, "status", answer.StatusCode)...)
	return answer, nil
}
