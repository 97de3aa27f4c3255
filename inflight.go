package inflight

import (
	"net/http"

	"github.com/inflight-mq/inflight/internal/awswire"
	"github.com/inflight-mq/inflight/kinesis"
	"github.com/inflight-mq/inflight/kinesis/kinesishttp"
	"github.com/inflight-mq/inflight/sns"
	"github.com/inflight-mq/inflight/sns/snshttp"
	"github.com/inflight-mq/inflight/sqs"
	"github.com/inflight-mq/inflight/sqs/sqshttp"
)

// Region is the services together, as an SDK finds them behind one endpoint: one clock, one seed, one HTTP client. Topics deliver
// to the region's queues, as far as the access policies of the queues allow it. All methods may be called concurrently. It needs
// no Close, and starts no goroutine but for the HTTP requests of topics to endpoints.
//
// A region has no journal, faults or snapshots of its own: its brokers have. Together their snapshots are its state, if nobody
// calls it and no clock moves it while they are taken, and while they are restored, into it or into another region.
type Region struct {
	sqs     *sqs.Broker
	sns     *sns.Broker
	kinesis *kinesis.Broker
	router  awswire.Router
}

// Option configures a new Region.
type Option func(*options)

type options struct {
	sqs         []sqs.Option
	sqsHTTP     []sqshttp.Option
	sns         []sns.Option
	snsHTTP     []snshttp.Option
	kinesis     []kinesis.Option
	kinesisHTTP []kinesishttp.Option
}

// add adds an option of each service.
func (o *options) add(queues sqs.Option, topics sns.Option, streams kinesis.Option) {
	o.sqs, o.sns, o.kinesis = append(o.sqs, queues), append(o.sns, topics), append(o.kinesis, streams)
}

// WithClock makes all services live by c. The default is the system's clock.
func WithClock(c Clock) Option {
	return func(o *options) { o.add(sqs.WithClock(c), sns.WithClock(c), kinesis.WithClock(c)) }
}

// The seeds set the ids of topics and streams apart from those of queues.
const (
	snsSeed     = 0x736e73
	kinesisSeed = 0x6b696e
)

// WithSeed makes all ids a function of the seed and of the calls. The default seed is random.
func WithSeed(seed uint64) Option {
	return func(o *options) {
		o.add(sqs.WithSeed(seed), sns.WithSeed(seed^snsSeed), kinesis.WithSeed(seed^kinesisSeed))
	}
}

// WithAccount sets the region's own account, twelve digits: that of calls of the Go API, and of requests whose credentials name
// no account. The default is 123456789012.
func WithAccount(account string) Option {
	return func(o *options) {
		o.add(sqs.WithAccount(account), sns.WithAccount(account), kinesis.WithAccount(account))
	}
}

// WithRegion sets the region of calls of the Go API, and of requests that are not signed. The default is us-east-1.
func WithRegion(region string) Option {
	return func(o *options) { o.add(sqs.WithRegion(region), sns.WithRegion(region), kinesis.WithRegion(region)) }
}

// WithSQS passes options to the SQS broker.
func WithSQS(opts ...sqs.Option) Option {
	return func(o *options) { o.sqs = append(o.sqs, opts...) }
}

// WithSNS passes options to the SNS broker. Two that tests want: [sns.WithTransport], without which nothing is delivered to HTTP
// endpoints, as nothing leaves the process unless it is told to; and [sns.WithoutQueuePolicies], which spares the queues the
// access policies that the service demands.
func WithSNS(opts ...sns.Option) Option {
	return func(o *options) { o.sns = append(o.sns, opts...) }
}

// WithKinesis passes options to the Kinesis broker, such as [kinesis.WithThrottling] and [kinesis.WithTransitions].
func WithKinesis(opts ...kinesis.Option) Option {
	return func(o *options) { o.kinesis = append(o.kinesis, opts...) }
}

// WithCredentials verifies the signatures of requests on the wire; see [sqshttp.WithCredentials], [snshttp.WithCredentials] and
// [kinesishttp.WithCredentials].
func WithCredentials(keys ...sqshttp.Credential) Option {
	forTopics, forStreams := make([]snshttp.Credential, len(keys)), make([]kinesishttp.Credential, len(keys))
	for i, k := range keys {
		forTopics[i], forStreams[i] = snshttp.Credential(k), kinesishttp.Credential(k)
	}
	return func(o *options) {
		o.sqsHTTP = append(o.sqsHTTP, sqshttp.WithCredentials(keys...))
		o.snsHTTP = append(o.snsHTTP, snshttp.WithCredentials(forTopics...))
		o.kinesisHTTP = append(o.kinesisHTTP, kinesishttp.WithCredentials(forStreams...))
	}
}

// New returns an empty region.
func New(opts ...Option) *Region {
	var o options
	for _, opt := range opts {
		opt(&o)
	}
	queues := sqs.New(o.sqs...)
	topics := sns.New(append([]sns.Option{sns.WithQueues(Queues(queues))}, o.sns...)...)
	streams := kinesis.New(o.kinesis...)
	return &Region{
		sqs: queues, sns: topics, kinesis: streams,
		router: newRouter(sqshttp.NewHandler(queues, o.sqsHTTP...), snshttp.NewHandler(topics, o.snsHTTP...),
			kinesishttp.NewHandler(streams, o.kinesisHTTP...)),
	}
}

// SQS returns the broker of the queues.
func (r *Region) SQS() *sqs.Broker { return r.sqs }

// SNS returns the broker of the topics.
func (r *Region) SNS() *sns.Broker { return r.sns }

// Kinesis returns the broker of the streams.
func (r *Region) Kinesis() *kinesis.Broker { return r.kinesis }

// HTTPClient returns a client that the region answers, whatever the host, without a socket: the HTTPClient of an aws.Config. It
// tells services apart as [Region.Handler] does.
func (r *Region) HTTPClient() *http.Client { return awswire.Client(r.router) }

// Handler returns an HTTP handler that serves the region. Which service a request is for is told by the first of these that names
// one: the scope of its signature, its X-Amz-Target, its API version, its path (the certificate of topics), its action. What none
// of them tells is refused as by SQS, as an unknown operation.
func (r *Region) Handler() http.Handler { return awswire.Handler(r.router) }
