package sqs

import (
	"errors"
	"time"

	"github.com/inflight-mq/inflight/internal/policy"
)

// validate refuses a Config that a queue of this kind cannot take. It looks at names before values, both in the order of the
// service's attribute names.
func (c *Config) validate(create, fifo bool, now settings, l Limits) error {
	if errors.Is(c.unreadable, ErrInvalidAttributeName) {
		return c.unreadable
	}
	if err := c.validateNames(create, fifo); err != nil {
		return err
	}
	if c.unreadable != nil {
		return c.unreadable
	}
	return c.validateValues(now, l)
}

// validateNames refuses attributes that the kind of queue does not have.
func (c *Config) validateNames(create, fifo bool) error {
	if !fifo {
		switch {
		case c.ContentDedup != nil:
			return unknownAttribute(attrContentDedup)
		case c.DedupScope != nil:
			return onlyFIFO(attrDedupScope)
		case c.FIFO != nil:
			return unknownAttribute(attrFIFO)
		case c.ThroughputLimit != nil:
			return onlyFIFO(attrThroughputLimit)
		}
	}
	if c.KMSKey != nil && *c.KMSKey != "" && c.ManagedSSE != nil && *c.ManagedSSE {
		return fail(ErrInvalidAttributeName, "You can use one type of server-side encryption (SSE) at one time. "+
			"You can either enable KMS SSE or SQS SSE.")
	}
	if fifo && !create && c.FIFO != nil && !*c.FIFO {
		return fail(ErrInvalidAttributeValue, "Invalid value for the parameter FifoQueue. "+
			"Reason: Modifying queue type is not supported.")
	}
	return nil
}

func unknownAttribute(name string) error {
	return fail(ErrInvalidAttributeName, "Unknown Attribute %s.", name)
}

func onlyFIFO(name string) error {
	return fail(ErrInvalidAttributeName, "You can specify the %s only when FifoQueue is set to true.", name)
}

func invalidAttribute(name string) error {
	return fail(ErrInvalidAttributeValue, "Invalid value for the parameter %s.", name)
}

// validateValues checks ranges. The checks that need other queues are the broker's.
func (c *Config) validateValues(now settings, l Limits) error {
	scope, limit := now.scope, now.limit
	set(&scope, c.DedupScope)
	set(&limit, c.ThroughputLimit)
	checks := []struct {
		name string
		ok   bool
	}{
		{attrDedupScope, scope == ScopeQueue || scope == ScopeMessageGroup},
		{attrDelay, within(c.Delay, 0, MaxDelay)},
		{attrThroughputLimit, limit == PerQueue || limit == PerMessageGroup && scope == ScopeMessageGroup},
		{attrKMSReuse, within(c.KMSReuse, time.Minute, 24*time.Hour)},
		{attrMaxSize, within(c.MaxMessageSize, MinMessageSizeLimit, l.MessageSize)},
		{attrRetention, within(c.Retention, MinRetention, MaxRetention)},
		{attrWait, within(c.ReceiveWait, 0, MaxWait)},
		{attrVisibility, within(c.VisibilityTimeout, 0, MaxVisibilityTimeout)},
	}
	for _, check := range checks {
		if !check.ok {
			return invalidAttribute(check.name)
		}
	}
	if c.Policy != nil && *c.Policy != "" {
		if err := validatePolicy(*c.Policy); err != nil {
			return err
		}
	}
	if a := c.RedriveAllow; a != nil && !a.isZero() {
		return a.validate()
	}
	return nil
}

func within[T int | time.Duration](v *T, least, most T) bool {
	return v == nil || *v >= least && *v <= most
}

// validatePolicy applies the quotas of an access policy.
func validatePolicy(text string) error {
	p, err := policy.Parse(text)
	if err != nil || len(text) > MaxPolicySize {
		return invalidAttribute(attrPolicy)
	}
	return checkQuotas(p)
}
