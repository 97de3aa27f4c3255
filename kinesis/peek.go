package kinesis

import (
	"fmt"
	"strings"

	"github.com/inflight-mq/inflight/internal/uint128"
	"github.com/inflight-mq/inflight/kinesis/internal/core"
)

// HeldShard is a shard as Peek finds it.
type HeldShard struct {
	Shard
	Records []Record // all that are held, oldest first
	Bytes   int      // of these, keys included
	Waiting int      // readers that wait for a record
}

// Peek returns everything that a stream holds, by shard in order of ids, closed shards included. It changes nothing. ref is a name or
// ARN; an unknown stream holds nothing.
func (b *Broker) Peek(ref string) []HeldShard {
	c, ok := b.look(ref)
	if !ok {
		return nil
	}
	defer c.unlock()
	var all []HeldShard
	for _, h := range c.s.state.Shards(c.now) {
		a := c.s.state.Look(c.now, h, 0)
		held := HeldShard{Shard: c.s.shard(h), Records: appendRecords(nil, &a), Bytes: a.Bytes}
		if l := c.s.waiting[h.Index]; l != nil {
			for w := l.head; w != nil; w = w.next {
				held.Waiting++
			}
		}
		all = append(all, held)
	}
	return all
}

// look locks a stream for a look, or reports that there is none.
func (b *Broker) look(ref string) (call, bool) {
	h := b.handle(ref, resolve(ref, b.account, b.region))
	c := call{b: b, h: h, s: h.current(), now: b.now()}
	return c, c.lock()
}

// Route says where a partition key goes.
type Route struct {
	Hash  HashKey
	Shard string // the open shard that its records go to now; empty if the stream has none, or distributes its records itself
	// Before are the shards that its records went to earlier, and that are still held: ancestors of Shard, oldest first. A reader
	// that wants the records in order reads them before Shard.
	Before []string
	Held   int    // records with the key, in all these shards
	Text   string // all this in one sentence
}

// ExplainKey answers where the records of a partition key go, and where they went. Records with a hash key of their own may be
// anywhere. ref is a name or ARN.
func (b *Broker) ExplainKey(ref, partitionKey string) Route {
	k := Entry{PartitionKey: partitionKey}
	hash := b.place(&k)
	r := Route{Hash: HashKey(hash)}
	c, ok := b.look(ref)
	if !ok {
		r.Text = "there is no such stream"
		return r
	}
	defer c.unlock()
	open := c.s.state.Route(c.now, hash)
	if open == nil {
		r.Text = "the stream is being created: it has no shards"
		return r
	}
	anywhere := c.s.config.distribution == Auto
	if !anywhere {
		r.Shard = c.s.idOf(open.Index)
	}
	for _, h := range c.s.state.Shards(c.now) {
		switch {
		case anywhere, h == open:
		case !h.Covers(hash):
			continue
		default:
			r.Before = append(r.Before, c.s.idOf(h.Index))
		}
		a := c.s.state.Look(c.now, h, 0)
		for _, rec := range appendRecords(nil, &a) {
			if rec.PartitionKey == partitionKey {
				r.Held++
			}
		}
	}
	r.Text = c.explainRoute(&r, hash)
	return r
}

func (c *call) explainRoute(r *Route, hash uint128.Uint128) string {
	if c.s.config.distribution == Auto {
		return "the stream distributes its records itself, whatever their keys"
	}
	s := fmt.Sprintf("it hashes to %s, which goes to %s", hash, r.Shard)
	if len(r.Before) > 0 {
		s += "; before, it went to " + strings.Join(r.Before, ", then to ")
	}
	return s
}

// ReadState says what an iterator would find.
type ReadState string

// The states of iterators.
const (
	ReadRecords ReadState = "records"     // there are records to read
	ReadTip     ReadState = "tip"         // it has read all there is of an open shard: records may come
	ReadEnd     ReadState = "end"         // it has read all of a closed shard: its children are what to read
	ReadTrimmed ReadState = "trimmed"     // records were lost to the horizon before it read them; there are others
	ReadExpired ReadState = "expired"     // the iterator is older than five minutes
	ReadGone    ReadState = "gone"        // the stream or the shard is no more
	ReadForeign ReadState = "not of here" // no iterator of this broker
)

// ReadExplanation says what a read finds, and why it finds nothing.
type ReadExplanation struct {
	State  ReadState
	Stream string
	Shard  string
	Ahead  int      // records that it has not read
	Now    []string // the shards that records for its range go to now, if its own is closed
	Text   string   // all this in one sentence
}

// ExplainRead answers what an iterator would find, and if nothing, why. It changes nothing.
func (b *Broker) ExplainRead(it Iterator) ReadExplanation {
	now := b.now()
	t, err := b.iteratorToken(now, it)
	if t.kind == 0 {
		return ReadExplanation{State: ReadForeign, Text: "it is no iterator of this broker, or not yet"}
	}
	e := ReadExplanation{Stream: t.stream.name, Shard: shardID(t.shard)}
	if err != nil {
		e.State = ReadExpired
		e.Text = fmt.Sprintf("the iterator was issued at %s, more than five minutes ago", at(t.issued).Format(stampLayout))
		return e
	}
	h := b.handle(t.stream.name, t.stream)
	c := call{b: b, h: h, s: h.current(), now: now}
	shard, err := c.enterToken(t)
	if err != nil {
		e.State, e.Text = ReadGone, "the stream was deleted, or the shard's retention has ended"
		return e
	}
	defer c.unlock()
	c.explainShard(&e, shard, t.from)
	return e
}

const stampLayout = "2006-01-02 15:04:05.999 MST"

// explainShard fills in what there is to read from an index on.
func (c *call) explainShard(e *ReadExplanation, shard *core.Shard, from uint64) {
	a := c.s.state.Look(c.now, shard, from)
	e.Ahead = a.Count
	if !shard.IsOpen() {
		for _, h := range c.s.state.Shards(c.now) {
			if h.IsOpen() && h.Start.Compare(shard.End) <= 0 && shard.Start.Compare(h.End) <= 0 {
				e.Now = append(e.Now, c.s.idOf(h.Index))
			}
		}
	}
	switch lost := shard.Lost(from); {
	case a.Count > 0 && lost:
		e.State, e.Text = ReadTrimmed, "its place is behind the horizon: it goes on at the oldest of "+records(a.Count)
	case a.Count > 0:
		e.State, e.Text = ReadRecords, records(a.Count)+" can be read"
	case !shard.IsOpen():
		e.State = ReadEnd
		e.Text = fmt.Sprintf("the shard was closed at %s and is read to its end; later records are in %s",
			at(shard.Closed).Format(stampLayout), strings.Join(e.Now, " and "))
	case lost:
		e.State, e.Text = ReadTip, "all records that were ahead of it have expired, and no other came"
	default:
		e.State, e.Text = ReadTip, "it has read everything: no record came to this shard since; other keys go to other shards"
	}
}

// RouteOf returns the id of the open shard that a partition key's records go to now, empty if there is none, or if the stream
// distributes its records itself. ref is a name or ARN.
func (b *Broker) RouteOf(ref, partitionKey string) string {
	hash := b.place(&Entry{PartitionKey: partitionKey})
	c, ok := b.look(ref)
	if !ok {
		return ""
	}
	defer c.unlock()
	if h := c.s.state.Route(c.now, hash); h != nil && c.s.config.distribution != Auto {
		return c.s.idOf(h.Index)
	}
	return ""
}

func records(n int) string {
	if n == 1 {
		return "1 record"
	}
	return fmt.Sprintf("%d records", n)
}
