package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

// adminHandler serves the server's own paths:
//
//	GET  /_inflight/health         what is served, by which clock, and its time
//	POST /_inflight/reset          forgets everything, the virtual clock's time too; long polls end
//	POST /_inflight/clock/advance  moves the virtual clock by {"seconds": 90}, ?seconds=90 or ?by=1m30s
//
// All answers are JSON; refusals have the member error.
func (s *site) adminHandler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /_inflight/health", func(rw http.ResponseWriter, _ *http.Request) {
		reply(rw, http.StatusOK, healthOf(s.world.Load()))
	})
	mux.HandleFunc("POST /_inflight/reset", func(rw http.ResponseWriter, _ *http.Request) {
		reply(rw, http.StatusOK, healthOf(s.reset()))
	})
	mux.HandleFunc("POST /_inflight/clock/advance", func(rw http.ResponseWriter, r *http.Request) {
		s.world.Load().advance(rw, r)
	})
	mux.HandleFunc("/", func(rw http.ResponseWriter, r *http.Request) {
		refuse(rw, http.StatusNotFound, fmt.Errorf("there is no %s %s", r.Method, r.URL.Path))
	})
	return mux
}

// health is what the server says of itself.
type health struct {
	Status   string    `json:"status"`
	Services []string  `json:"services"`
	Clock    string    `json:"clock"`
	Now      time.Time `json:"now"`
	// Timers counts what waits for a virtual clock to move. A test that lets time pass during a long poll first waits until
	// there is one: then the poll has begun.
	Timers *int `json:"timers,omitempty"`
}

func healthOf(w *world) health {
	h := health{Status: "ok", Services: []string{"kinesis", "sns", "sqs"}, Clock: "system", Now: w.now()}
	if w.clock != nil {
		h.Clock, h.Timers = "virtual", new(w.clock.Timers())
	}
	return h
}

// advance moves the virtual clock. When it answers, all that was due on the way has happened.
func (w *world) advance(rw http.ResponseWriter, r *http.Request) {
	if w.clock == nil {
		refuse(rw, http.StatusConflict, errors.New("the server lives by the system's clock: start it with -clock virtual"))
		return
	}
	d, err := distance(r)
	if err != nil {
		refuse(rw, http.StatusBadRequest, err)
		return
	}
	w.clock.Advance(d)
	reply(rw, http.StatusOK, map[string]time.Time{"now": w.now()})
}

// farthest keeps the clock within the times that a broker knows.
const farthest = 50 * 365 * 24 * time.Hour

var errTooFar = fmt.Errorf("the clock moves forwards only, and by %v at most", farthest)

// distance returns how far a request wants the clock to move.
func distance(r *http.Request) (time.Duration, error) {
	query := r.URL.Query()
	by := struct {
		Seconds json.Number `json:"seconds"`
		By      string      `json:"by"`
	}{json.Number(query.Get("seconds")), query.Get("by")}
	body := json.NewDecoder(io.LimitReader(r.Body, 1<<10))
	body.DisallowUnknownFields()
	if err := body.Decode(&by); err != nil && !errors.Is(err, io.EOF) {
		return 0, fmt.Errorf("the body is not as it should be, such as {\"seconds\": 90}: %w", err)
	}
	if (by.Seconds == "") == (by.By == "") {
		return 0, errors.New(`say how far, once: {"seconds": 90}, ?seconds=90 or ?by=1m30s`)
	}
	d, err := time.ParseDuration(by.By)
	if by.Seconds != "" {
		d, err = seconds(string(by.Seconds))
	}
	if err == nil && (d < 0 || d > farthest) {
		err = errTooFar
	}
	return d, err
}

func seconds(s string) (time.Duration, error) {
	f, err := strconv.ParseFloat(s, 64)
	if err == nil && !(f >= 0 && f <= farthest.Seconds()) { // so NaN is too far as well
		err = errTooFar
	}
	if err != nil {
		return 0, err
	}
	return time.Duration(f * float64(time.Second)), nil
}

func refuse(rw http.ResponseWriter, status int, err error) {
	reply(rw, status, map[string]string{"error": err.Error()})
}

func reply(rw http.ResponseWriter, status int, v any) {
	rw.Header().Set("Content-Type", "application/json")
	rw.WriteHeader(status)
	_ = json.NewEncoder(rw).Encode(v) // fails only when the client has gone away
}
