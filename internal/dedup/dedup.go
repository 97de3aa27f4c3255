// Package dedup is what FIFO queues and topics remember of accepted messages for the deduplication window.
package dedup

import (
	"math/bits"
	"time"

	"github.com/cespare/xxhash/v2"

	"github.com/inflight-mq/inflight/internal/ring"
)

// Window is how long an accepted id is remembered.
const Window = 5 * time.Minute

// Memory remembers what accepted ids were answered with, each for [Window], by id alone or by id within its message group. Instants
// are nanoseconds of Unix time. The zero Memory is empty, and goes by id alone.
type Memory[P any] struct {
	groupScope bool
	next       bool               // scope that rules from nextAt on
	nextAt     int64              // 0: no change under way
	recent     ring.Ring[item[P]] // in order of acceptance
	first      uint32             // number of the first of recent; numbers go round
	newest     []uint32           // number of the newest item of each hash, a power of two of them
}

type item[P any] struct {
	group, id string
	placed    P
	until     int64
	hash      uint32
	older     uint32 // number of the next older item of its hash
}

// New returns an empty memory.
func New[P any](groupScope bool) Memory[P] { return Memory[P]{groupScope: groupScope} }

// Len returns how many ids are remembered.
func (d *Memory[P]) Len() int { return d.recent.Len() }

// Forget forgets all ids. The scope, and a change of it under way, stay.
func (d *Memory[P]) Forget() {
	*d = Memory[P]{groupScope: d.groupScope, next: d.next, nextAt: d.nextAt}
}

// Rescope begins a change of the scope, which rules when lag has passed.
func (d *Memory[P]) Rescope(now int64, groupScope bool, lag time.Duration) {
	d.Settle(now)
	switch {
	case d.nextAt != 0 && groupScope != d.next, d.nextAt == 0 && groupScope != d.groupScope:
		d.next, d.nextAt = groupScope, now+int64(lag)
		d.Settle(now)
	}
}

// Settle brings the memory up to date: it applies a due change of the scope and forgets what the window has passed.
func (d *Memory[P]) Settle(now int64) {
	for d.recent.Len() > 0 && d.recent.Front().until <= now {
		d.recent.Pop()
		d.first++
	}
	if d.recent.Len() == 0 && d.newest != nil { // gives the memory of a busy time back
		d.newest, d.recent = nil, ring.Ring[item[P]]{}
	}
	if d.nextAt == 0 || now < d.nextAt {
		return
	}
	d.groupScope, d.nextAt = d.next, 0
	for it := range d.recent.All() {
		it.hash = d.Hash(it.group, it.id)
	}
	d.link(len(d.newest))
}

// link makes the chains of all items anew, for n hashes.
func (d *Memory[P]) link(n int) {
	d.newest = make([]uint32, n)
	number := d.first
	for it := range d.recent.All() {
		d.chain(it, number)
		number++
	}
}

func (d *Memory[P]) chain(it *item[P], number uint32) {
	newest := &d.newest[it.hash&uint32(len(d.newest)-1)]
	it.older, *newest = *newest, number
}

// Hash returns the hash of an id in the scope that rules, for Seen and Remember at the same instant: it is made once for both.
func (d *Memory[P]) Hash(group, id string) uint32 {
	h := xxhash.Sum64String(id)
	if d.groupScope {
		h ^= bits.RotateLeft64(xxhash.Sum64String(group), 1) // a group may be called like an id
	}
	return uint32(h)
}

// Seen returns what the original of a duplicate was answered with. The memory must be settled.
func (d *Memory[P]) Seen(hash uint32, group, id string) (p P, ok bool) {
	if len(d.newest) == 0 {
		return p, false
	}
	// A chain ends with the first number that is not older than the one before, or not in recent: what the window has passed need
	// not be taken out of it.
	k, before := d.newest[hash&uint32(len(d.newest)-1)]-d.first, uint32(d.recent.Len())
	for k < before {
		it := d.recent.At(int(k))
		if it.hash == hash && it.id == id && (!d.groupScope || it.group == group) {
			return it.placed, true
		}
		k, before = it.older-d.first, k
	}
	return p, false
}

// Remember remembers an accepted id from now on. The memory must be settled.
func (d *Memory[P]) Remember(now int64, hash uint32, group, id string, p P) {
	number := d.first + uint32(d.recent.Len())
	d.recent.Push(item[P]{group: group, id: id, placed: p, until: now + int64(Window), hash: hash})
	if d.recent.Len() > len(d.newest) {
		d.link(max(8, 2*len(d.newest)))
		return
	}
	d.chain(d.recent.At(d.recent.Len()-1), number)
}

// Clone returns an independent copy.
func (d *Memory[P]) Clone() Memory[P] {
	c := *d
	c.newest = append([]uint32(nil), d.newest...)
	c.recent = d.recent.Clone()
	return c
}
