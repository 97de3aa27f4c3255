package sns

import (
	"github.com/inflight-mq/inflight/internal/kit"
	"github.com/inflight-mq/inflight/sns/internal/core"
)

// takeTurn makes the other publishers of a FIFO topic wait until endTurn, so that all queues get its messages in one order. A
// standard topic has no turns.
func (t *topic) takeTurn() {
	if t.settings.Load().fifo {
		t.turn.Lock()
	}
}

func (t *topic) endTurn() {
	if t.settings.Load().fifo {
		t.turn.Unlock()
	}
}

// startReplay begins the replay that the subscription's settings ask for, or ends the one that runs, and returns what it delivers
// again. That of a pending subscription waits for the confirmation. The caller holds t.mu.
func (s *subscription) startReplay(now int64) []*delivery {
	set := s.settings.Load()
	t := s.t
	switch {
	case set.replay == nil:
		t.state.StopReplay(s.number)
		return nil
	case t.state.Sub(s.number).Pending:
		return nil
	}
	end := int64(0)
	if !set.replay.To.IsZero() {
		end = kit.Instant(set.replay.To)
	}
	var all []*delivery
	for _, m := range t.state.Replay(now, s.number, kit.Instant(set.replay.From), end) {
		t.b.record(Event{
			Kind: EventReplayed, At: at(now), Topic: t.key.name, Subscription: s.arn, Endpoint: s.endpoint, ID: m.ID,
		})
		all = append(all, t.replayed(m, s))
	}
	return all
}

func (t *topic) replayed(m *core.Message, s *subscription) *delivery {
	d := &delivery{}
	t.render(m, t.settings.Load()).fill(d, s)
	return d
}

// replayStatus is the attribute ReplayStatus; empty without a replay. A replay is done when all that is archived was delivered
// again, which happens at once, unless its end lies in the future. The caller holds t.mu.
func (s *subscription) replayStatus(now int64) string {
	switch {
	case s.settings.Load().replay == nil:
		return ""
	case s.t.state.Sub(s.number).Pending:
		return "Pending"
	case now < s.t.state.ReplayEnds(s.number):
		return "In progress"
	}
	return "Completed"
}
