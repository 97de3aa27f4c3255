package main

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/inflight-mq/inflight/kinesis"
)

// application is a reader of the whole stream. Where a shard was split it reads the parent to its end before it looks at the
// children: so it sees the positions of each truck in order.
type application struct {
	f        *fleet
	name     string
	limit    int // records of a read
	places   []*place
	entered  map[string]bool // shards, by id
	finished map[string]bool
	children []kinesis.ChildShard // those that wait for their parents

	// The application's own book.
	records int
	got     map[string][]string // positions, by truck
}

// place is where an application stands in a shard. An iterator is valid for five minutes, and each read brings the next.
type place struct {
	shard string
	next  kinesis.Iterator
	tip   bool // it has read all that there was
}

func newApplication(f *fleet, name string, limit int) *application {
	return &application{
		f: f, name: name, limit: limit, entered: map[string]bool{}, finished: map[string]bool{}, got: map[string][]string{},
	}
}

// begin enters the oldest shards that the stream holds. Their children come by themselves.
func (a *application) begin() error {
	for shard, err := range a.f.stream.Shards(a.f.ctx, kinesis.ShardFilter{Type: kinesis.AtTrimHorizonShards}) {
		if err != nil {
			return err
		}
		if err := a.enter(shard.ID); err != nil {
			return err
		}
	}
	return nil
}

// enter begins to read a shard.
func (a *application) enter(shard string) error {
	if a.entered[shard] {
		return nil
	}
	it, err := a.f.stream.Iterator(a.f.ctx, shard, kinesis.Oldest())
	if err != nil {
		return err
	}
	a.entered[shard] = true
	a.places = append(a.places, &place{shard: shard, next: it})
	return nil
}

// look reads once in each shard.
func (a *application) look() error {
	for _, p := range slices.Clone(a.places) {
		if err := a.read(p); err != nil {
			return err
		}
	}
	return nil
}

// read reads on in a shard. A read that is refused for its rate is made again with the next look.
func (a *application) read(p *place) error {
	batch, err := a.f.region.Kinesis().Read(a.f.ctx, p.next, kinesis.ReadOptions{Limit: a.limit})
	if errors.Is(err, kinesis.ErrThroughputExceeded) {
		return nil
	} else if err != nil {
		return err
	}
	for _, r := range batch.Records {
		a.records++
		a.got[r.PartitionKey] = append(a.got[r.PartitionKey], string(r.Data))
	}
	p.next, p.tip = batch.Next, batch.Behind == 0
	if p.next == "" {
		return a.finish(p, batch.Children)
	}
	return nil
}

// finish leaves a closed shard for its children.
func (a *application) finish(p *place, children []kinesis.ChildShard) error {
	a.finished[p.shard] = true
	a.places = slices.DeleteFunc(a.places, func(o *place) bool { return o == p })
	a.children = append(a.children, children...)
	var entered []string
	for _, c := range a.children {
		if !slices.ContainsFunc(c.Parents, func(id string) bool { return !a.finished[id] }) { // a merged shard has two
			if err := a.enter(c.ID); err != nil {
				return err
			}
			entered = append(entered, c.ID)
		}
	}
	a.children = slices.DeleteFunc(a.children, func(c kinesis.ChildShard) bool { return a.entered[c.ID] })
	a.f.event("the %s has read %s to its end, and goes on with %s", a.name, p.shard, strings.Join(entered, " and "))
	return nil
}

// caughtUp reports whether there is nothing more to read.
func (a *application) caughtUp() bool {
	return len(a.children) == 0 && !slices.ContainsFunc(a.places, func(p *place) bool { return !p.tip })
}

// mixedUp returns the trucks of which the application did not get what stands in their logbooks, position by position and in that
// order.
func mixedUp(trucks []*truck, got map[string][]string) []string {
	var all []string
	known := map[string]bool{}
	for _, t := range trucks {
		known[t.name] = true
		if !slices.Equal(t.log, got[t.name]) {
			all = append(all, t.name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if !known[name] {
			all = append(all, name)
		}
	}
	return all
}
