package awssdk_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssns "github.com/aws/aws-sdk-go-v2/service/sns"
	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/examples/awssdk"
	"github.com/inflight-mq/inflight/sns"
	"github.com/inflight-mq/inflight/sns/snstest"
)

// topicsInstance is what the conformance suite of topics runs against: a region with a fake clock, behind the SDK.
func topicsInstance(region *inflight.Region, clock *inflight.FakeClock, web *snstest.Web, cfg aws.Config, visits visitor) snstest.Instance {
	cfg.Credentials = byContext{}
	topics, b := awssdk.Topics(awssns.NewFromConfig(cfg)), region.SNS()
	return snstest.Instance{
		Topics: topics, Queues: awssdk.QueuesAt(awssqs.NewFromConfig(cfg), clock.Now), Publish: topics.Publish, Wait: clock.Advance,
		Now: clock.Now, Virtual: true, Exact: true, Web: web, Visit: visits.visit, As: as, Function: b.Function, Stream: b.Stream,
		Emails: b.Emails, Platforms: topics, Pushes: b.Pushes, TokenDied: b.TokenDied, Phones: topics, Texts: b.Texts, OptOut: b.OptOut,
		Certificate: visits.get,
	}
}

// byContext are the credentials of the account that a context names.
type byContext struct{}

type accountKey struct{}

func as(ctx context.Context, account string) context.Context {
	return context.WithValue(ctx, accountKey{}, account)
}

func (byContext) Retrieve(ctx context.Context) (aws.Credentials, error) {
	account, ok := ctx.Value(accountKey{}).(string)
	if !ok {
		account = "123456789012"
	}
	return aws.Credentials{AccessKeyID: account, SecretAccessKey: "any secret"}, nil
}

// visitor follows URLs of envelopes without credentials; host is where it looks for them, if it is not empty.
type visitor struct {
	client *http.Client
	host   *url.URL
}

func (v visitor) get(ctx context.Context, link string) ([]byte, error) {
	u, err := url.Parse(link)
	if err != nil {
		return nil, err
	}
	if v.host != nil {
		u.Scheme, u.Host = v.host.Scheme, v.host.Host
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, err
	}
	answer, err := v.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", answer.Status, body)
	}
	return body, err
}

func (v visitor) visit(ctx context.Context, link string) error {
	_, err := v.get(ctx, link)
	return err
}

// topicsRegion is a region whose topics reach a web.
func topicsRegion() (*inflight.Region, *inflight.FakeClock, *snstest.Web) {
	web := snstest.NewWeb("http://web.test")
	region, _, clock := fakeRegion(inflight.WithSNS(sns.WithTransport(sns.HandlerTransport(web))))
	return region, clock, web
}

// The conformance suite of topics, but through the SDK: its serialisation, its answers, its errors. What the broker promises in Go
// it keeps on the wire.
func TestConformanceOfTopics(t *testing.T) {
	snstest.Run(t, snstest.Harness{New: func(testing.TB) snstest.Instance {
		region, clock, web := topicsRegion()
		return topicsInstance(region, clock, web, awssdk.Config(region), visitor{client: region.HTTPClient()})
	}})
}

// The same over a socket. All cases share one server and its clock.
func TestConformanceOfTopicsOverLoopback(t *testing.T) {
	if testing.Short() {
		t.Skip("hundreds of cases over sockets")
	}
	region, clock, web := topicsRegion()
	server := httptest.NewServer(region.Handler())
	defer server.Close()
	host, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	cfg := awssdk.Config(region)
	cfg.HTTPClient = &http.Client{Transport: awssdk.PlainBody{Transport: server.Client().Transport}}
	cfg.BaseEndpoint = aws.String(server.URL)
	in := topicsInstance(region, clock, web, cfg, visitor{server.Client(), host})
	snstest.Run(t, snstest.Harness{New: func(testing.TB) snstest.Instance { return in }})
}
