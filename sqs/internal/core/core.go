package core

import (
	"time"

	"github.com/google/uuid"
)

// Attribute is one message attribute. Stored attributes are shared and never changed.
type Attribute struct {
	Name, Type, Text string
	Binary           []byte
}

// Settings is what the rules need of a queue's configuration.
type Settings struct {
	FIFO        bool
	Visibility  time.Duration
	Delay       time.Duration // FIFO: of all messages; standard: the caller resolves each message's own
	Retention   time.Duration
	MaxReceives int  // 0: no dead-letter queue
	GroupScope  bool // deduplication per message group instead of per queue
	InFlight    int  // most messages in flight, 0: no limit
}

// Times that the service fixes.
const (
	DedupWindow   = 5 * time.Minute
	AttemptWindow = 5 * time.Minute
	ScopeLag      = time.Minute    // until a new deduplication scope rules
	MaxVisibility = 12 * time.Hour // from the receive
)

// Queue is the state of one queue.
type Queue struct {
	set   Settings
	arn   string
	nonce uint64 // tells the receipt handles of this queue from all others
	now   int64
	order uint64 // of the newest message

	slots store
	lanes lanes

	age     list // all messages by the start of their retention
	ageOut  heap // those that came in with an older start than the newest had
	ageOuts int
	dues    heap // ends of delays and visibility timeouts

	waiting, inFlight, delayed int

	dedup    dedup
	attempts attempts

	lent    []uint32 // scratch of the running receive
	served  []uint32
	leave   []uint32
	loans   []Loan
	letters []Letter

	recording bool
	events    []Event
}

// New returns an empty queue. The nonce must differ from that of any other queue.
func New(arn string, nonce uint64, set Settings) *Queue {
	return &Queue{set: set, arn: arn, nonce: nonce, dedup: dedup{groupScope: set.GroupScope}}
}

// Counts is how many messages are deliverable (on a FIFO queue: or blocked by their group), lent, and delayed.
type Counts struct{ Waiting, InFlight, Delayed int }

// Counts counts at the time now.
func (q *Queue) Counts(now int64) Counts {
	q.Advance(now)
	return Counts{q.waiting, q.inFlight, q.delayed}
}

// Settings returns the settings in force.
func (q *Queue) Settings() Settings { return q.set }

// Configure changes the settings. On a FIFO queue a new delay applies to waiting messages too.
func (q *Queue) Configure(now int64, set Settings) {
	q.Advance(now)
	retime := set.FIFO && set.Delay != q.set.Delay
	q.dedup.rescope(q.now, set.GroupScope)
	q.set = set
	if retime {
		q.retime()
	}
	q.Advance(now) // a shorter retention shows at once
}

// retime gives messages that were never received the queue's new delay.
func (q *Queue) retime() {
	for i := q.age.head; i != 0; {
		s := q.slots.at(i)
		next := s.links[byAge].next
		if s.here == 0 && (s.state == waiting || s.state == delayed) {
			q.unhide(s)
			s.due = s.sent + int64(q.set.Delay)
			q.hideUntilDue(i, delayed)
			q.refresh(s.lane)
		}
		i = next
	}
}

// Purge drops all messages and, with them, deduplication and receive attempts.
func (q *Queue) Purge(now int64) int {
	q.Advance(now)
	n := q.waiting + q.inFlight + q.delayed
	if q.recording {
		q.events = append(q.events, Event{Kind: Purged, At: q.now, Receives: n})
	}
	*q = Queue{
		set: q.set, arn: q.arn, nonce: q.nonce, now: q.now, order: q.order,
		dedup:     dedup{groupScope: q.dedup.groupScope, next: q.dedup.next, nextAt: q.dedup.nextAt},
		recording: q.recording, events: q.events,
	}
	return n
}

// Advance applies what time alone has changed until now: ends of delays, visibility and retention, in order of time.
func (q *Queue) Advance(now int64) {
	q.now = max(q.now, now)
	for {
		due, isDue := q.nextDue()
		end, ends := q.nextExpiry()
		switch {
		case ends && end <= q.now && (!isDue || end <= due):
			q.expireOldest(end)
		case isDue && due <= q.now:
			q.release(due)
		default:
			return
		}
	}
}

// NextWake returns the next instant at which time alone could make a message deliverable.
func (q *Queue) NextWake() (at int64, ok bool) {
	at, ok = q.nextDue()
	full := q.set.InFlight > 0 && q.inFlight >= q.set.InFlight
	if q.set.FIFO || full { // the end of a blocking message unlocks its group, that of a lent one makes room
		if end, ends := q.nextExpiry(); ends && (!ok || end < at) {
			return end, true
		}
	}
	return at, ok
}

func (q *Queue) nextDue() (int64, bool) {
	for len(q.dues) > 0 {
		if q.holdsDue(q.dues[0]) {
			return q.dues[0].at, true
		}
		q.dues.pop()
	}
	return 0, false
}

