// Package awssdk shows code that uses the AWS SDK for Go and its tests, which run against a
// [github.com/inflight-mq/inflight.Region] in the process: no account, no network, no container, and time that the test owns.
//
// What a program of its own needs is [Config]. The tests of this package are the documentation: each file is one situation,
// from a worker with a heartbeat to a lost answer; those whose names begin with sns are about topics, those with kinesis about
// streams. [Queues], [Topics] and [Streams] go the other way: they are this library's interfaces on top of the SDK, so that code and
// conformance suites written for [github.com/inflight-mq/inflight/sqs.Queues], [github.com/inflight-mq/inflight/sns.Topics] and
// [github.com/inflight-mq/inflight/kinesis.Streams] run against whatever the SDK talks to, AWS itself included.
package awssdk

import (
	"bytes"
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	awskinesis "github.com/aws/aws-sdk-go-v2/service/kinesis"
	awssns "github.com/aws/aws-sdk-go-v2/service/sns"
	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/inflight-mq/inflight"
)

// Config returns a config whose clients are answered by r, in the process. Code that takes an aws.Config needs nothing else.
func Config(r *inflight.Region) aws.Config {
	return ConfigOf(r, "123456789012", "us-east-1")
}

// ConfigOf is Config for another account and region: an access key of twelve digits names the account.
func ConfigOf(r *inflight.Region, account, region string) aws.Config {
	return aws.Config{
		Region:      region,
		Credentials: credentials.NewStaticCredentialsProvider(account, "any secret", ""),
		HTTPClient:  r.HTTPClient(),
	}
}

// Client returns an SQS client that r answers.
func Client(r *inflight.Region, opts ...func(*awssqs.Options)) *awssqs.Client {
	return awssqs.NewFromConfig(Config(r), opts...)
}

// TopicClient returns an SNS client that r answers.
func TopicClient(r *inflight.Region, opts ...func(*awssns.Options)) *awssns.Client {
	return awssns.NewFromConfig(Config(r), opts...)
}

// StreamClient returns a Kinesis client that r answers.
func StreamClient(r *inflight.Region, opts ...func(*awskinesis.Options)) *awskinesis.Client {
	return awskinesis.NewFromConfig(Config(r), opts...)
}

// PlainBody is a transport for clients that reach a server over a socket. Today's SDK closes the body of a request as soon as the
// headers of the answer have arrived, which makes net/http give up the connection while the answer is still on its way; the SDK
// tries again, and what the first answer lent is hidden from everybody. A body that is plain bytes cannot be closed too early.
type PlainBody struct{ Transport http.RoundTripper }

// RoundTrip sends the request with a copy of its body.
func (p PlainBody) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body == nil {
		return p.Transport.RoundTrip(r)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	if err := r.Body.Close(); err != nil {
		return nil, err
	}
	plain := r.Clone(r.Context())
	plain.Body = io.NopCloser(bytes.NewReader(body))
	plain.ContentLength = int64(len(body))
	return p.Transport.RoundTrip(plain)
}
