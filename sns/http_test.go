package sns_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/sns"
	"github.com/inflight-mq/inflight/sqs"
)

// Section 10.3 and 7.3: endpoints that behave badly. The publisher never notices.

// fewTries makes a dead letter of what fails twice.
const fewTries = `{"healthyRetryPolicy":{"minDelayTarget":20,"maxDelayTarget":20,"numRetries":1}}`

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func answer(code int, body io.Reader) *http.Response {
	return &http.Response{StatusCode: code, Header: http.Header{}, Body: io.NopCloser(body)}
}

type endless struct{}

func (endless) Read(b []byte) (int, error) { return len(b), nil }

type brokenBody struct{}

func (brokenBody) Read([]byte) (int, error) { return 0, errors.New("broken") }

// hangs waits for the end of the request.
func hangs(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

// system is a world by the system's clock, in a bubble.
func system(t *testing.T, rt http.RoundTripper) (b *sns.Broker, topic sns.Topic, dlq sqs.Queue) {
	queues := sqs.New()
	b = sns.New(sns.WithQueues(inflight.Queues(queues)), sns.WithTransport(rt), sns.WithoutQueuePolicies(), sns.WithoutSignatures())
	topic, err := b.Create(t.Context(), "x", sns.Config{})
	require.NoError(t, err)
	dlq, err = queues.Create(t.Context(), "dlq", sqs.Config{})
	require.NoError(t, err)
	sub := subscribe(t, topic, sns.ToURL("http://user:pass@a/"), sns.SubscriptionConfig{DeliveryPolicy: new(fewTries), DeadLetter: new(dlq.ARN())})
	_, err = b.Confirm(t.Context(), sns.Confirmation{TopicARN: topic.ARN(), Token: b.PendingToken(sub.ARN())})
	require.NoError(t, err)
	return b, topic, dlq
}

// Whatever an endpoint does, the publisher gets its answer at once; what fails is tried again after 20 s and becomes a dead letter.
func TestBadEndpoints(t *testing.T) {
	for name, row := range map[string]struct {
		do   func(*http.Request) (*http.Response, error)
		good bool
		took time.Duration // until all attempts are made
	}{
		"good":    {func(*http.Request) (*http.Response, error) { return answer(200, http.NoBody), nil }, true, 0},
		"no body": {func(*http.Request) (*http.Response, error) { return &http.Response{StatusCode: 200}, nil }, true, 0},
		"slow": {func(*http.Request) (*http.Response, error) {
			time.Sleep(15*time.Second - 1)
			return answer(200, http.NoBody), nil
		}, true, 15*time.Second - 1},
		"endless answer": {func(*http.Request) (*http.Response, error) { return answer(200, endless{}), nil }, true, 0},
		"broken answer":  {func(*http.Request) (*http.Response, error) { return answer(200, brokenBody{}), nil }, true, 0},
		"hangs":          {hangs, false, 50 * time.Second},
		"too slow": {func(*http.Request) (*http.Response, error) {
			time.Sleep(15*time.Second + 1)
			return answer(200, http.NoBody), nil
		}, false, 50 * time.Second},
		"refuses":        {func(*http.Request) (*http.Response, error) { return nil, errors.New("refused") }, false, 20 * time.Second},
		"nothing":        {func(*http.Request) (*http.Response, error) { return nil, nil }, false, 20 * time.Second},
		"panics":         {func(*http.Request) (*http.Response, error) { panic("no") }, false, 20 * time.Second},
		"ends":           {func(*http.Request) (*http.Response, error) { runtime.Goexit(); return nil, nil }, false, 20 * time.Second},
		"strange status": {func(*http.Request) (*http.Response, error) { return answer(-7, http.NoBody), nil }, false, 0},
		"too early":      {func(*http.Request) (*http.Response, error) { return answer(103, http.NoBody), nil }, false, 0},
		"slow in its body": {func(r *http.Request) (*http.Response, error) {
			return answer(200, readerFunc(func([]byte) (int, error) { <-r.Context().Done(); return 0, r.Context().Err() })), nil
		}, false, 50 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, topic, dlq := system(t, roundTrip(row.do))
				require.NoError(t, b.Settle(t.Context()))
				time.Sleep(time.Hour)
				require.NoError(t, b.Settle(t.Context()), "the request to confirm is done with")
				begin := time.Now()
				j := b.Record()
				publish(t, topic, "m")
				require.Equal(t, begin, time.Now(), "the publisher does not wait")
				for j.Count(sns.EventDelivered)+j.Count(sns.EventDeadLettered) == 0 {
					require.NoError(t, b.Settle(t.Context()))
					if j.Count(sns.EventDelivered)+j.Count(sns.EventDeadLettered) == 0 {
						require.Equal(t, 1, j.Count(sns.EventFailed), "what Settle waited for is done and noted")
						time.Sleep(20 * time.Second)
					}
				}
				require.Equal(t, row.took, time.Since(begin))
				require.Equal(t, row.good, j.Count(sns.EventDelivered) == 1)
				require.Equal(t, !row.good, len(drain(t, dlq)) == 1)
				time.Sleep(time.Hour)
				synctest.Wait() // and nobody is left: the bubble would not end
			})
		})
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }

