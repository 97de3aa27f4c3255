package sns

import (
	"sync"

	"github.com/inflight-mq/inflight/internal/kit"
	"github.com/inflight-mq/inflight/sns/internal/core"
)

// quotas counts what the subscriptions of an account take of its quotas, where any is asked for. Nil counts nothing and refuses
// nothing. Its lock is the last to be taken.
type quotas struct {
	limits *Limits
	mu     sync.Mutex
	of     map[home]*usage
}

// usage is what all subscriptions of an account in a region take together.
type usage struct {
	shares           map[*subscription]share // of those that take anything
	pending, filters int
	replays          map[*subscription]bool
	ends             core.Outbox[*subscription] // of those that were ever pending
}

// share is what one subscription takes.
type share struct {
	pending int64 // when its time to be confirmed ends; 0: it is not pending
	filter  bool
	replay  int64 // when its replay ends; 0: there is none
}

func newQuotas(l *Limits) *quotas {
	if l.Pending == 0 && l.FilterPoliciesAll == 0 && l.Replays == 0 {
		return nil
	}
	return &quotas{limits: l, of: map[home]*usage{}}
}

// change changes the share of a subscription, or refuses what is too much. A replay that has ended already needs room too, and takes
// none from the next change on.
func (q *quotas) change(now int64, s *subscription, edit func(*share)) error {
	if q == nil {
		return nil
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	u := q.usage(s)
	u.settle(now)
	next := u.shares[s]
	edit(&next)
	if err := q.refuse(u, u.shares[s], next); err != nil {
		return err
	}
	u.set(s, next)
	return nil
}

// count sets the share of a subscription whatever the limits are.
func (q *quotas) count(s *subscription, next share) {
	if q == nil {
		return
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.usage(s).set(s, next)
}

// release gives back what a subscription takes.
func (q *quotas) release(s *subscription) { q.count(s, share{}) }

func (q *quotas) usage(s *subscription) *usage {
	h := home{s.owner, s.t.key.region}
	u := q.of[h]
	if u == nil {
		u = &usage{shares: map[*subscription]share{}, replays: map[*subscription]bool{}}
		q.of[h] = u
	}
	return u
}

// refuse refuses a change that takes more of what there is no more of.
func (q *quotas) refuse(u *usage, old, next share) error {
	l := q.limits
	switch {
	case next.pending != 0 && old.pending == 0 && isFull(u.pending, l.Pending):
		return fail(ErrSubscriptionLimitExceeded, "Subscription limit exceeded: at most %d pending per account are allowed.", l.Pending)
	case next.filter && !old.filter && isFull(u.filters, l.FilterPoliciesAll):
		return fail(ErrFilterPolicyLimitExceeded, "Filter policy limit exceeded: at most %d per account are allowed.", l.FilterPoliciesAll)
	case next.replay != 0 && old.replay == 0 && isFull(len(u.replays), l.Replays):
		return fail(ErrReplayLimitExceeded, "Replay limit exceeded: at most %d at a time are allowed.", l.Replays)
	}
	return nil
}

// isFull reports whether a limit, 0 being none, leaves room for no more.
func isFull(n, most int) bool { return most > 0 && n >= most }

// settle gives back what time alone has freed, also in topics that nobody has looked at since.
func (u *usage) settle(now int64) {
	for {
		s, at, ok := u.ends.Take(now)
		if !ok {
			break
		}
		if u.shares[s].pending == at {
			u.set(s, share{})
		}
	}
	for s := range u.replays {
		if sh := u.shares[s]; sh.replay <= now {
			sh.replay = 0
			u.set(s, sh)
		}
	}
}

// set makes the share of a subscription another.
func (u *usage) set(s *subscription, next share) {
	old := u.shares[s]
	if u.shares[s] = next; next == (share{}) {
		delete(u.shares, s)
	}
	u.pending += count(next.pending != 0) - count(old.pending != 0)
	u.filters += count(next.filter) - count(old.filter)
	if delete(u.replays, s); next.replay != 0 {
		u.replays[s] = true
	}
	if next.pending != 0 && next.pending != old.pending {
		u.ends.Add(next.pending, s)
	}
}

// until returns when a replay ends, for a share of the quotas: one without an end of its own has ended already, as the zero time has.
// That of a pending subscription has not begun.
func (r *Replay) until(isPending bool) int64 {
	if r == nil || isPending {
		return 0
	}
	return kit.Instant(r.To) + 1 // which is still part of it
}

// shareOf is what a subscription takes by its state. The caller holds the topic's mu.
func (s *subscription) shareOf(state *core.Sub) share {
	set := s.settings.Load()
	sh := share{filter: set.filter != nil, replay: set.replay.until(state.Pending)}
	if state.Pending {
		sh.pending = state.Made + int64(PendingLife)
	}
	return sh
}
