package core

// Kind says what happened in a stream.
type Kind uint8

// The kinds of events.
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
)

// Event is one thing that happened.
type Event struct {
	Kind     Kind
	At       int64
	Shard    int32
	Sequence Sequence // of a record
	Key      string   // its partition key
	Count    int
}

// String returns the kind in a word or two.
func (k Kind) String() string {
	names := [...]string{"none", "put", "repeated", "read", "throttled", "expired", "shard opened", "shard closed", "shard expired",
		"subscribed"}
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
		s.events = append(s.events, e)
	}
}