// Settle ends with its context, and refuses none.
func TestSettleEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, topic, _ := system(t, roundTrip(hangs))
		publish(t, topic, "m")
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.Equal(t, context.DeadlineExceeded, b.Settle(ctx))
		require.Equal(t, context.DeadlineExceeded, b.Settle(ctx))
		var none context.Context
		require.ErrorIs(t, b.Settle(none), sns.ErrInvalidParameter)
		require.NoError(t, b.Settle(t.Context()))
		time.Sleep(time.Hour)
	})
}

// With a fake clock a move waits for the endpoint; for one that hangs it does not wait for ever, and time ends the request.
func TestFakeClockAndAHangingEndpoint(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &site{}
		w := withSite(s)
		topic := w.topic(t, "x", sns.Config{})
		dlq := w.queue(t, "dlq")
		w.web(t, s, topic, "http://a/", sns.SubscriptionConfig{DeliveryPolicy: new(fewTries), DeadLetter: new(dlq.ARN())})
		good := w.web(t, s, topic, "http://good/", sns.SubscriptionConfig{Raw: new(true)})
		_ = good
		s.answer = func(_ int, _ http.ResponseWriter, r *http.Request) {
			if r.Host == "a" {
				<-r.Context().Done()
			}
		}
		j := w.Record()
		publish(t, topic, "m")
		w.clk.Advance(0)
		require.Len(t, s.take(), 2)
		require.Equal(t, 1, j.Count(sns.EventDelivered))
		w.clk.Advance(sns.RequestTime - 1)
		require.Zero(t, j.Count(sns.EventFailed))
		w.clk.Advance(1)
		require.Equal(t, 1, j.Count(sns.EventFailed))
		w.clk.Advance(20*time.Second - 1)
		require.Empty(t, s.take())
		w.clk.Advance(1)
		require.Equal(t, seconds(35), s.times())
		w.clk.Advance(15 * time.Second)
		require.Len(t, drain(t, dlq), 1)
		require.Zero(t, w.clk.Timers())
		synctest.Wait()
	})
}

// Settle leaves no timer behind, however often it is called.
func TestSettleLeavesNoTimers(t *testing.T) {
	s := &site{}
	w := withSite(s)
	topic := w.topic(t, "x", sns.Config{})
	w.web(t, s, topic, "http://a/", sns.SubscriptionConfig{})
	s.answer = status(500)
	publish(t, topic, "m")
	for range 10 {
		require.NoError(t, w.Settle(t.Context()))
		require.Equal(t, 1, w.clk.Timers(), "the next attempt")
	}
	require.Equal(t, seconds(0), s.times())
	s.answer = nil
	w.clk.Advance(20 * time.Second)
	require.NoError(t, w.Settle(t.Context()))
	require.Zero(t, w.clk.Timers())
}

// Name and password are sent when the endpoint asks for them, and only then.
func TestBasicAuthentication(t *testing.T) {
	for name, row := range map[string]struct {
		url        string
		challenges []string
		posts      int
		good       bool
	}{
		"asked":            {"http://user:p%40ss@a/", []string{`Basic realm="x"`}, 2, true},
		"in lower case":    {"http://user:p%40ss@a/", []string{`basic realm="x"`}, 2, true},
		"second challenge": {"http://user:p%40ss@a/", []string{`Digest realm="x"`, `Basic realm="x"`}, 2, true},
		"wrong password":   {"http://user:wrong@a/", []string{`Basic realm="x"`}, 2, false},
		"nothing to send":  {"http://a/", []string{`Basic realm="x"`}, 1, false},
		"another scheme":   {"http://user:p%40ss@a/", []string{`Basically realm="x"`}, 1, false},
		"no challenge":     {"http://user:p%40ss@a/", nil, 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := &site{}
			w := withSite(s)
			topic := w.topic(t, "x", sns.Config{})
			w.web(t, s, topic, row.url, sns.SubscriptionConfig{})
			s.answer = func(_ int, w http.ResponseWriter, r *http.Request) {
				if user, password, ok := r.BasicAuth(); ok && user == "user" && password == "p@ss" {
					return
				}
				for _, challenge := range row.challenges {
					w.Header().Add("WWW-Authenticate", challenge)
				}
				w.WriteHeader(http.StatusUnauthorized)
			}
			j := w.Record()
			publish(t, topic, "m")
			w.clk.Advance(0)
			posts := s.take()
			require.Len(t, posts, row.posts)
			require.Empty(t, posts[0].header.Get("Authorization"))
			require.Equal(t, "http://a/", posts[0].url)
			for _, p := range posts {
				require.Equal(t, "m", message(t, p.body), "the whole body each time")
			}
			require.Equal(t, row.good, j.Count(sns.EventDelivered) == 1)
			require.Zero(t, j.Count(sns.EventFailed))
		})
	}
}

