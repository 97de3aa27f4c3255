package core

import (
	"math/big"
	"slices"
	"sort"
	"time"

	"github.com/inflight-mq/inflight/internal/uint128"
)

// Settings is what the rules need of a stream's configuration.
type Settings struct {
	Retention time.Duration
	OnDemand  bool
	Auto      bool // records are spread over the shards, whatever their keys
	Encrypted bool
	Warm      int // shards that an on-demand stream with rates is prepared for, when its creation or an update ends
	Rates     Rates
}

// Rates are the throughput of a shard, a second. The zero Rates limit nothing.
type Rates struct {
	WriteBytes, WriteRecords int
	WriteBurst               int // bytes at once
	ReadBytes, ReadCalls     int
}

func (r *Rates) on() bool { return r.WriteBytes > 0 }

// State is the state of a stream.
type State uint8

// The states, in the order of a stream's life.
const (
	Creating State = iota
	Active
	Updating
	Deleting
	Gone
)

// Stream is the state of one stream.
type Stream struct {
	set   Settings
	born  int64 // second that the first shards show as that of their creation
	began int64 // when it became active, 0 before
	now   int64
	floor int64 // what arrived until then has expired for good, whatever the retention became since

	state State
	due   int64 // when the state ends, 0 for never
	plan  plan  // what takes effect then

	shards   []*Shard // that are held, by index
	next     int32    // index of the next shard
	newborn  int64    // see Newborn
	open     []*Shard // by range
	starts   []uint128.Uint128
	shape    uint64   // counts the changes of the shards
	expiry   int64    // when the first closed shard expires, 0 for never
	counters []uint64 // newest indexes of sequence numbers: one for five shards
	turn     int      // of the shards of an automatic distribution

	scaling int64 // when the stream began to scale itself, 0: it does not
	mark    int64 // when the next quarter ends that may change the shards, 0: never

	subs   []Subscription
	serial uint64

	recording bool
	byTime    bool // what happens now was due
	events    []Event
}

// New returns a stream that is being created until due, and becomes active then with a number of shards whose ranges are equal.
func New(now, due int64, born int64, shards int, set Settings) *Stream {
	p := plan{kind: planCreate, target: shards, lasts: due > now}
	return &Stream{set: set, born: born, newborn: born, now: now, due: due, plan: p}
}

// Settings returns the settings in force.
func (s *Stream) Settings() Settings { return s.set }

// Configure changes the settings. What has expired stays so.
func (s *Stream) Configure(now int64, set Settings) {
	s.Advance(now)
	s.floor = s.cutoff()
	scaled := s.set.scales()
	s.set = set
	s.planExpiry()
	switch {
	case s.state == Creating || s.state >= Deleting:
	case scaled != set.scales():
		s.startScaling(s.now)
	case scaled:
		s.planScaling(s.now)
	}
	s.Advance(now)
}

// State returns the state at the time now.
func (s *Stream) State(now int64) State {
	s.Advance(now)
	return s.state
}

// Began returns when the stream became active, 0 before.
func (s *Stream) Began() int64 { return s.began }

// Update puts an active stream into the state of being updated until due. The change itself has been made.
func (s *Stream) Update(now, due int64) { s.begin(now, due, plan{kind: planNothing}) }

// Delete puts the stream into the state of being deleted until due. What was to happen to it does not.
func (s *Stream) Delete(now, due int64) {
	s.Advance(now)
	if s.state < Deleting {
		s.enter(Deleting, due, plan{kind: planGone})
	}
	s.Advance(now)
}

// begin has a plan take effect at due.
func (s *Stream) begin(now, due int64, p plan) {
	s.Advance(now)
	s.enter(Updating, due, p)
	s.Advance(now)
}

// enter begins a state that ends when due. One that ends at once is never seen.
func (s *Stream) enter(st State, due int64, p plan) {
	p.lasts = due > s.now
	if st == Deleting {
		s.scaling, s.mark = 0, 0
	}
	s.state, s.due, s.plan = st, max(due, s.now), p
	s.shape++
	if p.lasts {
		s.note(Event{Kind: Entered, At: s.now, Shard: None, State: st})
	}
}

