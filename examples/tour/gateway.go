package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/inflight-mq/inflight/kinesis"
)

// gateway is the producer: it puts the positions of all trucks, and what the stream refuses it puts again.
//
// A batch is not in order once some of its records have been put again. So the gateway puts no two positions of a truck in one
// batch, and none before the one before it is stored.
type gateway struct {
	f        *fleet
	rand     *rand.Rand
	backlogs []*backlog // of those trucks that have something to report, in the order in which they came
	byTruck  map[string]*backlog
	tries    int   // back-offs since a backlog was last without refusal
	resting  bool  // a back-off is going on
	why      error // the last refusal

	// The gateway's own book.
	stored, refused int
}

// backlog is what a truck reported and the stream has not stored yet.
type backlog struct {
	truck     string
	positions []string
	held      bool // the last attempt was refused; the next is after the back-off
}

const (
	backOff     = 100 * time.Millisecond // at first, and twice as long each time
	mostBackOff = 1600 * time.Millisecond
	mostTries   = 20
)

func newGateway(f *fleet) *gateway {
	return &gateway{f: f, rand: chance(f.seed, "gateway"), byTruck: map[string]*backlog{}}
}

// add takes a position for the next upload.
func (g *gateway) add(truck, position string) {
	b := g.byTruck[truck]
	if b == nil {
		b = &backlog{truck: truck}
		g.byTruck[truck] = b
		g.backlogs = append(g.backlogs, b)
	}
	b.positions = append(b.positions, position)
}

// waiting is how many positions are not stored yet.
func (g *gateway) waiting() int {
	n := 0
	for _, b := range g.backlogs {
		n += len(b.positions)
	}
	return n
}

// upload puts as much as the stream takes now.
func (g *gateway) upload() error {
	for {
		ready := g.ready()
		if len(ready) == 0 {
			return g.rest()
		}
		if err := g.put(ready); err != nil {
			return err
		}
	}
}

// ready returns the backlogs that the next batch takes a position of, one of each.
func (g *gateway) ready() []*backlog {
	var ready []*backlog
	for _, b := range g.backlogs {
		if len(b.positions) > 0 && !b.held && len(ready) < kinesis.MaxBatchEntries {
			ready = append(ready, b)
		}
	}
	return ready
}

// put puts the oldest position of each backlog. The error speaks about the request, each answer about its own record.
func (g *gateway) put(ready []*backlog) error {
	batch := make([]kinesis.Entry, len(ready))
	for i, b := range ready {
		batch[i] = kinesis.Entry{PartitionKey: b.truck, Data: []byte(b.positions[0])}
	}
	placed, err := g.f.stream.PutBatch(g.f.ctx, batch...)
	if err != nil {
		return err
	}
	for i, p := range placed {
		if p.Err == nil {
			g.stored++
			ready[i].positions = ready[i].positions[1:]
			continue
		}
		g.refused++
		ready[i].held, g.why = true, p.Err
	}
	return nil
}

// rest begins a back-off if something was refused: twice as long as the last, and a little by chance, so that producers who were
// refused together do not come back together.
func (g *gateway) rest() error {
	held := slices.ContainsFunc(g.backlogs, func(b *backlog) bool { return b.held })
	switch {
	case g.resting:
		return nil
	case !held:
		if g.tries > 0 {
			g.f.event("all is stored after %s", plural(g.tries, "back-off"))
		}
		g.tries = 0
		return nil
	case g.tries == mostTries:
		return fmt.Errorf("the gateway gives up after %s: %w", plural(g.tries, "back-off"), g.why)
	case g.tries == 0:
		e, _ := errors.AsType[*kinesis.Error](g.why)
		g.f.event("the gateway backs off with %s to put: %s", plural(g.waiting(), "position"), e.Message)
	}
	pause := min(backOff<<g.tries, mostBackOff)
	g.tries++
	g.resting = true
	g.f.after(pause-time.Duration(g.rand.Int64N(int64(pause/2))), func() error {
		g.resting = false
		for _, b := range g.backlogs {
			b.held = false
		}
		return g.upload()
	})
	return nil
}