// What a handler sees and may do behind HandlerTransport.
func TestHandlerTransport(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("POST a.test/x", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || r.RequestURI != "/x?y=1" || r.ContentLength != int64(len(body)) {
			w.WriteHeader(500)
		}
		w.Header().Set("X", "before")
		w.WriteHeader(http.StatusEarlyHints)
		_, _ = w.Write(body)
		w.Header().Set("X", "after")
		w.WriteHeader(404)
	})
	mux.HandleFunc("/panics", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	c := http.Client{Transport: sns.HandlerTransport(mux)}
	got, err := c.Post("http://a.test/x?y=1", "text/plain", strings.NewReader("body"))
	require.NoError(t, err)
	body, err := io.ReadAll(got.Body)
	require.NoError(t, err)
	require.Equal(t, []any{200, "200 OK", "before", "body"}, []any{got.StatusCode, got.Status, got.Header.Get("X"), string(body)})
	got, err = c.Get("http://b.test/nowhere")
	require.NoError(t, err)
	require.Equal(t, 404, got.StatusCode)
	_, err = c.Get("http://b.test/panics")
	require.Error(t, err)
}

// Without a transport nothing leaves the process, and the attempts fail as refused connections do.
func TestNoTransport(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x", sns.Config{})
	sub := subscribe(t, topic, sns.ToURL("http://127.0.0.1/"), sns.SubscriptionConfig{})
	w.confirm(t, sub)
	j := w.Record()
	publish(t, topic, "m")
	w.clk.Advance(0)
	require.Equal(t, 2, j.Count(sns.EventFailed))
	w.clk.Advance(day)
	require.Equal(t, 2, j.Count(sns.EventLost))
}

// An endpoint may use the broker while it is called.
func TestEndpointsMayCallTheBroker(t *testing.T) {
	s := &site{}
	w := withSite(s)
	topic, next := w.topic(t, "x", sns.Config{}), w.topic(t, "next", sns.Config{})
	q, _ := w.raw(t, next, "q", sns.SubscriptionConfig{})
	w.web(t, s, topic, "http://a/", sns.SubscriptionConfig{})
	var failed atomic.Bool
	s.answer = func(_ int, _ http.ResponseWriter, r *http.Request) {
		_, err := next.Publish(context.WithoutCancel(r.Context()), sns.Message{Body: "from the web"})
		failed.Store(err != nil)
	}
	var self sns.Subscription
	self = subscribe(t, topic, w.Function("f", func(ctx context.Context, e sns.FunctionEvent) error {
		if _, err := next.Publish(ctx, sns.Message{Body: "from the function"}); err != nil {
			return err
		}
		return self.Unsubscribe(ctx)
	}), sns.SubscriptionConfig{})
	publish(t, topic, "1", "2")
	w.clk.Advance(0)
	require.False(t, failed.Load())
	require.Equal(t, []string{"from the function", "from the web", "from the web"}, bodies(t, q))
}

// Each attempt begins without the password, whatever the one before it sent.
func TestAuthenticationBeginsAnew(t *testing.T) {
	s := &site{}
	w := withSite(s)
	topic := w.topic(t, "x", sns.Config{})
	w.web(t, s, topic, "http://user:pass@a/", sns.SubscriptionConfig{})
	s.answer = func(_ int, w http.ResponseWriter, r *http.Request) {
		if _, _, named := r.BasicAuth(); named {
			w.WriteHeader(500)
			return
		}
		w.Header().Set("WWW-Authenticate", "Basic")
		w.WriteHeader(http.StatusUnauthorized)
	}
	publish(t, topic, "m")
	w.clk.Advance(20 * time.Second)
	var sent []string
	for _, p := range s.take() {
		sent = append(sent, p.header.Get("Authorization"))
	}
	const named = "Basic dXNlcjpwYXNz"
	require.Equal(t, []string{"", named, "", named}, sent)
}

// A content type that only raw deliveries can have is that of raw deliveries, and not of envelopes.
func TestContentTypesOfRawDeliveries(t *testing.T) {
	for _, row := range []struct {
		raw         bool
		given, want string
	}{
		{false, "application/json", "application/json"}, {true, "application/json", "application/json"},
		{false, "text/csv", "text/plain; charset=UTF-8"}, {true, "text/csv", "text/csv"},
	} {
		s := &site{}
		w := withSite(s)
		topic := w.topic(t, "x", sns.Config{})
		w.web(t, s, topic, "http://a/", sns.SubscriptionConfig{
			Raw: &row.raw, DeliveryPolicy: new(`{"requestPolicy":{"headerContentType":"` + row.given + `"}}`),
		})
		publish(t, topic, "m")
		w.clk.Advance(0)
		require.Equal(t, row.want, s.take()[0].header.Get("Content-Type"), row)
	}
}
