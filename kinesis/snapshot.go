package kinesis

import (
	"github.com/inflight-mq/inflight/internal/bucket"
	"github.com/inflight-mq/inflight/kinesis/internal/core"
)

// Snapshot is the state of a whole broker at one instant: streams, shards, records, consumers, settings, meters, and what ids,
// iterators and tokens are made of. It never changes and may be restored any number of times, into any broker. Records are shared:
// a snapshot costs what its lists of shards and chunks cost.
type Snapshot struct {
	streams  []streamState
	accounts map[home]account
	made     uint64
	born     core.Seconds[key]
	tokens   *sealer
	issued   uint64
	meter    *meter
}

type streamState struct {
	key     key
	nonce   uint64
	state   *core.Stream
	config  settings
	members consumers
	meter   *meter
}

// Snapshot takes the state of the broker. It stops all operations for as long as copying takes.
func (b *Broker) Snapshot() *Snapshot {
	b.freeDeleted()
	b.mu.Lock()
	defer b.mu.Unlock()
	all, now := b.sorted(), b.now()
	for _, s := range all {
		s.mu.Lock()
		s.state.Advance(now) // what time has done until now is part of it, noticed or not
	}
	snap := &Snapshot{
		accounts: map[home]account{}, made: b.made, born: b.born.Clone(), tokens: b.tokens.Load(), meter: &meter{},
	}
	snap.issued = snap.tokens.count.Load()
	snap.meter.copyFrom(&b.meter)
	for _, s := range all {
		st := streamState{s.key, s.nonce, s.state.Clone(), s.config, s.members.clone(), &meter{}}
		st.meter.copyFrom(&s.meter)
		snap.streams = append(snap.streams, st)
	}
	b.ledger.Lock()
	for k, a := range b.accounts {
		snap.accounts[k] = *a
	}
	b.ledger.Unlock()
	for _, s := range all {
		s.mu.Unlock()
	}
	return snap
}

// Restore gives the broker the state of a snapshot. Streams stay valid, as they are names; iterators and tokens are those of the
// snapshot. Readers that wait go on from their place if the snapshot holds their stream and shard, or from the tip if they were
// ahead of it, and end with [ErrResourceNotFound] if not; subscriptions likewise. Clock, limits, transitions, chooser, interceptors
// and journals stay as they are. Time does not go back: what would have happened since the snapshot by time alone happens at the
// next operation, and while the clock is behind the snapshot's, the streams' time stands still. Throttling of operations starts
// anew.
//
// A nil or zero Snapshot changes nothing.
func (b *Broker) Restore(snap *Snapshot) {
	if snap == nil || snap.tokens == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	old := b.sorted()
	b.streams, b.made = map[key]*stream{}, snap.made
	b.ends.Store(0)
	tokens := &sealer{aead: snap.tokens.aead}
	tokens.count.Store(snap.issued)
	b.tokens.Store(tokens)
	for i := range snap.streams {
		b.restore(&snap.streams[i])
	}
	for _, s := range old {
		s.mu.Lock()
		s.gone = true
		s.dropped.Store(true)
		s.unlock() // wakes its readers, which look anew
	}
	b.born = snap.born.Clone()
	b.meter.copyFrom(snap.meter)
	b.ledger.Lock()
	defer b.ledger.Unlock()
	b.rates, b.accounts = map[rateKey]*bucket.Bucket{}, map[home]*account{}
	for k, a := range snap.accounts {
		b.accounts[k] = &a
	}
}

// restore makes a stream anew. The caller holds b.mu.
func (b *Broker) restore(st *streamState) {
	s := b.makeStream(st.key, st.nonce, st.config, st.state.Clone())
	s.members = st.members.clone()
	s.meter.copyFrom(st.meter)
	s.tips = s.state.Tips()
	s.state.Configure(0, st.config.forCore(b)) // limits are the broker's, not the snapshot's
	b.streams[st.key] = s
	b.willEnd(s.state.Ends())
}
