package core

// list is a doubly linked list of slots, through the pair of links that its user names. The zero list is empty.
type list struct{ head, tail uint32 }

// push appends slot i, which s is.
func (st *store) push(l *list, which int, i uint32, s *slot) {
	s.links[which] = link{prev: l.tail}
	if l.tail == 0 {
		l.head = i
	} else {
		st.at(l.tail).links[which].next = i
	}
	l.tail = i
}

func (st *store) unlink(l *list, which int, s *slot) {
	k := s.links[which]
	if k.prev == 0 {
		l.head = k.next
	} else {
		st.at(k.prev).links[which].next = k.next
	}
	if k.next == 0 {
		l.tail = k.prev
	} else {
		st.at(k.next).links[which].prev = k.prev
	}
	s.links[which] = link{}
}
