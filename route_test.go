package inflight_test

import (
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/kinesis"
	"github.com/inflight-mq/inflight/sns"
	"github.com/inflight-mq/inflight/sqs"
	"github.com/inflight-mq/inflight/sqs/sqshttp"
)

const topicARN = "arn:aws:sns:us-east-1:123456789012:t"

// request is one as a client may send it.
type request struct {
	method, url, body string
	target            string
	scope             string // service of the signature
}

func (r request) to(h http.Handler) (status int, body string) {
	in := httptest.NewRequest(r.method, r.url, strings.NewReader(r.body))
	if r.body != "" {
		in.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if r.target != "" {
		in.Header.Set("X-Amz-Target", r.target)
		in.Header.Set("Content-Type", "application/x-amz-json-1.0")
	}
	if strings.HasPrefix(r.target, "Kinesis") {
		in.Header.Set("Content-Type", "application/x-amz-json-1.1")
	}
	if r.scope != "" {
		in.Header.Set("Authorization",
			"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/"+r.scope+"/aws4_request, SignedHeaders=host, Signature=00")
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, in)
	return rec.Code, rec.Body.String()
}

// A request goes to the service that the plainest of its marks names.
func TestServicesAreToldApart(t *testing.T) {
	const (
		topics, queues = "http://sns.amazonaws.com/doc/2010-03-31/", "http://queue.amazonaws.com/doc/2012-11-05/"
		grant          = "&Label=l&AWSAccountId.member.1=111111111111&ActionName.member.1=Publish"
		unknown        = "<UnknownOperationException/>"
		streams        = `{"StreamNames":[],"HasMoreStreams":false,"StreamSummaries":[]}`
	)
	_, certificate := inflight.New().SNS().Certificate()
	for _, c := range []struct {
		why string
		request
		status int
		want   string
	}{
		{"scope", request{"POST", "/", "Action=ListTopics", "", "sns"}, 200, topics},
		{"scope", request{"POST", "/", "Action=ListQueues", "", "sqs"}, 200, queues},
		{"scope before version", request{"POST", "/", "Action=ListQueues&Version=2012-11-05", "", "sns"}, 400, topics},
		{"scope before version", request{"POST", "/", "Action=ListTopics&Version=2010-03-31", "", "sqs"}, 400, queues},
		{"scope before target", request{"POST", "/", "{}", "AmazonSQS.ListQueues", "sns"}, 404, unknown},
		{"presigned scope", request{"GET", "/?Action=ListTopics&X-Amz-Credential=A%2F20260101%2Fus-east-1%2Fsns%2Faws4_request", "", "", ""}, 200, topics},
		{"target", request{"POST", "/", "{}", "AmazonSQS.ListQueues", ""}, 200, "{}"},
		{"target", request{"POST", "/", "{}", "Kinesis_20131202.ListStreams", ""}, 200, streams},
		{"scope and target", request{"POST", "/", "{}", "Kinesis_20131202.ListStreams", "kinesis"}, 200, streams},
		{"scope before target", request{"POST", "/", "{}", "Kinesis_20131202.ListStreams", "sqs"}, 404, "UnknownOperationException"},
		{"scope before target", request{"POST", "/", "{}", "AmazonSQS.ListQueues", "kinesis"}, 404, unknown},
		{"target before a scope of elsewhere", request{"POST", "/", "{}", "Kinesis_20131202.ListStreams", "s3"}, 200, streams},
		{"scope before action", request{"POST", "/", "Action=ListQueues", "", "kinesis"}, 403, "<AccessDeniedException>"},
		{"target of a service that is not here", request{"POST", "/", "{}", "DynamoDB_20120810.ListTables", "dynamodb"}, 404, "UnknownOperationException"},
		{"version", request{"POST", "/", "Version=2010-03-31&Action=Foo", "", ""}, 400, topics},
		{"version", request{"POST", "/", "Version=2012-11-05&Action=Foo", "", ""}, 400, queues},
		{"version before action", request{"POST", "/", "Version=2012-11-05&Action=ListTopics", "", ""}, 400, queues},
		{"version in the URL", request{"GET", "/?Version=2010-03-31&Action=ListTopics", "", "", ""}, 200, topics},
		{"certificate", request{"GET", certificate, "", "", ""}, 200, "-----BEGIN CERTIFICATE-----"},
		{"no certificate", request{"GET", "/other.pem", "", "", ""}, 400, topics},
		{"a queue of that name", request{"GET", "/123456789012/x.pem?Action=ReceiveMessage", "", "", ""}, 400, queues},
		{"action", request{"GET", "/?Action=ConfirmSubscription&TopicArn=" + topicARN + "&Token=x", "", "", ""}, 400, topics},
		{"action", request{"GET", "/?Action=Unsubscribe&SubscriptionArn=" + topicARN + ":x", "", "", ""}, 200, topics},
		{"action", request{"POST", "/", "Action=Publish&Message=m&TopicArn=" + topicARN, "", ""}, 200, topics},
		{"action", request{"POST", "/", "Action=ListQueues", "", ""}, 200, queues},
		{"action of both", request{"POST", "/", "Action=AddPermission&TopicArn=" + topicARN + grant, "", ""}, 200, topics},
		{"action of both", request{"POST", "/", "Action=RemovePermission&QueueUrl=q&Label=l", "", ""}, 400, queues},
		{"nothing", request{"POST", "/", "Action=Foo", "", ""}, 400, "<Code>InvalidAction</Code>"},
		{"nothing", request{"GET", "/bucket/key", "", "", "s3"}, 404, unknown},
		{"malformed", request{"POST", "/", "Action=Publish&Message=%zz", "", "sns"}, 400, topics},
		{"malformed", request{"POST", "/", "Action=Publish&Message=%zz", "", ""}, 400, "MalformedInput"},
	} {
		region := inflight.New()
		_, err := region.SNS().Create(t.Context(), "t", sns.Config{})
		require.NoError(t, err)
		status, body := c.to(region.Handler())
		require.Equal(t, c.status, status, "%s: %v: %s", c.why, c.request, body)
		require.Contains(t, body, c.want, "%s: %v", c.why, c.request)
		require.NoError(t, region.SNS().Delete(t.Context(), topicARN))
		_, err = region.SNS().Create(t.Context(), "t", sns.Config{})
		require.NoError(t, err)
		status, body = c.to(throughClient(region))
		require.Equal(t, c.status, status, "%s by the client: %v: %s", c.why, c.request, body)
	}
}

// throughClient sends what it gets through the region's client.
func throughClient(region *inflight.Region) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.RequestURI = ""
		r.URL.Scheme, r.URL.Host = "https", "any.host"
		a, err := region.HTTPClient().Do(r)
		if err != nil {
			panic(err)
		}
		w.WriteHeader(a.StatusCode)
		_, _ = io.Copy(w, a.Body)
		_ = a.Body.Close()
	})
}

