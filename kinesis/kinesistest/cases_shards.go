package kinesistest

import (
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/inflight-mq/inflight/kinesis"
)

func (e *Env) page(opts kinesis.ListShardsOptions) kinesis.ShardPage {
	p, err := e.Streams.ListShards(e.Ctx, opts)
	e.ok(err)
	return p
}

func shardsCases() []Case {
	return []Case{
		documented("15", "all", "all shards that are held are listed in order of ids", func(e *Env) {
			s := e.stream(2)
			e.split(s, 1)
			assert.Equal(e, []string{id(0), id(1), id(2), id(3)}, ids(e.page(kinesis.ListShardsOptions{Stream: s.Name()}).Shards))
			p, err := s.ListShards(e.Ctx, kinesis.ListShardsOptions{})
			e.ok(err)
			assert.Len(e, p.Shards, 4)
			assert.Empty(e, p.Next)
		}),
		documented("15", "by-arn", "a stream is named by its ARN too", func(e *Env) {
			assert.Len(e, e.page(kinesis.ListShardsOptions{Stream: e.stream(2).ARN()}).Shards, 2)
		}),
		documented("15", "pages", "a token goes on where the page ended, and the last page has none", func(e *Env) {
			s := e.stream(5)
			p := e.page(kinesis.ListShardsOptions{Stream: s.Name(), Max: 2})
			assert.Equal(e, []string{id(0), id(1)}, ids(p.Shards))
			p = e.page(kinesis.ListShardsOptions{Token: p.Next, Max: 2})
			assert.Equal(e, []string{id(2), id(3)}, ids(p.Shards))
			p = e.page(kinesis.ListShardsOptions{Token: p.Next, Max: 2})
			assert.Equal(e, []string{id(4)}, ids(p.Shards))
			assert.Empty(e, p.Next)
		}),
		documented("15", "after", "a list may begin behind an id", func(e *Env) {
			s := e.stream(3)
			assert.Equal(e, []string{id(2)}, ids(e.page(kinesis.ListShardsOptions{Stream: s.Name(), After: id(1)}).Shards))
			assert.Empty(e, e.page(kinesis.ListShardsOptions{Stream: s.Name(), After: id(2)}).Shards)
		}),
		documented("15", "token-keeps-filter", "the filter holds for the next pages", func(e *Env) {
			s := e.stream(3)
			e.split(s, 0)
			p := e.page(kinesis.ListShardsOptions{Stream: s.Name(), Max: 1, Filter: kinesis.ShardFilter{Type: kinesis.AtLatestShards}})
			assert.Equal(e, []string{id(1)}, ids(p.Shards))
			assert.Equal(e, []string{id(2), id(3), id(4)}, ids(e.page(kinesis.ListShardsOptions{Token: p.Next, Max: 10}).Shards))
		}),
		recorded("15", "neither", "a stream or a token must be named", func(e *Env) {
			e.cannotList(kinesis.ListShardsOptions{}, "Either NextToken or StreamName should be provided.")
		}),
		recorded("15", "both", "both together are refused", func(e *Env) {
			s := e.stream(2)
			p := e.page(kinesis.ListShardsOptions{Stream: s.Name(), Max: 1})
			e.cannotList(kinesis.ListShardsOptions{Stream: s.Name(), Token: p.Next}, "NextToken and StreamName cannot be provided together.")
		}),
		documented("15", "token-alone", "a token stands without id, creation and filter", func(e *Env) {
			s := e.stream(2)
			token := e.page(kinesis.ListShardsOptions{Stream: s.Name(), Max: 1}).Next
			e.cannotList(kinesis.ListShardsOptions{Token: token, After: id(0)}, "")
			e.cannotList(kinesis.ListShardsOptions{Token: token, Created: e.summary(s).Created}, "")
			e.cannotList(kinesis.ListShardsOptions{Token: token, Filter: kinesis.ShardFilter{Type: kinesis.AtLatestShards}}, "")
		}),
		documented("1", "token-expired", "a token is valid for five minutes", func(e *Env) {
			s := e.stream(2)
			token := e.page(kinesis.ListShardsOptions{Stream: s.Name(), Max: 1}).Next
			e.Wait(5 * time.Minute)
			e.page(kinesis.ListShardsOptions{Token: token})
			e.Wait(time.Second)
			_, err := e.Streams.ListShards(e.Ctx, kinesis.ListShardsOptions{Token: token})
			assert.ErrorIs(e, err, kinesis.ErrExpiredNextToken)
		}).instant(),
		documented("15", "token-bad", "what none gave is no token", func(e *Env) { e.cannotList(kinesis.ListShardsOptions{Token: "nonsense"}, "") }),
		documented("7", "created", "the creation selects one of several streams of a name", func(e *Env) {
			s := e.stream(1)
			made := e.summary(s).Created
			assert.Len(e, e.page(kinesis.ListShardsOptions{Stream: s.Name(), Created: made}).Shards, 1)
			_, err := e.Streams.ListShards(e.Ctx, kinesis.ListShardsOptions{Stream: s.Name(), Created: made.Add(-time.Hour)})
			e.notFound(s, err)
		}),
		recorded("3.2", "faults", "number and type of filter are judged together", func(e *Env) {
			s := e.stream(1)
			_, err := e.Streams.ListShards(e.Ctx, kinesis.ListShardsOptions{Stream: s.Name(), Max: 10_001, Filter: kinesis.ShardFilter{Type: "X"}})
			e.refused(err, s, kinesis.ErrValidation, "")
			assert.ErrorContains(e, err, value(10_001, "maxResults", atMost(10_000)))
			assert.ErrorContains(e, err, "Value 'X' at 'shardFilter.type' failed to satisfy constraint: Member must satisfy enum value set: [")
		}),
	}
}

