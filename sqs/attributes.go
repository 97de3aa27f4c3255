package sqs

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/inflight-mq/inflight/internal/policy"
	"github.com/inflight-mq/inflight/sqs/internal/core"
)

// The service's names of queue attributes.
const (
	attrContentDedup    = "ContentBasedDeduplication"
	attrCreated         = "CreatedTimestamp"
	attrDedupScope      = "DeduplicationScope"
	attrDelay           = "DelaySeconds"
	attrDelayed         = "ApproximateNumberOfMessagesDelayed"
	attrFIFO            = "FifoQueue"
	attrInFlight        = "ApproximateNumberOfMessagesNotVisible"
	attrKMSKey          = "KmsMasterKeyId"
	attrKMSReuse        = "KmsDataKeyReusePeriodSeconds"
	attrManagedSSE      = "SqsManagedSseEnabled"
	attrMaxSize         = "MaximumMessageSize"
	attrModified        = "LastModifiedTimestamp"
	attrPolicy          = "Policy"
	attrQueueARN        = "QueueArn"
	attrRedrive         = "RedrivePolicy"
	attrRedriveAllow    = "RedriveAllowPolicy"
	attrRetention       = "MessageRetentionPeriod"
	attrThroughputLimit = "FifoThroughputLimit"
	attrVisibility      = "VisibilityTimeout"
	attrVisible         = "ApproximateNumberOfMessages"
	attrWait            = "ReceiveMessageWaitTimeSeconds"
	attrAll             = "All"
)

// ParseAttributes reads settings by the service's attribute names and texts, as CreateQueue and SetQueueAttributes carry them.
// An unknown name is refused with [ErrInvalidAttributeName] before any value is looked at.
func ParseAttributes(attributes map[string]string) (Config, error) {
	var c Config
	names := slices.Sorted(maps.Keys(attributes))
	for _, name := range names {
		if !settable(name) {
			return Config{}, unknownAttribute(name)
		}
	}
	for _, name := range names {
		if err := c.parse(name, attributes[name]); err != nil {
			return Config{}, err
		}
	}
	return c, nil
}

// ConfigOf reads settings as [ParseAttributes] does, but leaves it to Create and SetConfig to refuse what cannot be read: in the
// service's order, in which the queue's name and existence come first, and names before values.
func ConfigOf(attributes map[string]string) Config {
	c, err := ParseAttributes(attributes)
	if err == nil {
		return c
	}
	c = Config{unreadable: err}
	for name, text := range attributes { // for the names that a kind of queue has or not
		if c.parse(name, text) != nil && name == attrContentDedup {
			c.ContentDedup = new(false)
		}
	}
	return c
}

func settable(name string) bool {
	switch name {
	case attrContentDedup, attrDedupScope, attrDelay, attrFIFO, attrKMSKey, attrKMSReuse, attrManagedSSE, attrMaxSize,
		attrPolicy, attrRedrive, attrRedriveAllow, attrRetention, attrThroughputLimit, attrVisibility, attrWait:
		return true
	}
	return false
}

// parse sets the field of one attribute.
func (c *Config) parse(name, text string) (err error) {
	switch name {
	case attrContentDedup:
		c.ContentDedup, err = parseBool(name, text)
	case attrDedupScope:
		c.DedupScope = new(DedupScope(text))
	case attrDelay:
		c.Delay, err = parseSeconds(name, text)
	case attrFIFO:
		c.FIFO, err = parseBool(name, text)
	case attrKMSKey:
		c.KMSKey = new(text)
	case attrKMSReuse:
		c.KMSReuse, err = parseSeconds(name, text)
	case attrManagedSSE:
		c.ManagedSSE, err = parseBool(name, text)
	case attrMaxSize:
		c.MaxMessageSize, err = parseInt(name, text)
	case attrPolicy:
		c.Policy = new(text)
	case attrRedrive:
		c.DeadLetter, err = parseDeadLetter(text)
	case attrRedriveAllow:
		c.RedriveAllow, err = parseRedriveAllow(text)
	case attrRetention:
		c.Retention, err = parseSeconds(name, text)
	case attrThroughputLimit:
		c.ThroughputLimit = new(ThroughputLimit(text))
	case attrVisibility:
		c.VisibilityTimeout, err = parseSeconds(name, text)
	case attrWait:
		c.ReceiveWait, err = parseSeconds(name, text)
	}
	return err
}

