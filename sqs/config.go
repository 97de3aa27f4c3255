package sqs

import (
	"time"

	"github.com/inflight-mq/inflight/internal/policy"
	"github.com/inflight-mq/inflight/sqs/internal/core"
)

// DedupScope says within what a deduplication id must be unique.
type DedupScope string

// ThroughputLimit says to what the call limit of a FIFO queue applies.
type ThroughputLimit string

// The values of both. Together, ScopeMessageGroup and PerMessageGroup are what the service calls high throughput.
const (
	ScopeQueue        DedupScope      = "queue"
	ScopeMessageGroup DedupScope      = "messageGroup"
	PerQueue          ThroughputLimit = "perQueue"
	PerMessageGroup   ThroughputLimit = "perMessageGroupId"
)

// Config holds a queue's settings. A nil field means the service's default in Create, and "as it is" in SetConfig. A value is
// written in place: new(30*time.Second), new(false). On the wire times are whole seconds; here they may be finer.
type Config struct {
	VisibilityTimeout *time.Duration // 0 to 12 h, default 30 s; rules later receives
	Delay             *time.Duration // 0 to 15 min, default 0; rules later sends, on a FIFO queue waiting messages too
	ReceiveWait       *time.Duration // 0 to 20 s, default 0; rules later receives
	Retention         *time.Duration // 1 min to 14 days, default 4 days; rules messages already held too
	MaxMessageSize    *int           // 1 KiB to 1 MiB, default 1 MiB; rules later sends
	Policy            *string        // access policy in JSON; "" removes it
	DeadLetter        *DeadLetter    // redrive policy; the zero DeadLetter removes it
	RedriveAllow      *RedriveAllow  // redrive-allow policy; the zero RedriveAllow removes it

	FIFO            *bool            // true makes a FIFO queue, whose name ends in .fifo; false is refused, as by the service
	ContentDedup    *bool            // FIFO: deduplicate by the body where no id is given, default false
	DedupScope      *DedupScope      // FIFO: default ScopeQueue; a change rules after 60 s
	ThroughputLimit *ThroughputLimit // FIFO: default PerQueue; PerMessageGroup needs ScopeMessageGroup

	ManagedSSE *bool          // encryption with the service's own keys, default true; state only, nothing is encrypted
	KMSKey     *string        // encryption with this key, which turns ManagedSSE off; "" removes it
	KMSReuse   *time.Duration // 1 min to 24 h, default 5 min

	Tags map[string]string // only in Create, and only applied when the queue is made

	unreadable error // what ConfigOf could not read
}

// DeadLetter is a redrive policy: after MaxReceives receives, a further receive moves the message to the queue Target instead
// of delivering it.
type DeadLetter struct {
	Target      string // ARN of a queue of the same kind, account and region
	MaxReceives int    // 1 to 1000
	raw         string // the JSON that it was read from, for error texts
}

// RedriveAllow is a redrive-allow policy: which queues may name this one as their dead-letter queue.
type RedriveAllow struct {
	Permission RedrivePermission
	Sources    []string // 1 to 10 queue ARNs, with ByQueue only
	raw        string
}

// RedrivePermission is the kind of a redrive-allow policy.
type RedrivePermission string

// The kinds of redrive-allow policies. A queue without one allows all.
const (
	AllowAll RedrivePermission = "allowAll"
	DenyAll  RedrivePermission = "denyAll"
	ByQueue  RedrivePermission = "byQueue"
)

// settings are a queue's settings in force. They are never changed in place.
type settings struct {
	visibility, delay, wait, retention time.Duration
	maxSize                            int
	policyText                         string
	policy                             *policy.Policy
	deadLetter                         *DeadLetter
	allow                              *RedriveAllow
	fifo, contentDedup                 bool
	scope                              DedupScope
	limit                              ThroughputLimit
	managedSSE                         bool
	kmsKey                             string
	kmsReuse                           time.Duration
	created, modified                  int64
	tags                               map[string]string
}

const defaultKMSReuse = 5 * time.Minute

