package sqs_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sqs"
)

// Section 1: names, ARNs, URLs, and what finds a queue.

func TestNames(t *testing.T) {
	const standard = "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length"
	const fifo = "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length"
	for _, c := range []struct {
		name string
		fifo bool
		text string
	}{
		{"q", false, ""},
		{"Az09-_", false, ""},
		{strings.Repeat("n", 80), false, ""},
		{strings.Repeat("n", 81), false, standard},
		{"a.b", false, standard},
		{"a b", false, standard},
		{"a/b", false, standard},
		{"ä", false, standard},
		{"a\n", false, standard},
		{"q.fifo", false, standard},
		{"", false, "Queue name cannot be empty"},
		{"q.fifo", true, ""},
		{strings.Repeat("n", 75) + ".fifo", true, ""},
		{strings.Repeat("n", 76) + ".fifo", true, fifo},
		{"q", true, fifo},
		{".fifo", true, fifo},
		{"q.FIFO", true, fifo},
		{"a.b.fifo", true, fifo},
		{"q.fifo.fifo", true, fifo},
		{"", true, "Queue name cannot be empty"},
	} {
		b, _ := fakeBroker()
		cfg := sqs.Config{}
		if c.fifo {
			cfg.FIFO = new(true)
		}
		q, err := b.Create(t.Context(), c.name, cfg)
		if c.text == "" {
			require.NoError(t, err, c.name)
			require.Equal(t, c.name, q.Name())
		} else {
			refused(t, err, sqs.ErrInvalidParameterValue, c.text, "%q", c.name)
			require.Nil(t, q)
		}
	}
}

func TestNamesAreCaseSensitive(t *testing.T) {
	b, _ := fakeBroker()
	create(t, b, "queue", sqs.Config{})
	create(t, b, "Queue", sqs.Config{})
	send(t, create(t, b, "queue", sqs.Config{}), "m")
	require.Len(t, b.Peek("queue"), 1)
	require.Empty(t, b.Peek("Queue"))
}

func TestARNAndURL(t *testing.T) {
	for region, partition := range map[string]string{
		"us-east-1": "aws", "eu-central-1": "aws", "cn-north-1": "aws-cn", "us-gov-west-1": "aws-us-gov", "us-govern-1": "aws",
	} {
		b, _ := fakeBroker(sqs.WithRegion(region), sqs.WithAccount("000000000042"))
		q := create(t, b, "q", sqs.Config{})
		require.Equal(t, "arn:"+partition+":sqs:"+region+":000000000042:q", q.ARN())
		require.Equal(t, "https://sqs."+region+".amazonaws.com/000000000042/q", q.URL())
	}
	b := sqs.New()
	require.Equal(t, "arn:aws:sqs:us-east-1:123456789012:q", create(t, b, "q", sqs.Config{}).ARN())
}

func TestRefs(t *testing.T) {
	b, _ := fakeBroker()
	create(t, b, "q", sqs.Config{})
	create(t, b, "q.fifo", sqs.Config{})
	send(t, create(t, b, "q", sqs.Config{}), "m")
	for ref, found := range map[string]bool{
		"q": true, "q.fifo": true,
		"https://sqs.us-east-1.amazonaws.com/123456789012/q":   true,
		"https://us-east-1.queue.amazonaws.com/123456789012/q": true,
		"https://queue.amazonaws.com/123456789012/q":           true,
		"http://localhost:4566/123456789012/q":                 true,
		"http://[::1]:9324/queue/123456789012/q.fifo":          true,
		"https://sqs.us-east-1.amazonaws.com/123456789012/q/":  true,
		"/123456789012/q":                      true,
		"arn:aws:sqs:us-east-1:123456789012:q": true,
		"":                                     false,
		"Q":                                    false,
		" q":                                   false,
		"missing":                              false,
		"https://sqs.us-east-1.amazonaws.com/210987654321/q":      false,
		"https://sqs.us-east-1.amazonaws.com/123456789012/absent": false,
		"arn:aws:sqs:us-east-1:210987654321:q":                    false,
		"arn:aws:sqs:eu-west-1:123456789012:q":                    false,
		"arn:aws:sns:us-east-1:123456789012:q":                    false,
		"arn:aws:sqs:us-east-1:123456789012:":                     false,
		"/":                                                       false, "//": false, "https://": false, "://": false, "%": false, "%zz/q/": false, "\x00": false, "q\n": false,
		"https://sqs.us-east-1.amazonaws.com/": false, ":": false, "arn:": false, "?": false, "#/q#": false,
		strings.Repeat("/", 1000): false,
	} {
		q, err := b.Open(t.Context(), ref)
		if found {
			require.NoError(t, err, ref)
			require.True(t, strings.HasPrefix(q.Name(), "q"))
			continue
		}
		refused(t, err, sqs.ErrQueueDoesNotExist, "The specified queue does not exist.", "%q", ref)
		refused(t, b.Delete(t.Context(), ref), sqs.ErrQueueDoesNotExist, "The specified queue does not exist.", "%q", ref)
		require.Empty(t, b.Peek(ref))
	}
	require.Len(t, b.Peek("http://anything/123456789012/q"), 1)
	require.NoError(t, b.Delete(t.Context(), "http://localhost:1/123456789012/q"))
	require.NoError(t, b.Delete(t.Context(), "arn:aws:sqs:us-east-1:123456789012:q.fifo"))
}

