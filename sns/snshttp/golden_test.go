package snshttp_test

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/internal/wiretest"
	"github.com/inflight-mq/inflight/sns"
	"github.com/inflight-mq/inflight/sqs/sqshttp"
)

// What AWS was recorded to answer (testdata/recorded.json), against what the handler answers to the same requests. The requests
// are not recorded: the files golden_…_test.go tell them from the names and answers of the scenarios.
//
// Not replayed, since nothing of an answer was recorded: test_list_subscriptions, test_check_opted_out_invalid, test_opt_in,
// test_message_to_fifo_sqs_ordering, test_topic_policy_overwrite_lifecycle. Of test_delivery_lambda the log of deliveries, which
// this broker has as events of its journal, is left out.

const (
	account = "111111111111"
	secret  = "a secret"
	us      = "us-east-1"
)

// scenario is one recording being replayed.
type scenario struct {
	*world
	*wiretest.Recording
	variant string // what stands in brackets behind the name
	posts   *mailbox
	cut     bool // of the next answer's message only the beginning is compared
}

func TestRecorded(t *testing.T) {
	recorded := wiretest.Recordings(t, "testdata/recorded.json")
	require.Len(t, recorded, 90)
	replays := map[string]func(*scenario){}
	for _, some := range []map[string]func(*scenario){
		topicReplays(), subscriptionReplays(), filterReplays(), publishReplays(), httpReplays(), mobileReplays(),
	} {
		maps.Copy(replays, some)
	}
	used := map[string]bool{}
	for name, answers := range recorded {
		if len(answers) == 0 {
			continue
		}
		t.Run(name, func(t *testing.T) {
			_, base, _ := strings.Cut(name, "::")
			base, variant, _ := strings.Cut(strings.TrimSuffix(base, "]"), "[")
			used[base] = true
			require.Contains(t, replays, base)
			s := newScenario(t, answers)
			s.variant = variant
			replays[base](s)
			s.Finish()
		})
	}
	for base := range replays {
		require.Contains(t, used, base, "every replay has its recording")
	}
}

// newScenario returns a world in which a user of the account of the recordings makes the requests.
func newScenario(t *testing.T, answers obj) *scenario {
	posts := &mailbox{}
	w := newWorld(t,
		inflight.WithAccount(account), inflight.WithSNS(sns.WithTransport(sns.HandlerTransport(posts))),
		inflight.WithCredentials(sqshttp.Credential{
			AccessKey: "AKIDEXAMPLE", Secret: secret, Account: account, ARN: "arn:aws:iam::" + account + ":user/tester",
		}))
	return &scenario{world: w.by("AKIDEXAMPLE", secret, us), Recording: wiretest.NewRecording(t, answers), posts: posts}
}

// mailbox is an HTTP endpoint that keeps what it gets.
type mailbox struct {
	mu  sync.Mutex
	got []post
}

type post struct {
	header obj
	body   string
}

func (m *mailbox) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	m.mu.Lock()
	defer m.mu.Unlock()
	body, _ := io.ReadAll(r.Body)
	p := post{header: obj{}, body: string(body)}
	for name := range r.Header {
		p.header[name] = r.Header.Get(name)
	}
	m.got = append(m.got, p)
}

// take makes what is due be delivered, and takes the one request that the endpoint got.
func (s *scenario) take() post {
	s.t.Helper()
	s.clk.Advance(0)
	s.posts.mu.Lock()
	defer s.posts.mu.Unlock()
	require.Len(s.t, s.posts.got, 1)
	p := s.posts.got[0]
	s.posts.got = nil
	// What Go's transport adds on its way out does not pass the one of this test.
	maps.Copy(p.header, obj{"Accept-Encoding": "gzip,deflate", "Connection": "connection", "Content-Length": "content--length", "Host": "example.com"})
	return p
}

// parsed is the JSON object of a text.
func parsed(t testing.TB, text string) obj {
	t.Helper()
	var o obj
	require.NoError(t, json.Unmarshal([]byte(text), &o), text)
	return o
}

// check carries out an operation and compares the answer with the recorded one.
func (s *scenario) check(key, op string, in obj) obj {
	s.t.Helper()
	a := s.do(op, in)
	if e := a.error(); e != nil && s.cut {
		before, _, _ := strings.Cut(e["Message"].(string), parseError)
		e["Message"] = before + parseError
	}
	s.cut = false
	s.Match(key, a.data)
	return a.data
}

// checkQueue receives what a queue holds, with system attributes where the recording has them, and compares it. What it got is
// deleted.
func (s *scenario) checkQueue(key, queue string) {
	s.t.Helper()
	in := obj{"QueueUrl": queue, "MaxNumberOfMessages": 10}
	want := s.Answers[key].(obj)
	messages, _ := want["Messages"].(list)
	if len(messages) > 0 && messages[0].(obj)["Attributes"] != nil {
		in["MessageSystemAttributeNames"] = names{"All"}
	}
	got := s.sqs("ReceiveMessage", in)
	if want["ResponseMetadata"] == nil {
		delete(got, "ResponseMetadata")
	}
	s.Match(key, got)
	received, _ := got["Messages"].(list)
	for _, m := range received {
		s.sqs("DeleteMessage", obj{"QueueUrl": queue, "ReceiptHandle": m.(obj)["ReceiptHandle"]})
	}
}

// setSubscription changes an attribute of a subscription.
func (s *scenario) setSubscription(subscription, name, value string) {
	s.t.Helper()
	s.ok("SetSubscriptionAttributes", obj{"SubscriptionArn": subscription, "AttributeName": name, "AttributeValue": value})
}

func (s *scenario) say(topic, message string, attributes objs) obj {
	s.t.Helper()
	return s.ok("Publish", obj{"TopicArn": topic, "Message": message, "MessageAttributes": attributes})
}

func number(digits string) obj { return obj{"DataType": "Number", "StringValue": digits} }
func text(s string) obj        { return obj{"DataType": "String", "StringValue": s} }
