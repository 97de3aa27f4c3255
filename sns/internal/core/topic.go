package core

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/inflight-mq/inflight/internal/dedup"
)

// Settings is what the rules need of a topic's configuration.
type Settings struct {
	FIFO       bool
	GroupScope bool          // deduplication per message group instead of per topic
	Archive    time.Duration // how long messages are kept for replays; 0: not at all
}

// Topic is the state of one topic.
type Topic struct {
	set  Settings
	now  int64
	last uint64 // order of the newest message

	subs    map[uint64]*Sub
	age     []uint64 // numbers of subscriptions, oldest first; those of ended ones stay until they are half
	made    uint64
	ended   int
	index   index
	pending pending

	counts Counts
	dedup  dedup.Memory[Placed]

	archive archive
}

// Placed is what a publish is answered with.
type Placed struct {
	ID    uuid.UUID
	Order uint64 // FIFO topics only
}

// Counts counts subscriptions.
type Counts struct {
	Confirmed, Pending int
	Deleted            int // confirmed ones that were ended, for ever
}

// New returns a topic without subscriptions.
func New(now int64, set Settings) *Topic {
	t := &Topic{set: set, now: now, subs: map[uint64]*Sub{}, dedup: dedup.New[Placed](set.GroupScope)}
	t.archive.configure(now, set.Archive)
	return t
}

// Settings returns the settings in force.
func (t *Topic) Settings() Settings { return t.set }

// Configure changes the settings. An archive that is switched off forgets its messages; a shorter one forgets those that are too
// old for it.
func (t *Topic) Configure(now int64, set Settings) {
	t.Advance(now)
	t.dedup.Rescope(t.now, set.GroupScope, 0)
	t.archive.configure(t.now, set.Archive)
	t.set = set
}

// Advance applies what time alone has changed until now: subscriptions that nobody confirmed end, archived messages grow too old.
// It returns the subscriptions that ended, and when they did.
func (t *Topic) Advance(now int64) (expired []End) {
	t.now = max(t.now, now)
	for {
		e, ok := t.pending.due(t.now)
		if !ok {
			break
		}
		if s := t.subs[e.Number]; s != nil && s.Pending {
			t.drop(s)
			expired = append(expired, e)
		}
	}
	t.archive.trim(t.now)
	return expired
}

// Counts counts the subscriptions.
func (t *Topic) Counts() Counts { return t.counts }

// Publish accepts a message whose ID, order and time are still to be set, and returns who gets it, oldest subscription first. A
// duplicate is answered as its original was; then m is not used and nobody gets anything.
func (t *Topic) Publish(now int64, id uuid.UUID, m *Message, ch Chooser) (p Placed, to []uint64, duplicate bool) {
	t.Advance(now)
	if t.set.FIFO {
		t.dedup.Settle(t.now)
		if p, seen := t.dedup.Seen(t.dedup.Hash(m.Group, m.Dedup), m.Group, m.Dedup); seen {
			return p, nil, true
		}
	}
	m.ID, m.At = id, t.now
	p = Placed{ID: id}
	if t.set.FIFO {
		t.last++
		m.Order, p.Order = t.last, t.last
		t.dedup.Remember(t.now, t.dedup.Hash(m.Group, m.Dedup), m.Group, m.Dedup, p)
		t.archive.keep(m)
	}
	return p, t.recipients(m, ch), false
}

// recipients returns the subscriptions that get a message. The slice is valid until the next operation.
func (t *Topic) recipients(m *Message, ch Chooser) []uint64 {
	to := t.index.matches(m)
	slices.Sort(to)
	to = slices.DeleteFunc(to, func(n uint64) bool {
		s := t.subs[n]
		return s.Pending || !s.takes(m.At)
	})
	if ch == nil || t.set.FIFO {
		return to
	}
	return arrange(to, ch)
}
