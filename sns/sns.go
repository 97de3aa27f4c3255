package sns

import (
	"context"
	"iter"
	"time"

	"github.com/inflight-mq/inflight/internal/dedup"
)

// Publisher is all that a producer needs. Its methods may be called concurrently.
type Publisher interface {
	// Publish accepts one message and delivers it to the subscriptions that are confirmed now and whose filter policy it
	// matches. A duplicate on a FIFO topic is answered as its original was, and delivered to nobody. What becomes of the
	// deliveries is not said. Functions and delivery streams run before it returns; HTTP endpoints are never waited for. It fails
	// with [ErrInvalidParameter], [ErrParameterValueInvalid], [ErrValidation], [ErrNotFound] or [ErrAuthorization].
	Publish(ctx context.Context, m Message) (Published, error)
	// PublishBatch publishes up to 10 messages of 256 KiB in total, or of the topic's MaxMessageSize where that is more, in order.
	// One bad message refuses them all. The answers stand in the order of the messages.
	PublishBatch(ctx context.Context, ms ...Message) ([]Published, error)
}

// Topic is one topic. Its methods may be called concurrently. A Topic is a name, not a thing: after the topic's deletion its
// methods fail with [ErrNotFound], and they work again once a topic of the same name exists.
type Topic interface {
	Publisher
	// Name returns the name, which ends in .fifo on a FIFO topic.
	Name() string
	// ARN returns the Amazon Resource Name.
	ARN() string
	// Config returns the settings in force. Nil are those that are not set and have no default; Tags is nil. Attributes has all that
	// are shown, by the service's names: FifoTopic too, which SetConfig refuses.
	Config(ctx context.Context) (Config, error)
	// SetConfig changes the settings that are not nil, all of them or none. It counts as one call of SetTopicAttributes; with
	// DataProtection it needs the permission for PutDataProtectionPolicy too. It fails with [ErrInvalidParameter], also for FIFO
	// and Tags, which it cannot change.
	SetConfig(ctx context.Context, patch Config) error
	// Attributes returns settings and counts by the service's attribute names.
	Attributes(ctx context.Context) (map[string]string, error)
	// SetAttribute changes one setting by the service's attribute name. It fails with [ErrInvalidParameter].
	SetAttribute(ctx context.Context, name, value string) error
	// Subscribe subscribes an endpoint. The subscription is confirmed at once, or pending until ConfirmSubscription is called
	// with the token that the endpoint got: HTTP, e-mail, and queues of other accounts. Subscribing an endpoint again returns
	// its subscription if the settings that cfg names equal those it has, and fails with [ErrInvalidParameter] if not. More
	// subscriptions, filter policies or replays than [Limits] allow fail with [ErrSubscriptionLimitExceeded],
	// [ErrFilterPolicyLimitExceeded] or [ErrReplayLimitExceeded].
	Subscribe(ctx context.Context, to Endpoint, cfg SubscriptionConfig) (Subscription, error)
	// Subscriptions lists the topic's subscriptions, up to 100 on a page, by age.
	Subscriptions(ctx context.Context, token string) (SubscriptionPage, error)
	// Tags returns the tags, nil when there are none.
	Tags(ctx context.Context) (map[string]string, error)
	// Tag adds tags and overwrites those of the same keys: up to 50, keys of 1 to 128 characters, values of up to 256; none at
	// all are no error. It fails with [ErrTagLimitExceeded] for more tags, [ErrValidation] for longer ones, and, as the other
	// methods about tags do, with [ErrResourceNotFound] when there is no such topic.
	Tag(ctx context.Context, tags map[string]string) error
	// Untag removes tags; keys that the topic does not have are no error.
	Untag(ctx context.Context, keys ...string) error
	// AddPermission adds a statement to the topic's policy that allows the accounts the actions, such as "Publish".
	// It fails with [ErrInvalidParameter] when the label exists or an account or action is unknown, and with [ErrValidation]
	// without accounts or actions.
	AddPermission(ctx context.Context, label string, accounts, actions []string) error
	// RemovePermission removes the statement of a label, if there is one.
	RemovePermission(ctx context.Context, label string) error
	// DataProtection returns the data protection policy, which is stored and not applied; empty when there is none.
	DataProtection(ctx context.Context) (string, error)
	// SetDataProtection stores a data protection policy of up to 30,720 bytes, or removes it when it is empty. What is no
	// JSON fails with [ErrInvalidParameter].
	SetDataProtection(ctx context.Context, policy string) error
}

