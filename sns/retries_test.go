package sns_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sns"
	"github.com/inflight-mq/inflight/sqs"
)

// Sections 10.1 to 10.3: when failed deliveries are tried again.

func seconds(all ...float64) []time.Duration {
	ds := []time.Duration{}
	for _, s := range all {
		ds = append(ds, time.Duration(s*float64(time.Second)))
	}
	return ds
}

// The instants of all attempts of a web endpoint that never takes the message.
func TestWebSchedules(t *testing.T) {
	for name, row := range map[string]struct {
		topic, sub string
		want       []time.Duration
	}{
		"default": {"", "", seconds(0, 20, 40, 60)},
		"phases": {"", `{"healthyRetryPolicy":{"minDelayTarget":1,"maxDelayTarget":5,"numRetries":7,"numNoDelayRetries":2,"numMinDelayRetries":1,` +
			`"numMaxDelayRetries":1,"backoffFunction":"linear"}}`, seconds(0, 0, 0, 1, 2, 5, 10, 15)},
		"arithmetic": {"", `{"healthyRetryPolicy":{"minDelayTarget":1,"maxDelayTarget":21,"numRetries":5,"backoffFunction":"arithmetic"}}`,
			seconds(0, 1, 4, 11, 24, 45)},
		"geometric": {"", `{"healthyRetryPolicy":{"minDelayTarget":1,"maxDelayTarget":81,"numRetries":5,"backoffFunction":"geometric"}}`,
			seconds(0, 1, 4, 13, 40, 121)},
		"exponential": {"", `{"healthyRetryPolicy":{"minDelayTarget":1,"maxDelayTarget":31,"numRetries":5,"backoffFunction":"exponential"}}`,
			seconds(0, 1, 4, 11, 26, 57)},
		"none":       {"", `{"healthyRetryPolicy":{"minDelayTarget":1,"maxDelayTarget":1,"numRetries":0}}`, seconds(0)},
		"of a topic": {`{"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":2,"maxDelayTarget":2,"numRetries":2}}}`, "", seconds(0, 2, 4)},
		"its own": {`{"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":2,"maxDelayTarget":2,"numRetries":2}}}`,
			`{"healthyRetryPolicy":{"minDelayTarget":3,"maxDelayTarget":3,"numRetries":1}}`, seconds(0, 3)},
		"no overrides": {`{"http":{"disableSubscriptionOverrides":true}}`,
			`{"healthyRetryPolicy":{"minDelayTarget":3,"maxDelayTarget":3,"numRetries":1}}`, seconds(0, 20, 40, 60)},
	} {
		t.Run(name, func(t *testing.T) {
			s := &site{}
			w := withSite(s)
			topic := w.topic(t, "x", sns.Config{DeliveryPolicy: &row.topic})
			dlq := w.queue(t, "dlq")
			w.web(t, s, topic, "http://a/", sns.SubscriptionConfig{DeliveryPolicy: &row.sub, DeadLetter: new(dlq.ARN())})
			s.answer = status(http.StatusServiceUnavailable)
			j := w.Record()
			publish(t, topic, "m")
			require.Empty(t, s.take(), "the publisher does not wait")
			last := row.want[len(row.want)-1]
			w.clk.Advance(last)
			require.Equal(t, row.want, s.times())
			require.Equal(t, "m", message(t, one(t, dlq).Body), "at once after the last")
			require.Equal(t, len(row.want)-1, j.Count(sns.EventFailed))
			i := 0
			for e := range j.Events() {
				if e.Kind == sns.EventFailed {
					i++
					require.Equal(t, i, e.Attempt)
					require.Equal(t, row.want[i], e.Until.Sub(s.start))
				}
			}
			w.clk.Advance(day)
			require.Empty(t, s.take())
			require.Zero(t, w.clk.Timers())
		})
	}
}

