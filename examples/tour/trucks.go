package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"time"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/kinesis"
	"github.com/inflight-mq/inflight/sqs"
)

// The trucks: a hundred of them report for a day where they are, into a stream of five shards, and the same into a FIFO queue. It
// is a play of its own, with a clock and a region of its own.

// fleet is everything that there is in this play.
type fleet struct {
	agenda
	ctx    context.Context
	region *inflight.Region
	seed   uint64
	out    io.Writer

	trucks  []*truck
	convoy  []*truck // those that drive together
	rand    *rand.Rand
	stream  kinesis.Stream
	journal *kinesis.Journal
	gateway *gateway
	live    *application // shows where the trucks are
	audit   *application // comes after the day, and reads all of it
	depot   *depot       // has the queue
}

// truck is one truck, and its logbook: what it reported, in order.
type truck struct {
	name string
	km   float64
	log  []string
}

const (
	fleetSize    = 100
	fleetShards  = 5
	dayHours     = 24
	auditRate    = 250 * time.Millisecond // a shard answers five reads a second
	auditBatch   = 1000                   // records of a read
	tunnelLength = 2 * time.Minute        // without a network; there a truck writes its position down every second
	splitTime    = 10*time.Hour + 30*time.Minute
)

// schedule is when the trucks report.
type schedule struct {
	pause   time.Duration   // between two reports of all trucks
	look    time.Duration   // between two looks of those who read meanwhile
	tunnels []time.Duration // when the convoy comes out of a tunnel, and reports all at once what it could not report inside
}

// usual is the schedule of a usual day.
func usual() schedule {
	s := schedule{pause: 10 * time.Minute, look: time.Minute}
	for hour := time.Duration(6); hour <= 18; hour += 3 {
		s.tunnels = append(s.tunnels, hour*time.Hour+150*time.Second)
	}
	return s
}

// newFleet makes the stream and the queue, and puts everybody to work.
func newFleet(ctx context.Context, out io.Writer, seed uint64, day schedule) (*fleet, error) {
	clock := inflight.NewFakeClock(time.Date(2026, 3, 5, 0, 0, 0, 0, time.UTC))
	f := &fleet{
		agenda: agenda{clock: clock}, ctx: ctx, out: out, seed: seed, rand: chance(seed, "trucks"),
		region: inflight.New(inflight.WithClock(clock), inflight.WithSeed(seed),
			inflight.WithKinesis(kinesis.WithThrottling()), inflight.WithSQS(sqs.WithThrottling())),
	}
	f.journal = f.region.Kinesis().Record()
	var err error
	if f.stream, err = f.region.Kinesis().Create(ctx, "trucks", kinesis.Config{Shards: fleetShards}); err != nil {
		return nil, err
	}
	// The audit begins when the day is over. With the 24 hours of a new stream it would miss what was reported first.
	if err := f.stream.IncreaseRetention(ctx, 2*dayHours); err != nil {
		return nil, err
	}
	if f.depot, err = newDepot(f); err != nil {
		return nil, err
	}
	f.gateway = newGateway(f)
	f.live = newApplication(f, "map", kinesis.MaxRead)
	f.audit = newApplication(f, "audit", auditBatch)
	f.engage(day)
	return f, f.live.begin()
}

// engage makes the trucks and plans their day.
func (f *fleet) engage(day schedule) {
	byShard := map[string][]*truck{}
	for i := range fleetSize {
		t := &truck{name: fmt.Sprintf("truck-%02d", i)}
		f.trucks = append(f.trucks, t)
		home := f.region.Kinesis().RouteOf(f.stream.Name(), t.name)
		byShard[home] = append(byShard[home], t)
		if len(byShard[home]) > len(f.convoy) {
			f.convoy = byShard[home] // bad luck: these have one shard for all of them, and it is the fullest
		}
	}
	begin := f.clock.Now()
	for at := time.Duration(0); at < dayHours*time.Hour; at += day.pause {
		f.at(begin.Add(at), f.report)
	}
	for _, exit := range day.tunnels {
		f.at(begin.Add(exit), f.leaveTunnel)
	}
	f.every(day.look, f.live.look)
	f.every(day.look, f.depot.look)
	f.at(begin.Add(splitTime), f.split)
	f.at(begin.Add(dayHours*time.Hour+day.look+30*time.Second), f.beginAudit) // the others have had their last look
}

// playTrucks is the whole play of the trucks, and fails if it does not add up.
func playTrucks(ctx context.Context, out io.Writer, seed uint64) error {
	f, err := newFleet(ctx, out, seed, usual())
	if err == nil {
		err = f.playOut()
	}
	return err
}

// playOut plays the day and reports.
func (f *fleet) playOut() error {
	if err := f.describe(); err != nil {
		return err
	}
	if err := f.play(); err != nil {
		return err
	}
	b := f.balance()
	b.print(f.out)
	if wrong := b.complaints(); len(wrong) > 0 {
		return wrong.print(f.out)
	}
	fmt.Fprintln(f.out, "the logbooks balance: trucks, gateway, journal, stream, queue and both applications agree")
	return nil
}

// report has every truck say where it is.
func (f *fleet) report() error {
	for _, t := range f.trucks {
		f.note(t, f.clock.Now(), f.rand.Float64()*13)
	}
	return f.upload()
}

// leaveTunnel has every truck of the convoy say where it was, second by second.
func (f *fleet) leaveTunnel() error {
	begin := f.clock.Now().Add(-tunnelLength)
	for _, t := range f.convoy {
		for at := time.Duration(0); at < tunnelLength; at += time.Second {
			f.note(t, begin.Add(at), 0.02)
		}
	}
	f.event("the convoy leaves a tunnel with %s to report", plural(f.gateway.waiting(), "position"))
	return f.upload()
}

// note writes a position into a logbook, and puts it on its two ways.
func (f *fleet) note(t *truck, at time.Time, km float64) {
	t.km += km
	position := fmt.Sprintf("%s %.2f km", at.Format(time.TimeOnly), t.km)
	t.log = append(t.log, position)
	f.gateway.add(t.name, position)
	f.depot.add(t.name, position)
}

func (f *fleet) upload() error {
	if err := f.gateway.upload(); err != nil {
		return err
	}
	return f.depot.send()
}

// beginAudit begins the second reading of the day. What the queue held is gone.
func (f *fleet) beginAudit() error {
	held, err := f.depot.queue.Counts(f.ctx)
	if err != nil {
		return err
	}
	f.event("the day is over. A second application wants all of it: %s holds %s, %s", f.depot.queue.Name(),
		plural(held.Visible+held.InFlight, "message"), "the stream replays")
	if err := f.audit.begin(); err != nil {
		return err
	}
	f.every(auditRate, f.audit.look)
	f.every(auditRate, f.closeDay)
	return nil
}

// closeDay ends the play when the audit has read all that there is.
func (f *fleet) closeDay() error {
	if f.audit.caughtUp() {
		f.event("the audit has read %s", plural(f.audit.records, "record"))
		f.closed = true
	}
	return nil
}

// event prints a line with a time.
func (f *fleet) event(format string, args ...any) {
	fmt.Fprintf(f.out, "  %s  %s\n", f.clock.Now().Format("15:04:05.000"), fmt.Sprintf(format, args...))
}
