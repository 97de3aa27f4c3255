package sns

import (
	"crypto"
	"sync"

	"github.com/inflight-mq/inflight/sns/internal/core"
	"github.com/inflight-mq/inflight/sns/internal/envelope"
	"github.com/inflight-mq/inflight/sns/internal/sign"
)

// Signer signs what standard topics deliver.
type Signer struct{ s *sign.Signer }

// NewSigner returns a Signer with an RSA key and its certificate in PEM form. It refuses a certificate that is not that of the key.
func NewSigner(key crypto.Signer, certificate []byte) (*Signer, error) {
	s, err := sign.New(key, certificate)
	if err != nil {
		return nil, err
	}
	return &Signer{s}, nil
}

// WithSigner signs with a key of the caller's. The default is a fixed key that is part of this library, and no secret.
func WithSigner(s *Signer) Option {
	return func(b *Broker) {
		if s != nil {
			b.signing.signer = s.s
		}
	}
}

// WithoutSignatures leaves the signatures of envelopes empty. A signature takes about a millisecond for each message, which a test
// that publishes very many may want to save; raw deliveries and FIFO topics have none anyhow.
func WithoutSignatures() Option { return func(b *Broker) { b.signing.off = true } }

// WithEndpoint sets the URL that envelopes show for the service: to confirm, to unsubscribe, to fetch the certificate, such as
// http://127.0.0.1:4566. The default is the service's own, https://sns.<region>.amazonaws.com.
func WithEndpoint(url string) Option { return func(b *Broker) { b.signing.endpoint = url } }

// Certificate returns the certificate, in PEM form, that signatures are checked with, and the path of its URL.
func (b *Broker) Certificate() (pem []byte, path string) {
	s := b.signing.get()
	return s.Certificate(), s.CertPath()
}

// signing is the key of a broker. The built-in one is read when it is first needed.
type signing struct {
	endpoint string
	off      bool
	once     sync.Once
	signer   *sign.Signer
}

func (s *signing) get() *sign.Signer {
	s.once.Do(func() {
		if s.signer == nil {
			s.signer = sign.Builtin()
		}
	})
	return s.signer
}

// sign signs a text for the endpoint of a topic.
func (t *topic) sign(f sign.Fields, version int) sign.Signature {
	v := sign.V1
	if version == 2 {
		v = sign.V2
	}
	if t.b.signing.off {
		return sign.Signature{Version: v, CertURL: t.endpointURL()}
	}
	s := t.b.signing.get()
	text, _ := s.Sign(v, f) // a key of the caller's that fails leaves the signature empty
	return sign.Signature{Version: v, Text: text, CertURL: s.CertURL(t.endpointURL())}
}

// endpointURL is where the service answers, as envelopes show it.
func (t *topic) endpointURL() string {
	if t.b.signing.endpoint != "" {
		return t.b.signing.endpoint
	}
	return envelope.Endpoint(t.key.region)
}

// rendering is a message as its topic's endpoints get it. What several of them share is made once, when the first needs it. It is
// used by one goroutine.
type rendering struct {
	t       *topic
	set     *settings
	m       *core.Message
	message envelope.Message
	texts   map[string]*forms    // by group; of a message that is not structured only ""
	queue   map[string]Attribute // attributes of raw deliveries
}

// forms are the forms of one text.
type forms struct {
	text   string
	signed *sign.Signature
	note   *envelope.Notification
	lambda *envelope.Lambda
	record *envelope.Notification
}

func (t *topic) render(m *core.Message, set *settings) *rendering {
	r := &rendering{t: t, set: set, m: m, texts: map[string]*forms{}}
	r.message = envelope.Message{
		ID: m.ID.String(), TopicARN: t.arn, Subject: m.Subject, Timestamp: envelope.Timestamp(at(m.At)), Attributes: m.Attributes,
		Replayed: m.Replayed,
	}
	if set.fifo {
		r.message.SequenceNumber = sequenceOf(m.Order).String()
	}
	return r
}

// forms returns the forms of the text for a group of subscriptions.
func (r *rendering) forms(group string) *forms {
	if !r.m.Structured {
		group = ""
	}
	f := r.texts[group]
	if f == nil {
		f = &forms{text: r.m.Text(group)}
		r.texts[group] = f
	}
	return f
}

// signature signs the text, once for all that need it. FIFO topics do not sign.
func (r *rendering) signature(f *forms) sign.Signature {
	if f.signed == nil {
		f.signed = &sign.Signature{}
		if !r.set.fifo {
			*f.signed = r.t.sign(r.message.Signed(f.text), r.set.signature)
		}
	}
	return *f.signed
}

// envelope is the enveloped text for a subscription.
func (r *rendering) envelope(f *forms, subscriptionARN string) string {
	if f.note == nil {
		f.note = new(envelope.New(&r.message, f.text, r.signature(f), r.t.endpointURL()))
	}
	return f.note.For(subscriptionARN)
}

// event is the event for a function.
func (r *rendering) event(f *forms, subscriptionARN string) FunctionEvent {
	if f.lambda == nil {
		f.lambda = new(envelope.NewLambda(&r.message, f.text, r.signature(f), r.t.endpointURL()))
	}
	return f.lambda.Event(subscriptionARN)
}

// streamed is the record for a stream.
func (r *rendering) streamed(f *forms, subscriptionARN string) string {
	if f.record == nil {
		f.record = new(envelope.NewRecord(&r.message, f.text, r.t.endpointURL()))
	}
	return f.record.For(subscriptionARN)
}

// attributes are those of raw deliveries to queues, one map for all.
func (r *rendering) attributes() map[string]Attribute {
	if r.queue == nil && len(r.m.Attributes) > 0 {
		r.queue = make(map[string]Attribute, len(r.m.Attributes))
		for _, a := range r.m.Attributes {
			r.queue[a.Name] = Attribute{Type: a.Type, Text: a.Text, Binary: a.Binary}
		}
	}
	return r.queue
}
