package core

import (
	"github.com/google/uuid"
)

// Letter is a message on its way from one queue to another.
type Letter struct {
	id       uuid.UUID
	body     string
	group    string
	dedup    string
	more     *extra
	sent     int64
	first    int64
	receives int
	from     string
}

// Source returns the queue that the message was dead-lettered from, empty if it was not.
func (l *Letter) Source() string {
	if l.more != nil && l.more.rare != nil {
		return l.more.rare.source
	}
	return ""
}

// sendLetters moves the messages that the running receive found poisoned.
func (q *Queue) sendLetters(dlq *Queue) {
	if len(q.leave) == 0 {
		return
	}
	q.letters = q.letters[:0]
	for _, i := range q.leave {
		if q.recording {
			q.noteOther(DeadLettered, q.now, q.slots.at(i), dlq.arn)
		}
		q.letters = append(q.letters, q.letter(i))
		q.remove(i)
	}
	q.leave = q.leave[:0]
	dlq.Advance(q.now)
	for k := range q.letters {
		dlq.bury(&q.letters[k])
	}
	clear(q.letters)
}

func (q *Queue) letter(i uint32) Letter {
	s := q.slots.at(i)
	return Letter{s.id, s.body, q.lanes.all[s.lane].id, s.dedup, s.more, s.sent, s.first, s.receives(), q.arn}
}

// bury stores a dead letter: the same message with its own age, which goes on counting its receives. In a FIFO queue its
// retention starts anew and its id becomes its deduplication id, so that no duplicate is swallowed.
func (q *Queue) bury(l *Letter) {
	more, odd := extra{}, rare{}
	if l.more != nil {
		more = *l.more
		if more.rare != nil {
			odd = *more.rare
		}
	}
	more.rare = &odd
	odd.source, odd.kept, odd.before = l.from, 0, uint32(l.receives)
	dedup := l.dedup
	if q.set.FIFO {
		dedup, odd.kept = l.id.String(), q.now
	}
	i, s := q.put(l.id, l.body, l.group, dedup, l.sent, &more)
	s.first = l.first
	q.enqueue(i, s)
	if q.recording {
		q.noteOther(Arrived, q.now, s, l.from)
	}
}

// Next returns the message that a receive would serve next, for a move task. It stays where it is.
func (q *Queue) Next(now int64) (Letter, bool) {
	q.Advance(now)
	l := q.lanes.next()
	if l == 0 {
		return Letter{}, false
	}
	return q.letter(q.nextOf(l)), true
}

func (q *Queue) nextOf(l uint32) uint32 {
	if q.set.FIFO {
		return q.lanes.all[l].line.head
	}
	return q.first(l)
}

// MoveNext takes that message to the queue to, where it is a new message: another id, another age, never received. Tenants of a
// standard queue are served in turn, as a receive does; a message group is emptied before the next.
func (q *Queue) MoveNext(now int64, to *Queue, id uuid.UUID) {
	q.Advance(now)
	l := q.lanes.next()
	if l == 0 {
		return
	}
	if !q.set.FIFO {
		q.lanes.setQueued(l, false)
		q.lanes.toBack(l)
	}
	i := q.nextOf(l)
	letter := q.letter(i)
	if q.recording {
		q.noteOther(Moved, q.now, q.slots.at(i), to.arn)
	}
	q.remove(i) // which puts the lane into the rotation again
	to.Advance(now)
	to.adopt(&letter, id)
}

func (q *Queue) adopt(l *Letter, id uuid.UUID) {
	var more *extra
	if l.more != nil {
		c := *l.more
		if c.rare != nil {
			c.rare = &rare{trace: c.rare.trace, sender: c.rare.sender}
		}
		more = &c
	}
	i, s := q.put(id, l.body, l.group, l.dedup, q.now, more)
	s.due = q.now + int64(q.set.Delay)
	q.hideUntilDue(i, s, delayed)
	if q.recording {
		q.noteOther(Arrived, q.now, s, l.from)
	}
}

// ID returns the message's id.
func (l *Letter) ID() uuid.UUID { return l.id }
