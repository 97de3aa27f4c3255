package sns

import (
	"slices"
	"time"
)

// Email is a message that an e-mail address got.
type Email struct {
	At           time.Time
	To           string
	Subject      string
	Body         string
	Subscription string // ARN
	Token        string // of a message that asks for a confirmation
}

// inboxes hold what does not leave the process. They are guarded by the broker's mu.
type inboxes struct {
	emails map[string][]Email // by address
}

// Emails returns what an address got, oldest first.
func (b *Broker) Emails(address string) []Email {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return slices.Clone(b.inboxes.emails[address])
}

// mail puts an e-mail into the inbox of its address.
func (b *Broker) mail(d *delivery) error {
	e := Email{
		At: at(b.now()), To: d.s.endpoint.Address, Subject: d.mail.Subject, Body: d.mail.Body, Subscription: d.s.arn, Token: d.token,
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.inboxes.emails == nil {
		b.inboxes.emails = map[string][]Email{}
	}
	b.inboxes.emails[e.To] = append(b.inboxes.emails[e.To], e)
	return nil
}
