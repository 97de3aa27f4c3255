package kinesistest

import (
	"cmp"
	"maps"
	"slices"

	"github.com/inflight-mq/inflight/kinesis"
)

// checkKeys looks for readers that read the records of a key against the order of their puts, though they finished parents before they
// began children.
func (c *checker) checkKeys() {
	if c.rules.Unordered {
		return
	}
	parents := c.parents()
	byReader := map[string][]int{}
	for _, j := range c.reads {
		byReader[c.ops[j].Reader] = append(byReader[c.ops[j].Reader], j)
	}
	for _, reader := range sortedKeys(byReader) {
		if reads := byReader[reader]; c.isOrderly(reads, parents) {
			c.checkReader(reads)
		}
	}
}

// parents returns the parents of shards, as far as reads told them.
func (c *checker) parents() map[string][]string {
	all := map[string][]string{}
	for _, j := range c.reads {
		for _, child := range c.ops[j].Children {
			all[child.ID] = child.Parents
		}
	}
	return all
}

// isOrderly reports whether a reader was at the end of the parents of each shard when it began it, and never went back in a shard but to
// the last record that it had read.
func (c *checker) isOrderly(reads []int, parents map[string][]string) bool {
	ended, stood, last := map[string]int{}, map[string]int{}, map[string]kinesis.SequenceNumber{}
	for _, j := range reads {
		r := c.ops[j]
		if at, begun := stood[r.Shard]; begun && at != r.Stood && !last[r.Shard].IsZero() && !standsAt(r.Position, last[r.Shard]) {
			return false
		}
		stood[r.Shard] = r.Stood
		for _, p := range parents[r.Shard] {
			if end, ok := ended[p]; !ok || !c.before(end, j) {
				return false
			}
		}
		if n := len(r.Records); n > 0 {
			last[r.Shard] = r.Records[n-1].Sequence
		}
		if r.End {
			ended[r.Shard] = j
		}
	}
	return true
}

// standsAt reports whether a position is that of a number.
func standsAt(pos kinesis.Position, n kinesis.SequenceNumber) bool {
	byNumber := pos.Type == kinesis.AtSequenceNumber || pos.Type == kinesis.AfterSequenceNumber
	return byNumber && pos.Sequence == n
}

// checkReader compares the order in which a reader first saw the records of each key with that of their puts.
func (c *checker) checkReader(reads []int) {
	seen, firsts := map[int]bool{}, map[string][]int{} // puts, and puts by key in the order in which they were first read
	for _, j := range reads {
		for _, rec := range c.ops[j].Records {
			if i, ok := c.owner[rec.Sequence]; ok && !seen[i] && !c.ops[i].Placed {
				seen[i] = true
				firsts[rec.PartitionKey] = append(firsts[rec.PartitionKey], i)
			}
		}
	}
	for _, key := range sortedKeys(firsts) {
		latest := -1
		for _, i := range firsts[key] {
			if latest >= 0 && c.before(i, latest) {
				c.report(KeyOrder, "a record was read behind a later one of its key", i, latest)
			}
			if latest < 0 || c.ops[i].Since > c.ops[latest].Since {
				latest = i
			}
		}
	}
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
