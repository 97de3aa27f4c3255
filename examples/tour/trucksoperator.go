package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/inflight-mq/inflight/kinesis"
)

// Who looks after the stream: an operator who reads its journal, and splits what is too hot.

// describe says what there is, by its own word.
func (f *fleet) describe() error {
	what, err := f.stream.Summary(f.ctx)
	if err != nil {
		return err
	}
	cfg, err := f.depot.queue.Config(f.ctx)
	if err != nil {
		return err
	}
	home := f.region.Kinesis().RouteOf(f.stream.Name(), f.convoy[0].name)
	fmt.Fprintf(f.out, "\n%s: %s report for a day, to a stream and to a FIFO queue\n", f.clock.Now().Format("Monday 2 January"),
		plural(len(f.trucks), "truck"))
	fmt.Fprintf(f.out, "%-15s has %d shards, keeps for %d hours, takes %d records a second and shard\n", what.Name, what.OpenShards,
		what.RetentionHours, kinesis.WriteRecords)
	fmt.Fprintf(f.out, "%-15s has a group for each truck, keeps for %v or until it is read\n", f.depot.queue.Name(), *cfg.Retention)
	fmt.Fprintf(f.out, "%-15s is %s whose keys happen to be all in %s\n", "the convoy", plural(len(f.convoy), "truck"), home)
	return nil
}

// split finds the shard that refused most and splits it: not in the middle of its range, but of its trucks.
func (f *fleet) split() error {
	refused := map[string]int{}
	for e := range f.journal.Events() {
		if e.Kind == kinesis.EventThrottled && e.Key != "" { // without a key it is a read
			refused[e.Shard]++
		}
	}
	hot := ""
	for id, n := range refused {
		if hot == "" || cmp.Or(cmp.Compare(n, refused[hot]), strings.Compare(hot, id)) > 0 {
			hot = id
		}
	}
	if hot == "" {
		f.event("the operator finds no shard that is too hot")
		return nil
	}
	var keys []kinesis.HashKey
	for _, t := range f.trucks {
		if f.region.Kinesis().RouteOf(f.stream.Name(), t.name) == hot {
			keys = append(keys, kinesis.HashOf(t.name))
		}
	}
	slices.SortFunc(keys, kinesis.HashKey.Compare)
	if err := f.stream.Split(f.ctx, hot, keys[len(keys)/2]); err != nil {
		return err
	}
	f.event("the operator splits %s, which refused %s. ExplainKey says of the first of the convoy:", hot,
		plural(refused[hot], "record"))
	for clause := range strings.SplitSeq(f.region.Kinesis().ExplainKey(f.stream.Name(), f.convoy[0].name).Text, "; ") {
		fmt.Fprintf(f.out, "%16s%s\n", "", clause)
	}
	return nil
}
