package snstest

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/inflight-mq/inflight/internal/suite"
	"github.com/inflight-mq/inflight/sns"
	"github.com/inflight-mq/inflight/sqs"
)

// Harness says how to run the suite against an implementation of [sns.Topics]. Only New is required.
type Harness struct {
	// New makes the instance for one case. It is called once per case that is not in Skip, with the test of that case: what
	// must be closed goes into t.Cleanup. All instances may share one service, because each case invents names of its own for
	// its topics and queues and deletes them at its end.
	New func(t testing.TB) Instance

	// Bubble runs each case in a testing/synctest bubble, New included. Time is then virtual: Instance.Wait and Now are those of
	// the bubble unless New sets others. It fits implementations that live in the process and open no socket.
	Bubble bool

	// Parallel runs the cases at the same time. It is meant for real services, where cases mostly wait.
	Parallel bool

	// Patience is the time that a case may let pass when time is real. Cases that take longer are skipped. 0 means 10 s.
	Patience time.Duration

	// Skip names cases that the implementation is known not to pass, each with the reason. A name that no case has fails the
	// test, so that the list cannot rot.
	Skip map[string]string
}

// Instance is an implementation under test. Only Topics and Queues are required. A case that needs what is nil is skipped, and
// says so.
//
// Every refusal must be an error for which errors.Is finds the [sns.Code], and where AWS is known to use a certain text, also
// an [*sns.Error] in its chain whose Message is that text.
type Instance struct {
	Topics sns.Topics

	// Queues are those of the same account and region, which the topics deliver to.
	Queues sqs.Queues

	// Publish publishes to any target; [sns.Broker.Publish] fits.
	Publish func(ctx context.Context, to sns.Target, m sns.Message) (sns.Published, error)

	// Wait lets d pass for the implementation. It returns afterwards, when what became due is done. The default is time.Sleep, in
	// a bubble followed by synctest.Wait; FakeClock.Advance fits.
	Wait func(d time.Duration)

	// Now tells the implementation's time. The default is time.Now.
	Now func() time.Time

	// Virtual says that Wait costs no real time: cases may then let days pass, and nothing else moves time.
	Virtual bool

	// Exact says that the implementation also makes the choices that AWS leaves open, in the tame way: what is published is in
	// the queues when Publish returns, once and in the order of publishing; counts are exact, lists are ordered by age, and
	// changed settings rule at once. It allows the cases that pin these choices, and spares all others the waiting for them.
	Exact bool

	// Trusting says that the implementation delivers to queues whose policies do not admit the topic.
	Trusting bool

	// Web is where HTTP deliveries arrive: the implementation must reach it at its base URL.
	Web *Web

	// Visit makes the unsigned GET request that somebody makes who follows a URL of an envelope, to confirm or to unsubscribe.
	Visit func(ctx context.Context, url string) error

	// As returns a context whose calls another account makes, of twelve digits.
	As func(ctx context.Context, account string) context.Context

	// Function makes f a function and returns its endpoint, and Stream a delivery stream; [sns.Broker.Function] and
	// [sns.Broker.Stream] fit.
	Function func(name string, f sns.Function) sns.Endpoint
	Stream   func(name string, f sns.Stream) sns.Endpoint

	// Emails tells what an address got; [sns.Broker.Emails] fits.
	Emails func(address string) []sns.Email

	// Platforms is mobile push. Pushes tells what an installation got, and TokenDied has its platform refuse its token;
	// [sns.Broker.Pushes] and [sns.Broker.TokenDied] fit.
	Platforms sns.Platforms
	Pushes    func(installation string) []sns.Push
	TokenDied func(installation string)

	// Phones is SMS. Texts tells what a phone got, and OptOut has its owner opt out; [sns.Broker.Texts] and [sns.Broker.OptOut] fit.
	Phones sns.Phones
	Texts  func(number string) []sns.Text
	OptOut func(number string)

	// Sandboxed says that the account is in the SMS sandbox: it may text the numbers only that it has verified.
	Sandboxed bool

	// Certificate fetches a certificate, in PEM form, from the URL that an envelope names.
	Certificate func(ctx context.Context, url string) ([]byte, error)

	// Prefix begins the names of all topics and queues of the instance: up to 20 letters, digits, hyphens and underscores. The
	// default is "snstest-". What follows is random.
	Prefix string
}

