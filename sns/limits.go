package sns

import "cmp"

// The limits of the service, as they hold today.
const (
	MaxMessageSize        = 256 << 10 // bytes of a message, unless the topic's MaxMessageSize says otherwise
	MinMessageSizeLimit   = 1 << 10   // least value of Config.MaxMessageSize
	MaxMessageSizeLimit   = 1 << 20   // largest value of Config.MaxMessageSize, since 2026
	MaxBatchSize          = 256 << 10 // bytes of all messages of a PublishBatch, unless the topic's MaxMessageSize is more
	MaxBatchEntries       = 10
	MaxSubject            = 100 // characters
	MaxTopics             = 100_000
	MaxTopicsFIFO         = 1_000
	MaxSubscriptions      = 12_500_000 // of a standard topic
	MaxSubscriptionsFIFO  = 100        // of a FIFO topic, and of one with a MaxMessageSize above 256 KiB
	MaxFilterPolicies     = 200        // of a topic
	MaxFilterPoliciesAll  = 10_000     // of an account
	MaxPending            = 5_000      // subscriptions of an account that await confirmation
	MaxStreams            = 5          // Firehose subscriptions of a topic and an account
	MaxTags               = 50
	MaxPolicySize         = 30_720 // bytes of an access or a data protection policy
	MaxListed             = 100    // topics, subscriptions and so on of a page
	MaxText               = 1_600  // characters of an SMS
	MaxRawQueueAttributes = 10     // attributes that raw delivery to a queue can hand on
)

// Limits are the limits that a test may want smaller or larger. A subscription counts for the account that made it.
type Limits struct {
	// These hold always. 0 means the service's.
	Topics            int // standard topics of an account and region
	TopicsFIFO        int
	Subscriptions     int // of a standard topic
	SubscriptionsFIFO int

	// These hold only where they are asked for. 0 means without limit.
	FilterPolicies    int // of a topic; the service's is MaxFilterPolicies
	FilterPoliciesAll int // of an account and region; the service's is MaxFilterPoliciesAll
	Pending           int // subscriptions of an account and region that await confirmation; the service's is MaxPending
	Streams           int // Firehose subscriptions of a topic that one account made; the service's is MaxStreams
	Replays           int // of an account and region at the same time; what the service's is is not known
}

func (l Limits) orDefault() Limits {
	l.Topics, l.TopicsFIFO = cmp.Or(l.Topics, MaxTopics), cmp.Or(l.TopicsFIFO, MaxTopicsFIFO)
	l.Subscriptions = cmp.Or(l.Subscriptions, MaxSubscriptions)
	l.SubscriptionsFIFO = cmp.Or(l.SubscriptionsFIFO, MaxSubscriptionsFIFO)
	return l
}
