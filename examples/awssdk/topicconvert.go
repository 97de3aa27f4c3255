package awssdk

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sns/types"

	"github.com/inflight-mq/inflight/sns"
	"github.com/inflight-mq/inflight/sns/filter"
)

// refused is refusal for topics: it turns an answer that refuses a call into an [sns.Error], and the end of ctx into its error.
func refused(ctx context.Context, op sns.Op, resource string, err error) error {
	e, err := answered(ctx, err)
	if e == nil {
		return err
	}
	return &sns.Error{Op: op, Resource: resource, Code: sns.Code(e.ErrorCode()), Message: e.ErrorMessage()}
}

// topicAttributes writes settings by the service's names.
func topicAttributes(c sns.Config) map[string]string {
	m := map[string]string{}
	maps.Copy(m, c.Attributes)
	put(m, "FifoTopic", c.FIFO, strconv.FormatBool)
	put(m, "ContentBasedDeduplication", c.ContentDedup, strconv.FormatBool)
	put(m, "FifoThroughputScope", c.DedupPerGroup, func(perGroup bool) string {
		if perGroup {
			return "MessageGroup"
		}
		return "Topic"
	})
	put(m, "ArchivePolicy", c.ArchiveDays, func(days int) string {
		if days == 0 {
			return "{}"
		}
		return `{"MessageRetentionPeriod":"` + strconv.Itoa(days) + `"}`
	})
	put(m, "DisplayName", c.DisplayName, same)
	put(m, "Policy", c.Policy, same)
	put(m, "DeliveryPolicy", c.DeliveryPolicy, same)
	put(m, "SignatureVersion", c.SignatureVersion, strconv.Itoa)
	put(m, "MaximumMessageSize", c.MaxMessageSize, strconv.Itoa)
	return m
}

// take returns the value of a name, nil where there is none.
func take[T any](m map[string]string, name string, read func(string) (T, error)) *T {
	text, ok := m[name]
	if !ok {
		return nil
	}
	v, err := read(text)
	if err != nil {
		return nil
	}
	return &v
}

func verbatim(s string) (string, error) { return s, nil }

// topicConfig reads what topicAttributes writes.
func topicConfig(m map[string]string) sns.Config {
	c := sns.Config{
		FIFO: take(m, "FifoTopic", strconv.ParseBool), ContentDedup: take(m, "ContentBasedDeduplication", strconv.ParseBool),
		DedupPerGroup: take(m, "FifoThroughputScope", func(s string) (bool, error) { return s == "MessageGroup", nil }),
		DisplayName:   take(m, "DisplayName", verbatim), Policy: take(m, "Policy", verbatim),
		DeliveryPolicy: take(m, "DeliveryPolicy", verbatim), SignatureVersion: take(m, "SignatureVersion", strconv.Atoi),
		MaxMessageSize: take(m, "MaximumMessageSize", strconv.Atoi), Attributes: maps.Clone(m),
		ArchiveDays: take(m, "ArchivePolicy", func(s string) (int, error) {
			var p struct {
				Days int `json:"MessageRetentionPeriod,string"`
			}
			err := json.Unmarshal([]byte(s), &p)
			return p.Days, err
		}),
	}
	for _, computed := range []string{"TopicArn", "Owner", "EffectiveDeliveryPolicy", "SubscriptionsConfirmed", "SubscriptionsPending",
		"SubscriptionsDeleted", "BeginningArchiveTime"} {
		delete(c.Attributes, computed)
	}
	return c
}

const stampLayout = "2006-01-02T15:04:05.000Z"

// replayPolicy is a ReplayPolicy.
type replayPolicy struct {
	PointType, StartingPoint string
	EndingPoint              string `json:",omitempty"`
}

// subscriptionAttributes writes settings by the service's names.
func subscriptionAttributes(c sns.SubscriptionConfig) map[string]string {
	m := map[string]string{}
	maps.Copy(m, c.Attributes)
	put(m, "RawMessageDelivery", c.Raw, strconv.FormatBool)
	put(m, "FilterPolicy", c.FilterPolicy, same)
	put(m, "FilterPolicyScope", c.FilterScope, same)
	put(m, "RedrivePolicy", c.DeadLetter, func(arn string) string {
		if arn == "" {
			return ""
		}
		text, _ := json.Marshal(map[string]string{"deadLetterTargetArn": arn})
		return string(text)
	})
	put(m, "DeliveryPolicy", c.DeliveryPolicy, same)
	put(m, "ReplayPolicy", c.Replay, func(r sns.Replay) string {
		if r == (sns.Replay{}) {
			return ""
		}
		p := replayPolicy{PointType: "Timestamp", StartingPoint: r.From.UTC().Format(stampLayout)}
		if !r.To.IsZero() {
			p.EndingPoint = r.To.UTC().Format(stampLayout)
		}
		text, _ := json.Marshal(p)
		return string(text)
	})
	return m
}

// subscriptionConfig reads what subscriptionAttributes writes.
func subscriptionConfig(m map[string]string) sns.SubscriptionConfig {
	c := sns.SubscriptionConfig{
		Raw: take(m, "RawMessageDelivery", strconv.ParseBool), FilterPolicy: take(m, "FilterPolicy", verbatim),
		FilterScope: take(m, "FilterPolicyScope", func(s string) (filter.Scope, error) { return filter.Scope(s), nil }),
		DeadLetter: take(m, "RedrivePolicy", func(s string) (string, error) {
			var p struct {
				Target string `json:"deadLetterTargetArn"`
			}
			err := json.Unmarshal([]byte(s), &p)
			return p.Target, err
		}),
		DeliveryPolicy: take(m, "DeliveryPolicy", verbatim),
		Replay: take(m, "ReplayPolicy", func(s string) (r sns.Replay, err error) {
			var p replayPolicy
			if err = json.Unmarshal([]byte(s), &p); err == nil {
				r.From, err = time.Parse(stampLayout, p.StartingPoint)
			}
			if err == nil && p.EndingPoint != "" {
				r.To, err = time.Parse(stampLayout, p.EndingPoint)
			}
			return r, err
		}),
		Attributes: map[string]string{},
	}
	for _, name := range []string{
		"RawMessageDelivery", "FilterPolicy", "RedrivePolicy", "DeliveryPolicy", "ReplayPolicy", "SubscriptionRoleArn",
	} {
		if v, ok := m[name]; ok {
			c.Attributes[name] = v
		}
	}
	return c
}

func tagsOf(tags map[string]string) []types.Tag {
	var all []types.Tag
	for _, k := range slices.Sorted(maps.Keys(tags)) {
		v := tags[k]
		all = append(all, types.Tag{Key: &k, Value: &v})
	}
	return all
}