// Run runs every case against the implementation of h, each as a subtest that bears the case's name. A failure prints the rule
// that was broken and where the rule comes from.
func Run(t *testing.T, h Harness) {
	t.Helper()
	suite.Run(t, suite.Plan{Bubble: h.Bubble, Parallel: h.Parallel, Skip: h.Skip}, Cases(), func(c Case) string { return c.Name }, h.run)
}

// run runs one case as the test t.
func (h Harness) run(t *testing.T, c Case) {
	in := h.New(t)
	if h.Bubble {
		in = in.inBubble()
	}
	patience := h.Patience
	if patience == 0 {
		patience = 10 * time.Second
	}
	if why := in.unfit(c, patience); why != "" {
		t.Skip(why)
	}
	if err := c.Try(t.Context(), in); err != nil {
		t.Error(err)
	}
}

// inBubble fills in how time passes in a synctest bubble: what is due at the end of a wait is done when it returns.
func (in Instance) inBubble() Instance {
	if in.Wait == nil {
		in.Wait = func(d time.Duration) {
			time.Sleep(d)
			synctest.Wait()
		}
	}
	in.Virtual = true
	return in
}

// unfit says why a case cannot run against an instance, "" if it can.
func (in Instance) unfit(c Case, patience time.Duration) string {
	takes := c.Takes
	if c.Spreads && !in.Exact {
		takes += spreading
	}
	switch {
	case c.Exact && !in.Exact:
		return "pins what AWS leaves open; the instance is not Exact"
	case c.Virtual && !in.Virtual:
		return "looks at an instant; the instance is not Virtual"
	case takes > patience && !in.Virtual:
		return "takes " + takes.String() + " of real time; Harness.Patience is " + patience.String()
	}
	return in.lacks(c.Needs)
}

// lacks says what an instance cannot do of what a case needs, "" if it can do all.
func (in Instance) lacks(n Need) string {
	for _, l := range []struct {
		need  Need
		lacks bool
		why   string
	}{
		{NeedDirect, in.Publish == nil, "publishes directly; the instance has no Publish"},
		{NeedWeb, in.Web == nil, "delivers over HTTP; the instance has no Web"},
		{NeedVisit, in.Visit == nil, "follows a URL of an envelope; the instance has no Visit"},
		{NeedCaller, in.As == nil, "calls from another account; the instance has no As"},
		{NeedPolicies, in.Trusting, "needs the policies of queues to be asked; the instance is Trusting"},
		{NeedFunctions, in.Function == nil, "invokes a function; the instance has no Function"},
		{NeedStreams, in.Stream == nil, "feeds a stream; the instance has no Stream"},
		{NeedEmails, in.Emails == nil, "reads e-mail; the instance has no Emails"},
		{NeedSigning, in.Certificate == nil, "verifies signatures; the instance has no Certificate"},
		{NeedPlatforms, in.Platforms == nil, "is about mobile push; the instance has no Platforms"},
		{NeedPushes, in.Pushes == nil, "reads pushes; the instance has no Pushes"},
		{NeedTokens, in.TokenDied == nil, "lets a token die; the instance has no TokenDied"},
		{NeedPhones, in.Phones == nil, "is about SMS; the instance has no Phones"},
		{NeedTexts, in.Texts == nil, "reads texts; the instance has no Texts"},
		{NeedSandbox, !in.Sandboxed, "is about the SMS sandbox; the instance is not Sandboxed"},
		{NeedReach, in.Sandboxed, "texts any number; the instance is Sandboxed"},
		{NeedOptOut, in.OptOut == nil, "lets a phone opt out; the instance has no OptOut"},
	} {
		if n&l.need != 0 && l.lacks {
			return l.why
		}
	}
	return ""
}

// withDefaults returns the instance with every field set that has a default.
func (in Instance) withDefaults() Instance {
	if in.Wait == nil {
		in.Wait = time.Sleep
	}
	if in.Now == nil {
		in.Now = time.Now
	}
	if in.Prefix == "" {
		in.Prefix = "snstest-"
	}
	return in
}
