package sns

import (
	"context"

	"github.com/inflight-mq/inflight/sns/internal/core"
)

type phones struct{}

func (p phones) clone() phones { return p }

func (b *Broker) text(d *delivery) error { return nil }
func isPhoneNumber(number string) bool   { return true }
func (c *call) publishToPhone(number string, m *core.Message) (Published, error) {
	return Published{}, nil
}

// SMSAttributes returns attributes; see [Phones].
func (b *Broker) SMSAttributes(ctx context.Context, names ...string) (map[string]string, error) {
	return nil, nil
}

// SetSMSAttributes changes attributes; see [Phones].
func (b *Broker) SetSMSAttributes(ctx context.Context, attributes map[string]string) error {
	return nil
}

// OptedOut reports whether a number is opted out; see [Phones].
func (b *Broker) OptedOut(ctx context.Context, number string) (bool, error) { return false, nil }

// OptedOutNumbers lists numbers; see [Phones].
func (b *Broker) OptedOutNumbers(ctx context.Context, token string) (NumberPage, error) {
	return NumberPage{}, nil
}

// OptIn lets a number get messages again; see [Phones].
func (b *Broker) OptIn(ctx context.Context, number string) error { return nil }

// InSandbox reports whether there is a sandbox; see [Phones].
func (b *Broker) InSandbox(ctx context.Context) (bool, error) { return false, nil }

// AddSandboxNumber adds a number; see [Phones].
func (b *Broker) AddSandboxNumber(ctx context.Context, number, language string) error { return nil }

// VerifySandboxNumber verifies a number; see [Phones].
func (b *Broker) VerifySandboxNumber(ctx context.Context, number, password string) error {
	return nil
}

// DeleteSandboxNumber removes a number; see [Phones].
func (b *Broker) DeleteSandboxNumber(ctx context.Context, number string) error { return nil }

// SandboxNumbers lists numbers; see [Phones].
func (b *Broker) SandboxNumbers(ctx context.Context, token string, most int) (SandboxPage, error) {
	return SandboxPage{}, nil
}

// OriginationNumbers lists numbers; see [Phones].
func (b *Broker) OriginationNumbers(ctx context.Context, token string, most int) (NumberPage, error) {
	return NumberPage{}, nil
}
