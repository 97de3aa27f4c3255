package inflight

import (
	"net/http"

	"github.com/inflight-mq/inflight/sqs"
	"github.com/inflight-mq/inflight/sqs/sqshttp"
)

// Region is the services together, as an SDK finds them behind one endpoint: one clock, one seed, one HTTP client. Today it has
// one service. All methods may be called concurrently. It starts no goroutine and needs no Close.
type Region struct {
	sqs     *sqs.Broker
	sqsHTTP []sqshttp.Option
}

// Option configures a new Region.
type Option func(*options)

type options struct {
	sqs     []sqs.Option
	sqsHTTP []sqshttp.Option
}

// WithClock makes all services live by c. The default is the system's clock.
func WithClock(c Clock) Option {
	return func(o *options) { o.sqs = append(o.sqs, sqs.WithClock(c)) }
}

// WithSeed makes all ids a function of the seed and of the calls. The default seed is random.
func WithSeed(seed uint64) Option {
	return func(o *options) { o.sqs = append(o.sqs, sqs.WithSeed(seed)) }
}

// WithAccount sets the region's own account, twelve digits: that of calls of the Go API, and of requests whose credentials name
// no account. The default is 123456789012.
func WithAccount(account string) Option {
	return func(o *options) { o.sqs = append(o.sqs, sqs.WithAccount(account)) }
}

// WithRegion sets the region of calls of the Go API, and of requests that are not signed. The default is us-east-1.
func WithRegion(region string) Option {
	return func(o *options) { o.sqs = append(o.sqs, sqs.WithRegion(region)) }
}

// WithSQS passes options to the SQS broker.
func WithSQS(opts ...sqs.Option) Option {
	return func(o *options) { o.sqs = append(o.sqs, opts...) }
}

// WithCredentials verifies the signatures of requests on the wire; see [sqshttp.WithCredentials].
func WithCredentials(keys ...sqshttp.Credential) Option {
	return func(o *options) { o.sqsHTTP = append(o.sqsHTTP, sqshttp.WithCredentials(keys...)) }
}

// New returns an empty region.
func New(opts ...Option) *Region {
	var o options
	for _, opt := range opts {
		opt(&o)
	}
	return &Region{sqs: sqs.New(o.sqs...), sqsHTTP: o.sqsHTTP}
}

// SQS returns the broker of the queues.
func (r *Region) SQS() *sqs.Broker { return r.sqs }

// HTTPClient returns a client that the region answers, whatever the host, without a socket: the HTTPClient of an aws.Config.
func (r *Region) HTTPClient() *http.Client { return sqshttp.Client(r.sqs, r.sqsHTTP...) }

// Handler returns an HTTP handler that serves the region.
func (r *Region) Handler() http.Handler { return sqshttp.NewHandler(r.sqs, r.sqsHTTP...) }
