package sqshttp_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sqs"
	"github.com/inflight-mq/inflight/sqs/sqshttp"
)

// Long polls through the client, in virtual time.

// receiveRequest is a ReceiveMessage on the queue q.
func receiveRequest(ctx context.Context, t testing.TB, wait string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://sqs.us-east-1.amazonaws.com/",
		strings.NewReader(`{"QueueUrl":"q","WaitTimeSeconds":`+wait+`}`))
	require.NoError(t, err)
	r.Header.Set("X-Amz-Target", "AmazonSQS.ReceiveMessage")
	return r
}

// inBubble runs a test in a bubble, whose end shows that no goroutine is left.
func inBubble(t *testing.T, f func(t *testing.T, q sqs.Queue, client *http.Client)) {
	synctest.Test(t, func(t *testing.T) {
		b := sqs.New()
		q, err := b.Create(t.Context(), "q", sqs.Config{})
		require.NoError(t, err)
		f(t, q, sqshttp.Client(b))
	})
}

func TestLongPollWakes(t *testing.T) {
	inBubble(t, func(t *testing.T, q sqs.Queue, client *http.Client) {
		go func() {
			time.Sleep(7 * time.Second)
			_, _ = q.Send(t.Context(), sqs.Message{Body: "job"})
		}()
		start := time.Now()
		for _, want := range []struct {
			body  string
			after time.Duration
		}{
			{`"Body":"job"`, 7 * time.Second},  // the send
			{`{}`, 27 * time.Second},           // nothing comes
			{`"Body":"job"`, 37 * time.Second}, // the visibility timeout
		} {
			r, err := client.Do(receiveRequest(t.Context(), t, "20"))
			require.NoError(t, err)
			require.Contains(t, body(t, r), want.body)
			require.Equal(t, want.after, time.Since(start))
		}
	})
}

func TestLongPollUsesTheQueuesWait(t *testing.T) {
	inBubble(t, func(t *testing.T, q sqs.Queue, client *http.Client) {
		require.NoError(t, q.SetConfig(t.Context(), sqs.Config{ReceiveWait: new(5 * time.Second)}))
		for wait, want := range map[string]time.Duration{"null": 5 * time.Second, "0": 0} {
			start := time.Now()
			r, err := client.Do(receiveRequest(t.Context(), t, wait))
			require.NoError(t, err)
			require.Equal(t, "{}", body(t, r))
			require.Equal(t, want, time.Since(start))
		}
	})
}

// The three ways in which a client gives up: nothing is lent to it, and the next consumer gets the message.
func TestLongPollThatIsGivenUp(t *testing.T) {
	for name, want := range map[string]error{"cancel": context.Canceled, "deadline": context.DeadlineExceeded, "timeout": context.DeadlineExceeded} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, q sqs.Queue, client *http.Client) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				switch name {
				case "cancel":
					time.AfterFunc(3*time.Second, cancel)
				case "deadline":
					ctx, cancel = context.WithTimeout(ctx, 3*time.Second)
					defer cancel()
				case "timeout":
					client.Timeout = 3 * time.Second
				}
				start := time.Now()
				_, err := client.Do(receiveRequest(ctx, t, "20"))
				require.ErrorIs(t, err, want)
				require.Equal(t, 3*time.Second, time.Since(start))

				_, err = q.Send(t.Context(), sqs.Message{Body: "m"})
				require.NoError(t, err)
				n, err := q.Counts(t.Context())
				require.NoError(t, err)
				require.Equal(t, sqs.Counts{Visible: 1}, n)
			})
		})
	}
}

func TestRequestWhoseContextHasEnded(t *testing.T) {
	inBubble(t, func(t *testing.T, q sqs.Queue, client *http.Client) {
		_, err := q.Send(t.Context(), sqs.Message{Body: "m"})
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err = client.Transport.RoundTrip(receiveRequest(ctx, t, "20"))
		require.Equal(t, context.Canceled, err)
		n, err := q.Counts(t.Context())
		require.NoError(t, err)
		require.Equal(t, sqs.Counts{Visible: 1}, n)
	})
}

// What is done is answered, though the context ended meanwhile: the client must learn of it.
func TestAnAnswerOutlivesItsContext(t *testing.T) {
	b := sqs.New()
	q, err := b.Create(t.Context(), "q", sqs.Config{})
	require.NoError(t, err)
	_, err = q.Send(t.Context(), sqs.Message{Body: "m"})
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	b.Intercept(func(_ context.Context, c sqs.Call) error {
		if c.Stage == sqs.AfterCommit {
			cancel()
		}
		return nil
	})
	r, err := sqshttp.Client(b).Transport.RoundTrip(receiveRequest(ctx, t, "0"))
	require.NoError(t, err)
	require.Contains(t, body(t, r), `"Body":"m"`)
	require.Error(t, ctx.Err())
}

func TestDeletedQueueEndsTheLongPoll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := sqs.New()
		_, err := b.Create(t.Context(), "q", sqs.Config{})
		require.NoError(t, err)
		time.AfterFunc(time.Second, func() { _ = b.Delete(t.Context(), "q") })
		r, err := sqshttp.Client(b).Do(receiveRequest(t.Context(), t, "20"))
		require.NoError(t, err)
		require.Equal(t, http.StatusBadRequest, r.StatusCode)
		require.Contains(t, body(t, r), "com.amazonaws.sqs#QueueDoesNotExist")
	})
}
