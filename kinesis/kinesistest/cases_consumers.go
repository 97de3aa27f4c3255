package kinesistest

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/inflight-mq/inflight/kinesis"
)

func consumerCases() []Case {
	return []Case{
		documented("16", "register", "a consumer has an ARN of stream, name and the second of its registration", func(e *Env) {
			s := e.stream(1)
			c := e.register(s, "c")
			assert.Equal(e, "c", c.Name)
			assert.Equal(e, s.ARN()+"/consumer/c:"+strconv.FormatInt(c.Created.Unix(), 10), c.ARN)
			assert.Equal(e, s.ARN(), c.Stream)
			assert.Equal(e, 1, e.summary(s).Consumers)
		}),
		documented("16", "found", "it is found by name and by ARN", func(e *Env) {
			s := e.stream(1)
			c := e.register(s, "c")
			for _, ref := range []string{"c", c.ARN} {
				found, err := s.Consumer(e.Ctx, ref)
				e.ok(err)
				assert.Equal(e, c.ARN, found.ARN)
			}
		}),
		documented("16", "taken", "a name is taken once on a stream", func(e *Env) {
			s, other := e.stream(1), e.stream(1)
			e.register(s, "c")
			_, err := s.Register(e.Ctx, "c", nil)
			assert.ErrorIs(e, err, kinesis.ErrResourceInUse)
			e.register(other, "c")
		}),
		inferred("16", "unknown", "an unknown consumer is not found", func(e *Env) {
			s := e.stream(1)
			_, err := s.Consumer(e.Ctx, "d")
			e.refused(err, s, kinesis.ErrResourceNotFound, "Consumer d, account {A} not found.")
			e.refused(s.Deregister(e.Ctx, "d"), s, kinesis.ErrResourceNotFound, "Consumer d, account {A} not found.")
		}),
		documented("1", "anew", "a consumer of a name that was used has another ARN", func(e *Env) {
			s := e.stream(1)
			c := e.register(s, "c")
			e.Wait(time.Second)
			e.deregister(s, c.ARN)
			assert.Zero(e, e.summary(s).Consumers)
			assert.NotEqual(e, c.ARN, e.register(s, "c").ARN)
			_, err := s.Consumer(e.Ctx, c.ARN)
			assert.ErrorIs(e, err, kinesis.ErrResourceNotFound)
		}),
		documented("16", "the-right-one", "the consumer that is named is deregistered, and no other", func(e *Env) {
			s := e.stream(1)
			for _, name := range []string{"a", "b", "c"} {
				e.register(s, name)
			}
			e.deregister(s, "b")
			p, err := s.Consumers(e.Ctx, kinesis.ConsumersOptions{})
			e.ok(err)
			assert.Equal(e, []string{"a", "c"}, consumerNames(p))
		}),
		documented("16", "pages", "consumers are listed in pages", func(e *Env) {
			s := e.stream(1)
			want := []string{"a", "b", "c"}
			for _, name := range want {
				e.register(s, name)
			}
			var got []string
			opts := kinesis.ConsumersOptions{Max: 2}
			for range 4 {
				p, err := s.Consumers(e.Ctx, opts)
				e.ok(err)
				got = append(got, consumerNames(p)...)
				if opts.Token = p.Next; opts.Token == "" {
					break
				}
			}
			assert.ElementsMatch(e, want, got)
		}),
		documented("2.1", "page-size", "a page has 1 to 10,000", func(e *Env) {
			_, err := e.stream(1).Consumers(e.Ctx, kinesis.ConsumersOptions{Max: 10_001})
			e.invalid(err, value(10_001, "maxResults", atMost(10_000)))
		}),
		documented("7", "created", "the creation selects one of several streams of a name", func(e *Env) {
			s := e.stream(1)
			e.register(s, "c")
			made := e.summary(s).Created
			p, err := s.Consumers(e.Ctx, kinesis.ConsumersOptions{Created: made})
			e.ok(err)
			assert.Len(e, p.Consumers, 1)
			_, err = s.Consumers(e.Ctx, kinesis.ConsumersOptions{Created: made.Add(-time.Hour)})
			assert.ErrorIs(e, err, kinesis.ErrResourceNotFound)
		}),
		documented("16", "twenty", "a stream has twenty consumers at most", func(e *Env) {
			s := e.stream(1)
			for i := range 20 {
				e.register(s, fmt.Sprintf("c%d", i))
			}
			_, err := s.Register(e.Ctx, "one-more", nil)
			assert.ErrorIs(e, err, kinesis.ErrLimitExceeded)
		}),
		documented("1", "name", "a consumer's name is in the form of a stream's", func(e *Env) {
			s := e.stream(1)
			_, err := s.Register(e.Ctx, "a b", nil)
			e.invalid(err, value("a b", "consumerName", mustBeName))
			long := strings.Repeat("x", 129)
			_, err = s.Register(e.Ctx, long, nil)
			e.invalid(err, value(long, "consumerName", shorterThan(128)))
		}),
		documented("16", "tags", "a consumer has tags of its own", func(e *Env) {
			s := e.stream(1)
			c, err := s.Register(e.Ctx, "c", map[string]string{"a": "b"})
			e.ok(err)
			e.hasResourceTags(c.ARN, kinesis.Tag{Key: "a", Value: "b"})
			e.hasResourceTags(s.ARN())
		}),
		documented("16", "creating", "a consumer is created for some seconds, and has no subscriptions then", func(e *Env) {
			s := e.stream(1)
			c, err := s.Register(e.Ctx, "c", nil)
			e.ok(err)
			assert.Equal(e, kinesis.Creating, c.Status)
			_, err = s.Subscribe(e.Ctx, "c", id(0), kinesis.Oldest())
			e.refused(err, s, kinesis.ErrResourceInUse, fmt.Sprintf("Consumer c with creation timestamp %d under stream: {N} , account {A} is not in "+
				"ACTIVE status.", c.Created.Unix()))
		}).needs(NeedStates),
		documented("16", "deleting", "it is deleted for some seconds", func(e *Env) {
			s := e.stream(1)
			e.register(s, "c")
			e.ok(s.Deregister(e.Ctx, "c"))
			c, err := s.Consumer(e.Ctx, "c")
			e.ok(err)
			assert.Equal(e, kinesis.Deleting, c.Status)
		}).needs(NeedStates),
	}
}

func consumerNames(p kinesis.ConsumerPage) []string {
	var all []string
	for _, c := range p.Consumers {
		all = append(all, c.Name)
	}
	return all
}
