package core

import (
	"sort"
	"time"
)

// archive keeps the messages of a FIFO topic for a time, oldest first.
type archive struct {
	keepFor time.Duration // 0: off
	since   int64         // when it was switched on
	kept    []*Message
}

// configure changes how long messages are kept.
func (a *archive) configure(now int64, keepFor time.Duration) {
	switch {
	case keepFor == 0:
		*a = archive{}
		return
	case a.keepFor == 0:
		a.since = now
	}
	a.keepFor = keepFor
	a.trim(now)
}

// begin is the earliest time that can be replayed from; 0 without an archive.
func (a *archive) begin(now int64) int64 {
	if a.keepFor == 0 {
		return 0
	}
	return max(a.since, now-int64(a.keepFor))
}

func (a *archive) keep(m *Message) {
	if a.keepFor > 0 {
		a.kept = append(a.kept, m)
	}
}

// trim drops what is too old. Appending later copies what is left to new memory now and then, so that the dropped are freed.
func (a *archive) trim(now int64) {
	for len(a.kept) > 0 && a.kept[0].At < now-int64(a.keepFor) {
		a.kept[0] = nil
		a.kept = a.kept[1:]
	}
}

// from returns what was published from one instant until before another, 0: with no end.
func (a *archive) from(from, to int64) []*Message {
	first := sort.Search(len(a.kept), func(i int) bool { return a.kept[i].At >= from })
	last := len(a.kept)
	if to != 0 {
		last = max(first, sort.Search(len(a.kept), func(i int) bool { return a.kept[i].At > to }))
	}
	return a.kept[first:last]
}

// ArchiveBegin is the earliest time that can be replayed from; 0 without an archive.
func (t *Topic) ArchiveBegin(now int64) int64 {
	t.Advance(now)
	return t.archive.begin(t.now)
}

// Replay returns the archived messages that a subscription's replay delivers again, oldest first: those published from one instant
// to another, both included, that its filter takes. An end makes the subscription stop there; 0 is no end. The messages are marked
// copies.
func (t *Topic) Replay(now int64, n uint64, from, to int64) []*Message {
	t.Advance(now)
	s := t.subs[n]
	if s == nil {
		return nil
	}
	s.until = 0
	if to != 0 {
		s.until = to + 1
	}
	var all []*Message
	for _, m := range t.archive.from(from, to) {
		if s.filter != nil && !s.filter.Match(m.Input(s.group, s.filter.Scope())) {
			continue
		}
		again := *m
		again.Replayed = true
		all = append(all, &again)
	}
	return all
}

// StopReplay makes a subscription take everything that is published from now on.
func (t *Topic) StopReplay(n uint64) {
	if s := t.subs[n]; s != nil {
		s.until = 0
	}
}

// ReplayEnds returns when the running replay of a subscription ends; 0 when it has no end.
func (t *Topic) ReplayEnds(n uint64) int64 {
	if s := t.subs[n]; s != nil {
		return s.until
	}
	return 0
}

// Archived returns what is kept for replays, oldest first. It is not to be changed.
func (t *Topic) Archived() []*Message { return t.archive.kept }
