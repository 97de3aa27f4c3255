package sns

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/inflight-mq/inflight/sns/internal/retry"
)

// request is what an HTTP endpoint gets beside the body.
type request struct {
	header http.Header // shared by all attempts
	policy *retry.Effective
}

// send makes one attempt over HTTP, on a goroutine of its own, and returns a channel that closes when it has ended: by an answer,
// or because time is up on the broker's clock.
func (b *Broker) send(d *delivery) (done chan struct{}) {
	b.outbox.begin(d)
	done = make(chan struct{})
	ctx, cancel := context.WithCancel(context.Background())
	var once sync.Once
	ended := func(err error) {
		once.Do(func() {
			cancel()
			if b.outbox.end(d) {
				b.settle(d, err)
			}
			close(done)
		})
	}
	stop := b.clock.AfterFunc(RequestTime, func() { ended(fmt.Errorf("no answer within %v", RequestTime)) })
	go func() {
		err := b.post(ctx, d)
		stop()
		ended(err)
	}()
	return done
}

// grace is how long, in the system's time, whoever moved the clock waits for a request to end before it goes on without.
const grace = time.Second

func await(done <-chan struct{}) {
	t := time.NewTimer(grace)
	defer t.Stop()
	select {
	case <-done:
	case <-t.C:
	}
}

// post sends the request. An endpoint that asks for a name and password gets those in its URL.
func (b *Broker) post(ctx context.Context, d *delivery) (err error) {
	defer recovered(&err)
	status, challenge, err := b.postOnce(ctx, d, false)
	if err == nil && status == http.StatusUnauthorized && strings.HasPrefix(strings.ToLower(challenge), "basic") {
		status, _, err = b.postOnce(ctx, d, true)
	}
	switch {
	case err != nil:
		return err
	case status >= 200 && status < 300:
		return nil
	case status == http.StatusTooManyRequests, status >= 500:
		return fmt.Errorf("the endpoint answered %d", status)
	}
	return gone(fmt.Sprintf("the endpoint answered %d", status))
}

// mostAnswer is how much of an answer is read, so that a connection can be used again.
const mostAnswer = 64 << 10

func (b *Broker) postOnce(ctx context.Context, d *delivery, named bool) (status int, challenge string, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, d.s.endpoint.Address, strings.NewReader(d.body))
	if err != nil {
		return 0, "", gone("the endpoint is no URL")
	}
	r.Header = d.request.header.Clone()
	if user := r.URL.User; user != nil {
		r.URL.User = nil
		if password, _ := user.Password(); named {
			r.SetBasicAuth(user.Username(), password)
		}
	}
	answer, err := b.transport.RoundTrip(r)
	if err != nil {
		return 0, "", err
	}
	if answer.Body != nil {
		defer answer.Body.Close()
		_, _ = io.CopyN(io.Discard, answer.Body, mostAnswer)
	}
	return answer.StatusCode, answer.Header.Get("WWW-Authenticate"), nil
}

// slot returns when a delivery may be attempted that is due at an instant: the throttle policy spaces those of a subscription. The
// caller holds the outbox.
func (d *delivery) slot(due int64) int64 {
	if d.request == nil || d.request.policy.PerSecond <= 0 {
		return due
	}
	due = max(due, d.s.nextSlot.Load())
	d.s.nextSlot.Store(due + int64(time.Second)/int64(d.request.policy.PerSecond))
	return due
}
