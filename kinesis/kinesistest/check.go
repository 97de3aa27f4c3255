package kinesistest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/inflight-mq/inflight/kinesis"
)

// Rules say what a stream promised, so that [Check] can judge a history of it.
type Rules struct {
	// Stream is the ARN of the stream. Of others in the history nothing counts.
	Stream string
	// Retention is the shortest that the stream had during the history. 0 means that nothing expires.
	Retention time.Duration
	// Exact holds the stream to what the service promises only in time: a read that says that there is no more has read all that was
	// put before it began, and nothing is read whose retention has ended. It needs one clock for recorders and stream.
	Exact bool
	// Others says that the stream got records that the history does not know.
	Others bool
	// Repeats says that records may be stored twice, though their producers know of one.
	Repeats bool
	// Unordered says that partition keys place nothing: the stream distributes records itself.
	Unordered bool
	// Drained says that in the end everything that the stream held was read through recorders.
	Drained bool
}

// Rule is a promise that a history can break.
type Rule string

// The promises.
const (
	// NothingInvented: what is read was put, into that shard, and is as it was put.
	NothingInvented Rule = "nothing is invented"
	// NothingLost: of a drained stream, what was put was read or has expired.
	NothingLost Rule = "nothing is lost"
	// NumbersRise: no number is given twice, and in a shard a later put has a higher number.
	NumbersRise Rule = "sequence numbers rise"
	// ShardOrder: the records of a shard are read in the order of their numbers.
	ShardOrder Rule = "shards keep their order"
	// NothingSkipped: a read goes on where the reader stood, and leaves out nothing that is held.
	NothingSkipped Rule = "nothing is skipped"
	// NothingRepeated: a read does not go back behind the place where the reader stood.
	NothingRepeated Rule = "nothing is repeated"
	// KeyOrder: who finishes parents before it begins their children reads the records of each key in the order of their puts.
	KeyOrder Rule = "keys keep their order"
	// GoneForGood: what has expired is not read.
	GoneForGood Rule = "what has expired is gone"
)

// Violation is a broken promise.
type Violation struct {
	Rule Rule
	Text string
	Ops  []Op // the operations that show it, in their order
}

// String returns the rule, the text and the operations.
func (v Violation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", v.Rule, v.Text)
	for _, o := range v.Ops {
		b.WriteString("\n\t" + o.String())
	}
	return b.String()
}

// Check judges a history of the stream that the rules name, and returns every broken promise it can prove, by rule. Where calls overlap in
// time, or failed without an answer, it assumes what excuses the stream. It changes nothing.
func Check(ops []Op, r Rules) []Violation {
	c := newChecker(ops, r)
	c.checkNumbers()
	for _, j := range c.reads {
		c.checkRead(j)
		c.checkSkipped(j)
	}
	c.checkLost()
	c.checkKeys()
	slices.SortStableFunc(c.found, func(a, b Violation) int { return cmp.Compare(a.Rule, b.Rule) })
	return c.found
}

// checker holds a history. Operations are meant by their index.
type checker struct {
	ops    []Op
	rules  Rules
	puts   map[string][]int // that were answered, by shard, in the order of their numbers
	owner  map[kinesis.SequenceNumber]int
	unsure []int // puts that failed, and may have stored
	reads  []int
	found  []Violation
}

func newChecker(ops []Op, r Rules) *checker {
	c := &checker{ops: ops, rules: r, puts: map[string][]int{}, owner: map[kinesis.SequenceNumber]int{}}
	for i, o := range ops {
		switch {
		case o.Stream != r.Stream:
		case o.Kind == OpRead:
			c.reads = append(c.reads, i)
		case o.Kind == OpPut && o.Err != nil:
			c.unsure = append(c.unsure, i)
		case o.Kind == OpPut:
			c.puts[o.Shard] = append(c.puts[o.Shard], i)
		}
	}
	for _, all := range c.puts {
		slices.SortStableFunc(all, func(i, j int) int { return c.ops[i].Sequence.Compare(c.ops[j].Sequence) })
	}
	return c
}

// before reports whether one operation was over when the other began.
func (c *checker) before(i, j int) bool { return i < c.ops[j].Since }

func (c *checker) report(r Rule, text string, shown ...int) {
	v := Violation{Rule: r, Text: text}
	for _, i := range shown {
		v.Ops = append(v.Ops, c.ops[i])
	}
	c.found = append(c.found, v)
}

// checkNumbers looks for numbers that were given twice, or that do not rise.
func (c *checker) checkNumbers() {
	for i, o := range c.ops {
		if o.Kind != OpPut || o.Stream != c.rules.Stream || o.Err != nil {
			continue
		}
		if j, taken := c.owner[o.Sequence]; taken {
			c.report(NumbersRise, "a number was given twice", j, i)
			continue
		}
		c.owner[o.Sequence] = i
	}
	for _, shard := range sortedKeys(c.puts) {
		latest := -1 // the beginning of the latest put so far, by Since
		for _, i := range c.puts[shard] {
			if latest >= 0 && c.before(i, latest) {
				c.report(NumbersRise, "a later put into the shard has a lower number", i, latest)
			}
			if latest < 0 || c.ops[i].Since > c.ops[latest].Since {
				latest = i
			}
		}
	}
}

