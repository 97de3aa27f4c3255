package kinesis

import (
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/inflight-mq/inflight/internal/access"
	"github.com/inflight-mq/inflight/internal/kit"
	"github.com/inflight-mq/inflight/kinesis/internal/core"
)

// EventKind says what happened.
type EventKind = core.Kind

// The kinds of journal entries. What time alone does is noticed at the next operation on the stream or shard; changes of shards and
// of the stream's state, and the end of a commitment, are recorded with the time at which they were due. A consumer's own states are
// not recorded.
const (
	EventPut          = core.Put          // a record was stored
	EventRepeated     = core.Repeated     // a record was stored a second time, as the [Chooser] decided
	EventRead         = core.Read         // Count records were answered, or pushed to Consumer
	EventThrottled    = core.Throttled    // a record or a read was refused for its rate
	EventExpired      = core.Expired      // Count records passed the horizon
	EventShardOpened  = core.ShardOpened  // the shard takes records
	EventShardClosed  = core.ShardClosed  // and no longer
	EventShardExpired = core.ShardExpired // the closed shard is gone, with Count records
	EventSubscribed   = core.Subscribed   // Consumer subscribed to the shard

	EventCreated      = core.Created      // the stream was made, and its state is Status
	EventEntered      = core.Entered      // the stream is in the state Status now; only what lasts ([WithTransitions]) is entered
	EventDeleted      = core.Deleted      // the stream is gone, with Count records that had not expired
	EventChanged      = core.Changed      // Setting, of Consumer if that is not empty, is Value now
	EventRegistered   = core.Registered   // Consumer was registered
	EventDeregistered = core.Deregistered // the deletion of Consumer began
)

// Setting names what was changed.
type Setting string

// The settings, with what their values are.
const (
	SettingRetention    Setting = "retention"           // hours
	SettingMode         Setting = "mode"                // a [Mode]
	SettingRecordSize   Setting = "maximum record size" // KiB
	SettingWarm         Setting = "warm throughput"     // MiB a second, the target
	SettingDistribution Setting = "distribution"        // a [Distribution]
	SettingEncryption   Setting = "encryption"          // the KMS key; empty: none
	SettingMonitoring   Setting = "monitoring"          // the metrics that are on, with commas between
	SettingTags         Setting = "tags"                // all of them, as key=value, by key, with commas between
	SettingPolicy       Setting = "policy"              // the JSON text; empty: none
	SettingCommitment   Setting = "commitment"          // a [CommitmentStatus]; of the account, not of a stream
)

// Event is one entry of a journal. What a kind does not need is empty.
type Event struct {
	Kind     EventKind
	At       time.Time
	Stream   string // name
	Shard    string
	Sequence SequenceNumber // of a record that was put
	Key      string         // its partition key, or that of a record that was refused
	Count    int
	Consumer string // ARN
	Status   Status
	Setting  Setting
	Value    string
	// Caller is who made the call that brought this about, as in [WithCaller]: the ARN, or the name of a service. It is empty for
	// the owner, and for what time did.
	Caller string
}

// String returns one line.
func (e Event) String() string {
	s := fmt.Sprintf("%s %-13s", e.At.Format("2006-01-02 15:04:05.000"), e.Kind)
	add := func(format, text string) {
		if text != "" {
			s += fmt.Sprintf(format, text)
		}
	}
	add(" %s", e.Stream)
	add(" %s", e.Shard)
	add(" %s", e.Sequence.String())
	add(" %q", e.Key)
	add(" %s", string(e.Status))
	add(" %s", e.Consumer)
	if e.Setting != "" {
		s += fmt.Sprintf(" %s = %q", e.Setting, e.Value)
	}
	if e.Count > 0 {
		s += fmt.Sprintf(" (%d)", e.Count)
	}
	add(" by %s", e.Caller)
	return s
}

// Journal records what happens in a broker, from [Broker.Record] until Stop. It grows without bound: it is made for tests.
type Journal struct {
	b   *Broker
	log *kit.Recording[Event]
}

// Record begins a journal of all that happens from now on. Without a journal nothing is recorded, and nothing is paid for it.
func (b *Broker) Record() *Journal {
	b.freeDeleted()
	j := &Journal{b, b.journals.Begin()}
	b.switchRecording()
	return j
}

// Stop ends the recording. What was recorded stays readable.
func (j *Journal) Stop() {
	j.b.freeDeleted()
	j.b.switchRecording() // what has happened belongs to it
	j.b.journals.End(j.log)
	j.b.switchRecording()
}

// Events yields what was recorded, in the order in which it was noticed. What is recorded during the loop is not yielded.
func (j *Journal) Events() iter.Seq[Event] { return j.log.Events() }

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
		s.flush(nil)
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

// flush writes the stream's events to the journals. The caller holds s.mu; c is the call that brought them about, nil for none.
func (s *stream) flush(c *call) {
	events := s.state.Events()
	if len(events) == 0 || !s.b.journals.Any() {
		return
	}
	who := c.who()
	all := make([]Event, len(events))
	for i, e := range events {
		all[i] = Event{Kind: e.Kind, At: at(e.At), Stream: s.key.name, Sequence: SequenceNumber(e.Sequence), Key: e.Key,
			Count: e.Count, Consumer: e.Consumer}
		if e.Shard != core.None {
			all[i].Shard = s.idOf(e.Shard)
		}
		if e.Kind == core.Entered {
			all[i].Status = statusOf(e.State)
		}
		if !e.ByTime {
			all[i].Caller = who
		}
	}
	s.b.journals.Add(all...)
}

// record writes what the call has done, behind what the stream has noticed before. The caller holds the stream.
func (c *call) record(e Event) {
	if !c.b.journals.Any() {
		return
	}
	if c.s != nil {
		c.s.flush(c)
	}
	e.At, e.Stream, e.Caller = at(c.now), c.name(), c.who()
	c.b.journals.Add(e)
}

// changed records a setting of the stream, or of one of its consumers. Its value is put together only if somebody listens.
func (c *call) changed(what Setting, consumer string, value func() string) {
	if c.b.journals.Any() {
		c.record(Event{Kind: EventChanged, Consumer: consumer, Setting: what, Value: value()})
	}
}

// recordChanges records in what two settings differ.
func (c *call) recordChanges(old, now *settings) {
	if !c.b.journals.Any() {
		return
	}
	before := old.values()
	for i, v := range now.values() {
		if v != before[i] {
			c.changed(v.what, "", func() string { return v.value })
		}
	}
}

type settingValue struct {
	what  Setting
	value string
}

// values returns what the settings are, as the journal shows them, but for those that are changed by themselves.
func (g *settings) values() []settingValue {
	warm := ""
	if g.warm != nil {
		warm = strconv.Itoa(g.warm.Target)
	}
	metrics := make([]string, len(g.metrics))
	for i, m := range g.metrics {
		metrics[i] = string(m)
	}
	return []settingValue{
		{SettingRetention, strconv.Itoa(g.retention)},
		{SettingMode, string(g.mode)},
		{SettingRecordSize, strconv.Itoa(g.maxKiB)},
		{SettingWarm, warm},
		{SettingDistribution, string(g.distribution)},
		{SettingEncryption, g.kmsKey},
		{SettingMonitoring, strings.Join(metrics, ",")},
	}
}

// who returns the caller as the journal names it.
func (c *call) who() string {
	if c == nil || c.caller == nil {
		return ""
	}
	q := access.Question{Caller: c.caller, Account: c.b.account}
	return q.Who()
}
