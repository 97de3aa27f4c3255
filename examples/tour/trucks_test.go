package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/inflight-mq/inflight/kinesis"
	"github.com/inflight-mq/inflight/sqs"
)

const firstTunnel = 6*time.Hour + 150*time.Second

// quiet is the schedule of a day with less to do.
func quiet() schedule {
	return schedule{time.Hour, 2 * time.Minute, []time.Duration{firstTunnel, 2 * firstTunnel}}
}

// playDay plays a quiet day of the trucks in which something else happens too, and returns what it prints.
func playDay(t *testing.T, seed uint64, meddle func(*fleet)) (string, error) {
	t.Helper()
	var out bytes.Buffer
	f, err := newFleet(t.Context(), &out, seed, quiet())
	if err != nil {
		t.Fatal(err)
	}
	meddle(f)
	err = f.playOut()
	return out.String(), err
}

func nothing(*fleet) {}

// meanwhile has something happen at a time of the day.
func (f *fleet) meanwhile(after time.Duration, do func() error) {
	f.at(f.clock.Now().Add(after), do)
}

func TestTrucksAreTheSameOnEveryRun(t *testing.T) {
	first, err := playDay(t, 1, nothing)
	if err != nil {
		t.Fatal(err)
	}
	if second, err := playDay(t, 1, nothing); err != nil || first != second {
		t.Errorf("%v, or two runs with one seed differ", err)
	}
	other, err := playDay(t, 2, nothing)
	if err != nil {
		t.Error(err)
	}
	if first == other {
		t.Error("another seed makes no difference")
	}
}

