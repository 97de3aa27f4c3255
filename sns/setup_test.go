package sns_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/sns"
	"github.com/inflight-mq/inflight/sqs"
)

const (
	account   = "123456789012"
	foreign   = "668614515564"
	arnPrefix = "arn:aws:sns:us-east-1:" + account + ":"
	day       = 24 * time.Hour
)

// world is topics and queues that live by one fake clock.
type world struct {
	*sns.Broker
	queues *sqs.Broker
	clk    *inflight.FakeClock
}

// strict returns topics that queues must allow to send.
func strict(opts ...sns.Option) *world { return since(time.Time{}, opts...) }

// since returns a world that begins at a time.
func since(start time.Time, opts ...sns.Option) *world {
	w := &world{clk: inflight.NewFakeClock(start)}
	w.queues = sqs.New(sqs.WithClock(w.clk), sqs.WithSeed(1))
	w.Broker = sns.New(append([]sns.Option{sns.WithClock(w.clk), sns.WithSeed(1), sns.WithQueues(inflight.Queues(w.queues))}, opts...)...)
	return w
}

// fake returns topics that all queues take messages from.
func fake(opts ...sns.Option) *world { return strict(append(opts, sns.WithoutQueuePolicies())...) }

// topic makes a topic; a name with the suffix .fifo makes a FIFO topic that deduplicates by content.
func (w *world) topic(t testing.TB, name string, cfg sns.Config) sns.Topic {
	t.Helper()
	if strings.HasSuffix(name, ".fifo") {
		cfg.FIFO = new(true)
		if cfg.ContentDedup == nil {
			cfg.ContentDedup = new(true)
		}
	}
	topic, err := w.Create(t.Context(), name, cfg)
	require.NoError(t, err)
	return topic
}

func (w *world) queue(t testing.TB, name string) sqs.Queue {
	t.Helper()
	cfg := sqs.Config{}
	if strings.HasSuffix(name, ".fifo") {
		cfg.FIFO = new(true)
	}
	q, err := w.queues.Create(t.Context(), name, cfg)
	require.NoError(t, err)
	return q
}

// raw subscribes a new queue of a name to a topic, with raw delivery.
func (w *world) raw(t testing.TB, topic sns.Topic, name string, cfg sns.SubscriptionConfig) (sqs.Queue, sns.Subscription) {
	t.Helper()
	q := w.queue(t, name)
	cfg.Raw = new(true)
	return q, subscribe(t, topic, sns.ToQueue(q.ARN()), cfg)
}

func subscribe(t testing.TB, topic sns.Topic, to sns.Endpoint, cfg sns.SubscriptionConfig) sns.Subscription {
	t.Helper()
	s, err := topic.Subscribe(t.Context(), to, cfg)
	require.NoError(t, err)
	return s
}

// confirm confirms a pending subscription, as a signed call does.
func (w *world) confirm(t testing.TB, s sns.Subscription) {
	t.Helper()
	require.True(t, s.Pending())
	got, err := w.Confirm(t.Context(), sns.Confirmation{TopicARN: topicOf(s), Token: w.PendingToken(s.ARN())})
	require.NoError(t, err)
	require.Equal(t, s.ARN(), got.ARN())
}

func topicOf(s sns.Subscription) string { return s.ARN()[:strings.LastIndexByte(s.ARN(), ':')] }

// publish publishes bodies, on a FIFO topic all in group g.
func publish(t testing.TB, topic sns.Topic, bodies ...string) (last sns.Published) {
	t.Helper()
	for _, body := range bodies {
		m := sns.Message{Body: body}
		if strings.HasSuffix(topic.Name(), ".fifo") {
			m.GroupID = "g"
		}
		last = publishMessage(t, topic, m)
	}
	return last
}

func publishMessage(t testing.TB, topic sns.Topic, m sns.Message) sns.Published {
	t.Helper()
	p, err := topic.Publish(t.Context(), m)
	require.NoError(t, err)
	return p
}

