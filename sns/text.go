package sns

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/inflight-mq/inflight/internal/kit"
	"github.com/inflight-mq/inflight/sns/internal/core"
	"github.com/inflight-mq/inflight/sns/internal/envelope"
)

// Text is an SMS that a phone got.
type Text struct {
	At           time.Time
	To           string // with a plus, without separators
	Body         string
	Parts        []string  // the body as it is sent and billed: parts of up to 140 bytes, cut between words where it can be
	ID           uuid.UUID // of the message; zero for passwords of the sandbox
	TopicARN     string    // empty: published directly
	Subscription string    // ARN; empty: published directly
	SenderID     string    // as the message attribute AWS.SNS.SMS.SenderID says, else DefaultSenderID
	Type         string    // Promotional or Transactional: as AWS.SNS.SMS.SMSType says, else DefaultSMSType, else Promotional
	// MaxPrice, OriginationNumber, EntityID and TemplateID are the message attributes AWS.SNS.SMS.MaxPrice and
	// AWS.MM.SMS.OriginationNumber, EntityId and TemplateId, as given.
	MaxPrice, OriginationNumber, EntityID, TemplateID string
	Password                                          string // of a message that verifies a number of the sandbox
}

// Texts returns what a phone got, oldest first. The number is read as endpoints are: hyphens, dots, slashes and the plus do
// not matter.
func (b *Broker) Texts(number string) []Text {
	b.mu.RLock()
	defer b.mu.RUnlock()
	all := slices.Clone(b.phones.texts[canonical(number)])
	for i := range all {
		all[i].Parts = slices.Clone(all[i].Parts)
	}
	return all
}

// isPhoneNumber takes numbers that can be published to.
func isPhoneNumber(number string) bool { return isNumber(strings.TrimPrefix(number, "+")) }

// canonical returns a number with a plus and without separators.
func canonical(number string) string {
	return "+" + strings.Map(func(r rune) rune {
		if strings.ContainsRune("+./-", r) {
			return -1
		}
		return r
	}, number)
}

// text hands a topic's message to a phone.
func (b *Broker) text(d *delivery) error {
	now := b.now()
	t := Text{
		At: at(now), To: canonical(d.s.endpoint.Address), Body: d.payload, TopicARN: d.s.t.arn, Subscription: d.s.arn,
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.phones.take(home{d.s.t.key.account, d.s.t.key.region}, t, d.m, b.sandboxed)
}

// publishToPhone publishes to one phone.
func (c *call) publishToPhone(number string, m *core.Message) (Published, error) {
	if err := c.refuseService(); err != nil {
		return Published{}, err
	}
	t := Text{At: at(c.now), To: canonical(number), Body: m.Text(string(ProtocolSMS))}
	if utf8.RuneCountInString(t.Body) > MaxText {
		return Published{}, invalid("Message too long")
	}
	b := c.b
	b.mu.Lock()
	m.ID, m.At = kit.NewID(b.ids), c.now
	lost := b.phones.take(c.ownHome(), t, m, b.sandboxed)
	b.mu.Unlock()
	c.recordDirect(ToPhone(number), m.ID, lost)
	return Published{ID: m.ID}, nil
}

// take puts a message into the inbox of a phone. Every failure is final.
func (p *phones) take(sender home, t Text, m *core.Message, sandboxed bool) error {
	own := p.book(sender)
	switch {
	case own.isOptedOut(t.To):
		return gone("the number has opted out")
	case sandboxed && !own.isVerified(t.To):
		return gone("the account is in the SMS sandbox, and the number is not verified")
	case utf8.RuneCountInString(t.Body) > MaxText:
		return gone("the text is longer than 1600 characters")
	}
	t.ID = m.ID
	t.SenderID, t.Type = own.attrs[attrSenderID], own.attrs[attrSMSType]
	for _, a := range m.Attributes {
		switch a.Name {
		case "AWS.SNS.SMS.SenderID":
			t.SenderID = a.Text
		case "AWS.SNS.SMS.SMSType":
			t.Type = a.Text
		case "AWS.SNS.SMS.MaxPrice":
			t.MaxPrice = a.Text
		case "AWS.MM.SMS.OriginationNumber":
			t.OriginationNumber = a.Text
		case "AWS.MM.SMS.EntityId":
			t.EntityID = a.Text
		case "AWS.MM.SMS.TemplateId":
			t.TemplateID = a.Text
		}
	}
	if t.Type == "" {
		t.Type = promotional
	}
	p.put(t)
	return nil
}

// put puts a text into an inbox.
func (p *phones) put(t Text) {
	if p.texts == nil {
		p.texts = map[string][]Text{}
	}
	t.Parts = envelope.Parts(t.Body)
	p.texts[t.To] = append(p.texts[t.To], t)
}