// checkRead judges what one read answered.
func (c *checker) checkRead(j int) {
	r := c.ops[j]
	last := r.After
	for _, rec := range r.Records {
		if i, known := c.owner[rec.Sequence]; known {
			c.checkRecord(i, j, rec)
		} else if !c.rules.Others && !c.maybeStored(rec, j) {
			c.report(NothingInvented, fmt.Sprintf("%q was read, and never put", rec.PartitionKey), j)
		}
		switch {
		case r.After.Compare(rec.Sequence) >= 0:
			c.report(NothingRepeated, "a record was read again by the same reader", r.Stood, j)
		case c.isBehind(j, rec):
			c.report(NothingRepeated, "a record before the reader's position was read", r.Stood, j)
		case last.Compare(rec.Sequence) >= 0:
			c.report(ShardOrder, "records were read against the order of their numbers", j)
		}
		last = rec.Sequence
	}
}

// checkRecord compares a record that was read with the put that has its number.
func (c *checker) checkRecord(i, j int, rec kinesis.Record) {
	put, r := c.ops[i], c.ops[j]
	switch {
	case c.before(j, i):
		c.report(NothingInvented, "a record was read before it was put", j, i)
	case put.Key != rec.PartitionKey || put.Data != string(rec.Data):
		c.report(NothingInvented, "a record was read other than it was put", i, j)
	case put.Shard != r.Shard:
		c.report(NothingInvented, "a record was read in another shard than it was put into", i, j)
	case c.rules.Exact && c.rules.Retention > 0 && !put.Done.Add(c.rules.Retention).After(r.At):
		c.report(GoneForGood, "a record was read after its retention had ended", i, j)
	}
}

// isBehind reports whether a record certainly stands before the position at which a reader began.
func (c *checker) isBehind(j int, rec kinesis.Record) bool {
	pos := c.ops[j].Position
	switch pos.Type {
	case kinesis.AtSequenceNumber:
		return rec.Sequence.Compare(pos.Sequence) < 0
	case kinesis.AfterSequenceNumber:
		return rec.Sequence.Compare(pos.Sequence) <= 0
	case kinesis.LatestRecord:
		i, known := c.owner[rec.Sequence]
		return known && c.rules.Exact && c.before(i, c.ops[j].Stood)
	case kinesis.AtTimestamp:
		return rec.Arrived.Before(pos.Time.Truncate(time.Millisecond))
	}
	return false
}

// isAhead reports whether the record of a put certainly stands behind the place from which a read began.
func (c *checker) isAhead(i, j int) bool {
	put, r := c.ops[i], c.ops[j]
	if !r.After.IsZero() {
		return put.Sequence.Compare(r.After) > 0
	}
	switch r.Position.Type {
	case kinesis.AtSequenceNumber:
		return put.Sequence.Compare(r.Position.Sequence) >= 0
	case kinesis.AfterSequenceNumber:
		return put.Sequence.Compare(r.Position.Sequence) > 0
	case kinesis.LatestRecord:
		return c.before(r.Stood, i)
	case kinesis.AtTimestamp:
		return c.rules.Exact && !put.At.Before(r.Position.Time)
	}
	return true
}

// checkSkipped looks for records that a read passed by.
func (c *checker) checkSkipped(j int) {
	r := c.ops[j]
	have := map[kinesis.SequenceNumber]bool{}
	var last kinesis.SequenceNumber
	for _, rec := range r.Records {
		have[rec.Sequence] = true
		if last.Compare(rec.Sequence) < 0 {
			last = rec.Sequence
		}
	}
	for _, i := range c.puts[r.Shard] {
		seq := c.ops[i].Sequence
		passed := r.End || c.before(i, j) && (seq.Compare(last) < 0 || r.Tip && c.rules.Exact)
		if passed && !have[seq] && c.isAhead(i, j) && !c.maybeExpired(i, r.Done) {
			c.report(NothingSkipped, "a record was passed by", i, j)
		}
	}
}

// maybeExpired reports whether the record of a put may have expired by a time.
func (c *checker) maybeExpired(i int, by time.Time) bool {
	return c.rules.Retention > 0 && !c.ops[i].At.Add(c.rules.Retention).After(by)
}

// maybeStored reports whether a put may have stored what was read under a number that no answer tells.
func (c *checker) maybeStored(rec kinesis.Record, j int) bool {
	fits := func(i int) bool {
		return c.ops[i].Key == rec.PartitionKey && c.ops[i].Data == string(rec.Data) && !c.before(j, i)
	}
	if slices.ContainsFunc(c.unsure, fits) {
		return true
	}
	return c.rules.Repeats && slices.ContainsFunc(c.puts[c.ops[j].Shard], fits)
}

// checkLost looks for records that nobody has read.
func (c *checker) checkLost() {
	if !c.rules.Drained || len(c.ops) == 0 {
		return
	}
	seen := map[kinesis.SequenceNumber]bool{}
	for _, j := range c.reads {
		for _, rec := range c.ops[j].Records {
			seen[rec.Sequence] = true
		}
	}
	end := c.ops[len(c.ops)-1].Done
	for _, shard := range sortedKeys(c.puts) {
		for _, i := range c.puts[shard] {
			if !seen[c.ops[i].Sequence] && !c.maybeExpired(i, end) {
				c.report(NothingLost, "a record was put, and in the end neither read nor expired", i)
			}
		}
	}
}