func (e *Env) cannotList(opts kinesis.ListShardsOptions, text string) {
	_, err := e.Streams.ListShards(e.Ctx, opts)
	e.argument(nil, err, text)
}

// family makes a stream whose shards 0 and 1 are merged into 2 after an hour, which is split into 3 and 4 after another, and lets a third
// pass. It returns when it began.
func (e *Env) family() (kinesis.Stream, time.Time) {
	s := e.stream(2)
	begin := e.Now()
	e.Wait(time.Hour)
	e.merge(s, 0, 1)
	e.Wait(time.Hour)
	e.split(s, 2)
	e.Wait(time.Hour)
	return s, begin
}

// selects demands the shards that a filter selects.
func (e *Env) selects(s kinesis.Stream, f kinesis.ShardFilter, want ...int) {
	all := []string{}
	for _, n := range want {
		all = append(all, id(n))
	}
	assert.Equal(e, all, ids(e.listed(s, f)), "%s %s", f.Type, f.Time)
}

func filterCases() []Case {
	all := []Case{
		documented("15", "filter-none", "no filter and FROM_TRIM_HORIZON select all that is held", func(e *Env) {
			s, _ := e.family()
			e.selects(s, kinesis.ShardFilter{}, 0, 1, 2, 3, 4)
			e.selects(s, kinesis.ShardFilter{Type: kinesis.FromTrimHorizonShards}, 0, 1, 2, 3, 4)
		}),
		documented("15", "filter-latest", "AT_LATEST selects the open shards", func(e *Env) {
			s, _ := e.family()
			e.selects(s, kinesis.ShardFilter{Type: kinesis.AtLatestShards}, 3, 4)
		}),
		documented("15", "filter-horizon", "AT_TRIM_HORIZON selects what was open at the trim horizon", func(e *Env) {
			s, _ := e.family()
			e.selects(s, kinesis.ShardFilter{Type: kinesis.AtTrimHorizonShards}, 0, 1)
			e.Wait(22*time.Hour + 30*time.Minute) // the horizon is an hour and a half after the beginning
			e.selects(s, kinesis.ShardFilter{Type: kinesis.AtTrimHorizonShards}, 2)
			e.selects(s, kinesis.ShardFilter{}, 2, 3, 4)
		}),
		documented("15", "filter-at", "AT_TIMESTAMP selects what was open then", func(e *Env) {
			s, begin := e.family()
			for minutes, want := range map[int][]int{30: {0, 1}, 90: {2}, 150: {3, 4}, -600: {0, 1}} {
				e.selects(s, kinesis.ShardFilter{Type: kinesis.AtTimestampShards, Time: begin.Add(time.Duration(minutes) * time.Minute)}, want...)
			}
		}),
		documented("15", "filter-from", "FROM_TIMESTAMP selects what was open then or later", func(e *Env) {
			s, begin := e.family()
			for minutes, want := range map[int][]int{30: {0, 1, 2, 3, 4}, 90: {2, 3, 4}, 150: {3, 4}, -600: {0, 1, 2, 3, 4}} {
				e.selects(s, kinesis.ShardFilter{Type: kinesis.FromTimestampShards, Time: begin.Add(time.Duration(minutes) * time.Minute)}, want...)
			}
		}),
		documented("15", "filter-after", "AFTER_SHARD_ID selects higher ids", func(e *Env) {
			s := e.stream(3)
			e.selects(s, kinesis.ShardFilter{Type: kinesis.AfterShardID, ShardID: id(0)}, 1, 2)
			e.selects(s, kinesis.ShardFilter{Type: kinesis.AfterShardID, ShardID: "2"})
		}),
		documented("15", "filter-covers", "what was open at one time covers the key space once", func(e *Env) {
			s, begin := e.family()
			for _, f := range []kinesis.ShardFilter{{Type: kinesis.AtLatestShards}, {Type: kinesis.AtTrimHorizonShards}} {
				e.covers(e.listed(s, f))
			}
			for minutes := range 200 {
				at := begin.Add(time.Duration(minutes) * time.Minute)
				if minutes%7 == 3 && at.Before(e.Now()) {
					e.covers(e.listed(s, kinesis.ShardFilter{Type: kinesis.AtTimestampShards, Time: at}))
				}
			}
		}),
		documented("15", "filter-no-company", "a filter needs its id or time", func(e *Env) {
			s := e.stream(1)
			for _, t := range []kinesis.FilterType{kinesis.AfterShardID, kinesis.AtTimestampShards, kinesis.FromTimestampShards} {
				e.cannotList(kinesis.ListShardsOptions{Stream: s.Name(), Filter: kinesis.ShardFilter{Type: t}}, "")
			}
		}),
	}
	for i := range all {
		if all[i].Name != "filter-after" && all[i].Name != "filter-no-company" {
			all[i] = all[i].takes(26 * time.Hour)
		}
	}
	return all
}
