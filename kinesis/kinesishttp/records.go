package kinesishttp

import (
	"errors"

	"github.com/inflight-mq/inflight/internal/awswire"
	"github.com/inflight-mq/inflight/kinesis"
)

// The operations on records.

// entry returns the record that parameters describe. Its data may be part of the request: the broker copies it.
func (e *entry) described() kinesis.Entry {
	return kinesis.Entry{PartitionKey: text(e.PartitionKey), Data: e.Data, HashKeyText: text(e.ExplicitHashKey)}
}

func encryption(encrypted bool) string {
	if encrypted {
		return "KMS"
	}
	return "NONE"
}

func (c *call) put(s kinesis.Stream) error {
	e := c.p.entry.described()
	e.AfterText = text(c.p.SequenceForOrdering)
	placed, err := s.Put(c.ctx, e)
	if err != nil {
		return err
	}
	return c.answer(func(o awswire.Writer) {
		o.Text("ShardId", placed.ShardID)
		o.Text("SequenceNumber", placed.Sequence.String())
		o.Text("EncryptionType", encryption(placed.Encrypted))
	})
}

func (c *call) putBatch(s kinesis.Stream) error {
	es := make([]kinesis.Entry, len(c.p.Records))
	for i := range es {
		es[i] = c.p.Records[i].described()
	}
	placed, err := s.PutBatch(c.ctx, es...)
	if err != nil {
		return err
	}
	failed := 0
	for i := range placed {
		if placed[i].Err != nil {
			failed++
		}
	}
	return c.answer(func(o awswire.Writer) {
		o.Int("FailedRecordCount", int64(failed))
		o.List("Records", "", len(placed), func(i int) { writePlaced(o, &placed[i]) })
		o.Text("EncryptionType", encryption(placed[0].Encrypted)) // there is one at least
	})
}

// writePlaced writes the answer to a record of a batch.
func writePlaced(o awswire.Writer, p *kinesis.Placed) {
	if p.Err == nil {
		o.Text("SequenceNumber", p.Sequence.String())
		o.Text("ShardId", p.ShardID)
		return
	}
	code, message := kinesis.ErrInternal, p.Err.Error()
	if e, ok := errors.AsType[*kinesis.Error](p.Err); ok {
		code, message = e.Code, e.Message
	}
	o.Text("ErrorCode", string(code))
	o.Text("ErrorMessage", message)
}

// at returns a position for the broker.
func (p *position) at() kinesis.Position {
	return kinesis.Position{Type: kinesis.PositionType(text(p.Type)), SequenceText: text(p.Sequence), Time: p.Time}
}

func (c *call) iterator(s kinesis.Stream) error {
	it, err := s.Iterator(c.ctx, text(c.p.ShardID), c.p.position.at())
	if err != nil {
		return err
	}
	return c.answer(func(o awswire.Writer) { o.Text("ShardIterator", string(it)) })
}

func (c *call) getRecords() error {
	batch, err := c.b.Read(c.ctx, kinesis.Iterator(text(c.p.ShardIterator)), kinesis.ReadOptions{
		Limit: number(c.p.Limit), StreamARN: text(c.p.StreamARN),
	})
	if err != nil {
		return err
	}
	return c.answer(func(o awswire.Writer) {
		writeRecords(o, batch.Records)
		o.Text("NextShardIterator", string(batch.Next))
		o.Int("MillisBehindLatest", batch.Behind.Milliseconds())
		if batch.Next == "" {
			writeChildren(o, batch.Children)
		}
	})
}

func writeRecords(o awswire.Writer, rs []kinesis.Record) {
	o.List("Records", "", len(rs), func(i int) {
		r := &rs[i]
		o.Text("SequenceNumber", r.Sequence.String())
		o.Time("ApproximateArrivalTimestamp", r.Arrived)
		o.Binary("Data", r.Data)
		o.Text("PartitionKey", r.PartitionKey)
		if r.Encrypted {
			o.Text("EncryptionType", encryption(true))
		}
	})
}

func writeChildren(o awswire.Writer, children []kinesis.ChildShard) {
	o.List("ChildShards", "", len(children), func(i int) {
		o.Text("ShardId", children[i].ID)
		o.Texts("ParentShards", "", children[i].Parents)
		writeRange(o, children[i].Start, children[i].End)
	})
}

func writeRange(o awswire.Writer, start, end kinesis.HashKey) {
	o.Object("HashKeyRange", func() {
		o.Text("StartingHashKey", start.String())
		o.Text("EndingHashKey", end.String())
	})
}