// Which answers are success, which are tried again, and which are final.
func TestAnswers(t *testing.T) {
	for code, attempts := range map[int]int{
		200: 1, 201: 1, 204: 1, 299: 1, 301: 1, 302: 1, 304: 1, 307: 1, 400: 1, 401: 1, 403: 1, 404: 1, 410: 1, 429: 4, 500: 4, 502: 4, 503: 4, 599: 4,
	} {
		s := &site{}
		w := withSite(s)
		topic := w.topic(t, "x", sns.Config{})
		dlq := w.queue(t, "dlq")
		w.web(t, s, topic, "http://a/", sns.SubscriptionConfig{DeadLetter: new(dlq.ARN())})
		s.answer = func(_ int, w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "http://elsewhere/")
			w.WriteHeader(code)
		}
		publish(t, topic, "m")
		w.clk.Advance(time.Hour)
		posts := s.take()
		require.Len(t, posts, attempts, code)
		id := posts[0].header.Get("X-Amz-Sns-Message-Id")
		for _, p := range posts {
			require.Equal(t, "http://a/", p.url, "redirects are not followed")
			require.Equal(t, id, p.header.Get("X-Amz-Sns-Message-Id"))
		}
		require.Equal(t, code/100 != 2, len(drain(t, dlq)) == 1, code)
	}
}

// An endpoint that recovers gets the message, once.
func TestRecovery(t *testing.T) {
	s := &site{}
	w := withSite(s)
	topic := w.topic(t, "x", sns.Config{})
	dlq := w.queue(t, "dlq")
	w.web(t, s, topic, "http://a/", sns.SubscriptionConfig{DeadLetter: new(dlq.ARN())})
	s.answer = func(n int, w http.ResponseWriter, _ *http.Request) {
		if n < 3 {
			w.WriteHeader(500)
		}
	}
	j := w.Record()
	publish(t, topic, "m")
	w.clk.Advance(time.Hour)
	require.Equal(t, seconds(0, 20, 40), s.times())
	require.Empty(t, drain(t, dlq))
	require.Equal(t, 1, j.Count(sns.EventDelivered))
}

// Functions and queues: three at once, two after a second each, ten growing to 20 s, then every 20 s; in all 100,015 retries.
func TestManagedSchedule(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x", sns.Config{})
	dlq := w.queue(t, "dlq")
	start := w.clk.Now()
	var times []time.Duration
	calls := 0
	f := w.Function("f", func(context.Context, sns.FunctionEvent) error {
		if calls++; calls < 20 {
			times = append(times, w.clk.Now().Sub(start))
		}
		if calls%2 == 0 {
			panic("no")
		}
		return errors.New("no")
	})
	subscribe(t, topic, f, sns.SubscriptionConfig{DeadLetter: new(dlq.ARN())})
	publish(t, topic, "m")
	require.Equal(t, seconds(0, 0, 0, 0), times, "before Publish returns")
	w.clk.Advance(2 * time.Second)
	require.Equal(t, seconds(1, 2), times[4:])
	w.clk.Advance(3 * time.Minute)
	require.Equal(t, 3*time.Second, times[6])
	d := func(i int) float64 { return 1 + 19*float64(uint(1)<<(i-1)-1)/float64(uint(1)<<9-1) }
	for i := 1; i <= 10; i++ {
		require.InDelta(t, d(i), (times[5+i] - times[4+i]).Seconds(), 1e-8, i)
	}
	require.Equal(t, 20*time.Second, times[16]-times[15])
	for _, waiting := range w.Peek("x").Waiting {
		require.Equal(t, calls, waiting.Attempts)
	}
	w.clk.Advance(24 * day)
	require.Equal(t, 100_016, calls)
	require.Equal(t, "m", message(t, one(t, dlq).Body), "a function's dead letter is the envelope")
	require.Zero(t, w.clk.Timers())
}

// A queue that is throttled or broken is tried again; one that refuses is not.
func TestQueueFailures(t *testing.T) {
	for code, again := range map[error]bool{
		sqs.ErrInternal: true, sqs.ErrServiceUnavailable: true, sqs.ErrRequestThrottled: true, sqs.ErrKMSThrottled: true, errors.New("own"): true,
		sqs.ErrAccessDenied: false, sqs.ErrQueueDoesNotExist: false, sqs.ErrKMSDisabled: false, sqs.ErrInvalidMessageContents: false,
	} {
		w := fake()
		topic := w.topic(t, "x", sns.Config{})
		q, _ := w.raw(t, topic, "q", sns.SubscriptionConfig{})
		j := w.Record()
		remove := w.queues.Intercept(sqs.Fault{Op: sqs.OpSendMessage, Queue: "q", Err: code}.Inject)
		publish(t, topic, "m")
		require.Equal(t, again, j.Count(sns.EventFailed) == 4, code)
		require.Equal(t, again, j.Count(sns.EventLost) == 0, code)
		remove()
		w.clk.Advance(time.Second)
		require.Equal(t, again, len(drain(t, q)) == 1, code)
	}
}