func defaults(fifo bool, l Limits) settings {
	return settings{
		visibility: DefaultVisibility, retention: DefaultRetention, maxSize: l.MessageSize,
		fifo: fifo, scope: ScopeQueue, limit: PerQueue, managedSSE: true, kmsReuse: defaultKMSReuse,
	}
}

// forCore returns what the state machine needs to know.
func (s *settings) forCore(l Limits) core.Settings {
	c := core.Settings{
		FIFO: s.fifo, Visibility: s.visibility, Delay: s.delay, Retention: s.retention,
		GroupScope: s.scope == ScopeMessageGroup, InFlight: l.InFlight,
	}
	if s.fifo {
		c.InFlight = l.InFlightFIFO
	}
	if s.deadLetter != nil {
		c.MaxReceives = s.deadLetter.MaxReceives
	}
	return c
}

// config renders the settings as a Config with all fields set that have a value.
func (s *settings) config() Config {
	c := Config{
		VisibilityTimeout: new(s.visibility), Delay: new(s.delay), ReceiveWait: new(s.wait), Retention: new(s.retention),
		MaxMessageSize: new(s.maxSize), ManagedSSE: new(s.managedSSE),
	}
	if s.policyText != "" {
		c.Policy = new(s.policyText)
	}
	if s.deadLetter != nil {
		c.DeadLetter = new(*s.deadLetter)
	}
	if s.allow != nil {
		c.RedriveAllow = &RedriveAllow{Permission: s.allow.Permission, Sources: append([]string(nil), s.allow.Sources...)}
	}
	if s.fifo {
		c.FIFO, c.ContentDedup = new(true), new(s.contentDedup)
		c.DedupScope, c.ThroughputLimit = new(s.scope), new(s.limit)
	}
	if s.kmsKey != "" {
		c.KMSKey = new(s.kmsKey)
	}
	if s.kmsReuse != defaultKMSReuse {
		c.KMSReuse = new(s.kmsReuse)
	}
	return c
}

// patched returns the settings with the fields of c that are set, validated already.
func (s settings) patched(c Config) settings {
	set(&s.visibility, c.VisibilityTimeout)
	set(&s.delay, c.Delay)
	set(&s.wait, c.ReceiveWait)
	set(&s.retention, c.Retention)
	set(&s.maxSize, c.MaxMessageSize)
	set(&s.contentDedup, c.ContentDedup)
	set(&s.scope, c.DedupScope)
	set(&s.limit, c.ThroughputLimit)
	if c.Policy != nil {
		s.policyText, s.policy = *c.Policy, nil
		if s.policyText != "" {
			s.policy, _ = policy.Parse(s.policyText)
		}
	}
	if d := c.DeadLetter; d != nil {
		s.deadLetter = nil
		if !d.isZero() {
			s.deadLetter = &DeadLetter{Target: d.Target, MaxReceives: d.MaxReceives}
		}
	}
	if a := c.RedriveAllow; a != nil {
		s.allow = nil
		if !a.isZero() {
			s.allow = &RedriveAllow{Permission: a.Permission, Sources: append([]string(nil), a.Sources...)}
		}
	}
	s.encrypt(c)
	return s
}

// encrypt applies the encryption attributes: a key turns the managed encryption off, and its removal does not turn it on.
func (s *settings) encrypt(c Config) {
	set(&s.kmsReuse, c.KMSReuse)
	if c.KMSKey != nil {
		s.kmsKey = *c.KMSKey
		if s.kmsKey != "" {
			s.managedSSE = false
		}
	}
	if c.ManagedSSE != nil {
		s.managedSSE = *c.ManagedSSE
		if s.managedSSE {
			s.kmsKey, s.kmsReuse = "", defaultKMSReuse
		}
	}
}

func set[T any](field *T, value *T) {
	if value != nil {
		*field = *value
	}
}

func (d *DeadLetter) isZero() bool { return d.Target == "" && d.MaxReceives == 0 && d.raw == "" }

func (a *RedriveAllow) isZero() bool { return a.Permission == "" && a.Sources == nil && a.raw == "" }
