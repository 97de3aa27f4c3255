package sns

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
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
			defer close(done)
			if b.outbox.end(d) {
				defer b.outbox.idle()
				b.settle(d, err)
			}
		})
	}
	stop := b.clock.AfterFunc(RequestTime, func() { ended(fmt.Errorf("no answer within %v", RequestTime)) })
	go func() {
		err := errors.New("the endpoint ended its goroutine") // as a failed assertion in a handler does
		defer func() {
			stop()
			ended(err)
		}()
		err = b.post(ctx, d)
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

// post sends the request. An endpoint that asks for a name and password gets those in its URL, if there are any.
func (b *Broker) post(ctx context.Context, d *delivery) (err error) {
	defer recovered(&err)
	status, challenged, err := b.postOnce(ctx, d, false)
	if err == nil && challenged {
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

// postOnce posts without or with name and password, and reports whether the answer asks for those that there are.
func (b *Broker) postOnce(ctx context.Context, d *delivery, named bool) (status int, challenged bool, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, d.s.endpoint.Address, strings.NewReader(d.body))
	if err != nil {
		return 0, false, gone("the endpoint is no URL")
	}
	r.Header = d.request.header.Clone()
	user := r.URL.User
	if r.URL.User = nil; named {
		password, _ := user.Password()
		r.SetBasicAuth(user.Username(), password)
	}
	answer, err := b.transport.RoundTrip(r)
	if err != nil {
		return 0, false, err
	}
	if answer.Body != nil {
		defer answer.Body.Close()
		_, _ = io.CopyN(io.Discard, answer.Body, mostAnswer)
	}
	return answer.StatusCode, user != nil && answer.StatusCode == http.StatusUnauthorized && asksForBasic(answer.Header), nil
}

func asksForBasic(h http.Header) bool {
	return slices.ContainsFunc(h.Values("WWW-Authenticate"), func(challenge string) bool {
		scheme, _, _ := strings.Cut(challenge, " ")
		return strings.EqualFold(scheme, "Basic")
	})
}

// slot returns when a delivery that is due now may be attempted: the throttle policy spaces those of a subscription. Who gets a later
// turn keeps it. The caller holds the outbox.
func (d *delivery) slot(now int64) int64 {
	if d.request == nil || d.request.policy.PerSecond <= 0 {
		return now
	}
	if d.hasTurn {
		d.hasTurn = false
		return now
	}
	turn := max(now, d.s.nextSlot.Load())
	d.s.nextSlot.Store(turn + int64(time.Second)/int64(d.request.policy.PerSecond))
	d.hasTurn = turn > now
	return turn
}
