package snstest

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sns"
	"github.com/inflight-mq/inflight/sqs"
)

// queue makes a queue that admits every topic, of a FIFO queue's name if fifo.
func (e *Env) queue(fifo bool) sqs.Queue { return e.queueWith(fifo, open()) }

func (e *Env) queueWith(fifo bool, cfg sqs.Config) sqs.Queue {
	name := e.name()
	if fifo {
		name += ".fifo"
		cfg.FIFO = new(true)
	}
	q, err := e.Queues.Create(e.Ctx, name, cfg)
	require.NoError(e, err, "Create queue %s", name)
	e.undo = append(e.undo, func(ctx context.Context) { _ = e.Queues.Delete(ctx, q.ARN()) })
	return q
}

// subscriber makes a queue of the topic's kind and subscribes it.
func (e *Env) subscriber(t sns.Topic, cfg sns.SubscriptionConfig) sqs.Queue {
	q, _ := e.subscribed(t, cfg)
	return q
}

func (e *Env) subscribed(t sns.Topic, cfg sns.SubscriptionConfig) (sqs.Queue, sns.Subscription) {
	q := e.queue(isFIFO(t.Name()))
	return q, e.subscribe(t, sns.ToQueue(q.ARN()), cfg)
}

func isFIFO(name string) bool { return strings.HasSuffix(name, ".fifo") }

// raw is raw delivery.
func raw() sns.SubscriptionConfig { return sns.SubscriptionConfig{Raw: new(true)} }

// take receives and deletes all that a queue holds, at least want messages. Where the instance is not exact it waits for them, and
// leaves out those that came before; FIFO queues know repetitions by themselves.
func (e *Env) take(q sqs.Queue, want int) []*sqs.Received {
	var all []*sqs.Received
	opts := sqs.ReceiveOptions{Max: 10, Wait: new(time.Duration(0))}
	if !e.Exact {
		opts.Wait = new(2 * time.Second)
	}
	for tries := 0; tries < 100; tries++ {
		got, err := q.Receive(e.Ctx, opts)
		require.NoError(e, err, "Receive")
		for _, r := range got {
			e.ok(q.Delete(e.Ctx, r.Receipt))
			if e.Exact || isFIFO(q.Name()) || !slices.ContainsFunc(all, func(o *sqs.Received) bool { return o.ID == r.ID || same(o, r) }) {
				all = append(all, r)
			}
		}
		if len(got) == 0 && (e.Exact || len(all) >= want || tries > 20) {
			break
		}
	}
	return all
}

// same reports whether two messages are deliveries of the same envelope.
func same(a, b *sqs.Received) bool {
	x, y := envelopeOf(a.Body), envelopeOf(b.Body)
	if x == nil || y == nil {
		return a.Body == b.Body
	}
	return x["MessageId"] == y["MessageId"]
}

// gets demands that a queue holds exactly these texts, enveloped or not: in this order if it is a FIFO queue or the instance is
// exact. It leaves the queue empty.
func (e *Env) gets(q sqs.Queue, want ...string) []*sqs.Received {
	all := e.take(q, len(want))
	got := texts(all)
	if e.Exact || isFIFO(q.Name()) {
		require.Equal(e, append([]string{}, want...), got)
	} else {
		require.ElementsMatch(e, want, got)
	}
	return all
}

// none demands that queues hold nothing.
func (e *Env) none(qs ...sqs.Queue) {
	for _, q := range qs {
		assert.Empty(e, texts(e.take(q, 0)), "nothing should be delivered")
	}
}

// one demands that a queue holds one message.
func (e *Env) one(q sqs.Queue) *sqs.Received {
	all := e.take(q, 1)
	require.Len(e, all, 1, "messages delivered: %q", texts(all))
	return all[0]
}

// note demands that a queue holds one envelope, and returns its members.
func (e *Env) note(q sqs.Queue) map[string]any {
	r := e.one(q)
	m := envelopeOf(r.Body)
	require.NotNil(e, m, "an envelope: %s", r.Body)
	return m
}

// envelopeOf returns the members of an envelope; nil if it is none.
func envelopeOf(body string) map[string]any {
	var m map[string]any
	if json.Unmarshal([]byte(body), &m) != nil || m["Type"] == nil || m["TopicArn"] == nil {
		return nil
	}
	return m
}

// texts returns the published texts of messages, never nil.
func texts(rs []*sqs.Received) []string {
	all := []string{}
	for _, r := range rs {
		if m := envelopeOf(r.Body); m != nil {
			text, _ := m["Message"].(string)
			all = append(all, text)
			continue
		}
		all = append(all, r.Body)
	}
	return all
}

// members returns the names of a JSON object's members in their order.
func members(text string) []string {
	dec := json.NewDecoder(strings.NewReader(text))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil
	}
	var names []string
	for dec.More() {
		t, err := dec.Token()
		if err != nil {
			return nil
		}
		name, _ := t.(string)
		names = append(names, name)
		var value json.RawMessage
		if dec.Decode(&value) != nil {
			return nil
		}
	}
	return names
}

// page subscribes a new path of the web, which a request to confirm then arrives at.
func (e *Env) page(t sns.Topic, cfg sns.SubscriptionConfig) (path string, s sns.Subscription) {
	path = "/" + e.name()
	return path, e.subscribe(t, e.at(path), cfg)
}

// at is a path of the web as an endpoint.
func (e *Env) at(path string) sns.Endpoint { return sns.ToURL(e.Web.base + path) }

// requests returns what has arrived at a path. Where the instance is not exact it leaves out what came before.
func (e *Env) requests(path string) []Request {
	all := e.Web.requests(path)
	if e.Exact {
		return all
	}
	const id = "x-amz-sns-message-id"
	var first []Request
	for _, r := range all {
		if !slices.ContainsFunc(first, func(o Request) bool { return o.Header.Get(id) == r.Header.Get(id) }) {
			first = append(first, r)
		}
	}
	return first
}

// arrive waits until n requests have arrived at a path, and demands that no more have.
func (e *Env) arrive(path string, n int) []Request {
	got := e.requests(path)
	for tries := 0; len(got) < n && tries < 50; tries++ {
		e.Wait(100 * time.Millisecond)
		got = e.requests(path)
	}
	require.Equal(e, n, len(got), "requests at %s", path)
	return got
}

// token waits for the n-th request at a path, which must ask for a confirmation, and returns its token.
func (e *Env) token(path string, n int) string {
	m := envelopeOf(e.arrive(path, n)[n-1].Body)
	token, _ := m["Token"].(string)
	require.NotEmpty(e, token, "Token of the request to confirm")
	return token
}

// confirmed subscribes a new path of the web and confirms it.
func (e *Env) confirmed(t sns.Topic, cfg sns.SubscriptionConfig) (path string, s sns.Subscription) {
	path, s = e.page(t, cfg)
	_, err := e.Topics.Confirm(e.Ctx, sns.Confirmation{TopicARN: t.ARN(), Token: e.token(path, 1)})
	require.NoError(e, err, "Confirm")
	return path, s
}

// upTo asks for several messages.
func upTo(n int) sqs.ReceiveOptions { return sqs.ReceiveOptions{Max: n} }
