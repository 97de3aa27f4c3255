package kinesis

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/inflight-mq/inflight/internal/uint128"
	"github.com/inflight-mq/inflight/kinesis/internal/core"
	"github.com/inflight-mq/inflight/kinesis/internal/model"
)

// Put stores one record; see [Producer].
func (h *handle) Put(ctx context.Context, e Entry) (Placed, error) {
	c, err := h.begin(ctx, OpPutRecord)
	var p Placed
	if err == nil {
		p, err = c.put(&e)
	}
	if err = c.end(err); err != nil {
		return Placed{}, err
	}
	return p, nil
}

func (c *call) put(e *Entry) (Placed, error) {
	if err := c.checkPut(e); err != nil {
		return Placed{}, err
	}
	es := [...]Entry{*e}
	copied := c.copied(es[:])
	if err := c.enterWritable(); err != nil {
		return Placed{}, err
	}
	defer c.unlock()
	if err := c.checkSizes(es[:], singleData); err != nil {
		return Placed{}, err
	}
	if err := c.checkHashKey(e); err != nil {
		return Placed{}, err
	}
	if err := c.checkAfter(e); err != nil {
		return Placed{}, err
	}
	if isDryRun(c.ctx) {
		return Placed{}, dryRunError()
	}
	p := c.store(&es[0], copied[0].Data, copied[0].Hash)
	if p.Err != nil {
		return Placed{}, p.Err
	}
	c.meter.add(c.op, 1, len(e.Data)+len(e.PartitionKey), units(e))
	return p, nil
}

// PutBatch stores records; see [Producer].
func (h *handle) PutBatch(ctx context.Context, es ...Entry) ([]Placed, error) {
	c, err := h.begin(ctx, OpPutRecords)
	var ps []Placed
	if err == nil {
		ps, err = c.putBatch(es)
	}
	if err = c.end(err); err != nil {
		return nil, err
	}
	return ps, nil
}

func (c *call) putBatch(es []Entry) ([]Placed, error) {
	if err := c.checkBatch(es); err != nil {
		return nil, err
	}
	faults := c.askEntries(es, nil, nil, BeforeCommit)
	copied := c.copied(es)
	placed, err := c.storeBatch(es, copied, faults)
	if err != nil {
		return nil, err
	}
	c.askEntries(es, placed, faults, AfterCommit)
	c.meter.addFailed(c.op, placed)
	return placed, nil
}

// askEntries asks the interceptors about the entries of a batch: before, all of them, and after, those that were stored, whose answers
// are then lost.
func (c *call) askEntries(es []Entry, placed []Placed, before []error, stage Stage) (faults []error) {
	if !c.b.hooks.Any() {
		return nil
	}
	faults = make([]error, len(es))
	for i := range es {
		if stage == AfterCommit && (placed[i].Err != nil || before != nil && before[i] != nil) {
			continue
		}
		faults[i] = c.b.hooks.Ask(c.ctx, c.asked(i+1, stage))
		if faults[i] != nil && stage == AfterCommit {
			placed[i] = Placed{Err: c.entryError(faults[i], placed[i].ShardID), Encrypted: placed[i].Encrypted}
		}
	}
	return faults
}

// storeBatch stores what the interceptors let through.
func (c *call) storeBatch(es []Entry, copied []core.Entry, faults []error) ([]Placed, error) {
	if err := c.enterWritable(); err != nil {
		return nil, err
	}
	defer c.unlock()
	if err := c.checkSizes(es, batchData); err != nil {
		return nil, err
	}
	for i := range es {
		if err := c.checkHashKey(&es[i]); err != nil {
			return nil, err
		}
	}
	if isDryRun(c.ctx) {
		return nil, dryRunError()
	}
	placed := make([]Placed, len(es))
	records, bytes, billed := 0, 0, 0
	for i := range es {
		if faults != nil && faults[i] != nil {
			shard := c.s.state.Route(c.now, copied[i].Hash)
			placed[i] = Placed{Err: c.entryError(faults[i], c.s.idOf(shard.Index)), Encrypted: c.s.config.kmsKey != ""}
			continue
		}
		placed[i] = c.store(&es[i], copied[i].Data, copied[i].Hash)
		if placed[i].Err == nil {
			records++
			bytes += len(es[i].Data) + len(es[i].PartitionKey)
			billed += units(&es[i])
		}
	}
	c.meter.add(c.op, records, bytes, billed)
	return placed, nil
}

