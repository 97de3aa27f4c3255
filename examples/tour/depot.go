package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/inflight-mq/inflight/sqs"
)

// depot has the same positions by a FIFO queue with a group for each truck. The queue keeps the order of a group as a shard keeps
// that of a key, and needs neither shards nor places in them. What was read is deleted, and there is no second reading.
type depot struct {
	f     *fleet
	queue sqs.Queue
	next  []sqs.Message // for the next upload

	// The depot's own book.
	sent, received, deleted int
	got                     map[string][]string // positions, by truck
}

func newDepot(f *fleet) (d *depot, err error) {
	d = &depot{f: f, got: map[string][]string{}}
	d.queue, err = f.region.SQS().Create(f.ctx, "trucks.fifo", sqs.Config{FIFO: new(true)})
	return d, err
}

// add takes a position for the next upload.
func (d *depot) add(truck, position string) {
	d.next = append(d.next, sqs.Message{Body: position, GroupID: truck, DedupID: fmt.Sprint(d.sent + len(d.next))})
}

// send sends what came since the last upload. A FIFO queue takes 300 batches of ten a second, of all groups together. What exceeds
// that is refused as a call, so that the rest is sent a second later, and in order.
func (d *depot) send() error {
	for len(d.next) > 0 {
		batch := d.next[:min(len(d.next), sqs.MaxBatchEntries)]
		answers, err := d.queue.SendBatch(d.f.ctx, batch...)
		if errors.Is(err, sqs.ErrRequestThrottled) {
			d.f.after(time.Second, d.send)
			return nil
		} else if err != nil {
			return err
		}
		for _, a := range answers {
			if a.Err != nil {
				return a.Err // nothing that the depot sends can be refused but for the service's own fault
			}
		}
		d.sent += len(batch)
		d.next = d.next[len(batch):]
	}
	return nil
}

// look receives until nothing is left.
func (d *depot) look() error {
	for {
		ms, err := d.queue.Receive(d.f.ctx, sqs.ReceiveOptions{Max: sqs.MaxReceive})
		if errors.Is(err, sqs.ErrRequestThrottled) {
			d.f.after(time.Second, d.look)
			return nil
		} else if err != nil || len(ms) == 0 {
			return err
		}
		done := make([]sqs.DeleteEntry, len(ms))
		for i, m := range ms {
			d.got[m.GroupID] = append(d.got[m.GroupID], m.Body)
			done[i].Receipt = m.Receipt
		}
		d.received += len(ms)
		if err := d.delete(done); err != nil {
			return err
		}
	}
}

func (d *depot) delete(done []sqs.DeleteEntry) error {
	answers, err := d.queue.DeleteBatch(d.f.ctx, done...)
	if err != nil {
		return err
	}
	for _, err := range answers {
		if err != nil {
			return err
		}
	}
	d.deleted += len(done)
	return nil
}
