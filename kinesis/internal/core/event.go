package core

// Kind says what happened in a stream.
type Kind uint8

// The kinds of events. Those from Created on concern the stream as a whole; the shell notes some of them.
const (
	Put          Kind = iota + 1 // a record was stored
	Repeated                     // a record was stored a second time (a choice)
	Read                         // records were answered; Count is their number
	Throttled                    // a record or a read was refused for its rate
	Expired                      // records passed the horizon; Count is their number
	ShardOpened                  // a shard takes records from now on
	ShardClosed                  // and no longer
	ShardExpired                 // a closed shard is gone, with Count records
	Subscribed                   // a subscription began
	Created                      // the stream was made
	Entered                      // the stream entered the state State, which it is seen in
	Deleted                      // the stream is gone, with Count records
	Changed                      // a setting was changed
	Registered                   // a consumer was registered
	Deregistered                 // the deletion of a consumer began
)

// Event is one thing that happened.
type Event struct {
	Kind     Kind
	At       int64
	Shard    int32    // None for what concerns the stream as a whole
	Sequence Sequence // of a record
	Key      string   // its partition key
	Consumer string   // who was pushed to, or subscribed
	Count    int
	State    State
	ByTime   bool // time brought it about, not the operation that noticed it
}

// String returns the kind in a word or two.
func (k Kind) String() string {
	names := [...]string{"none", "put", "repeated", "read", "throttled", "expired", "shard opened", "shard closed", "shard expired",
		"subscribed", "created", "entered", "deleted", "changed", "registered", "deregistered"}
	if int(k) < len(names) {
		return names[k]
	}
	return "unknown"
}

// Record switches the recording of events on or off.
func (s *Stream) Record(on bool) { s.recording = on }

// Events returns what happened since the last call. The slice is valid until the next operation.
func (s *Stream) Events() []Event {
	e := s.events
	s.events = s.events[:0]
	return e
}

func (s *Stream) note(e Event) {
	if s.recording {
		e.ByTime = e.ByTime || s.byTime
		s.events = append(s.events, e)
	}
}
