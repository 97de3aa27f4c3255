package core

import "maps"

// dedup remembers accepted sends of a FIFO queue for the deduplication window.
type dedup struct {
	groupScope bool
	next       bool  // scope that rules from nextAt on
	nextAt     int64 // 0: no change under way
	byKey      map[dedupKey]Placed
	recent     ring[dedupItem] // in order of acceptance
}

type dedupKey struct{ group, id string }

type dedupItem struct {
	group, id string
	placed    Placed
	until     int64
}

// key of an id in the scope that rules.
func (d *dedup) key(group, id string) dedupKey {
	if d.groupScope {
		return dedupKey{group, id}
	}
	return dedupKey{id: id}
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
		if k := d.key(it.group, it.id); d.byKey[k].Order == it.placed.Order {
			delete(d.byKey, k)
		}
	}
	if d.nextAt == 0 || now < d.nextAt {
		return
	}
	d.groupScope, d.nextAt = d.next, 0
	clear(d.byKey)
	for it := range d.recent.all() {
		d.byKey[d.key(it.group, it.id)] = it.placed
	}
}

// seen returns the original of a duplicate.
func (d *dedup) seen(now int64, group, id string) (Placed, bool) {
	d.settle(now)
	p, ok := d.byKey[d.key(group, id)]
	return p, ok
}

func (d *dedup) remember(now int64, group, id string, p Placed) {
	if d.byKey == nil {
		d.byKey = map[dedupKey]Placed{}
	}
	d.byKey[d.key(group, id)] = p
	d.recent.push(dedupItem{group, id, p, now + int64(DedupWindow)})
}

func (d *dedup) clone() dedup {
	c := *d
	c.byKey = maps.Clone(d.byKey)
	c.recent = d.recent.clone()
	return c
}
