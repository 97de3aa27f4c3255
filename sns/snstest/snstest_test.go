package snstest_test

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/sns"
	"github.com/inflight-mq/inflight/sns/snstest"
	"github.com/inflight-mq/inflight/sqs"
)

func TestBrokerOnFakeClock(t *testing.T) {
	snstest.Run(t, snstest.Harness{New: func(testing.TB) snstest.Instance { return onFakeClock() }})
}

func TestBrokerInBubble(t *testing.T) {
	snstest.Run(t, snstest.Harness{Bubble: true, New: func(testing.TB) snstest.Instance { return inBubble() }})
}

// The suite fits an account in the SMS sandbox too.
func TestBrokerInTheSandbox(t *testing.T) {
	snstest.Run(t, snstest.Harness{New: func(testing.TB) snstest.Instance {
		in := onFakeClock(sns.WithSMSSandbox())
		in.Sandboxed = true
		return in
	}})
}

// onFakeClock is a broker whose time only the suite moves.
func onFakeClock(opts ...sns.Option) snstest.Instance {
	clk := inflight.NewFakeClock(time.Time{})
	in := instance(sqs.New(sqs.WithClock(clk)), append(opts, sns.WithClock(clk))...)
	in.Wait, in.Now, in.Virtual = clk.Advance, clk.Now, true
	return in
}

// inBubble is a broker that lives by the system's clock, which a bubble makes virtual.
func inBubble(opts ...sns.Option) snstest.Instance {
	return instance(sqs.New(), opts...)
}

// instance is a broker of topics that delivers to a broker of queues.
func instance(queues *sqs.Broker, opts ...sns.Option) snstest.Instance {
	web := snstest.NewWeb("http://web.test")
	b := sns.New(append([]sns.Option{
		sns.WithQueues(inflight.Queues(queues)), sns.WithTransport(sns.HandlerTransport(web)),
	}, opts...)...)
	return snstest.Instance{
		Topics: b, Queues: queues, Publish: b.Publish, Exact: true, Web: web, Visit: visitor{b}.visit, As: as, Function: b.Function,
		Stream: b.Stream, Emails: b.Emails, Platforms: b, Pushes: b.Pushes, TokenDied: b.TokenDied, Phones: b, Texts: b.Texts, OptOut: b.OptOut,
		Certificate: func(context.Context, string) ([]byte, error) { pem, _ := b.Certificate(); return pem, nil },
	}
}

func as(ctx context.Context, account string) context.Context {
	return sns.WithCaller(ctx, sns.Caller{Account: account})
}

// A broker that delivers twice, and to its subscribers in any order, is within the rules: the cases that are not exact must pass.
func TestCasesAllowWhatTheServiceMayDo(t *testing.T) {
	for seed := range uint64(2) {
		snstest.Run(t, snstest.Harness{
			Bubble: true,
			New: func(testing.TB) snstest.Instance {
				in := inBubble(sns.WithChooser(sns.RandomChooser(seed)))
				in.Exact = false
				return in
			},
		})
	}
}

func TestCasesAreWellFormed(t *testing.T) {
	source := regexp.MustCompile(`^(recorded|observed|documented|inferred|contract) \d+(\.\d+)?$`)
	name := regexp.MustCompile(`^[a-z]+/[a-z]+(-[a-z0-9]+)*$`)
	names := map[string]bool{}
	for _, c := range snstest.Cases() {
		assert.Regexp(t, name, c.Name)
		assert.Regexp(t, source, c.Source, c.Name)
		assert.NotEmpty(t, c.Rule, c.Name)
		assert.NotNil(t, c.Run, c.Name)
		assert.False(t, names[c.Name], "two cases are called %s", c.Name)
		assert.Contains(t, c.Name, c.Subject()+"/")
		names[c.Name] = true
	}
	assert.Greater(t, len(names), 500)
}

// The cases delete what they make, and the durations that they declare are true, so that Patience means something: nothing takes
// more than some seconds unless it says so.
func TestCasesLeaveNothingBehindAndTakeWhatTheySay(t *testing.T) {
	in := onFakeClock()
	for _, c := range snstest.Cases() {
		if c.Needs&snstest.NeedSandbox != 0 {
			continue
		}
		start := in.Now()
		require.NoError(t, c.Try(t.Context(), in))
		if !c.Virtual { // which real time never sees
			assert.LessOrEqual(t, in.Now().Sub(start), 12*time.Second+c.Takes, c.Name)
		}
	}
	topics, err := in.Topics.List(t.Context(), "")
	require.NoError(t, err)
	assert.Empty(t, topics.Topics)
	queues, err := in.Queues.List(t.Context(), sqs.ListOptions{})
	require.NoError(t, err)
	assert.Empty(t, queues.Queues)
	apps, err := in.Platforms.Apps(t.Context(), "")
	require.NoError(t, err)
	assert.Empty(t, apps.Apps)
}

// What an instance cannot do is said, and nothing else is left out.
func TestWhatAnInstanceLacksIsSkipped(t *testing.T) {
	for name, lacking := range map[string]func(*snstest.Instance){
		"publishes directly": func(in *snstest.Instance) { in.Publish = nil }, "delivers over HTTP": func(in *snstest.Instance) { in.Web = nil },
		"follows a URL": func(in *snstest.Instance) { in.Visit = nil }, "another account": func(in *snstest.Instance) { in.As = nil },
		"policies of queues": func(in *snstest.Instance) { in.Trusting = true }, "invokes a function": func(in *snstest.Instance) { in.Function = nil },
		"feeds a stream": func(in *snstest.Instance) { in.Stream = nil }, "reads e-mail": func(in *snstest.Instance) { in.Emails = nil },
		"mobile push":  func(in *snstest.Instance) { in.Platforms = nil },
		"reads pushes": func(in *snstest.Instance) { in.Pushes = nil }, "a token die": func(in *snstest.Instance) { in.TokenDied = nil },
		"about SMS": func(in *snstest.Instance) { in.Phones = nil }, "reads texts": func(in *snstest.Instance) { in.Texts = nil },
		"opt out": func(in *snstest.Instance) { in.OptOut = nil }, "verifies signatures": func(in *snstest.Instance) { in.Certificate = nil }, "not Exact": func(in *snstest.Instance) { in.Exact = false },
		"not Virtual": func(in *snstest.Instance) { in.Virtual = false }, "texts any number": func(in *snstest.Instance) { in.Sandboxed = true },
	} {
		full, less := onFakeClock(), onFakeClock()
		lacking(&less)
		said := 0
		for _, c := range snstest.Cases() {
			if why := less.Unfit(c, 0); why != "" && c.Needs&snstest.NeedSandbox == 0 {
				require.Empty(t, full.Unfit(c, 0), c.Name)
				said += strings.Count(why, name)
			}
		}
		assert.Positive(t, said, name)
	}
}

func TestEverySubjectHasCases(t *testing.T) {
	bySubject := map[string]int{}
	for _, c := range snstest.Cases() {
		bySubject[c.Subject()]++
	}
	for subject, n := range bySubject {
		assert.GreaterOrEqual(t, n, 5, subject)
	}
	assert.GreaterOrEqual(t, len(bySubject), 20)
}