// A bare name is looked up in the caller's account and region; brokers hold those of all.
func TestAccountsAndRegionsApart(t *testing.T) {
	b, _ := fakeBroker()
	elsewhere := sqs.WithCaller(t.Context(), sqs.Caller{Region: "eu-west-1"})
	other := sqs.WithCaller(t.Context(), sqs.Caller{Account: "210987654321"})
	create(t, b, "q", sqs.Config{})
	for _, c := range []struct {
		ctx  func() (q sqs.Queue, err error)
		want string
	}{
		{func() (sqs.Queue, error) { return b.Create(elsewhere, "q", sqs.Config{Delay: new(sqs.MaxDelay)}) }, "arn:aws:sqs:eu-west-1:123456789012:q"},
		{func() (sqs.Queue, error) { return b.Create(other, "q", sqs.Config{Delay: new(sqs.MaxDelay)}) }, "arn:aws:sqs:us-east-1:210987654321:q"},
		{func() (sqs.Queue, error) { return b.Open(elsewhere, "q") }, "arn:aws:sqs:eu-west-1:123456789012:q"},
		{func() (sqs.Queue, error) { return b.Open(other, "q") }, "arn:aws:sqs:us-east-1:210987654321:q"},
		{func() (sqs.Queue, error) { return b.Open(t.Context(), "q") }, "arn:aws:sqs:us-east-1:123456789012:q"},
	} {
		q, err := c.ctx()
		require.NoError(t, err)
		require.Equal(t, c.want, q.ARN())
	}
	page, err := b.List(other, sqs.ListOptions{})
	require.NoError(t, err)
	require.Len(t, page.Queues, 1)
	require.Equal(t, "arn:aws:sqs:us-east-1:210987654321:q", page.Queues[0].ARN())
}

// A handle can be had before its queue exists, and means whatever queue has the name.
func TestQueueOfAName(t *testing.T) {
	b, clk := fakeBroker()
	q := b.Queue(t.Context(), "q")
	require.Equal(t, "arn:aws:sqs:us-east-1:123456789012:q", q.ARN())
	_, err := q.Send(t.Context(), sqs.Message{Body: "m"})
	require.ErrorIs(t, err, sqs.ErrQueueDoesNotExist)
	_, err = q.Receive(t.Context(), sqs.ReceiveOptions{Wait: new(sqs.MaxWait)})
	require.ErrorIs(t, err, sqs.ErrQueueDoesNotExist)
	require.Empty(t, clk.Timers())
	create(t, b, "q", sqs.Config{})
	send(t, q, "m")
	require.Equal(t, []string{"m"}, receiveAll(t, b.Queue(t.Context(), "http://localhost/123456789012/q")))
	elsewhere := sqs.WithCaller(t.Context(), sqs.Caller{Region: "eu-west-1"})
	require.Equal(t, "arn:aws:sqs:eu-west-1:123456789012:q", b.Queue(elsewhere, "q").ARN())
	for _, ref := range []string{"", "://", "%", "\x00", "arn:aws:sns:us-east-1:123456789012:q"} {
		_, err := b.Queue(t.Context(), ref).Counts(t.Context())
		require.ErrorIs(t, err, sqs.ErrQueueDoesNotExist, "%q", ref)
	}
	var none context.Context
	require.ErrorIs(t, b.Queue(none, "q").Purge(none), sqs.ErrInvalidParameterValue)
}

// An ARN of another partition, or of another service, names no queue here.
func TestARNsOfElsewhere(t *testing.T) {
	b, _ := fakeBroker()
	q := create(t, b, "q", sqs.Config{})
	for _, arn := range []string{
		strings.Replace(q.ARN(), "arn:aws:", "arn:aws-cn:", 1), strings.Replace(q.ARN(), ":sqs:", ":sns:", 1),
	} {
		_, err := b.Open(t.Context(), arn)
		require.ErrorIs(t, err, sqs.ErrQueueDoesNotExist, arn)
		err = q.SetConfig(t.Context(), sqs.Config{DeadLetter: &sqs.DeadLetter{Target: arn, MaxReceives: 1}})
		require.ErrorIs(t, err, sqs.ErrInvalidParameterValue, arn)
		_, err = b.StartMove(t.Context(), sqs.MoveOptions{Source: arn})
		require.ErrorIs(t, err, sqs.ErrResourceNotFound, arn)
	}
}
