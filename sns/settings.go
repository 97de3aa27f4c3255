package sns

import (
	"maps"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/inflight-mq/inflight/internal/arn"
	"github.com/inflight-mq/inflight/internal/policy"
	"github.com/inflight-mq/inflight/sns/internal/core"
	"github.com/inflight-mq/inflight/sns/internal/retry"
)

// settings is what a topic is set to. It never changes: a change makes a new one.
type settings struct {
	attrs map[string]string // those that the topic shows, as it shows them, without what is only read
	tags  map[string]string

	fifo, contentDedup, perGroup bool
	archive                      time.Duration
	policy                       *policy.Policy // nil: the default
	delivery                     *retry.Topic   // nil: the default
	signature                    int
	maxSize                      int
	protection                   string // data protection policy
}

func (s *settings) forCore() core.Settings {
	return core.Settings{FIFO: s.fifo, GroupScope: s.perGroup, Archive: s.archive}
}

// defaults is what a new topic is set to.
func defaults(k key, fifo bool) *settings {
	s := &settings{
		fifo: fifo, signature: 1, maxSize: MaxMessageSize,
		attrs: map[string]string{attrDisplayName: "", attrPolicy: defaultPolicy(k)},
	}
	if fifo {
		s.attrs[attrFIFO], s.attrs[attrContentDedup] = "true", "false"
	}
	return s
}

// defaultPolicy allows the owner's account what the service allows it.
func defaultPolicy(k key) string {
	return `{"Version":"2008-10-17","Id":"__default_policy_ID","Statement":[{"Sid":"__default_statement_ID","Effect":"Allow",` +
		`"Principal":{"AWS":"*"},"Action":["SNS:GetTopicAttributes","SNS:SetTopicAttributes","SNS:AddPermission",` +
		`"SNS:RemovePermission","SNS:DeleteTopic","SNS:Subscribe","SNS:ListSubscriptionsByTopic","SNS:Publish"],` +
		`"Resource":"` + k.arn() + `","Condition":{"StringEquals":{"AWS:SourceOwner":"` + k.account + `"}}}]}`
}

// changed returns the settings with attributes changed, or the refusal of the first bad one in name order. The prefix stands
// before what is wrong: creation names the parameter Attributes, a change does not.
func (s *settings) changed(attrs map[string]string, k key, prefix string) (*settings, error) {
	next := *s
	next.attrs = maps.Clone(s.attrs)
	for _, name := range sortedKeys(attrs) {
		if err := next.set(name, attrs[name], k, prefix); err != nil {
			return nil, err
		}
	}
	return &next, nil
}

// set changes one attribute. It is called on a copy that nobody else sees yet.
func (s *settings) set(name, value string, k key, prefix string) error {
	bad := func(format string, args ...any) error { return invalid(prefix+format, args...) }
	store := true
	if !utf8.ValidString(value) {
		return bad("%s: must be valid UTF-8", name)
	}
	switch name {
	case attrFIFO:
		if value != "true" && value != "false" {
			return bad("%s", badBool(name, value))
		}
		store = value == "true"
	case attrContentDedup:
		if !s.fifo {
			return bad("Content-based deduplication can only be set for FIFO topics")
		}
		if value = strings.ToLower(value); value != "true" && value != "false" {
			return bad("%s", badBool(name, value))
		}
		s.contentDedup = value == "true"
	case attrThroughputScope:
		if !s.fifo || value != scopeTopic && value != scopeGroup {
			return bad("FifoThroughputScope: Invalid value [%s]. Please use either Topic or MessageGroup, on a FIFO topic", value)
		}
		s.perGroup = value == scopeGroup
	case attrArchive:
		return s.setArchive(value, prefix)
	case attrDisplayName:
		if utf8.RuneCountInString(value) > 100 {
			return bad("DisplayName: must be at most 100 characters long")
		}
	case attrPolicy:
		return s.setPolicy(value, k, prefix)
	case attrDeliveryPolicy:
		return s.setDeliveryPolicy(value, prefix)
	case attrSignatureVersion:
		n, err := strconv.Atoi(value)
		if err != nil || n != 1 && n != 2 {
			return bad("SignatureVersion: %s value provided is not 1 or 2", value)
		}
		s.signature = n
	case attrMaxSize:
		n, err := strconv.Atoi(value)
		if err != nil || n < MinMessageSizeLimit || n > MaxMessageSizeLimit {
			return bad("MaximumMessageSize: %s value provided is not an integer between %d-%d", value, MinMessageSizeLimit, MaxMessageSizeLimit)
		}
		s.maxSize = n
	default:
		var err error
		if store, err = checkPlain(name, value, prefix); err != nil {
			return err
		}
	}
	if store {
		s.attrs[name] = value
	} else {
		delete(s.attrs, name)
	}
	return nil
}

func badBool(name, value string) string {
	return name + ": Invalid value [" + value + "]. Must be true or false."
}

