package core

import (
	"math/bits"

	"github.com/cespare/xxhash/v2"
	"github.com/google/uuid"
)

// dedup remembers accepted sends of a FIFO queue for the deduplication window.
type dedup struct {
	groupScope bool
	next       bool            // scope that rules from nextAt on
	nextAt     int64           // 0: no change under way
	recent     ring[dedupItem] // in order of acceptance
	first      uint32          // number of the first of recent; numbers go round
	newest     []uint32        // number of the newest item of each hash, a power of two of them
}

type dedupItem struct {
	group, id string
	placed    uuid.UUID
	order     uint64
	until     int64
	hash      uint32
	older     uint32 // number of the next older item of its hash
}

// hash of an id in the scope that rules.
func (d *dedup) hash(group, id string) uint32 {
	h := xxhash.Sum64String(id)
	if d.groupScope {
		h ^= bits.RotateLeft64(xxhash.Sum64String(group), 1) // a group may be called like an id
	}
	return uint32(h)
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
		d.recent.pop()
		d.first++
	}
	if d.recent.len() == 0 && d.newest != nil { // gives the memory of a busy time back
		d.newest, d.recent = nil, ring[dedupItem]{}
	}
	if d.nextAt == 0 || now < d.nextAt {
		return
	}
	d.groupScope, d.nextAt = d.next, 0
	for it := range d.recent.all() {
		it.hash = d.hash(it.group, it.id)
	}
	d.link(len(d.newest))
}

// link makes the chains of all items anew, for n hashes.
func (d *dedup) link(n int) {
	d.newest = make([]uint32, n)
	number := d.first
	for it := range d.recent.all() {
		d.chain(it, number)
		number++
	}
}

func (d *dedup) chain(it *dedupItem, number uint32) {
	newest := &d.newest[it.hash&uint32(len(d.newest)-1)]
	it.older, *newest = *newest, number
}

// seen returns the original of a duplicate. A chain ends with the first number that is not older than the one before, or not in
// recent: what the window has passed need not be taken out of it.
func (d *dedup) seen(hash uint32, group, id string) (Placed, bool) {
	if len(d.newest) == 0 {
		return Placed{}, false
	}
	k, before := d.newest[hash&uint32(len(d.newest)-1)]-d.first, uint32(d.recent.len())
	for k < before {
		it := d.recent.at(int(k))
		if it.hash == hash && it.id == id && (!d.groupScope || it.group == group) {
			return Placed{ID: it.placed, Order: it.order}, true
		}
		k, before = it.older-d.first, k
	}
	return Placed{}, false
}

func (d *dedup) remember(now int64, hash uint32, group, id string, p Placed) {
	number := d.first + uint32(d.recent.len())
	d.recent.push(dedupItem{group: group, id: id, placed: p.ID, order: p.Order, until: now + int64(DedupWindow), hash: hash})
	if d.recent.len() > len(d.newest) {
		d.link(len(d.recent.buf))
		return
	}
	d.chain(d.recent.at(d.recent.len()-1), number)
}

func (d *dedup) clone() dedup {
	c := *d
	c.newest = append([]uint32(nil), d.newest...)
	c.recent = d.recent.clone()
	return c
}
