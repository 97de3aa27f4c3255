package sns

import "github.com/inflight-mq/inflight/sns/internal/core"

type mobile struct{}

func (m mobile) clone() mobile { return m }

type phones struct{}

func (p phones) clone() phones { return p }

func (b *Broker) validateApp(address string) error { return nil }

func (b *Broker) text(d *delivery) error { return nil }

func (b *Broker) push(d *delivery) error { return nil }

func isPhoneNumber(number string) bool { return true }

func (c *call) publishToPhone(number string, m *core.Message) (Published, error) {
	return Published{}, nil
}

func (c *call) publishToApp(endpointARN string, m *core.Message) (Published, error) {
	return Published{}, nil
}
