package main

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/sns"
)

// world is all the state that a reset replaces: the region, and the time it lives by.
type world struct {
	services http.Handler
	clock    *inflight.FakeClock // nil: the system's clock
	over     context.Context     // ends when another world takes its place
	end      context.CancelFunc
}

// newWorld returns a world as the flags want it. With a seed and a virtual clock, all worlds of a server are the same.
func newWorld(c config) *world {
	w := &world{}
	w.over, w.end = context.WithCancel(context.Background())
	options := append(c.options[:len(c.options):len(c.options)],
		inflight.WithSNS(sns.WithEndpoint(c.url), sns.WithTransport(deliverer{w, c.log})))
	if c.virtual {
		w.clock = inflight.NewFakeClock(time.Time{})
		options = append(options, inflight.WithClock(w.clock))
	}
	w.services = inflight.New(options...).Handler()
	return w
}

// now returns the time that the world lives in.
func (w *world) now() time.Time {
	if w.clock == nil {
		return time.Now().UTC()
	}
	return w.clock.Now()
}

// ServeHTTP lets the region answer. A long poll ends with its world.
func (w *world) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	stop := context.AfterFunc(w.over, cancel)
	defer stop()
	w.services.ServeHTTP(rw, r.WithContext(ctx))
}

// site is everything at the address: the current world, and the server's own paths.
type site struct {
	config config
	world  atomic.Pointer[world]
	admin  http.Handler
}

func newSite(c config) *site {
	s := &site{config: c}
	s.world.Store(newWorld(c))
	s.admin = s.adminHandler()
	return s
}

// reset replaces the world by a new one. Whoever waits in the old one is told that it is over.
func (s *site) reset() *world {
	w := newWorld(s.config)
	s.world.Swap(w).end()
	return w
}

// ServeHTTP tells the server's own paths from those of the services. A ServeMux would not do: it redirects paths that are not
// clean, and queues may be named by any.
func (s *site) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	if isAdmin(r) {
		s.admin.ServeHTTP(rw, r)
		return
	}
	s.world.Load().ServeHTTP(rw, r)
}

func isAdmin(r *http.Request) bool {
	return r.URL.Path == "/_inflight" || strings.HasPrefix(r.URL.Path, "/_inflight/")
}
