package core

import (
	"github.com/google/uuid"

	"github.com/inflight-mq/inflight/sns/filter"
	"github.com/inflight-mq/inflight/sns/internal/envelope"
)

// Message is what was published. It is shared by all deliveries and never changed.
type Message struct {
	ID         uuid.UUID
	Order      uint64 // FIFO topics: place in the topic's sequence
	At         int64  // time of publishing
	Body       string // what a deduplication id is made of, until it is
	Texts      envelope.Texts
	Structured bool // the texts differ
	Subject    string
	Attributes []envelope.Attribute
	Group      string
	Dedup      string // FIFO topics: the effective id
	Trace      string
	Replayed   bool
}

// Text returns the text that a group of subscriptions gets: those of a protocol or a platform.
func (m *Message) Text(group string) string {
	text, _ := m.Texts.For(group)
	return text
}

// Input is the message as a filter of one subscription sees it.
func (m *Message) Input(group string, scope filter.Scope) filter.Input {
	if scope == filter.MessageBody {
		return filter.Input{Body: filter.ParseBody(m.Text(group))}
	}
	return filter.Input{Attributes: m.filterAttributes()}
}

func (m *Message) filterAttributes() *filter.Attributes {
	as := make([]filter.Attribute, len(m.Attributes))
	for i, a := range m.Attributes {
		as[i] = filter.Attribute{Name: a.Name, Type: a.Type, Text: a.Text}
	}
	return filter.NewAttributes(as)
}
