package kinesistest

import (
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/inflight-mq/inflight/kinesis"
)

// describe describes a stream.
func (e *Env) describe(s kinesis.Stream, opts kinesis.DescribeOptions) kinesis.Description {
	d, err := s.Describe(e.Ctx, opts)
	e.ok(err)
	return d
}

func describeCases() []Case {
	return []Case{
		documented("15", "agrees", "description and summary agree", func(e *Env) {
			s := e.stream(2)
			d, sum := e.describe(s, kinesis.DescribeOptions{}), e.summary(s)
			assert.Equal(e, sum.Name, d.Name)
			assert.Equal(e, sum.ARN, d.ARN)
			assert.Equal(e, sum.Status, d.Status)
			assert.Equal(e, sum.Mode, d.Mode)
			assert.Equal(e, sum.RetentionHours, d.RetentionHours)
			assert.True(e, sum.Created.Equal(d.Created))
			assert.Equal(e, e.shards(s), d.Shards)
		}),
		documented("15", "closed-too", "closed shards are described, in order of ids, and the summary counts the open ones", func(e *Env) {
			s := e.stream(2)
			e.merge(s, 0, 1)
			assert.Equal(e, []string{id(0), id(1), id(2)}, ids(e.describe(s, kinesis.DescribeOptions{}).Shards))
			assert.Equal(e, 1, e.summary(s).OpenShards)
		}),
		documented("15", "pages", "a limit makes pages, and the last says that there is no more", func(e *Env) {
			s := e.stream(5)
			d := e.describe(s, kinesis.DescribeOptions{Limit: 2})
			assert.Equal(e, []string{id(0), id(1)}, ids(d.Shards))
			assert.True(e, d.More)
			d = e.describe(s, kinesis.DescribeOptions{Limit: 3, After: id(1)})
			assert.Equal(e, []string{id(2), id(3), id(4)}, ids(d.Shards))
			assert.False(e, d.More)
		}),
		inferred("15", "after", "a page begins behind an id, whether there is such a shard or not", func(e *Env) {
			s := e.stream(2)
			assert.Equal(e, []string{id(1)}, ids(e.describe(s, kinesis.DescribeOptions{After: "0"}).Shards))
			d := e.describe(s, kinesis.DescribeOptions{After: id(7)})
			assert.Empty(e, d.Shards)
			assert.False(e, d.More)
		}),
		documented("2.1", "hundred", "a page has a hundred shards at most", func(e *Env) {
			s := e.stream(101)
			for _, limit := range []int{0, 10_000} {
				d := e.describe(s, kinesis.DescribeOptions{Limit: limit})
				assert.Len(e, d.Shards, 100)
				assert.True(e, d.More)
			}
		}),
		recorded("3.2", "limit", "a limit above 10,000 is out of form, and so is one below 1", func(e *Env) {
			s := e.stream(1)
			_, err := s.Describe(e.Ctx, kinesis.DescribeOptions{Limit: 10_001})
			e.invalid(err, value(10_001, "limit", atMost(10_000)))
			_, err = s.Describe(e.Ctx, kinesis.DescribeOptions{Limit: -1})
			e.invalid(err, value(-1, "limit", atLeast(1)))
		}),
		recorded("3.2", "faults", "limit and id are judged together, the limit first", func(e *Env) {
			_, err := e.stream(1).Describe(e.Ctx, kinesis.DescribeOptions{Limit: 10_001, After: "c d"})
			e.invalid(err, value(10_001, "limit", atMost(10_000)), value("c d", "exclusiveStartShardId", mustBeName))
		}),
		documented("15", "limits", "the account's limits count the open shards of provisioned streams, and the on-demand streams", func(e *Env) {
			before, err := e.Streams.AccountLimits(e.Ctx)
			e.ok(err)
			s := e.stream(2)
			e.merge(s, 0, 1)
			e.onDemand()
			after, err := e.Streams.AccountLimits(e.Ctx)
			e.ok(err)
			assert.Positive(e, after.Shards)
			assert.Positive(e, after.OnDemandLimit)
			assert.Equal(e, before.OpenShards+1, after.OpenShards)
			assert.Equal(e, before.OnDemandStreams+1, after.OnDemandStreams)
		}).exact(),
		inferred("17", "commitment", "the commitment to a throughput lasts a day", func(e *Env) {
			m, err := e.Streams.SetCommitment(e.Ctx, kinesis.CommitmentEnabled)
			e.ok(err)
			assert.Equal(e, kinesis.CommitmentEnabled, m.Status)
			m, err = e.Streams.SetCommitment(e.Ctx, kinesis.CommitmentDisabled)
			e.ok(err)
			assert.Equal(e, kinesis.CommitmentEnabledUntil, m.Status)
			e.Wait(24 * time.Hour)
			m, err = e.Streams.Commitment(e.Ctx)
			e.ok(err)
			assert.Equal(e, kinesis.CommitmentDisabled, m.Status)
		}).takes(24 * time.Hour),
	}
}

