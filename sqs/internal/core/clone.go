package core

// Clone returns a copy that shares nothing that changes.
func (q *Queue) Clone() *Queue {
	c := *q
	c.slots = q.slots.clone()
	c.lanes = q.lanes.clone()
	c.ageOut = append(heap(nil), q.ageOut...)
	c.hidden.out = append(heap(nil), q.hidden.out...)
	c.dedup = q.dedup.Clone()
	c.attempts = q.attempts.clone()
	c.lent, c.leave, c.loans, c.letters, c.events = nil, nil, nil, nil, nil
	return &c
}