// Advance applies what time alone has changed until now, in order of time.
func (s *Stream) Advance(now int64) {
	s.now = max(s.now, now)
	for {
		at := earliest(earliest(s.due, s.mark), s.expiry)
		switch {
		case at == 0 || at > s.now:
			return
		case at == s.due:
			p := s.plan
			s.due, s.plan = 0, plan{}
			s.carryOut(at, p)
		case at == s.mark:
			s.rescale(at)
		default:
			s.expireShards(at)
		}
	}
}

// earliest returns the earlier of two instants, of which 0 is never.
func earliest(a, b int64) int64 {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}

// NextDue returns the next instant at which time alone changes the shards or the existence of the stream, 0 for never.
func (s *Stream) NextDue() int64 { return earliest(s.due, s.mark) }

// Ends returns when a stream that is being deleted is gone, 0 for never.
func (s *Stream) Ends() int64 {
	if s.state != Deleting {
		return 0
	}
	return s.due
}

// Shape returns a number that grows with every change of the shards or of NextDue: readers that wait have to look anew.
func (s *Stream) Shape() uint64 { return s.shape }

// cutoff returns the horizon: what arrived then or before has expired.
func (s *Stream) cutoff() int64 { return max(s.floor, s.now-int64(s.set.Retention)) }

// expireShards drops the closed shards whose retention ends at the instant at.
func (s *Stream) expireShards(at int64) {
	s.shape++
	cutoff := max(s.floor, at-int64(s.set.Retention))
	s.shards = slices.DeleteFunc(s.shards, func(h *Shard) bool {
		if h.IsOpen() || h.Closed > cutoff {
			return false
		}
		s.note(Event{Kind: ShardExpired, At: at, Shard: h.Index, Count: h.log.held, ByTime: true})
		return true
	})
	s.planExpiry()
}

// planExpiry works out when the next closed shard expires.
func (s *Stream) planExpiry() {
	s.expiry = 0
	for _, h := range s.shards {
		if at := h.Closed + int64(s.set.Retention); !h.IsOpen() && (s.expiry == 0 || at < s.expiry) {
			s.expiry = at
		}
	}
}

// Shard returns the shard of an index, nil if there is none or it has expired.
func (s *Stream) Shard(now int64, index int32) *Shard {
	s.Advance(now)
	return s.shard(index)
}

func (s *Stream) shard(index int32) *Shard {
	i := sort.Search(len(s.shards), func(i int) bool { return s.shards[i].Index >= index })
	if i == len(s.shards) || s.shards[i].Index != index {
		return nil
	}
	return s.shards[i]
}

// Shards returns the shards that are held, by index. The slice is valid until the next operation.
func (s *Stream) Shards(now int64) []*Shard {
	s.Advance(now)
	return s.shards
}

// Open returns how many shards are open.
func (s *Stream) Open(now int64) int {
	s.Advance(now)
	return len(s.open)
}

// Newborn returns the latest second that any shard ever showed as that of its creation.
func (s *Stream) Newborn() int64 { return s.newborn }

// Route returns the open shard whose range holds a key, nil if there are no shards yet.
func (s *Stream) Route(now int64, k uint128.Uint128) *Shard {
	s.Advance(now)
	return s.route(k)
}

func (s *Stream) route(k uint128.Uint128) *Shard {
	low, high := 0, len(s.starts) // starts[low] <= k < starts[high]
	for high-low > 1 {
		mid := int(uint(low+high) >> 1)
		if p := &s.starts[mid]; p.Hi < k.Hi || p.Hi == k.Hi && p.Lo <= k.Lo {
			low = mid
		} else {
			high = mid
		}
	}
	if high == 0 {
		return nil
	}
	return s.open[low]
}

// bounds returns the first keys of n equal ranges.
func bounds(n int) []uint128.Uint128 {
	all := new(big.Int).Lsh(big.NewInt(1), 128)
	width := all.Div(all, big.NewInt(int64(n)))
	firsts := make([]uint128.Uint128, n)
	var b [16]byte
	for i := range firsts {
		k := new(big.Int).Mul(width, big.NewInt(int64(i)))
		k.FillBytes(b[:])
		firsts[i] = fromBytes(b)
	}
	return firsts
}

// Promised returns how many open shards there will be when what is under way is done.
func (s *Stream) Promised() int {
	switch s.plan.kind {
	case planCreate, planCount:
		return s.plan.target
	case planSplit:
		return len(s.open) + 1
	}
	return len(s.open)
}