// drain receives and deletes all messages of a queue.
func drain(t testing.TB, q sqs.Queue) []*sqs.Received {
	t.Helper()
	var all []*sqs.Received
	for {
		got, err := q.Receive(t.Context(), sqs.ReceiveOptions{Max: 10})
		require.NoError(t, err)
		if len(got) == 0 {
			return all
		}
		for _, m := range got {
			require.NoError(t, m.Ack(t.Context()))
		}
		all = append(all, got...)
	}
}

func bodies(t testing.TB, q sqs.Queue) []string {
	t.Helper()
	all := []string{}
	for _, m := range drain(t, q) {
		all = append(all, m.Body)
	}
	return all
}

// one drains a queue of its only message.
func one(t testing.TB, q sqs.Queue) *sqs.Received {
	t.Helper()
	all := drain(t, q)
	require.Len(t, all, 1)
	return all[0]
}

// object reads a JSON object.
func object(t testing.TB, text string) map[string]any {
	t.Helper()
	var m map[string]any
	require.NoError(t, json.Unmarshal([]byte(text), &m), text)
	return m
}

// message returns the text in an envelope.
func message(t testing.TB, envelope string) string {
	t.Helper()
	text, ok := object(t, envelope)["Message"].(string)
	require.True(t, ok)
	return text
}

func attributes(t testing.TB, of interface{ ARN() string }) map[string]string {
	t.Helper()
	var m map[string]string
	var err error
	switch of := of.(type) {
	case sns.Topic:
		m, err = of.Attributes(t.Context())
	case sns.Subscription:
		m, err = of.Attributes(t.Context())
	}
	require.NoError(t, err)
	return m
}

// refused requires an error of the service, with code and text.
func refused(t testing.TB, err error, code sns.Code, text string, args ...any) {
	t.Helper()
	e, ok := errors.AsType[*sns.Error](err)
	require.True(t, ok, "%v %v", err, args)
	require.Equal(t, text, e.Message, args...)
	require.Equal(t, code, e.Code, args...)
}

// invalid requires the error of most bad parameters.
func invalid(t testing.TB, err error, text string, args ...any) {
	t.Helper()
	refused(t, err, sns.ErrInvalidParameter, "Invalid parameter: "+text, args...)
}

// site is an HTTP endpoint that notes what it gets.
type site struct {
	clk    *inflight.FakeClock
	start  time.Time
	mu     sync.Mutex
	posts  []post
	answer func(n int, w http.ResponseWriter, r *http.Request) // to the n-th request, from 1; nil: 200
}

type post struct {
	at     time.Duration // since the site was made
	url    string
	header http.Header
	body   string
}

// withSite returns a world whose HTTP endpoints are all the site.
func withSite(s *site, opts ...sns.Option) *world {
	w := fake(append(opts, sns.WithTransport(sns.HandlerTransport(s)))...)
	s.clk, s.start = w.clk, w.clk.Now()
	return w
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var b strings.Builder
	buf := make([]byte, 1<<10)
	for {
		n, err := r.Body.Read(buf)
		b.Write(buf[:n])
		if err != nil {
			break
		}
	}
	s.mu.Lock()
	s.posts = append(s.posts, post{s.clk.Now().Sub(s.start), r.URL.String(), r.Header.Clone(), b.String()})
	n := len(s.posts)
	s.mu.Unlock()
	if s.answer != nil {
		s.answer(n, w, r)
	}
}

// take returns what came since the last take.
func (s *site) take() []post {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.posts
	s.posts = nil
	return all
}

// times returns when the posts since the last take came.
func (s *site) times() []time.Duration {
	all := []time.Duration{}
	for _, p := range s.take() {
		all = append(all, p.at)
	}
	return all
}

// web subscribes a URL and confirms it.
func (w *world) web(t testing.TB, s *site, topic sns.Topic, url string, cfg sns.SubscriptionConfig) sns.Subscription {
	t.Helper()
	answer := s.answer
	s.answer = nil
	sub := subscribe(t, topic, sns.ToURL(url), cfg)
	w.clk.Advance(0)
	w.confirm(t, sub)
	s.take()
	s.answer = answer
	return sub
}

func status(code int) func(int, http.ResponseWriter, *http.Request) {
	return func(_ int, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}
