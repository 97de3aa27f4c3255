package snshttp_test

import (
	"net/http"
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sns/snshttp"
)

func httpReplays() map[string]func(*scenario) {
	return map[string]func(*scenario){
		"test_http_subscription_response":                    replayReturnARN,
		"test_subscribe_external_http_endpoint":              replayEndpoint,
		"test_subscribe_external_http_endpoint_content_type": replayContentType,
	}
}

func replayReturnARN(s *scenario) {
	topic := s.topic("t", nil)
	s.Match("topic-arn", obj{"TopicArn": topic})
	in := obj{"TopicArn": topic, "Protocol": "http", "Endpoint": "http://example.com/"}
	s.check("subscription", "Subscribe", in)
	in["ReturnSubscriptionArn"] = true
	s.check("subscription-with-arn", "Subscribe", in)
}

// document is an answer as a parser of XML shows it that knows no model.
func (s *scenario) document(a answer, root, result string) obj {
	s.t.Helper()
	require.Contains(s.t, a.text, "<"+root+` xmlns="http://sns.amazonaws.com/doc/2010-03-31/">`)
	got := decodeXML(s.t, a)
	if e := got["Error"]; e != nil {
		return obj{root: obj{"Error": e, "RequestId": a.header.Get("x-amzn-RequestId")}}
	}
	o := obj{"ResponseMetadata": got["ResponseMetadata"]}
	delete(got, "ResponseMetadata")
	if result != "" {
		o[result] = got
	} else {
		require.Empty(s.t, got)
	}
	return obj{root: o}
}

func (s *scenario) confirmBy(key, url string) {
	s.t.Helper()
	a := s.visit(url)
	root := "ConfirmSubscriptionResponse"
	if a.status != http.StatusOK {
		root = "ErrorResponse"
	}
	s.Match(key, s.document(a, root, "ConfirmSubscriptionResult"))
}

func (s *scenario) httpTopic() (topic, subscription string) {
	topic = s.topic("t", nil)
	attributes := texts{}
	if s.variant == "True" {
		attributes = raw()
	}
	return topic, s.subscribe(topic, "http", "http://example.com/sns-endpoint", attributes)
}

func replayEndpoint(s *scenario) {
	topic, sub := s.httpTopic()
	asked := s.take()
	s.Match("http-confirm-sub-headers", asked.header)
	s.Match("subscription-confirmation", parsed(s.t, asked.body))
	confirm := parsed(s.t, asked.body)["SubscribeURL"].(string)
	s.confirmBy("broken-topic-arn-confirm", strings.Replace(confirm, topic, "t", 1))
	s.confirmBy("different-region-arn-confirm", strings.Replace(confirm, ":us-east-1:", ":us-west-1:", 1))
	before, _, _ := strings.Cut(confirm, "&Token=")
	s.confirmBy("broken-token-confirm", before+"&Token=abc123")
	s.confirmBy("nonexistent-token-confirm", strings.Replace(confirm, topic, topic+"none", 1))
	s.confirmBy("confirm-subscribe", confirm)

	s.say(topic, "test_external_http_endpoint", nil)
	got := s.take()
	if s.variant == "True" {
		s.Match("http-message-headers-raw", got.header)
		require.Equal(s.t, "test_external_http_endpoint", got.body)
	} else {
		s.Match("http-message-headers", got.header)
		s.Match("http-message", parsed(s.t, got.body))
	}
	leave := "https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=" + sub
	s.Match("unsubscribe-response", s.document(s.visit(leave), "UnsubscribeResponse", ""))
	s.Match("unsubscribe-request", parsed(s.t, s.take().body))
}

func replayContentType(s *scenario) {
	topic, sub := s.httpTopic()
	asked := s.take()
	s.Match("http-confirm-sub-headers", asked.header)
	s.Match("subscription-confirmation", parsed(s.t, asked.body))
	// Counts are exact here, and late there.
	s.Tolerate["topic-attrs.Attributes.SubscriptionsPending"] = true
	s.Tolerate["topic-attrs.Attributes.SubscriptionsConfirmed"] = true
	if s.variant == "True" {
		s.setSubscription(sub, "DeliveryPolicy", `{"requestPolicy":{"headerContentType":"text/csv"}}`)
	} else {
		s.setSubscription(sub, "DeliveryPolicy", `{"healthyRetryPolicy":{"minDelayTarget":1,"maxDelayTarget":1,"numRetries":0,`+
			`"numNoDelayRetries":0,"numMinDelayRetries":0,"numMaxDelayRetries":0,"backoffFunction":"linear"},`+
			`"throttlePolicy":{"maxReceivesPerSecond":1000}}`)
		s.ok("SetTopicAttributes", obj{
			"TopicArn": topic, "AttributeName": "DeliveryPolicy",
			"AttributeValue": `{"http":{"defaultRequestPolicy":{"headerContentType":"application/json"}}}`,
		})
	}
	s.check("topic-attrs", "GetTopicAttributes", obj{"TopicArn": topic})
	s.check("sub-attrs", attributesOf, obj{"SubscriptionArn": sub})
	s.visit(parsed(s.t, asked.body)["SubscribeURL"].(string))
	s.say(topic, "test_external_http_endpoint", nil)
	got := s.take()
	if s.variant == "True" {
		s.Match("http-message-headers-raw", got.header)
		return
	}
	s.Match("http-message-headers", got.header)
	s.Match("http-message", parsed(s.t, got.body))
}

// trustingHandler serves the scenario's topics without a look at signatures.
func trustingHandler(s *scenario) http.Handler { return snshttp.NewHandler(s.r.SNS()) }
