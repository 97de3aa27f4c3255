// Package dedup is what FIFO queues and topics remember of accepted messages for the deduplication window.
package dedup

import (
	"maps"
	"time"

	"github.com/inflight-mq/inflight/internal/ring"
)

// Window is how long an accepted id is remembered.
const Window = 5 * time.Minute

// Memory remembers what accepted ids were answered with, each for [Window]. Instants are nanoseconds of Unix time.
type Memory[P any] struct {
	groupScope bool
	next       bool               // scope that rules from nextAt on
	nextAt     int64              // 0: no change under way
	byKey      map[string]uint64  // the item's number
	recent     ring.Ring[item[P]] // in order of acceptance
	first      uint64             // number of the first of recent
}

type item[P any] struct {
	group, id string
	placed    P
	until     int64
}

// New returns an empty memory, of ids alone or, with groupScope, of ids within groups.
func New[P any](groupScope bool) Memory[P] { return Memory[P]{groupScope: groupScope} }

// key of an id in the scope that rules. Neither a group nor an id contains a blank.
func (d *Memory[P]) key(group, id string) string {
	if d.groupScope {
		return group + " " + id
	}
	return id
}

// Rescope begins a change of the scope, which rules when lag has passed.
func (d *Memory[P]) Rescope(now int64, groupScope bool, lag time.Duration) {
	d.settle(now)
	switch {
	case d.nextAt != 0 && groupScope != d.next, d.nextAt == 0 && groupScope != d.groupScope:
		d.next, d.nextAt = groupScope, now+int64(lag)
		d.settle(now)
	}
}

// settle applies a due change of the scope and forgets what the window has passed.
func (d *Memory[P]) settle(now int64) {
	for d.recent.Len() > 0 && d.recent.Front().until <= now {
		it := d.recent.Pop()
		if k := d.key(it.group, it.id); d.byKey[k] == d.first {
			delete(d.byKey, k)
		}
		d.first++
	}
	if d.recent.Len() == 0 && d.first > 0 { // gives the memory of a busy time back
		d.byKey, d.recent, d.first = nil, ring.Ring[item[P]]{}, 0
	}
	if d.nextAt == 0 || now < d.nextAt {
		return
	}
	d.groupScope, d.nextAt = d.next, 0
	clear(d.byKey)
	n := d.first
	for it := range d.recent.All() {
		d.byKey[d.key(it.group, it.id)] = n
		n++
	}
}

// Seen returns what the original of a duplicate was answered with.
func (d *Memory[P]) Seen(now int64, group, id string) (p P, ok bool) {
	d.settle(now)
	n, ok := d.byKey[d.key(group, id)]
	if !ok {
		return p, false
	}
	return d.recent.At(int(n - d.first)).placed, true
}

// Remember remembers an accepted id from now on.
func (d *Memory[P]) Remember(now int64, group, id string, p P) {
	if d.byKey == nil {
		d.byKey = map[string]uint64{}
	}
	d.byKey[d.key(group, id)] = d.first + uint64(d.recent.Len())
	d.recent.Push(item[P]{group, id, p, now + int64(Window)})
}

// Clone returns an independent copy.
func (d *Memory[P]) Clone() Memory[P] {
	c := *d
	c.byKey = maps.Clone(d.byKey)
	c.recent = d.recent.Clone()
	return c
}
