package kinesis

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/inflight-mq/inflight/internal/kit"
	"github.com/inflight-mq/inflight/kinesis/internal/core"
)

// EventKind says what happened.
type EventKind = core.Kind

// The kinds of journal entries. What time alone does is noticed at the next operation on the stream or shard; changes of shards are
// recorded with the time at which they were due.
const (
	EventPut          = core.Put          // a record was stored
	EventRepeated     = core.Repeated     // a record was stored a second time, as the [Chooser] decided
	EventRead         = core.Read         // Count records were answered
	EventThrottled    = core.Throttled    // a record or a read was refused for its rate
	EventExpired      = core.Expired      // Count records passed the horizon
	EventShardOpened  = core.ShardOpened  // the shard takes records
	EventShardClosed  = core.ShardClosed  // and no longer
	EventShardExpired = core.ShardExpired // the closed shard is gone, with Count records
	EventSubscribed   = core.Subscribed   // the consumer Key subscribed to the shard
)

// JournalEvent is one entry of a journal.
type JournalEvent struct {
	Kind     EventKind
	At       time.Time
	Stream   string // name
	Shard    string
	Sequence SequenceNumber // of a record that was put
	Key      string         // its partition key, or the ARN of a consumer
	Count    int
}

// String returns one line.
func (e JournalEvent) String() string {
	s := fmt.Sprintf("%s %-13s %s %s", e.At.Format("2006-01-02 15:04:05.000"), e.Kind, e.Stream, e.Shard)
	if !e.Sequence.IsZero() {
		s += fmt.Sprintf(" %s", e.Sequence)
	}
	if e.Key != "" {
		s += fmt.Sprintf(" %q", e.Key)
	}
	if e.Count > 0 {
		s += fmt.Sprintf(" (%d)", e.Count)
	}
	return s
}

// Journal records what happens in a broker, from [Broker.Record] until Stop. It grows without bound: it is made for tests.
type Journal struct {
	b   *Broker
	log *kit.Recording[JournalEvent]
}

// Record begins a journal of all that happens from now on. Without a journal nothing is recorded, and nothing is paid for it.
func (b *Broker) Record() *Journal {
	j := &Journal{b, b.journals.Begin()}
	b.switchRecording()
	return j
}

// Stop ends the recording. What was recorded stays readable.
func (j *Journal) Stop() {
	j.b.switchRecording() // what has happened belongs to it
	j.b.journals.End(j.log)
	j.b.switchRecording()
}

// Events yields what was recorded, in the order in which it was noticed. What is recorded during the loop is not yielded.
func (j *Journal) Events() iter.Seq[JournalEvent] { return j.log.Events() }

// Count returns how many entries of a kind were recorded.
func (j *Journal) Count(kind EventKind) int {
	n := 0
	for e := range j.Events() {
		if e.Kind == kind {
			n++
		}
	}
	return n
}

// switchRecording makes all streams record, or stop it, as there are journals or none.
func (b *Broker) switchRecording() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, s := range b.sorted() {
		s.mu.Lock()
		s.flush()
		s.state.Record(b.journals.Any())
		s.mu.Unlock()
	}
}

// sorted returns all streams, in the order of names. The caller holds b.mu.
func (b *Broker) sorted() []*stream {
	all := make([]*stream, 0, len(b.streams))
	for _, s := range b.streams {
		all = append(all, s)
	}
	slices.SortFunc(all, func(x, y *stream) int { return strings.Compare(x.key.name+"\x00"+x.arn, y.key.name+"\x00"+y.arn) })
	return all
}

// flush writes the stream's events to the journals. The caller holds s.mu.
func (s *stream) flush() {
	events := s.state.Events()
	if len(events) == 0 || !s.b.journals.Any() {
		return
	}
	all := make([]JournalEvent, len(events))
	for i, e := range events {
		all[i] = JournalEvent{e.Kind, at(e.At), s.key.name, s.idOf(e.Shard), SequenceNumber(e.Sequence), e.Key, e.Count}
	}
	s.b.journals.Add(all...)
}
