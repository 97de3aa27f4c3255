package core

import (
	"maps"

	"github.com/google/uuid"
)

// dedup remembers accepted sends of a FIFO queue for the deduplication window.
type dedup struct {
	groupScope bool
	next       bool              // scope that rules from nextAt on
	nextAt     int64             // 0: no change under way
	byKey      map[string]uint64 // the item's number
	recent     ring[dedupItem]   // in order of acceptance
	first      uint64            // number of the first of recent
}

type dedupItem struct {
	group, id string
	placed    uuid.UUID
	order     uint64
	until     int64
}

// key of an id in the scope that rules. Neither a group nor an id contains a blank.
func (d *dedup) key(group, id string) string {
	if d.groupScope {
		return group + " " + id
	}
	return id
}

// rescope begins a change of the scope. Attribute changes take up to a minute to spread; recorded: for seconds the old scope
// rules ids both old and new.
func (d *dedup) rescope(now int64, groupScope bool) {
	d.settle(now)
	switch {
	case d.nextAt != 0 && groupScope != d.next, d.nextAt == 0 && groupScope != d.groupScope:
		d.next, d.nextAt = groupScope, now+int64(ScopeLag)
	}
}

// settle applies a due change of the scope and forgets what the window has passed.
func (d *dedup) settle(now int64) {
	for d.recent.len() > 0 && d.recent.front().until <= now {
		it := d.recent.pop()
		if k := d.key(it.group, it.id); d.byKey[k] == d.first {
			delete(d.byKey, k)
		}
		d.first++
	}
	if d.recent.len() == 0 && d.first > 0 { // gives the memory of a busy time back
		d.byKey, d.recent, d.first = nil, ring[dedupItem]{}, 0
	}
	if d.nextAt == 0 || now < d.nextAt {
		return
	}
	d.groupScope, d.nextAt = d.next, 0
	clear(d.byKey)
	n := d.first
	for it := range d.recent.all() {
		d.byKey[d.key(it.group, it.id)] = n
		n++
	}
}

// seen returns the original of a duplicate.
func (d *dedup) seen(now int64, group, id string) (Placed, bool) {
	d.settle(now)
	n, ok := d.byKey[d.key(group, id)]
	if !ok {
		return Placed{}, false
	}
	it := d.recent.at(int(n - d.first))
	return Placed{ID: it.placed, Order: it.order}, true
}

func (d *dedup) remember(now int64, group, id string, p Placed) {
	if d.byKey == nil {
		d.byKey = map[string]uint64{}
	}
	d.byKey[d.key(group, id)] = d.first + uint64(d.recent.len())
	d.recent.push(dedupItem{group, id, p.ID, p.Order, now + int64(DedupWindow)})
}

func (d *dedup) clone() dedup {
	c := *d
	c.byKey = maps.Clone(d.byKey)
	c.recent = d.recent.clone()
	return c
}
