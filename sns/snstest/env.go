package snstest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/internal/suite"
	"github.com/inflight-mq/inflight/sns"
	"github.com/inflight-mq/inflight/sqs"
)

// Env is what a running case has: the instance, a context, and the methods of a test that the assertions of testify need. It
// is made by [Case.Try], which also ends it. Its methods are for the case's own goroutine.
type Env struct {
	Instance
	suite.Findings
	Ctx context.Context // ends with the case

	cancel  context.CancelFunc
	id      string // part of all names of this run
	numbers int    // numbers used for names and ids
	undo    []func(context.Context)
}

var (
	_ assert.TestingT  = (*Env)(nil)
	_ require.TestingT = (*Env)(nil)
)

func newEnv(ctx context.Context, in Instance) *Env {
	ctx, cancel := context.WithCancel(ctx)
	return &Env{Instance: in.withDefaults(), Ctx: ctx, cancel: cancel, id: uuid.NewString()[:8]}
}

// close deletes what the case has made, the latest first.
func (e *Env) close() {
	e.cancel()
	ctx := context.WithoutCancel(e.Ctx)
	for _, undo := range slices.Backward(e.undo) {
		undo(ctx)
	}
}

// number returns 1, 2, 3 …
func (e *Env) number() int {
	e.numbers++
	return e.numbers
}

// name invents the name of a topic, a queue or what else. Those of one case sort in the order in which they were invented.
func (e *Env) name() string {
	return fmt.Sprintf("%s%s-%03d", e.Prefix, e.id, e.number())
}

// create makes a topic of a name.
func (e *Env) create(name string, cfg sns.Config) sns.Topic {
	t, err := e.Topics.Create(e.Ctx, name, cfg)
	require.NoError(e, err, "Create %s", name)
	e.undo = append(e.undo, func(ctx context.Context) {
		_ = e.Topics.Topic(t.ARN()).SetAttribute(ctx, "ArchivePolicy", "{}") // or it cannot be deleted
		_ = e.Topics.Delete(ctx, t.ARN())                                    // the case may have deleted it
	})
	return t
}

// topic makes a standard topic.
func (e *Env) topic(cfg sns.Config) sns.Topic { return e.create(e.name(), cfg) }

// fifo makes a FIFO topic.
func (e *Env) fifo(cfg sns.Config) sns.Topic {
	cfg.FIFO = new(true)
	return e.create(e.name()+".fifo", cfg)
}

// set changes settings of a subscription, and lets them spread.
func (e *Env) set(s sns.Subscription, patch sns.SubscriptionConfig) {
	e.ok(s.SetConfig(e.Ctx, patch))
	e.spread()
}

// spread waits until changed settings rule everywhere.
func (e *Env) spread() {
	if !e.Exact {
		e.Wait(spreading)
	}
}

// ok demands that a call succeeded.
func (e *Env) ok(err error) { require.NoError(e, err) }

// refused demands an error of a code and, unless it is empty, of a text. A text that ends in "…" is only the beginning.
func (e *Env) refused(err error, code sns.Code, text string) {
	if !assert.ErrorIs(e, err, code) || text == "" {
		return
	}
	se, ok := errors.AsType[*sns.Error](err)
	if !assert.True(e, ok, "%v should be an *sns.Error", err) {
		return
	}
	if beginning, ok := strings.CutSuffix(text, "…"); ok {
		assert.True(e, strings.HasPrefix(se.Message, beginning), "%q should begin with %q", se.Message, beginning)
		return
	}
	assert.Equal(e, text, se.Message)
}

// invalid demands the refusal of a parameter.
func (e *Env) invalid(err error, text string) {
	if text != "" {
		text = "Invalid parameter: " + text
	}
	e.refused(err, sns.ErrInvalidParameter, text)
}

const (
	textNoTopic        = "Topic does not exist"
	textNoSubscription = "Subscription does not exist"
)

// publish publishes bodies one by one.
func (e *Env) publish(t sns.Topic, bodies ...string) []sns.Published {
	var all []sns.Published
	for _, b := range bodies {
		all = append(all, e.put(t, sns.Message{Body: b}))
	}
	return all
}

// group publishes bodies to a message group one by one, each under a deduplication id of its own.
func (e *Env) group(t sns.Topic, id string, bodies ...string) []sns.Published {
	var all []sns.Published
	for _, b := range bodies {
		all = append(all, e.put(t, sns.Message{Body: b, GroupID: id, DedupID: e.dedupID()}))
	}
	return all
}

func (e *Env) dedupID() string { return "dedup-" + strconv.Itoa(e.number()) }

// put publishes one message.
func (e *Env) put(t sns.Topic, m sns.Message) sns.Published {
	p, err := t.Publish(e.Ctx, m)
	require.NoError(e, err, "Publish")
	require.NotEqual(e, uuid.Nil, p.ID, "Publish answered no message id")
	return p
}

// subscribe subscribes an endpoint.
func (e *Env) subscribe(t sns.Topic, to sns.Endpoint, cfg sns.SubscriptionConfig) sns.Subscription {
	s, err := t.Subscribe(e.Ctx, to, cfg)
	require.NoError(e, err, "Subscribe %s %s", to.Protocol, to.Address)
	return s
}

// attributes returns the attributes of a topic.
func (e *Env) attributes(t sns.Topic) map[string]string {
	all, err := t.Attributes(e.Ctx)
	require.NoError(e, err, "Attributes")
	return all
}

// subAttributes returns the attributes of a subscription.
func (e *Env) subAttributes(s sns.Subscription) map[string]string {
	all, err := s.Attributes(e.Ctx)
	require.NoError(e, err, "Attributes")
	return all
}

// counts demands the counts of a topic's subscriptions, at once where the instance is exact.
func (e *Env) counts(t sns.Topic, confirmed, pending, deleted int) {
	want := fmt.Sprint(confirmed, pending, deleted)
	got := ""
	for range 30 {
		m := e.attributes(t)
		got = m["SubscriptionsConfirmed"] + " " + m["SubscriptionsPending"] + " " + m["SubscriptionsDeleted"]
		if got == want || e.Exact {
			break
		}
		e.Wait(time.Second)
	}
	assert.Equal(e, want, got, "confirmed, pending and deleted subscriptions")
}

// part returns the n-th part of an ARN, from 0.
func part(arn string, n int) string {
	parts := strings.SplitN(arn, ":", 6)
	return parts[n]
}

// sibling returns the ARN with its region or account, by the number of the part, replaced.
func sibling(arn string, n int, part string) string {
	parts := strings.SplitN(arn, ":", 6)
	parts[n] = part
	return strings.Join(parts, ":")
}

// queueARN invents the ARN of a queue that does not exist.
func (e *Env) queueARN(t sns.Topic, suffix string) string {
	return "arn:" + part(t.ARN(), 1) + ":sqs:" + part(t.ARN(), 3) + ":" + part(t.ARN(), 4) + ":" + e.name() + suffix
}

// open lets any topic send.
func open() sqs.Config { return sqs.Config{Policy: new(openPolicy)} }

const (
	openPolicy    = `{"Version":"2012-10-17","Statement":[` + openStatement + `]}`
	openStatement = `{"Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"*"}`
)