// copied returns the entries as the core takes them: with their places in the key space, and with data of their own. All records of
// a call share one piece of memory, which they are dropped with at about the same time.
func (c *call) copied(es []Entry) []core.Entry {
	size := 0
	for i := range es {
		size += len(es[i].Data)
	}
	memory := make([]byte, 0, size)
	copied := make([]core.Entry, len(es))
	for i := range es {
		from := len(memory)
		memory = append(memory, es[i].Data...)
		copied[i].Data = memory[from:len(memory):len(memory)]
		copied[i].Hash = c.b.place(&es[i])
	}
	return copied
}

// place returns where in the key space an entry goes.
func (b *Broker) place(e *Entry) uint128.Uint128 {
	switch {
	case e.HashKeyText != "":
		k, _ := ParseHashKey(e.HashKeyText) // checkHashKey refuses what is none
		return uint128.Uint128(k)
	case e.HashKey != nil:
		return uint128.Uint128(*e.HashKey)
	case b.partition != nil:
		return uint128.Uint128(b.partition(e.PartitionKey))
	}
	return uint128.Uint128(HashOf(e.PartitionKey))
}

// store stores one record. The caller holds the stream.
func (c *call) store(e *Entry, data []byte, hash uint128.Uint128) Placed {
	s := c.s
	shard, n, ok := s.state.Append(&core.Entry{Data: data, Key: e.PartitionKey, Hash: hash}, s.chooser())
	p := Placed{Encrypted: s.config.kmsKey != ""}
	id := s.idOf(shard.Index)
	if !ok {
		p.Err = c.named(c.throttled(id))
		return p
	}
	if len(s.waiting) > 0 {
		s.wakeShard(shard.Index)
	}
	p.ShardID, p.Sequence = id, SequenceNumber(n)
	return p
}

func (c *call) throttled(shard string) error {
	return fail(ErrThroughputExceeded, "Rate exceeded for shard %s in stream %s under account %s.", shard, c.h.key.name, c.h.key.account)
}

// entryError turns an interceptor's error into one that an entry can have.
func (c *call) entryError(err error, shard string) error {
	e, ok := errors.AsType[*Error](err)
	switch {
	case ok && (e.Code == ErrThroughputExceeded || e.Code == ErrInternal):
		return c.named(e)
	case errors.Is(err, ErrThroughputExceeded):
		return c.named(c.throttled(shard))
	}
	return c.named(fail(ErrInternal, "Internal service failure."))
}

// enterWritable is enter for what writes: a stream that is being created is not there.
func (c *call) enterWritable() error {
	if err := c.enter(); err != nil {
		return err
	}
	if c.s.state.State(c.now) == core.Creating {
		c.unlock()
		return c.noStream()
	}
	return nil
}

// checkPut refuses a record out of form. The look-up of the stream and what depends on it come later.
func (c *call) checkPut(e *Entry) error {
	if e.isPlain(c.needsKey()) && e.AfterText == "" && e.Given == 0 && c.h.valid {
		return nil
	}
	var f model.Faults
	f.Optional("sequenceNumberForOrdering", e.AfterText, e.Given&GivenSequence != 0, model.Sequences(), 0, 1<<31-1)
	e.check(&f, "", c.needsKey())
	return c.checked(&f)
}

// isPlain reports whether an entry is in form without a doubt, and so nearly all are.
func (e *Entry) isPlain(needsKey bool) bool {
	return (e.PartitionKey != "" || !needsKey) && (e.PartitionKey == "" || model.Fits(e.PartitionKey, 1, MaxKeyLength)) &&
		e.HashKeyText == "" && len(e.Data) <= MaxRecordKiB<<10
}