// One clock, one account, one region, and queues that topics reach.
func TestServicesShareTheRegion(t *testing.T) {
	clock := inflight.NewFakeClock(time.Time{})
	region := inflight.New(inflight.WithClock(clock), inflight.WithAccount("111111111111"), inflight.WithRegion("eu-west-1"), inflight.WithSeed(7))
	ctx := t.Context()
	q, err := region.SQS().Create(ctx, "q", sqs.Config{})
	require.NoError(t, err)
	topic, err := region.SNS().Create(ctx, "t", sns.Config{})
	require.NoError(t, err)
	stream, err := region.Kinesis().Create(ctx, "s", kinesis.Config{})
	require.NoError(t, err)
	require.Equal(t, []string{"arn:aws:sqs:eu-west-1:111111111111:q", "arn:aws:sns:eu-west-1:111111111111:t", "arn:aws:kinesis:eu-west-1:111111111111:stream/s"},
		[]string{q.ARN(), topic.ARN(), stream.ARN()})
	made, err := stream.Summary(ctx)
	require.NoError(t, err)
	require.Equal(t, clock.Now(), made.Created)
	_, err = topic.Subscribe(ctx, sns.ToQueue(q.ARN()), sns.SubscriptionConfig{Raw: new(true)})
	require.NoError(t, err)

	publish := func() sns.Published {
		p, err := topic.Publish(ctx, sns.Message{Body: "m"})
		require.NoError(t, err)
		return p
	}
	publish()
	require.Empty(t, region.SQS().Peek("q"), "the queue's policy does not allow it")
	require.NoError(t, q.SetConfig(ctx, sqs.Config{Policy: new(
		`{"Statement":[{"Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"*",` +
			`"Condition":{"ArnEquals":{"aws:SourceArn":"` + topic.ARN() + `"}}}]}`)}))
	clock.Advance(time.Hour)
	p := publish()
	held := region.SQS().Peek("q")
	require.Len(t, held, 1)
	require.Equal(t, clock.Now(), held[0].SentAt)
	require.NotEqual(t, p.ID, held[0].ID)

	same := inflight.New(inflight.WithSeed(7), inflight.WithSNS(sns.WithoutQueuePolicies()))
	other, err := same.SNS().Create(ctx, "t", sns.Config{})
	require.NoError(t, err)
	again := inflight.New(inflight.WithSeed(7))
	twin, err := again.SNS().Create(ctx, "t", sns.Config{})
	require.NoError(t, err)
	first, err := other.Publish(ctx, sns.Message{Body: "m"})
	require.NoError(t, err)
	second, err := twin.Publish(ctx, sns.Message{Body: "m"})
	require.NoError(t, err)
	require.Equal(t, first.ID, second.ID, "the same seed, the same calls")
	to, err := same.SQS().Create(ctx, "q", sqs.Config{})
	require.NoError(t, err)
	_, err = other.Subscribe(ctx, sns.ToQueue(to.ARN()), sns.SubscriptionConfig{})
	require.NoError(t, err)
	_, err = other.Publish(ctx, sns.Message{Body: "m"})
	require.NoError(t, err)
	require.Len(t, same.SQS().Peek("q"), 1, "policies need not be set where a test says so")
}

