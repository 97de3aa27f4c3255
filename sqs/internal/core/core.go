package core

import (
	"math"
	"time"

	"github.com/google/uuid"

	"github.com/inflight-mq/inflight/internal/dedup"
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
	DedupWindow   = dedup.Window
	AttemptWindow = 5 * time.Minute
	ScopeLag      = time.Minute    // until a new deduplication scope rules; recorded: for seconds the old one rules ids old and new
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
	hidden  hidden
	calm    int64 // until then time alone changes nothing

	waiting, inFlight, delayed int

	dedup    dedup.Memory[original]
	attempts attempts
	sender   *extra // of the newest message that has but a sender

	lent    []uint32 // scratch of the running receive
	leave   []uint32
	loans   []Loan
	letters []Letter

	recording bool
	events    []Event
}

// New returns an empty queue. The nonce must differ from that of any other queue.
func New(arn string, nonce uint64, set Settings) *Queue {
	return &Queue{set: set, arn: arn, nonce: nonce, dedup: dedup.New[original](set.GroupScope)}
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
	q.dedup.Rescope(q.now, set.GroupScope, ScopeLag)
	q.set, q.calm = set, 0
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
			q.unhide(i, s)
			s.due = s.sent + int64(q.set.Delay)
			q.hideUntilDue(i, s, delayed)
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
		dedup:     q.dedup,
		recording: q.recording, events: q.events,
	}
	q.dedup.Forget()
	return n
}

// Advance applies what time alone has changed until now: ends of delays, visibility and retention, in order of time.
func (q *Queue) Advance(now int64) {
	if q.now = max(q.now, now); q.now >= q.calm {
		q.catchUp()
	}
}

func (q *Queue) catchUp() {
	for {
		due, isDue := q.nextDue()
		end, ends := q.nextExpiry()
		switch {
		case ends && end <= q.now && (!isDue || end <= due.at):
			q.expireOldest(end)
		case isDue && due.at <= q.now:
			q.release(due)
		default:
			q.calm = math.MaxInt64
			if isDue {
				q.calm = due.at
			}
			if ends {
				q.calm = min(q.calm, end)
			}
			return
		}
	}
}

// NextWake returns the next instant at which time alone could make a message deliverable.
func (q *Queue) NextWake() (at int64, ok bool) {
	due, ok := q.nextDue()
	full := q.set.InFlight > 0 && q.inFlight >= q.set.InFlight
	if q.set.FIFO || full { // the end of a blocking message unlocks its group, that of a lent one makes room
		if end, ends := q.nextExpiry(); ends && (!ok || end < due.at) {
			return end, true
		}
	}
	return due.at, ok
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
	return entry{s.kept(), s.order(), i}
}

func (q *Queue) holdsAge(e entry) bool {
	s := q.slots.at(e.slot)
	return s.order() == e.order && s.is(ageOut)
}

func (q *Queue) expireOldest(at int64) {
	i, _ := q.oldest()
	q.note(Expired, at, q.slots.at(i))
	q.remove(i)
}

// put stores a message in the orders of age and, on a FIFO queue, of its group. It stands in no state yet.
func (q *Queue) put(id uuid.UUID, body, group, dedup string, sent int64, more *extra) (uint32, *slot) {
	l := q.lanes.find(group)
	i, s := q.slots.alloc()
	q.order++
	s.body, s.dedup, s.id, s.more, s.sent, s.lane = body, dedup, id, more, sent, l
	s.setOrder(q.order)
	ln := &q.lanes.all[l]
	ln.messages++
	key := entry{s.kept(), q.order, i}
	q.calm = min(q.calm, key.at+int64(q.set.Retention))
	if q.age.tail != 0 && key.before(q.ageKey(q.age.tail)) {
		s.marks |= ageOut
		q.ageOuts++
		q.ageOut.push(key)
		q.ageOut.tidy(q.ageOuts, q.holdsAge)
	} else {
		q.slots.push(&q.age, byAge, i, s)
	}
	if q.set.FIFO {
		q.slots.push(&ln.line, inLine, i, s)
		if ln.turn == 0 {
			q.lanes.toBack(l)
		}
	}
	return i, s
}

// remove takes a message out of everything. Its slot is free afterwards.
func (q *Queue) remove(i uint32) {
	s := q.slots.at(i)
	l := s.lane
	q.unhide(i, s)
	ln := &q.lanes.all[l]
	if q.set.FIFO {
		q.slots.unlink(&ln.line, inLine, s)
	}
	if s.is(ageOut) {
		q.ageOuts--
	} else {
		q.slots.unlink(&q.age, byAge, s)
	}
	q.slots.release(i, s)
	if ln.messages--; ln.messages == 0 {
		q.lanes.free(l)
	} else {
		q.refresh(l)
	}
}

// enqueue makes a message deliverable that stands in no state.
func (q *Queue) enqueue(i uint32, s *slot) {
	s.state = waiting
	q.waiting++
	if !q.set.FIFO {
		q.insert(i, s)
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