// needsKey reports whether records of the stream need a partition key: all do unless the stream distributes them itself.
func (c *call) needsKey() bool { return c.s == nil || !c.s.distributes.Load() }

func (e *Entry) check(f *model.Faults, path string, needsKey bool) {
	if needsKey || e.PartitionKey != "" || e.Given&GivenPartitionKey != 0 {
		f.Required(path+"partitionKey", e.PartitionKey, e.Given&GivenPartitionKey != 0, nil, 1, MaxKeyLength)
	}
	f.Optional(path+"explicitHashKey", e.HashKeyText, e.Given&GivenHashKey != 0, model.HashKeys(), 0, 1<<31-1)
	switch {
	case e.Data == nil && e.Given&AbsentData != 0:
		f.Null(path + "data")
	case len(e.Data) > MaxRecordKiB<<10:
		f.Hidden(path+"data", model.AtMost(MaxRecordKiB<<10))
	}
}

func (c *call) checkBatch(es []Entry) error {
	needsKey, plain := c.needsKey(), true
	for i := range es {
		if !es[i].isPlain(needsKey) || es[i].Given != 0 {
			plain = false
			break
		}
	}
	if plain && len(es) > 0 && len(es) <= MaxBatchEntries && c.h.valid {
		return nil
	}
	var f model.Faults
	switch {
	case len(es) == 0:
		f.List("records", "[]", 0, 1, MaxBatchEntries)
	case len(es) > MaxBatchEntries:
		f.Hidden("records", model.AtMost(MaxBatchEntries))
	}
	for i := range es {
		es[i].check(&f, "records."+strconv.Itoa(i+1)+".member.", needsKey)
	}
	return c.checked(&f)
}

func singleData(int) string { return "data" }

func batchData(i int) string { return fmt.Sprintf("records.%d.member.data", i+1) }

// checkSizes refuses records that are too large for the stream, and requests that are too large as a whole. The caller holds the
// stream.
func (c *call) checkSizes(es []Entry, path func(int) string) error {
	most, total := c.s.config.maxKiB<<10, 0
	for i := range es {
		size := len(es[i].Data) + len(es[i].PartitionKey)
		if size > most {
			var f model.Faults
			f.Hidden(path(i), model.AtMost(most))
			return refused(&f)
		}
		total += size
	}
	if c.op == OpPutRecords && total > c.b.limits.BatchBytes {
		return fail(ErrInvalidArgument, "Records size exceeds %d MB limit", c.b.limits.BatchBytes>>20)
	}
	return nil
}

func (c *call) checkHashKey(e *Entry) error {
	if e.HashKeyText == "" {
		return nil
	}
	if _, err := ParseHashKey(e.HashKeyText); err != nil {
		return fail(ErrInvalidArgument, "Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value "+
			"was %s", e.HashKeyText)
	}
	return nil
}

// checkAfter refuses a number that the record's own cannot be asked to exceed.
func (c *call) checkAfter(e *Entry) error {
	n, text := core.Sequence(e.After), e.AfterText
	switch {
	case text == "" && n.IsZero():
		return nil
	case text == "":
		text = e.After.String()
	default:
		var err error
		if n, err = core.ParseSequence(text); err != nil {
			n = core.Sequence{}
		}
	}
	if !c.s.state.CanFollow(c.now, n) {
		return fail(ErrInvalidArgument, "ExclusiveMinimumSequenceNumber %s used in PutRecord on stream %s under account %s is invalid.",
			text, c.h.key.name, c.h.key.account)
	}
	return nil
}

// units returns how many payload units the service bills for a record.
func units(e *Entry) int { return max(1, (len(e.Data)+len(e.PartitionKey)+billedChunk-1)/billedChunk) }

func dryRunError() error {
	return fail(ErrDryRun, "Request would have succeeded, but DryRun flag is set.")
}
