package sns

import (
	"maps"
	"strconv"
	"strings"
	"time"

	"github.com/inflight-mq/inflight/internal/jsontext"
	"github.com/inflight-mq/inflight/sns/filter"
)

// Config holds a topic's settings. A nil field means the service's default in Create and "as it is" in SetConfig. A value is
// written in place: new(true), new("Orders").
type Config struct {
	// FIFO makes a FIFO topic, whose name ends in .fifo. Only Create takes it.
	FIFO *bool
	// ContentDedup makes the SHA-256 of the body the deduplication id of messages that have none. FIFO topics only.
	ContentDedup *bool
	// DedupPerGroup lets deduplication look at the message group only. FIFO topics only; the default is the whole topic.
	DedupPerGroup *bool
	// ArchiveDays keeps every message for so many days, 1 to 365, for replays; 0 drops the archive. FIFO topics only.
	ArchiveDays *int
	// DisplayName is the sender's name in e-mail and SMS, up to 100 characters.
	DisplayName *string
	// Policy is the access policy, in JSON. The default allows the owner's account everything.
	Policy *string
	// DeliveryPolicy says how HTTP endpoints are tried again, in JSON. Empty removes it.
	DeliveryPolicy *string
	// SignatureVersion is 1 (SHA-1, the default) or 2 (SHA-256).
	SignatureVersion *int
	// MaxMessageSize is 1 KiB to 1 MiB; the default is 256 KiB. With more than that a topic takes queues, functions and delivery
	// streams only, and 100 of them.
	MaxMessageSize *int
	// Attributes are settings by the service's attribute names, those above included: a field that is not nil counts.
	Attributes map[string]string
	// Tags are the topic's tags. Only Create takes them; see [Topic].Tag for later.
	Tags map[string]string
	// DataProtection is a data protection policy, which is stored and not applied. Empty removes it.
	DataProtection *string
}

// The service's names of topic attributes that have a field in [Config].
const (
	attrFIFO             = "FifoTopic"
	attrContentDedup     = "ContentBasedDeduplication"
	attrThroughputScope  = "FifoThroughputScope"
	attrArchive          = "ArchivePolicy"
	attrDisplayName      = "DisplayName"
	attrPolicy           = "Policy"
	attrDeliveryPolicy   = "DeliveryPolicy"
	attrSignatureVersion = "SignatureVersion"
	attrMaxSize          = "MaximumMessageSize"
)

const (
	scopeTopic = "Topic"
	scopeGroup = "MessageGroup"
)

// attributes returns the settings by attribute name.
func (c *Config) attributes() map[string]string {
	m := maps.Clone(c.Attributes)
	if m == nil {
		m = map[string]string{}
	}
	put(m, attrFIFO, c.FIFO, strconv.FormatBool)
	put(m, attrContentDedup, c.ContentDedup, strconv.FormatBool)
	put(m, attrThroughputScope, c.DedupPerGroup, func(perGroup bool) string {
		if perGroup {
			return scopeGroup
		}
		return scopeTopic
	})
	put(m, attrArchive, c.ArchiveDays, func(days int) string {
		if days == 0 {
			return "{}"
		}
		return `{"MessageRetentionPeriod":"` + strconv.Itoa(days) + `"}`
	})
	put(m, attrDisplayName, c.DisplayName, asIs)
	put(m, attrPolicy, c.Policy, asIs)
	put(m, attrDeliveryPolicy, c.DeliveryPolicy, asIs)
	put(m, attrSignatureVersion, c.SignatureVersion, strconv.Itoa)
	put(m, attrMaxSize, c.MaxMessageSize, strconv.Itoa)
	return m
}

func put[T any](m map[string]string, name string, value *T, text func(T) string) {
	if value != nil {
		m[name] = text(*value)
	}
}

func asIs(s string) string { return s }

// SubscriptionConfig holds a subscription's settings. A nil field means the service's default in Subscribe and "as it is" in
// SetConfig.
type SubscriptionConfig struct {
	// Raw delivers the text alone instead of the envelope: queues, HTTP and Firehose.
	Raw *bool
	// FilterPolicy selects messages, in the language of package filter. Empty removes it.
	FilterPolicy *string
	// FilterScope is what the filter policy looks at; the default is the message's attributes.
	FilterScope *filter.Scope
	// DeadLetter is the ARN of a queue that gets what could not be delivered, in the region of the topic and the account that
	// owns the subscription. Whether it exists is not asked. Empty means none.
	DeadLetter *string
	// DeliveryPolicy says how an HTTP endpoint is tried again, in JSON. Empty removes it.
	DeliveryPolicy *string
	// Replay delivers archived messages again. A queue on a FIFO topic with an archive only. The zero Replay stops it.
	Replay *Replay
	// Attributes are settings by the service's attribute names, those above included: a field that is not nil counts.
	Attributes map[string]string
}

// Replay selects archived messages by the time of their publishing.
type Replay struct {
	From time.Time // not before the archive began
	To   time.Time // zero: up to now, and on with what is published then
}

// The service's names of subscription attributes that have a field in [SubscriptionConfig].
const (
	attrRaw          = "RawMessageDelivery"
	attrFilterPolicy = "FilterPolicy"
	attrFilterScope  = "FilterPolicyScope"
	attrRedrive      = "RedrivePolicy"
	attrReplay       = "ReplayPolicy"
	attrRole         = "SubscriptionRoleArn"
)

// attributes returns the settings by attribute name.
func (c *SubscriptionConfig) attributes() map[string]string {
	m := maps.Clone(c.Attributes)
	if m == nil {
		m = map[string]string{}
	}
	put(m, attrRaw, c.Raw, strconv.FormatBool)
	put(m, attrFilterPolicy, c.FilterPolicy, asIs)
	put(m, attrFilterScope, c.FilterScope, func(s filter.Scope) string { return string(s) })
	put(m, attrRedrive, c.DeadLetter, func(arn string) string {
		if arn == "" {
			return ""
		}
		return `{"deadLetterTargetArn":` + string(jsontext.Append(nil, arn)) + `}`
	})
	put(m, attrDeliveryPolicy, c.DeliveryPolicy, asIs)
	put(m, attrReplay, c.Replay, Replay.text)
	return m
}

// text is the replay policy as the service writes it.
func (r Replay) text() string {
	if r == (Replay{}) {
		return ""
	}
	var s strings.Builder
	s.WriteString(`{"PointType":"Timestamp","StartingPoint":"` + stamp(r.From) + `"`)
	if !r.To.IsZero() {
		s.WriteString(`,"EndingPoint":"` + stamp(r.To) + `"`)
	}
	s.WriteString("}")
	return s.String()
}

// stamp writes a time as the service does: UTC, three decimals.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
