package kinesistest_test

import (
	"context"
	"flag"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/inflight-mq/inflight/kinesis"
	"github.com/inflight-mq/inflight/kinesis/kinesistest"
)

// odometer adds up the kilometres that a truck reports. A careful one knows the readings that it has added already, and goes on where
// an answer is empty but not the last.
type odometer struct {
	knows, goesOn bool
	seen          map[string]bool
	km            int
}

func (o *odometer) add(r kinesis.Record) {
	if o.knows && o.seen[string(r.Data)] {
		return
	}
	o.seen[string(r.Data)] = true
	o.km += 10
}

// read reads a shard to where there is no more.
func (o *odometer) read(ctx context.Context, streams kinesis.Streams, it kinesis.Iterator) error {
	for {
		b, err := streams.Read(ctx, it, kinesis.ReadOptions{})
		if err != nil {
			return err
		}
		for _, r := range b.Records {
			o.add(r)
		}
		if b.Behind == 0 || !o.goesOn && len(b.Records) == 0 {
			return nil
		}
		it = b.Next
	}
}

// drive has a truck report ten more kilometres, on a stream that takes the liberties that ch chooses, and returns what was added up.
// What is refused for its rate is tried again.
func drive(t require.TestingT, ch kinesis.Chooser, o odometer) int {
	ctx, b := context.Background(), kinesis.New(kinesis.WithChooser(ch), kinesis.WithSeed(1))
	trucks, err := b.Create(ctx, "trucks", kinesis.Config{Shards: 1})
	require.NoError(t, err)
	again := func(err error) bool {
		if err != nil {
			require.ErrorIs(t, err, kinesis.ErrThroughputExceeded)
		}
		return err != nil
	}
	for put := false; !put; {
		_, err := trucks.Put(ctx, kinesis.Entry{PartitionKey: "truck", Data: []byte("12,340 km")})
		put = !again(err)
	}
	it, err := trucks.Iterator(ctx, "0", kinesis.Oldest())
	require.NoError(t, err)
	for read := false; !read; {
		o.seen, o.km = map[string]bool{}, 0 // it begins anew
		read = !again(o.read(ctx, b, it))
	}
	return o.km
}

// Whatever the service is allowed to do, the careful odometer is right.
func TestTheCarefulOdometerIsRight(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		assert.Equal(t, 10, drive(t, kinesistest.Draw(t), odometer{knows: true, goesOn: true}))
	})
}

// The one that knows nothing is found out, and what rapid leaves of the schedule is a single liberty of the service.
func TestTheCarelessOdometerIsFoundOut(t *testing.T) {
	require.NoError(t, flag.Set("rapid.nofailfile", "true"))
	defer func() { require.NoError(t, flag.Set("rapid.nofailfile", "false")) }()
	failing := &failing{T: t}
	var taken []string
	rapid.Check(failing, func(t *rapid.T) {
		taken = nil // the last run is that of the smallest schedule
		if km := drive(t, taker{kinesistest.Draw(t), &taken}, odometer{goesOn: true}); km != 10 {
			t.Fatalf("%d km", km)
		}
	})
	assert.True(t, failing.failed)
	assert.Contains(t, failing.log, "20 km")
	assert.Equal(t, []string{"whether the record is stored twice: 1"}, taken, "the tamest schedule takes one liberty")
	assert.Contains(t, failing.log, "draw "+taken[0], "draws are labelled")
}

// taker notes the answers that are not tame.
type taker struct {
	kinesis.Chooser
	taken *[]string
}

func (l taker) Choose(what kinesis.Choice, n int) int {
	a := l.Chooser.Choose(what, n)
	if a != 0 {
		*l.taken = append(*l.taken, fmt.Sprint(what, ": ", a))
	}
	return a
}

// failing is a test that is expected to fail.
type failing struct {
	*testing.T
	failed bool
	log    string
}

func (f *failing) Logf(format string, a ...any)   { f.log += fmt.Sprintf(format, a...) + "\n" }
func (f *failing) Errorf(format string, a ...any) { f.Logf(format, a...); f.failed = true }
func (f *failing) Fatalf(format string, a ...any) { f.Errorf(format, a...) }
func (f *failing) Log(a ...any)                   { f.log += fmt.Sprintln(a...) }
func (f *failing) FailNow()                       {}
func (f *failing) Failed() bool                   { return f.failed }

// What single liberties do to an odometer that is careless in both ways.
func TestSchedules(t *testing.T) {
	for name, row := range map[string]struct {
		ch   kinesis.Chooser
		want int
	}{
		"tame":                            {kinesistest.Script(), 10},
		"it is stored twice":              {kinesistest.Script(0, 1), 20},
		"it is refused, and tried again":  {kinesistest.Script(1), 10},
		"nothing is found":                {kinesistest.Script(0, 0, 0, 1), 0},
		"a read is refused, and repeated": {kinesistest.Script(0, 0, 1), 10},
		"stored twice, and one is found":  {kinesistest.Script(0, 1, 0, 1), 20},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, row.want, drive(t, row.ch, odometer{}))
		})
	}
}