// The order of a failed message is lost, nothing else: others and later ones go on.
func TestFailuresHoldNobodyUp(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x.fifo", sns.Config{})
	q, _ := w.raw(t, topic, "q.fifo", sns.SubscriptionConfig{})
	other, _ := w.raw(t, topic, "other.fifo", sns.SubscriptionConfig{})
	remove := w.queues.Intercept(sqs.Fault{Op: sqs.OpSendMessage, Queue: "q.fifo", Err: sqs.ErrInternal}.Inject)
	publish(t, topic, "1")
	remove()
	publish(t, topic, "2")
	w.clk.Advance(time.Second)
	require.Equal(t, []string{"2", "1"}, bodies(t, q))
	require.Equal(t, []string{"1", "2"}, bodies(t, other))
}

// A throttle policy spaces the attempts of a subscription, in order; the retry of one does not hold the others up.
func TestThrottle(t *testing.T) {
	s := &site{}
	w := withSite(s)
	topic := w.topic(t, "x", sns.Config{})
	throttled := w.web(t, s, topic, "http://a/", sns.SubscriptionConfig{DeliveryPolicy: new(`{"throttlePolicy":{"maxReceivesPerSecond":4}}`)})
	w.clk.Advance(time.Second) // the request to confirm counts, too
	s.start = w.clk.Now()
	publish(t, topic, "1", "2", "3", "4", "5")
	w.clk.Advance(time.Hour)
	posts := s.take()
	for i, p := range posts {
		require.Equal(t, time.Duration(i)*250*time.Millisecond, p.at)
		require.Equal(t, string(rune('1'+i)), message(t, p.body))
	}
	require.Len(t, posts, 5)

	s.start = w.clk.Now()
	s.answer = status(500)
	publish(t, topic, "fails")
	w.clk.Advance(0)
	require.Equal(t, seconds(0), s.times())
	s.answer = nil
	publish(t, topic, "next", "and next")
	w.clk.Advance(time.Second)
	require.Equal(t, seconds(0.25, 0.5), s.times(), "it does not wait behind the retry")
	w.clk.Advance(time.Minute)
	require.Equal(t, seconds(20), s.times())
	require.NoError(t, throttled.Unsubscribe(t.Context()))
	w.web(t, s, topic, "http://b/", sns.SubscriptionConfig{})
	s.start = w.clk.Now()
	publish(t, topic, "1", "2", "3")
	w.clk.Advance(0)
	require.Equal(t, seconds(0, 0, 0), s.times(), "without a policy nothing is spaced")
}

// Nothing else than e-mail knows no failure; a queue, a function or a stream that is not there has lost the message at once.
func TestEndpointsThatAreGone(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x", sns.Config{})
	dlq := w.queue(t, "dlq")
	cfg := sns.SubscriptionConfig{DeadLetter: new(dlq.ARN())}
	queue := subscribe(t, topic, sns.ToQueue(queuePrefix+"missing"), cfg)
	subscribe(t, topic, w.Function("f", nil), cfg)
	cfg.Attributes = map[string]string{"SubscriptionRoleArn": "r"}
	subscribe(t, topic, w.Stream("s", nil), cfg)
	j := w.Record()
	publish(t, topic, "m")
	require.Len(t, drain(t, dlq), 3)
	require.Equal(t, 3, j.Count(sns.EventDeadLettered))
	require.Zero(t, j.Count(sns.EventFailed))
	require.Equal(t, "false", attributes(t, queue)["PendingConfirmation"], "a failure changes no subscription")
	q := w.queue(t, "missing")
	publish(t, topic, "m")
	require.Len(t, drain(t, q), 1, "by its ARN, at each delivery")

	lonely := sns.New(sns.WithQueues(nil), sns.WithTransport(nil))
	x, err := lonely.Create(t.Context(), "x", sns.Config{})
	require.NoError(t, err)
	subscribe(t, x, sns.ToQueue(queuePrefix+"q"), sns.SubscriptionConfig{})
	lost := lonely.Record()
	publish(t, x, "m")
	require.Equal(t, 1, lost.Count(sns.EventLost))
}
