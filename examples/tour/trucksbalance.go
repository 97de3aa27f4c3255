package main

import (
	"fmt"
	"io"

	"github.com/inflight-mq/inflight/kinesis"
	"github.com/inflight-mq/inflight/sqs"
)

// fleetBalance is the closing balance of the trucks' day. The witnesses: the trucks' logbooks, the gateway, the stream's journal,
// Peek and meter; each application; the depot, and its queue.
type fleetBalance struct {
	trucks int
	logged int // positions in the logbooks

	// The stream: by the gateway, by the journal, by Peek.
	accepted, refused int
	put, throttled    int
	stored            int

	readings []reading
	metered  int // records of all reads

	// The queue: by the depot, by Peek.
	sent, received, deleted, held int

	costs []cost
}

// reading is what one reader read of the whole.
type reading struct {
	name    string
	records int
	mixedUp []string // trucks of which it did not get what they reported, in that order
}

// cost is one line of the comparison.
type cost struct {
	what          string
	stream, queue int
}

// balance reads the witnesses.
func (f *fleet) balance() fleetBalance {
	b := fleetBalance{
		trucks: len(f.trucks), accepted: f.gateway.stored, refused: f.gateway.refused, put: f.journal.Count(kinesis.EventPut),
		sent: f.depot.sent, received: f.depot.received, deleted: f.depot.deleted,
		held: len(f.region.SQS().Peek(f.depot.queue.Name())),
	}
	for _, t := range f.trucks {
		b.logged += len(t.log)
	}
	for e := range f.journal.Events() {
		if e.Kind == kinesis.EventThrottled && e.Key != "" {
			b.throttled++
		}
	}
	for _, shard := range f.region.Kinesis().Peek(f.stream.Name()) {
		b.stored += len(shard.Records)
	}
	for _, a := range []*application{f.live, f.audit} {
		b.readings = append(b.readings, reading{a.name, a.records, mixedUp(f.trucks, a.got)})
	}
	b.readings = append(b.readings, reading{f.depot.queue.Name(), f.depot.received, mixedUp(f.trucks, f.depot.got)})
	b.compare(f)
	return b
}

// compare asks the meters what it cost.
func (b *fleetBalance) compare(f *fleet) {
	var stream [kinesis.OpUpdateStreamWarmThroughput + 1]kinesis.Usage
	for _, u := range f.region.Kinesis().Meter() {
		if u.Stream == f.stream.Name() {
			stream[u.Op] = u
		}
	}
	queue := map[sqs.Op]sqs.Usage{}
	billed := 0
	for _, u := range f.region.SQS().Meter() {
		if u.Queue == f.depot.queue.Name() {
			queue[u.Op] = u
			billed += u.Billed
		}
	}
	b.metered = stream[kinesis.OpGetRecords].Records
	b.costs = []cost{
		{"requests to write", stream[kinesis.OpPutRecords].Calls, queue[sqs.OpSendMessageBatch].Calls},
		{"requests to read", stream[kinesis.OpGetRecords].Calls, queue[sqs.OpReceiveMessage].Calls},
		{"requests to delete", 0, queue[sqs.OpDeleteMessageBatch].Calls},
		{"units billed", stream[kinesis.OpPutRecords].Billed, billed},
		{"held in the end", b.stored, b.held},
	}
}

// complaints returns all that does not add up.
func (b fleetBalance) complaints() complaints {
	var c complaints
	c.equal(b.logged, b.accepted, "trucks: in the logbooks = stored by the gateway's book")
	c.equal(b.accepted, b.put, "trucks: stored by the gateway's book = by the journal")
	c.equal(b.refused, b.throttled, "trucks: refused by the gateway's book = by the journal")
	c.equal(b.put, b.stored, "trucks: stored by the journal = Peek")
	read := 0
	for _, r := range b.readings {
		c.equal(r.records, b.stored, "%s: read = stored", r.name)
		c.equal(len(r.mixedUp), 0, "%s: trucks of which it has not what they reported, in that order = none", r.name)
	}
	for _, r := range b.readings[:len(b.readings)-1] {
		read += r.records
	}
	c.equal(read, b.metered, "trucks: read by the applications' books = by the meter")
	c.equal(b.sent, b.logged, "trucks.fifo: sent = in the logbooks")
	c.equal(b.sent, b.deleted+b.held, "trucks.fifo: sent = deleted + held")
	c.equal(b.held, 0, "trucks.fifo: still queued = none")
	return c
}

// print prints the comparison, and the sum.
func (b fleetBalance) print(out io.Writer) {
	fmt.Fprintf(out, "\n%-20s %15s %15s\n", "side by side", "stream trucks", "trucks.fifo")
	for _, c := range b.costs {
		fmt.Fprintf(out, "%-20s %15d %15d\n", c.what, c.stream, c.queue)
	}
	fmt.Fprintf(out, "stream: %d put = %d stored + %d refused and put again; read by", b.accepted+b.refused, b.stored, b.refused)
	last := len(b.readings) - 1
	for _, r := range b.readings[:last] {
		fmt.Fprintf(out, " the %s: %d;", r.name, r.records)
	}
	fmt.Fprintf(out, " in order for %d of %d trucks\n", b.inOrder(b.readings[:last]), b.trucks)
	fmt.Fprintf(out, "queue:  %d sent = %d received and deleted + %d still queued; in order for %d of %d trucks\n", b.sent, b.deleted,
		b.held, b.inOrder(b.readings[last:]), b.trucks)
}

// inOrder is how many trucks came to all of the readers as they reported.
func (b fleetBalance) inOrder(readings []reading) int {
	wrong := map[string]bool{}
	for _, r := range readings {
		for _, name := range r.mixedUp {
			wrong[name] = true
		}
	}
	return b.trucks - len(wrong)
}