func (q *Queue) holdsDue(e entry) bool {
	s := q.slots.at(e.slot)
	return s.order == e.order && s.due == e.at && (s.state == inFlight || s.state == delayed)
}

// release makes the message whose due time came deliverable.
func (q *Queue) release(at int64) {
	i := q.dues[0].slot
	q.dues.pop()
	s := q.slots.at(i)
	q.unhide(s)
	q.enqueue(i)
	q.note(Returned, at, s)
}

// unhide takes a message out of the count of its state.
func (q *Queue) unhide(s *slot) {
	switch s.state {
	case waiting:
		q.waiting--
	case inFlight:
		q.inFlight--
	case delayed:
		q.delayed--
	}
}

// hideUntilDue puts a message that stands in no state into flight or delay until its due time, or makes it deliverable when
// that has come.
func (q *Queue) hideUntilDue(i uint32, in state) {
	s := q.slots.at(i)
	if s.due <= q.now {
		q.enqueue(i)
		return
	}
	s.state = in
	if in == inFlight {
		q.inFlight++
	} else {
		q.delayed++
	}
	q.dues.push(entry{s.due, s.order, i})
	if hidden := q.inFlight + q.delayed; len(q.dues) > 2*hidden+slack {
		q.dues.tidy(hidden, q.holdsDue)
	}
}

// nextExpiry returns when the oldest message expires.
func (q *Queue) nextExpiry() (int64, bool) {
	i, ok := q.oldest()
	if !ok {
		return 0, false
	}
	return q.slots.at(i).kept() + int64(q.set.Retention), true
}

func (q *Queue) oldest() (uint32, bool) {
	for len(q.ageOut) > 0 {
		e := q.ageOut[0]
		if !q.holdsAge(e) {
			q.ageOut.pop()
			continue
		}
		if i := q.age.head; i != 0 && !e.before(q.ageKey(i)) {
			return i, true
		}
		return e.slot, true
	}
	return q.age.head, q.age.head != 0
}

func (q *Queue) ageKey(i uint32) entry {
	s := q.slots.at(i)
	return entry{s.kept(), s.order, i}
}

func (q *Queue) holdsAge(e entry) bool {
	s := q.slots.at(e.slot)
	return s.order == e.order && s.ageOut
}

func (q *Queue) expireOldest(at int64) {
	i, _ := q.oldest()
	q.note(Expired, at, q.slots.at(i))
	q.remove(i)
}

// put stores a message in the orders of age and, on a FIFO queue, of its group. It stands in no state yet.
func (q *Queue) put(id uuid.UUID, body string, group string, sent int64, more *extra) uint32 {
	l := q.lanes.find(group)
	i := q.slots.alloc()
	q.order++
	s := q.slots.at(i)
	s.body, s.id, s.more, s.order, s.sent, s.lane = body, id, more, q.order, sent, l
	q.lanes.all[l].messages++
	if key := q.ageKey(i); q.age.tail != 0 && key.before(q.ageKey(q.age.tail)) {
		s.ageOut = true
		q.ageOuts++
		q.ageOut.push(key)
		q.ageOut.tidy(q.ageOuts, q.holdsAge)
	} else {
		q.slots.push(&q.age, byAge, i)
	}
	if q.set.FIFO {
		q.slots.push(&q.lanes.all[l].line, inLane, i)
		if q.lanes.all[l].turn == 0 {
			q.lanes.toBack(l)
		}
	}
	return i
}

// remove takes a message out of everything. Its slot is free afterwards.
func (q *Queue) remove(i uint32) {
	s := q.slots.at(i)
	l := s.lane
	if s.state == waiting && !q.set.FIFO {
		q.dequeue(i)
	}
	q.unhide(s)
	ln := &q.lanes.all[l]
	if q.set.FIFO {
		q.slots.unlink(&ln.line, inLane, i)
	}
	if s.ageOut {
		q.ageOuts--
	} else {
		q.slots.unlink(&q.age, byAge, i)
	}
	q.slots.release(i)
	if ln.messages--; ln.messages == 0 {
		q.lanes.free(l)
	} else {
		q.refresh(l)
	}
}

// enqueue makes a message deliverable that stands in no state.
func (q *Queue) enqueue(i uint32) {
	s := q.slots.at(i)
	s.state = waiting
	q.waiting++
	if !q.set.FIFO {
		q.insert(i)
	}
	q.refresh(s.lane)
}

// refresh puts a lane into the rotation, or takes it out, by what it could deliver.
func (q *Queue) refresh(l uint32) {
	ln := &q.lanes.all[l]
	if q.set.FIFO {
		q.lanes.setQueued(l, ln.line.head != 0 && q.slots.at(ln.line.head).state == waiting)
	} else {
		q.lanes.setQueued(l, ln.waiting > 0)
	}
}
