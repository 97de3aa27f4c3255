package sns

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/inflight-mq/inflight/internal/kit"
	"github.com/inflight-mq/inflight/sns/internal/authenticate"
	"github.com/inflight-mq/inflight/sns/internal/envelope"
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
	attempt := d.attempt // which the end of a request that time ends changes
	stop := b.clock.AfterFunc(RequestTime, func() { ended(fmt.Errorf("no answer within %v", RequestTime)) })
	go func() {
		err := errors.New("the endpoint ended its goroutine") // as a failed assertion in a handler does
		defer func() {
			stop()
			ended(err)
		}()
		err = b.post(ctx, d, attempt)
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

// post sends the request, and once more when the endpoint asks for the name and password that its URL has. What it asks for and
// gets no answer to is refused by it, as any other request would be.
func (b *Broker) post(ctx context.Context, d *delivery, attempt int) (err error) {
	defer recovered(&err)
	to, err := url.Parse(d.s.endpoint.Address)
	if err != nil {
		return gone("the endpoint is no URL")
	}
	user := to.User
	to.User = nil
	status, challenges, err := b.postOnce(ctx, d, to, "")
	if err == nil && status == http.StatusUnauthorized && user != nil {
		if authorization := b.authorization(d, attempt, to, user, challenges); authorization != "" {
			status, _, err = b.postOnce(ctx, d, to, authorization)
		}
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

// authorization answers the challenges of an endpoint. The nonce is a function of the seed and the attempt, whatever order the
// requests of several endpoints run in.
func (b *Broker) authorization(d *delivery, attempt int, to *url.URL, user *url.Userinfo, challenges []string) string {
	password, _ := user.Password()
	r := authenticate.Request{Method: http.MethodPost, URI: to.RequestURI(), User: user.Username(), Password: password}
	r.Nonce = func() string {
		id := b.seed.Derive(d.s.arn+" "+d.request.header.Get(envelope.HeaderMessageID), uint64(attempt)) // attempts before this one
		return kit.NewID(id).String()
	}
	return r.Answer(challenges)
}

// mostAnswer is how much of an answer is read, so that a connection can be used again.
const mostAnswer = 64 << 10

// postOnce posts, without an authorization if that is empty, and returns the status and the challenges of the answer.
func (b *Broker) postOnce(ctx context.Context, d *delivery, to *url.URL, authorization string) (int, []string, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, to.String(), strings.NewReader(d.body))
	if err != nil {
		return 0, nil, gone("the endpoint is no URL")
	}
	r.Header = d.request.header.Clone()
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	answer, err := b.transport.RoundTrip(r)
	if err != nil {
		return 0, nil, err
	}
	if answer.Body != nil {
		defer answer.Body.Close()
		_, _ = io.CopyN(io.Discard, answer.Body, mostAnswer)
	}
	return answer.StatusCode, answer.Header.Values("WWW-Authenticate"), nil
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
