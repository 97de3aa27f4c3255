package kinesis

import (
	"cmp"

	"github.com/inflight-mq/inflight/internal/kit"
	"github.com/inflight-mq/inflight/kinesis/internal/core"
	"github.com/inflight-mq/inflight/kinesis/internal/model"
)

// check adds what is wrong with the form of a position.
func (p *Position) check(f *model.Faults) {
	if p.Type == "" && p.Given&GivenType == 0 {
		f.Null("shardIteratorType")
	} else {
		f.Enum("shardIteratorType", string(p.Type), model.PositionTypes()...)
	}
	f.Optional("startingSequenceNumber", p.SequenceText, p.Given&GivenSequence != 0, model.Sequences(), 0, 1<<31-1)
}

func (p *Position) numberText() string { return cmp.Or(p.SequenceText, p.Sequence.String()) }

// number returns the sequence number of a position; one that no number can be for a text that is none.
func (p *Position) number() core.Sequence {
	if p.SequenceText == "" {
		return core.Sequence(p.Sequence)
	}
	n, err := core.ParseSequence(p.SequenceText)
	if err != nil {
		return core.Sequence{Hi: ^uint64(0)}
	}
	return n
}

// enterShard locks the stream and finds a shard in it, for what reads.
func (c *call) enterShard(id string) (*core.Shard, error) {
	index, ok := parseShardID(id)
	if !ok {
		return nil, fail(ErrResourceNotFound, "Could not find shard %s in stream %s under account %s.", id, c.h.key.name, c.h.key.account)
	}
	if c.s == nil || !c.lock() {
		return nil, c.noShard(index)
	}
	if err := c.authorize(c.s.config.policy, c.s.arn); err != nil {
		c.unlock()
		return nil, err
	}
	h := c.s.state.Shard(c.now, index)
	if h == nil {
		c.unlock()
		return nil, c.noShard(index)
	}
	return h, nil
}

func (c *call) noShard(index int32) error {
	return fail(ErrResourceNotFound, "Shard %s in stream %s under account %s does not exist",
		shardID(index), c.h.key.name, c.h.key.account)
}

// locate turns a position into the index that reading begins with. The caller holds the stream.
func (c *call) locate(h *core.Shard, p *Position) (from uint64, err error) {
	byNumber := p.Type == AtSequenceNumber || p.Type == AfterSequenceNumber
	text := p.numberText()
	if err := checkCompany(p, byNumber, text != "" || p.Given&GivenSequence != 0); err != nil {
		return 0, err
	}
	switch {
	case byNumber:
		n := p.number()
		if err := c.checkNumber(h, p.Type, n, text); err != nil {
			return 0, err
		}
		return c.s.state.AtNumber(c.now, h, n, p.Type == AfterSequenceNumber), nil
	case p.Type == AtTimestamp:
		return c.locateTime(h, p)
	case p.Type == LatestRecord:
		return c.s.state.Tip(h), nil
	}
	return 0, nil
}

// checkCompany refuses a type of position with or without the number that it needs.
func checkCompany(p *Position, byNumber, numbered bool) error {
	if byNumber == numbered || p.Type == AtTimestamp {
		return nil
	}
	has := "no StartingSequenceNumber."
	if numbered {
		has = "also a StartingSequenceNumber."
	}
	return fail(ErrInvalidArgument, "Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or "+
		"(2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. Request specified %s and %s", p.Type, has)
}

// checkNumber refuses a number that is not one of the shard's.
func (c *call) checkNumber(h *core.Shard, t PositionType, n core.Sequence, text string) error {
	historic := n.IsHistoric()
	parts := n.Parts()
	if historic {
		parts = core.Parts{}
	}
	where := "on shard " + shardID(h.Index) + " in stream " + c.h.key.name + " under account " + c.h.key.account
	switch {
	case !historic && !n.WellFormed():
		return fail(ErrInvalidArgument, "StartingSequenceNumber %s used in GetShardIterator %s is invalid.", text, where)
	case parts.Shard != h.Index:
		return fail(ErrInvalidArgument, "Invalid StartingSequenceNumber. It encodes %s, while it was used in a call to a shard with %s",
			shardID(parts.Shard), shardID(h.Index))
	case historic:
		return &Error{Code: ErrInternal}
	case parts.Created != h.Created:
		return fail(ErrInvalidArgument, "StartingSequenceNumber %s used in GetShardIterator %s is invalid because it did not come from "+
			"this stream.", text, where)
	case t == AfterSequenceNumber && n == h.Last():
		return fail(ErrInvalidArgument, "Invalid SequenceNumber for ShardIteratorType AFTER_SEQUENCE_NUMBER, SequenceNumber has reached "+
			"max possible value for the shard.")
	}
	return nil
}

func (c *call) locateTime(h *core.Shard, p *Position) (uint64, error) {
	if p.Time.IsZero() {
		return 0, fail(ErrInvalidArgument, "Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. Current request "+
			"has no timestamp parameter.")
	}
	since := kit.Instant(p.Time)
	if since/1e6 > c.now/1e6 {
		return 0, fail(ErrInvalidArgument, "The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. "+
			"timestampInMillis: %d, currentTimestampInMillis: %d", p.Time.UnixMilli(), c.now/1e6)
	}
	return c.s.state.Since(c.now, h, since), nil
}