func listCases() []Case {
	return []Case{
		documented("15", "by-name", "streams are listed by name, with state, mode and creation", func(e *Env) {
			s, other := e.stream(1), e.onDemand()
			p := e.list(kinesis.ListOptions{After: before(s.Name()), Limit: 2})
			if assert.Len(e, p.Streams, 2) {
				assert.Equal(e, s.Name(), p.Streams[0].Name())
				assert.Equal(e, s.ARN(), p.Streams[0].ARN())
				assert.Equal(e, kinesis.Provisioned, p.Streams[0].Mode)
				assert.Equal(e, kinesis.Active, p.Streams[0].Status)
				assert.True(e, e.summary(s).Created.Equal(p.Streams[0].Created))
				assert.Equal(e, other.Name(), p.Streams[1].Name())
				assert.Equal(e, kinesis.OnDemand, p.Streams[1].Mode)
			}
		}),
		documented("15", "after", "a list begins behind a name, whether there is such a stream or not", func(e *Env) {
			one, two := e.stream(1), e.stream(1)
			assert.Equal(e, two.Name(), e.first(kinesis.ListOptions{After: one.Name(), Limit: 1}))
			assert.Equal(e, two.Name(), e.first(kinesis.ListOptions{After: one.Name() + "-", Limit: 1}))
		}),
		documented("15", "pages", "a token goes on where the page ended", func(e *Env) {
			var want, got []string
			for range 3 {
				want = append(want, e.stream(1).Name())
			}
			p := e.list(kinesis.ListOptions{After: before(want[0]), Limit: 1})
			for len(got) < 3 {
				got = append(got, p.Streams[0].Name())
				if p.Next == "" {
					assert.False(e, p.More)
					break
				}
				assert.True(e, p.More)
				p = e.list(kinesis.ListOptions{Token: p.Next, Limit: 1})
			}
			assert.Equal(e, want, got)
		}),
		documented("15", "all", "a page without limit holds a hundred", func(e *Env) {
			s := e.stream(1)
			assert.Contains(e, e.names(s.Name()), s.Name())
			assert.LessOrEqual(e, len(e.list(kinesis.ListOptions{}).Streams), 100)
		}),
		recorded("3.2", "limit", "a limit is 1 to 10,000", func(e *Env) {
			_, err := e.Streams.List(e.Ctx, kinesis.ListOptions{Limit: 10_001, After: "a b"})
			e.invalid(err, value(10_001, "limit", atMost(10_000)), value("a b", "exclusiveStartStreamName", mustBeName))
			_, err = e.Streams.List(e.Ctx, kinesis.ListOptions{Limit: -1})
			e.invalid(err, value(-1, "limit", atLeast(1)))
		}),
		documented("15", "token-bad", "a token that none gave is refused", func(e *Env) {
			_, err := e.Streams.List(e.Ctx, kinesis.ListOptions{Token: "nonsense"})
			e.refused(err, nil, kinesis.ErrInvalidArgument, "")
		}),
		documented("1", "token-expired", "a token is valid for five minutes", func(e *Env) {
			one := e.stream(1)
			e.stream(1)
			p := e.list(kinesis.ListOptions{After: before(one.Name()), Limit: 1})
			e.Wait(5 * time.Minute)
			e.list(kinesis.ListOptions{Token: p.Next})
			e.Wait(time.Second)
			_, err := e.Streams.List(e.Ctx, kinesis.ListOptions{Token: p.Next})
			assert.ErrorIs(e, err, kinesis.ErrExpiredNextToken)
		}).instant(),
	}
}

func (e *Env) list(opts kinesis.ListOptions) kinesis.Page {
	p, err := e.Streams.List(e.Ctx, opts)
	e.ok(err)
	return p
}

func (e *Env) first(opts kinesis.ListOptions) string {
	p := e.list(opts)
	if len(p.Streams) == 0 {
		return ""
	}
	return p.Streams[0].Name()
}

// before is a name right before that of a stream of this run.
func before(name string) string { return name[:len(name)-1] }
