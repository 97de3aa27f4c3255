package core

import (
	"time"

	"github.com/google/uuid"

	"github.com/inflight-mq/inflight/sns/filter"
)

// naive is one topic as the rules say it, without index, heap or hash: every question is answered by looking at everything.
type naive struct {
	set     Settings
	now     int64
	subs    []*naiveSub // by number, from 1
	told    []naiveSeen // accepted messages, as deduplication remembers them
	order   uint64
	deleted int
	kept    []*Message
	since   int64
}

type naiveSub struct {
	alive, pending bool
	ends           int64 // of a pending one
	group          string
	policy         *filter.Policy
	until          int64 // the last instant that is still delivered; 0: no end
}

type naiveSeen struct {
	at         int64
	group, key string
	placed     Placed
}

func (m *naive) advance(now int64) (expired []End) {
	m.now = max(m.now, now)
	for i, s := range m.subs {
		if s.alive && s.pending && s.ends <= m.now {
			s.alive = false
			expired = append(expired, End{s.ends, uint64(i + 1)})
		}
	}
	for len(m.kept) > 0 && m.kept[0].At+int64(m.set.Archive) < m.now {
		m.kept = m.kept[1:]
	}
	return expired
}

func (m *naive) configure(set Settings) {
	if set.Archive == 0 {
		m.kept = nil
	} else if m.set.Archive == 0 {
		m.since = m.now
	}
	m.set = set
	m.advance(m.now)
}

func (m *naive) begin() int64 {
	if m.set.Archive == 0 {
		return 0
	}
	return max(m.since, m.now-int64(m.set.Archive))
}

func (m *naive) publish(id uuid.UUID, msg *Message) (p Placed, to []uint64, duplicate bool) {
	if m.set.FIFO {
		for i := len(m.told) - 1; i >= 0; i-- {
			if e := m.told[i]; e.key == msg.Dedup && m.now < e.at+int64(5*time.Minute) && (!m.set.GroupScope || e.group == msg.Group) {
				return e.placed, nil, true
			}
		}
		m.order++
		p.Order = m.order
	}
	p.ID = id
	m.told = append(m.told, naiveSeen{m.now, msg.Group, msg.Dedup, p})
	if m.set.FIFO && m.set.Archive > 0 {
		m.kept = append(m.kept, msg)
	}
	for i, s := range m.subs {
		if s.alive && !s.pending && (s.until == 0 || m.now <= s.until) && s.policy.Match(msg.Input(s.group, scope(s.policy))) {
			to = append(to, uint64(i+1))
		}
	}
	return p, to, false
}

func scope(p *filter.Policy) filter.Scope {
	if p == nil {
		return filter.MessageAttributes
	}
	return p.Scope()
}

func (m *naive) replay(n uint64, from, to int64) (ids []uuid.UUID) {
	s := m.subs[n-1]
	if !s.alive {
		return nil
	}
	s.until = to
	for _, msg := range m.kept {
		if msg.At >= from && (to == 0 || msg.At <= to) && s.policy.Match(msg.Input(s.group, scope(s.policy))) {
			ids = append(ids, msg.ID)
		}
	}
	return ids
}

func (m *naive) counts() (c Counts) {
	for _, s := range m.subs {
		switch {
		case s.alive && s.pending:
			c.Pending++
		case s.alive:
			c.Confirmed++
		}
	}
	c.Deleted = m.deleted
	return c
}

func (m *naive) all() []uint64 {
	var all []uint64
	for i, s := range m.subs {
		if s.alive {
			all = append(all, uint64(i+1))
		}
	}
	return all
}