// Subscription is one subscription of a topic. Its methods may be called concurrently; they fail with [ErrNotFound] when there is
// none of this ARN. A subscription outlives its topic: it can be read for 48 hours more.
type Subscription interface {
	// ARN returns the Amazon Resource Name, also of a subscription that is pending.
	ARN() string
	// Pending reports whether the subscription was pending confirmation when this handle was made.
	Pending() bool
	// Config returns the settings in force; nil are those that are not set and have no default.
	Config(ctx context.Context) (SubscriptionConfig, error)
	// SetConfig changes the settings that are not nil, all of them or none. It counts as one call of
	// SetSubscriptionAttributes. It fails with [ErrInvalidParameter], and with [ErrFilterPolicyLimitExceeded] or
	// [ErrReplayLimitExceeded] for one too many.
	SetConfig(ctx context.Context, patch SubscriptionConfig) error
	// Attributes returns everything about the subscription by the service's attribute names.
	Attributes(ctx context.Context) (map[string]string, error)
	// SetAttribute changes one setting by the service's attribute name. It fails as SetConfig does.
	SetAttribute(ctx context.Context, name, value string) error
	// Unsubscribe ends the subscription. One that does not exist is no error; one that is pending cannot be
	// ended: [ErrInvalidParameter].
	Unsubscribe(ctx context.Context) error
}

// Topics is the control plane of topics and subscriptions. [*Broker] implements it in memory. Its methods may be called
// concurrently.
type Topics interface {
	// Create makes a topic, or returns the existing one when the settings and tags that cfg names equal its own. With others
	// it fails with [ErrInvalidParameter].
	Create(ctx context.Context, name string, cfg Config) (Topic, error)
	// Topic returns the topic of an ARN without asking whether it exists: if it does not, the methods of the handle say so.
	Topic(arn string) Topic
	// Delete deletes the topic of an ARN. One that does not exist is no error. One that keeps an archive fails with
	// [ErrInvalidState].
	Delete(ctx context.Context, arn string) error
	// List lists the topics of the caller's account and region, up to 100 on a page, by age.
	List(ctx context.Context, token string) (TopicPage, error)
	// Subscription returns the subscription of an ARN without asking whether it exists.
	Subscription(arn string) Subscription
	// Subscriptions lists the subscriptions of the caller's account and region, up to 100 on a page, by age.
	Subscriptions(ctx context.Context, token string) (SubscriptionPage, error)
	// Confirm confirms the subscription that a token was sent for. A token that is unknown, or older than 48 hours, fails with
	// [ErrInvalidParameter]. It begins the replay that the subscription is set to, and may bring one back that was ended; where
	// either is more than [Limits] allow, it fails as Subscribe does, and the token stays good.
	Confirm(ctx context.Context, c Confirmation) (Subscription, error)
}

// Confirmation is what confirms a subscription.
type Confirmation struct {
	TopicARN string
	Token    string
	// Authenticate makes the service refuse to end the subscription for a caller who does not sign.
	Authenticate bool
	// Unsigned marks a confirmation by a visit of the URL that the endpoint got.
	Unsigned bool
}

// TopicPage is one page of topics.
type TopicPage struct {
	Topics []Topic
	Next   string // token of the next page, empty after the last
}

// SubscriptionPage is one page of subscriptions.
type SubscriptionPage struct {
	Subscriptions []SubscriptionInfo
	Next          string // token of the next page, empty after the last
}

// SubscriptionInfo is a subscription as lists show it.
type SubscriptionInfo struct {
	ARN      string // the word PendingConfirmation while it is pending
	Owner    string // account
	TopicARN string
	Endpoint Endpoint
}

// AllTopics yields every topic of the caller's account and region, by age. It ends at an error.
func AllTopics(ctx context.Context, from Topics) iter.Seq2[Topic, error] {
	return pages(func(token string) ([]Topic, string, error) {
		p, err := from.List(ctx, token)
		return p.Topics, p.Next, err
	})
}

// AllSubscriptions yields every subscription of a topic, by age. It ends at an error.
func AllSubscriptions(ctx context.Context, of Topic) iter.Seq2[SubscriptionInfo, error] {
	return pages(func(token string) ([]SubscriptionInfo, string, error) {
		p, err := of.Subscriptions(ctx, token)
		return p.Subscriptions, p.Next, err
	})
}

// pages yields what stands on page after page.
func pages[T any](read func(token string) ([]T, string, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		token := ""
		for {
			all, next, err := read(token)
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			for _, e := range all {
				if !yield(e, nil) {
					return
				}
			}
			if next == "" {
				return
			}
			token = next
		}
	}
}

// Times that the service fixes.
const (
	TokenLife   = 48 * time.Hour   // of the token that confirms a subscription
	PendingLife = 72 * time.Hour   // of a subscription that nobody confirms
	OrphanLife  = 48 * time.Hour   // of a subscription after its topic
	DedupWindow = dedup.Window     // of a FIFO topic: five minutes
	RequestTime = 15 * time.Second // that an HTTP endpoint has to answer
	// BlockedNumber is how long a number that was opted in cannot be opted in again.
	BlockedNumber = 30 * 24 * time.Hour
)
