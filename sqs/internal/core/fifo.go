package core

// receiveFIFO walks the groups in turn. Of each it takes the longest run of deliverable messages from the start, up to the
// remaining count: a message that is in flight or delayed blocks all behind it. A group that was served goes to the back.
func (q *Queue) receiveFIFO(most int, r Request, ch Chooser, dlq *Queue) {
	q.lent = q.lent[:0]
	for len(q.lent) < most {
		l := q.lanes.take(ch)
		if l == 0 {
			break
		}
		for i := q.lanes.all[l].line.head; i != 0 && len(q.lent) < most; {
			s := q.slots.at(i)
			if s.state != waiting {
				break
			}
			q.waiting--
			s.state = leaving
			if q.poisoned(s, dlq) {
				q.leave = append(q.leave, i)
			} else {
				q.lent = append(q.lent, i)
			}
			i = s.links[inLine].next
		}
		q.lanes.toBack(l)
	}
	for _, i := range q.lent { // which puts its lane into the rotation again, when it is deliverable at once
		q.lend(i, r.Visibility, ch)
	}
}