func TestCredentialsAreForAllServices(t *testing.T) {
	h := inflight.New(inflight.WithCredentials(sqshttp.Credential{AccessKey: "AKIDEXAMPLE", Secret: "secret"})).Handler()
	for _, r := range []request{
		{"POST", "/", "Action=ListTopics", "", ""}, {"POST", "/", "Action=ListQueues", "", ""}, {"POST", "/", "Action=ListTopics", "", "sns"},
	} {
		status, body := r.to(h)
		require.Equal(t, http.StatusForbidden, status, body)
	}
	status, body := request{"POST", "/", "{}", "Kinesis_20131202.ListStreams", ""}.to(h)
	require.Equal(t, http.StatusBadRequest, status)
	require.Equal(t, `{"__type":"MissingAuthenticationTokenException","message":"Missing Authentication Token"}`, body)
}

// Nothing leaves the process unless the region is told to let it.
func TestHTTPDeliveriesNeedATransport(t *testing.T) {
	clock := inflight.NewFakeClock(time.Time{})
	region := inflight.New(inflight.WithClock(clock))
	journal := region.SNS().Record()
	defer journal.Stop()
	topic, err := region.SNS().Create(t.Context(), "t", sns.Config{})
	require.NoError(t, err)
	_, err = topic.Subscribe(t.Context(), sns.ToURL("http://127.0.0.1:1/"), sns.SubscriptionConfig{})
	require.NoError(t, err)
	clock.Advance(time.Hour)
	var reasons []string
	for e := range journal.Events() {
		if e.Reason != "" {
			reasons = append(reasons, e.Reason)
		}
	}
	require.NotEmpty(t, reasons)
	for _, reason := range reasons {
		require.Contains(t, reason, "the broker has no transport")
	}
}

// The services draw from generators of their own: the first id of one is not that of another.
func TestServicesHaveIDsOfTheirOwn(t *testing.T) {
	region, ctx := inflight.New(inflight.WithSeed(7)), t.Context()
	app, err := region.SNS().CreateApp(ctx, sns.PlatformGCM, "app", map[string]string{"PlatformCredential": "c"})
	require.NoError(t, err)
	phone, err := region.SNS().CreateInstallation(ctx, app, sns.NewInstallation{Token: "t"})
	require.NoError(t, err)
	dead, err := region.SQS().Create(ctx, "dead", sqs.Config{})
	require.NoError(t, err)
	_, err = region.SQS().Create(ctx, "q", sqs.Config{DeadLetter: &sqs.DeadLetter{Target: dead.ARN(), MaxReceives: 1}})
	require.NoError(t, err)
	task, err := region.SQS().StartMove(ctx, sqs.MoveOptions{Source: dead.ARN()})
	require.NoError(t, err)
	handle, err := base64.StdEncoding.DecodeString(task.Handle)
	require.NoError(t, err)
	require.Regexp(t, `"taskId":"[0-9a-f-]{36}"`, string(handle))
	require.NotContains(t, string(handle), phone[strings.LastIndexByte(phone, '/')+1:])
}

// Options of streams reach the broker, and a request for streams may be larger than others.
func TestStreamsOfARegion(t *testing.T) {
	region := inflight.New(inflight.WithSeed(7), inflight.WithKinesis(kinesis.WithTransitions(kinesis.Transitions{Create: time.Hour})))
	s, err := region.Kinesis().Create(t.Context(), "s", kinesis.Config{Shards: 1})
	require.NoError(t, err)
	sum, err := s.Summary(t.Context())
	require.NoError(t, err)
	require.Equal(t, kinesis.Creating, sum.Status)
	twin, err := inflight.New(inflight.WithSeed(7)).Kinesis().Create(t.Context(), "s", kinesis.Config{Shards: 1})
	require.NoError(t, err)
	same, err := twin.Summary(t.Context())
	require.NoError(t, err)
	require.Equal(t, sum.ID, same.ID, "the same seed, the same calls")

	large := "{}" + strings.Repeat(" ", 9<<20)
	status, _ := request{"POST", "/", large, "Kinesis_20131202.ListStreams", ""}.to(region.Handler())
	require.Equal(t, http.StatusOK, status)
	_, body := request{"POST", "/", large, "AmazonSQS.ListQueues", ""}.to(region.Handler())
	require.Contains(t, body, "RequestEntityTooLargeException")
}
