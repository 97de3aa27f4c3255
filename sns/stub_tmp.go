package sns

import (
	"context"

	"github.com/inflight-mq/inflight/sns/internal/core"
)

type mobile struct{}
type phones struct{}

func (m mobile) clone() mobile { return m }
func (p phones) clone() phones { return p }

func (b *Broker) validateApp(address string) error { return nil }
func (b *Broker) text(d *delivery) error           { return nil }
func (b *Broker) push(d *delivery) error           { return nil }
func isPhoneNumber(number string) bool             { return true }
func (c *call) publishToPhone(number string, m *core.Message) (Published, error) {
	return Published{}, nil
}
func (c *call) publishToApp(endpointARN string, m *core.Message) (Published, error) {
	return Published{}, nil
}

// CreateApp makes an app; see [Platforms].
func (b *Broker) CreateApp(ctx context.Context, platform Platform, name string, attributes map[string]string) (arn string, err error) {
	return "", nil
}

// Apps lists apps; see [Platforms].
func (b *Broker) Apps(ctx context.Context, token string) (AppPage, error) { return AppPage{}, nil }

// AppAttributes returns attributes; see [Platforms].
func (b *Broker) AppAttributes(ctx context.Context, appARN string) (map[string]string, error) {
	return nil, nil
}

// SetAppAttributes changes attributes; see [Platforms].
func (b *Broker) SetAppAttributes(ctx context.Context, appARN string, attributes map[string]string) error {
	return nil
}

// DeleteApp deletes an app; see [Platforms].
func (b *Broker) DeleteApp(ctx context.Context, appARN string) error { return nil }

// CreateInstallation registers a token; see [Platforms].
func (b *Broker) CreateInstallation(ctx context.Context, appARN string, i NewInstallation) (arn string, err error) {
	return "", nil
}

// Installations lists installations; see [Platforms].
func (b *Broker) Installations(ctx context.Context, appARN, token string) (InstallationPage, error) {
	return InstallationPage{}, nil
}

// InstallationAttributes returns attributes; see [Platforms].
func (b *Broker) InstallationAttributes(ctx context.Context, arn string) (map[string]string, error) {
	return nil, nil
}

// SetInstallationAttributes changes attributes; see [Platforms].
func (b *Broker) SetInstallationAttributes(ctx context.Context, arn string, attributes map[string]string) error {
	return nil
}

// DeleteInstallation deletes an installation; see [Platforms].
func (b *Broker) DeleteInstallation(ctx context.Context, arn string) error { return nil }

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
