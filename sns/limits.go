package sns

import "cmp"

// The limits of the service, as they hold today.
const (
	MaxMessageSize        = 256 << 10 // bytes of a message, unless the topic's MaxMessageSize says otherwise
	MinMessageSizeLimit   = 1 << 10   // least value of Config.MaxMessageSize
	MaxMessageSizeLimit   = 1 << 20   // largest value of Config.MaxMessageSize, since 2026
	MaxBatchSize          = 256 << 10 // bytes of all messages of a PublishBatch
	MaxBatchEntries       = 10
	MaxSubject            = 100 // characters
	MaxTopics             = 100_000
	MaxTopicsFIFO         = 1_000
	MaxSubscriptions      = 12_500_000 // of a standard topic
	MaxSubscriptionsFIFO  = 100        // of a FIFO topic, and of one with a MaxMessageSize above 256 KiB
	MaxFilterPolicies     = 200        // of a topic
	MaxFilterPoliciesAll  = 10_000     // of an account
	MaxPending            = 5_000      // subscriptions of an account that await confirmation
	MaxStreams            = 5          // Firehose subscriptions of a topic
	MaxTags               = 50
	MaxPolicySize         = 30_720 // bytes of an access or a data protection policy
	MaxListed             = 100    // topics, subscriptions and so on of a page
	MaxText               = 1_600  // characters of an SMS
	MaxRawQueueAttributes = 10     // attributes that raw delivery to a queue can hand on
)

// Limits are the limits that a test may want smaller or larger. A field that is 0 means the service's, but for FilterPolicies.
type Limits struct {
	Topics            int // standard topics of an account and region
	TopicsFIFO        int
	Subscriptions     int // of a standard topic
	SubscriptionsFIFO int
	FilterPolicies    int // of a topic; 0: without limit. The service's is MaxFilterPolicies
}

func (l Limits) orDefault() Limits {
	return Limits{
		cmp.Or(l.Topics, MaxTopics), cmp.Or(l.TopicsFIFO, MaxTopicsFIFO), cmp.Or(l.Subscriptions, MaxSubscriptions),
		cmp.Or(l.SubscriptionsFIFO, MaxSubscriptionsFIFO), l.FilterPolicies,
	}
}