// The convoy, 27 trucks of one shard, has 120 positions of each to report: 3,240 at once. A shard takes 1,000 in the instant, and
// then one every millisecond.
func TestHotShard(t *testing.T) {
	convoy := 0
	var last time.Duration
	var stored [3]int // in the instant, by the end of a second, in all
	out, err := playDay(t, 1, func(f *fleet) {
		f.meanwhile(firstTunnel+time.Minute, func() error {
			begin := f.clock.Now().Add(-time.Minute)
			for e := range f.journal.Events() {
				if e.Kind != kinesis.EventPut || e.At.Before(begin) {
					continue
				}
				since := e.At.Sub(begin)
				if stored[2]++; since == 0 {
					stored[0]++
				}
				if since <= time.Second {
					stored[1]++
				}
				last = max(last, since)
			}
			return nil
		})
		convoy = len(f.convoy)
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := convoy * 120; stored[2] != want || stored[0] != 1000 || stored[1] > 2000 {
		t.Errorf("stored %v of %d", stored, want)
	}
	if least := time.Duration(stored[2]-1000) * time.Millisecond; last < least {
		t.Errorf("the last was stored after %v, at least %v are due", last, least)
	}
	for _, want := range []string{
		"06:02:30.000  the gateway backs off with 2240 positions to put: Rate exceeded for shard shardId-000000000004",
		"12:05:00.000  the gateway backs off with 1240 positions to put: ", // two shards took 1,000 each
		"the map has read shardId-000000000004 to its end, and goes on with shardId-000000000005 and shardId-000000000006",
		"the audit has read shardId-000000000004 to its end, and goes on with shardId-000000000005 and shardId-000000000006",
		"the audit has read 8880 records",
		"trucks.fifo holds 0 messages, the stream replays",
		"read by the map: 8880; the audit: 8880; in order for 100 of 100 trucks",
		"queue:  8880 sent = 8880 received and deleted + 0 still queued; in order for 100 of 100 trucks",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in:\n%s", want, out)
		}
	}
}

func TestTrucksBalanceWhateverTheLuck(t *testing.T) {
	for seed := range uint64(3) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			if out, err := playDay(t, seed, nothing); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}

func TestMeddlingWithTheTrucksIsFound(t *testing.T) {
	for name, c := range map[string]struct {
		meddle func(*fleet)
		want   string
	}{
		"a stream that keeps for a day": {func(f *fleet) {
			f.meanwhile(time.Hour, func() error { return f.stream.DecreaseRetention(f.ctx, dayHours) })
		}, "trucks: stored by the journal = Peek"},
		"an application that does not wait for the parent": {func(f *fleet) {
			f.meanwhile(dayHours*time.Hour+150*time.Second+time.Millisecond, func() error { return f.audit.enter("shardId-000000000006") })
		}, "audit: trucks of which it has not what they reported, in that order = none"},
		"an application that begins late": {func(f *fleet) {
			f.live.places = f.live.places[1:]
		}, "map: read = stored"},
		"a gateway that forgets what was refused": {func(f *fleet) {
			f.meanwhile(firstTunnel+time.Millisecond, func() error {
				for _, b := range f.gateway.backlogs {
					b.positions = nil
				}
				return nil
			})
		}, "trucks: in the logbooks = stored by the gateway's book: 8880 is not 6640"},
		"a gateway that mixes up a truck's positions": {func(f *fleet) {
			f.meanwhile(firstTunnel+time.Millisecond, func() error {
				b := f.gateway.byTruck[f.convoy[0].name].positions
				b[0], b[1] = b[1], b[0]
				return nil
			})
		}, "map: trucks of which it has not what they reported, in that order = none: 1 is not 0"},
		"somebody else's record": {func(f *fleet) {
			f.meanwhile(time.Hour+time.Minute, func() error {
				_, err := f.stream.Put(f.ctx, kinesis.Entry{PartitionKey: "van-1"})
				return err
			})
		}, "trucks: stored by the gateway's book = by the journal"},
		"an answer that was lost": {func(f *fleet) {
			f.region.Kinesis().Intercept(kinesis.Fault{Op: kinesis.OpPutRecords, Number: 3, Entry: 5,
				Stage: kinesis.AfterCommit, Err: kinesis.ErrInternal}.Inject)
		}, "trucks: stored by the gateway's book = by the journal: 8880 is not 8881"},
		"a thief at the queue": {func(f *fleet) {
			f.meanwhile(firstTunnel+time.Millisecond, func() error {
				ms, err := f.depot.queue.Receive(f.ctx, sqs.ReceiveOptions{})
				if err != nil {
					return err
				}
				return ms[0].Ack(f.ctx)
			})
		}, "trucks.fifo: sent = deleted + held: 8880 is not 8879"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, err := playDay(t, 1, c.meddle)
			if !errors.Is(err, errUnbalanced) || !strings.Contains(out, c.want) {
				t.Errorf("%v, and no %q in:\n%s", err, c.want, out)
			}
		})
	}
}

// A record that fails again and again, and a call that fails, end the play.
func TestFaultsOfTheStreamEndTheTour(t *testing.T) {
	for name, c := range map[string]struct {
		fault kinesis.Fault
		want  string
	}{
		"record": {kinesis.Fault{Op: kinesis.OpPutRecords, Entry: 1, Err: kinesis.ErrInternal}, "the gateway gives up after 20 back-offs: "},
		"put":    {kinesis.Fault{Op: kinesis.OpPutRecords, Number: 9, Err: kinesis.ErrInternal}, "PutRecords trucks"},
		"read":   {kinesis.Fault{Op: kinesis.OpGetRecords, Number: 9, Err: kinesis.ErrInternal}, "GetRecords trucks"},
		"split":  {kinesis.Fault{Op: kinesis.OpSplitShard, Err: kinesis.ErrInternal}, "SplitShard trucks"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, err := playDay(t, 1, func(f *fleet) { f.region.Kinesis().Intercept(c.fault.Inject) })
			if !errors.Is(err, kinesis.ErrInternal) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("the tour ends with %v:\n%s", err, out)
			}
		})
	}
}

// Reads that are refused now and then are made again.
func TestRefusedReadsAreMadeAgain(t *testing.T) {
	out, err := playDay(t, 1, func(f *fleet) {
		f.region.Kinesis().Intercept(func(_ context.Context, c kinesis.Call) error {
			if c.Op == kinesis.OpGetRecords && c.Number%7 == 0 {
				return kinesis.ErrThroughputExceeded
			}
			return nil
		})
	})
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