func parseInt(name, text string) (*int, error) {
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil || text[0] == '+' {
		return nil, invalidAttribute(name)
	}
	return new(int(n)), nil
}

func parseSeconds(name, text string) (*time.Duration, error) {
	n, err := parseInt(name, text)
	if err != nil {
		return nil, err
	}
	return new(time.Duration(*n) * time.Second), nil
}

func parseBool(name, text string) (*bool, error) {
	switch strings.ToLower(text) {
	case "true":
		return new(true), nil
	case "false":
		return new(false), nil
	}
	return nil, invalidAttribute(name)
}

// attributes renders everything that the queue shows under All.
func (s *settings) attributes(queueARN string, n core.Counts) map[string]string {
	m := map[string]string{
		attrVisible: strconv.Itoa(n.Waiting), attrInFlight: strconv.Itoa(n.InFlight), attrDelayed: strconv.Itoa(n.Delayed),
		attrQueueARN: queueARN,
		attrCreated:  strconv.FormatInt(at(s.created).Unix(), 10), attrModified: strconv.FormatInt(at(s.modified).Unix(), 10),
		attrDelay: seconds(s.delay), attrVisibility: seconds(s.visibility), attrWait: seconds(s.wait),
		attrRetention: seconds(s.retention), attrMaxSize: strconv.Itoa(s.maxSize),
		attrManagedSSE: strconv.FormatBool(s.managedSSE),
	}
	if s.fifo {
		m[attrFIFO], m[attrContentDedup] = "true", strconv.FormatBool(s.contentDedup)
		m[attrDedupScope], m[attrThroughputLimit] = string(s.scope), string(s.limit)
	}
	if s.kmsKey != "" {
		m[attrKMSKey] = s.kmsKey
	}
	if s.kmsReuse != defaultKMSReuse {
		m[attrKMSReuse] = seconds(s.kmsReuse)
	}
	if s.policyText != "" {
		m[attrPolicy] = s.policyText
	}
	if s.deadLetter != nil {
		m[attrRedrive] = s.deadLetter.String()
	}
	if s.allow != nil {
		m[attrRedriveAllow] = s.allow.String()
	}
	return m
}

// seconds renders a time as the service writes it.
func seconds(d time.Duration) string {
	return strconv.FormatFloat(d.Seconds(), 'f', -1, 64)
}

// readable reports whether GetQueueAttributes knows the name.
func readable(name string) bool {
	switch name {
	case attrAll, attrCreated, attrModified, attrQueueARN, attrVisible, attrInFlight, attrDelayed:
		return true
	}
	return settable(name)
}

// conflict returns the alphabetically first attribute that c names with another value than the queue has, or "".
func (s *settings) conflict(c Config) string {
	want := s.patched(c) // removals of what is not set are no difference
	for _, d := range []struct {
		name   string
		differ bool
	}{
		{attrContentDedup, isOther(c.ContentDedup, s.contentDedup)},
		{attrDedupScope, isOther(c.DedupScope, s.scope)},
		{attrDelay, isOther(c.Delay, s.delay)},
		{attrThroughputLimit, isOther(c.ThroughputLimit, s.limit)},
		{attrKMSReuse, isOther(c.KMSReuse, s.kmsReuse)},
		{attrKMSKey, isOther(c.KMSKey, s.kmsKey)},
		{attrMaxSize, isOther(c.MaxMessageSize, s.maxSize)},
		{attrRetention, isOther(c.Retention, s.retention)},
		{attrPolicy, !policy.Equal(want.policyText, s.policyText)},
		{attrWait, isOther(c.ReceiveWait, s.wait)},
		{attrRedriveAllow, differ(want.allow, s.allow, (*RedriveAllow).String)},
		{attrRedrive, differ(want.deadLetter, s.deadLetter, (*DeadLetter).String)},
		{attrManagedSSE, isOther(c.ManagedSSE, s.managedSSE)},
		{attrVisibility, isOther(c.VisibilityTimeout, s.visibility)},
	} {
		if d.differ {
			return d.name
		}
	}
	return ""
}

// isOther reports whether a value was given, and is not the one in force.
func isOther[T comparable](given *T, is T) bool { return given != nil && *given != is }

func differ[T any](a, b *T, text func(*T) string) bool {
	if a == nil || b == nil {
		return (a == nil) != (b == nil)
	}
	return text(a) != text(b)
}
