package envelope

import "github.com/inflight-mq/inflight/sns/internal/sign"

// Notification is a rendered message and text, to which only the ARN of a subscription is missing.
type Notification struct{ before, behind string }

// For returns the JSON for a subscription. It allocates once.
func (n Notification) For(subscriptionARN string) string {
	return n.before + escaped(subscriptionARN) + n.behind
}

// New renders the envelope that queues, HTTP endpoints and email-json addresses get. A message of a FIFO topic carries its
// sequence number instead of s. endpoint is that of the service; see [Endpoint].
func New(m *Message, text string, s sign.Signature, endpoint string) Notification {
	o := object{buf: make([]byte, 0, m.size(text, s))}
	o.raw("{")
	o.text("Type", sign.Notification)
	o.text("MessageId", m.ID)
	if m.SequenceNumber != "" {
		o.text("SequenceNumber", m.SequenceNumber)
		s = sign.Signature{}
	}
	o.body(m, text)
	o.signature(s)
	return o.unsubscribe(m, endpoint)
}

// NewRecord renders the record that delivery streams get: the envelope without signature and white space. The line break that
// divides records is not part of it.
func NewRecord(m *Message, text, endpoint string) Notification {
	o := object{buf: make([]byte, 0, m.size(text, sign.Signature{})), compact: true}
	o.raw("{")
	o.text("Type", sign.Notification)
	o.text("MessageId", m.ID)
	o.body(m, text)
	return o.unsubscribe(m, endpoint)
}

// body writes what all envelopes have in their middle.
func (o *object) body(m *Message, text string) {
	o.text("TopicArn", m.TopicARN)
	if m.Subject != "" {
		o.text("Subject", m.Subject)
	}
	o.text("Message", text)
	o.text("Timestamp", m.Timestamp)
}

// signature writes the members of a signature, unless there is none.
func (o *object) signature(s sign.Signature) {
	if s == (sign.Signature{}) {
		return
	}
	o.text("SignatureVersion", string(s.Version))
	o.text("Signature", s.Text)
	o.text("SigningCertURL", s.CertURL)
}

// unsubscribe writes the rest of an envelope.
func (o *object) unsubscribe(m *Message, endpoint string) Notification {
	cut := o.open("UnsubscribeURL", unsubscribe(endpoint))
	o.raw(`"`)
	if len(m.Attributes) > 0 {
		o.attributes(m.Attributes, asIs)
	}
	if m.Replayed {
		o.name("Replayed")
		o.raw("true")
	}
	o.end()
	all := string(o.buf)
	return Notification{all[:cut], all[cut:]}
}
