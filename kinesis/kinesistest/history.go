package kinesistest

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/inflight-mq/inflight/kinesis"
)

// OpKind says what a call did.
type OpKind uint8

// The kinds of operations.
const (
	OpPut   OpKind = iota // a record was stored, or a put failed and may have stored it
	OpStood               // a reader took its place: an iterator was made, a loop or a subscription began
	OpRead                // a reader read on from its place
)

// String returns a word.
func (k OpKind) String() string { return [...]string{"put", "stood", "read"}[k] }

// Op is what one call did. A history is a slice of them in the order in which the calls were answered; a batch makes one Op for each
// record, next to each other.
type Op struct {
	Kind OpKind
	// Since is how many Ops the history had when the call began. Those before it happened before this one; later ones ran at the same
	// time.
	Since  int
	At     time.Time // when the call began
	Done   time.Time // when it was answered
	Reader string    // of the recorder
	Stream string    // ARN
	Shard  string    // not known for a put that failed

	// Of a put: the record as it was given, and its number.
	Key, Data string
	Placed    bool // by an explicit hash key: it has no order with others of its key
	Sequence  kinesis.SequenceNumber
	// Err is why a put failed. It is recorded only if the record may have been stored all the same.
	Err error

	// Of a reader: where it stood. Stood is the Op of its beginning, at Position, and After the last record that it has read since, if
	// any.
	Stood    int
	Position kinesis.Position
	After    kinesis.SequenceNumber
	// Of a read: what it answered.
	Records  []kinesis.Record
	Tip      bool // it said that there is no more for now
	End      bool // it said that there never will be more
	Children []kinesis.ChildShard
}

// String returns one line.
func (o Op) String() string {
	s := fmt.Sprintf("%s %s %s %s", o.Done.Format("15:04:05.000"), o.Reader, o.Kind, o.Shard)
	switch o.Kind {
	case OpPut:
		s += fmt.Sprintf(" %q %q %s", o.Key, o.Data, o.Sequence)
		if o.Err != nil {
			s += " failed: " + o.Err.Error()
		}
		return s
	case OpStood:
		return s + " at " + string(o.Position.Type)
	}
	for _, r := range o.Records {
		s += fmt.Sprintf(" %q (%s)", r.PartitionKey, r.Sequence)
	}
	if o.Tip {
		s += " tip"
	}
	if o.End {
		s += " end"
	}
	return s
}

// History collects what was done to some streams. The zero History is empty and ready to use. Its methods, and its Recorders', may be
// called concurrently.
type History struct {
	mu     sync.Mutex
	ops    []Op
	places map[kinesis.Iterator]place
}

// place is where an iterator stands.
type place struct {
	stream, shard string
	stood         int // index of the OpStood
	pos           kinesis.Position
	after         kinesis.SequenceNumber
}

// Ops returns the history so far.
func (h *History) Ops() []Op {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.ops)
}

// began notes the beginning of a call.
func (h *History) began(reader string, at time.Time) Op {
	h.mu.Lock()
	defer h.mu.Unlock()
	return Op{Since: len(h.ops), At: at, Reader: reader}
}

// add adds what a call did, and returns the index of the first Op.
func (h *History) add(ops ...Op) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ops = append(h.ops, ops...)
	return len(h.ops) - len(ops)
}

// stand adds a reader's beginning, and returns its place.
func (h *History) stand(o Op, pos kinesis.Position) place {
	o.Kind, o.Position = OpStood, pos
	return place{o.Stream, o.Shard, h.add(o), pos, kinesis.SequenceNumber{}}
}

// read adds what a reader read from a place, and returns the place behind it.
func (h *History) read(o Op, from place) place {
	o.Kind, o.Stream, o.Shard, o.Stood, o.Position, o.After = OpRead, from.stream, from.shard, from.stood, from.pos, from.after
	h.add(o)
	for _, r := range o.Records {
		if from.after.Compare(r.Sequence) < 0 {
			from.after = r.Sequence
		}
	}
	return from
}

// keep remembers where an iterator stands.
func (h *History) keep(it kinesis.Iterator, p place) {
	if it == "" {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.places == nil {
		h.places = map[kinesis.Iterator]place{}
	}
	h.places[it] = p
}

// placeOf returns where an iterator stands, if it was made through a recorder.
func (h *History) placeOf(it kinesis.Iterator) (place, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	p, ok := h.places[it]
	return p, ok
}