// checkPlain checks the attributes that are kept and shown, and do nothing here. An empty value removes them.
func checkPlain(name, value, prefix string) (store bool, err error) {
	switch {
	case name == "KmsMasterKeyId", isFeedbackRole(name):
	case name == "TracingConfig":
		if value != "" && value != "PassThrough" && value != "Active" {
			return false, invalid(prefix+"TracingConfig: Invalid value [%s]. Please use either PassThrough or Active", value)
		}
	case strings.HasSuffix(name, sampleRate) && isFeedback(strings.TrimSuffix(name, sampleRate)):
		if n, err := strconv.Atoi(value); value != "" && (err != nil || n < 0 || n > 100) {
			return false, invalid(prefix+"%s: %s value provided is not an integer between 0-100", name, value)
		}
	case prefix == "":
		return false, invalid("AttributeName")
	default:
		return false, invalid("Attributes Reason: Unknown attribute %s", name)
	}
	return value != "", nil
}

const sampleRate = "SuccessFeedbackSampleRate"

func isFeedbackRole(name string) bool {
	for _, suffix := range []string{"SuccessFeedbackRoleArn", "FailureFeedbackRoleArn"} {
		if kind, ok := strings.CutSuffix(name, suffix); ok && isFeedback(kind) {
			return true
		}
	}
	return false
}

func isFeedback(kind string) bool {
	switch kind {
	case "HTTP", "Firehose", "Lambda", "Application", "SQS":
		return true
	}
	return false
}

func (s *settings) setDeliveryPolicy(value, prefix string) error {
	if value == "" {
		s.delivery = nil
		delete(s.attrs, attrDeliveryPolicy)
		return nil
	}
	p, err := retry.ParseTopic(value)
	if err != nil {
		return invalid(prefix+"%s", err)
	}
	s.delivery, s.attrs[attrDeliveryPolicy] = p, p.String()
	return nil
}

// setPolicy replaces the access policy.
func (s *settings) setPolicy(text string, k key, prefix string) error {
	p, err := policy.Parse(text)
	if err != nil || len(text) > MaxPolicySize {
		return invalid(prefix + "Policy Error: null")
	}
	for _, action := range p.Actions() {
		if !isAction(action) {
			return invalid(prefix + "Policy statement action out of service scope!")
		}
	}
	s.attrs[attrPolicy], s.policy = text, p
	if policy.Equal(text, defaultPolicy(k)) {
		s.policy = nil
	}
	return nil
}

// isAction reports whether a policy may name an action, in lower case.
func isAction(action string) bool {
	name, ok := strings.CutPrefix(action, "sns:")
	if strings.ContainsAny(action, "*?") {
		return ok || strings.HasPrefix(action, "*")
	}
	return ok && grantable(name)
}

// grantable reports whether a permission can name an operation, in lower case.
func grantable(name string) bool {
	switch name {
	case "addpermission", "deletetopic", "getdataprotectionpolicy", "gettopicattributes", "listsubscriptionsbytopic",
		"listtagsforresource", "publish", "putdataprotectionpolicy", "removepermission", "settopicattributes", "subscribe", "receive":
		return true
	}
	return false
}

// attributes renders everything that the topic shows.
func (s *settings) attributes(k key, n core.Counts, archiveBegin int64) map[string]string {
	m := maps.Clone(s.attrs)
	m["TopicArn"], m["Owner"] = k.arn(), k.account
	m["EffectiveDeliveryPolicy"] = s.delivery.Effective()
	m["SubscriptionsConfirmed"], m["SubscriptionsPending"] = strconv.Itoa(n.Confirmed), strconv.Itoa(n.Pending)
	m["SubscriptionsDeleted"] = strconv.Itoa(n.Deleted)
	if archiveBegin != 0 {
		m["BeginningArchiveTime"] = stamp(at(archiveBegin))
	}
	return m
}

// matches refuses a creation that names settings or tags other than the topic's own. next is what the named settings would make of
// a new topic.
func (s *settings) matches(wanted map[string]string, next *settings, cfg *Config) error {
	for name := range wanted {
		is, want := s.attrs[name], next.attrs[name] // nothing that is set is empty, but for the name that all have
		if is != want && !(name == attrPolicy && policy.Equal(is, want)) {
			return invalid("Attributes Reason: Topic already exists with different attributes")
		}
	}
	for tag, value := range cfg.Tags {
		if is, has := s.tags[tag]; !has || is != value {
			return invalid("Tags Reason: Topic already exists with different tags")
		}
	}
	if cfg.DataProtection != nil && *cfg.DataProtection != s.protection {
		return invalid("DataProtectionPolicy Reason: Topic already exists with a different data protection policy")
	}
	return nil
}

// isQueueARN reports whether text is the ARN of a queue.
func isQueueARN(text string) bool { return isOwnedARN(text, "sqs", "") }

// isOwnedARN reports whether text is the ARN of a service's resource that lies in a region and an account, of a name with a prefix.
func isOwnedARN(text, service, prefix string) bool {
	a, ok := arn.Parse(text)
	return ok && utf8.ValidString(text) && a.Service == service && a.Region != "" && a.Account != "" &&
		len(a.Resource) > len(prefix) && strings.HasPrefix(a.Resource, prefix)
}
