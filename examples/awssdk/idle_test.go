package awssdk_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/examples/awssdk"
)

// counting is the system's clock, and tells when so many timers were armed: one for each long poll that waits.
type counting struct {
	left  atomic.Int64
	armed chan struct{}
}

func newCounting(n int) *counting {
	c := &counting{armed: make(chan struct{})}
	c.left.Store(int64(n))
	return c
}

func (c *counting) Now() time.Time { return time.Now() }

func (c *counting) AfterFunc(d time.Duration, f func()) func() bool {
	t := time.AfterFunc(d, f)
	if c.left.Add(-1) == 0 {
		close(c.armed)
	}
	return t.Stop
}

// cpu is the time that this process has computed so far.
func cpu(t *testing.T) time.Duration {
	var u syscall.Rusage
	require.NoError(t, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// idle lets n long polls wait, and measures what the process computes in half a second of real time. Then it ends them with one
// cancel. The requests are those of the SDK, but made by hand: the deep stacks of as many calls of the SDK would be the test.
func idle(t *testing.T, n int, client *http.Client, endpoint string, clock *counting) time.Duration {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var polls sync.WaitGroup
	var ended atomic.Int64
	for range n {
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, strings.NewReader(`{"QueueUrl":"q","WaitTimeSeconds":20}`))
		require.NoError(t, err)
		r.Header.Set("X-Amz-Target", "AmazonSQS.ReceiveMessage")
		polls.Go(func() {
			answer, err := client.Do(r)
			assert.ErrorIs(t, err, context.Canceled)
			if err == nil {
				_ = answer.Body.Close()
			}
			ended.Add(1)
		})
	}
	select {
	case <-clock.armed:
	case <-time.After(10 * time.Second):
		require.Fail(t, "not all polls wait")
	}
	runtime.GC() // the garbage of the calls is not what is measured
	before := cpu(t)
	<-time.After(500 * time.Millisecond)
	used := cpu(t) - before
	assert.Zero(t, ended.Load(), "all polls waited all the time")
	cancel()
	polls.Wait()
	t.Logf("%d long polls: %v of CPU in 500 ms", n, used)
	return used
}

// A service of consumers that mostly wait must cost nothing while they do: no goroutine of the broker's, no ticking.
func TestIdleLongPollsCostNothing(t *testing.T) {
	n := 10_000
	if raceDetector {
		n = 1_000 // it bears no more than 8,128 goroutines
	}
	clock := newCounting(n)
	region := inflight.New(inflight.WithClock(clock))
	create(t, awssdk.Client(region), "q", nil)
	used := idle(t, n, region.HTTPClient(), "https://sqs.us-east-1.amazonaws.com/", clock)
	assert.Less(t, used, 25*time.Millisecond)
}

// Over sockets each poll holds a connection, and nothing else.
func TestIdleConnectionsCostNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("a thousand connections")
	}
	const n = 1_000
	clock := newCounting(n)
	region := inflight.New(inflight.WithClock(clock))
	create(t, awssdk.Client(region), "q", nil)
	server := httptest.NewServer(region.Handler())
	defer server.Close()
	used := idle(t, n, server.Client(), server.URL, clock)
	assert.Less(t, used, 25*time.Millisecond)
}
