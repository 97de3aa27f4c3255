package core

import "time"

// Delete deletes the message of a handle. On a standard queue any handle of the message will do.
func (q *Queue) Delete(now int64, r Receipt, ch Chooser) Standing {
	q.Advance(now)
	i, is := q.find(r)
	if is != Valid {
		return is
	}
	s := q.slots.at(i)
	if !q.set.FIFO && choose(ch, ChooseForget, 2) == 1 {
		q.note(Forgotten, q.now, s)
		return Valid
	}
	q.note(Deleted, q.now, s)
	q.remove(i)
	return Valid
}

// ChangeVisibility hides the message of a handle until now + d, or makes it deliverable when d is 0. The end must not lie
// more than 12 hours after the receive.
func (q *Queue) ChangeVisibility(now int64, r Receipt, d time.Duration) Standing {
	q.Advance(now)
	i, is := q.find(r)
	if is != Valid {
		return is
	}
	s := q.slots.at(i)
	if q.now+int64(d) > s.leased+int64(MaxVisibility) {
		return Beyond
	}
	s.marks |= changed
	q.rehide(i, d)
	return Valid
}

// rehide gives a message that was received before a new visibility timeout from now.
func (q *Queue) rehide(i uint32, d time.Duration) {
	s := q.slots.at(i)
	if s.state == waiting && d == 0 {
		return
	}
	q.unhide(i, s)
	s.due = q.now + int64(d)
	q.hideUntilDue(i, s, inFlight)
	q.refresh(s.lane)
	if d == 0 {
		q.note(Returned, q.now, s)
	} else {
		q.note(Hidden, q.now, s)
	}
}
