package snshttp_test

import (
	"fmt"
	"strings"

	"github.com/stretchr/testify/require"
)

func subscriptionReplays() map[string]func(*scenario) {
	return map[string]func(*scenario){
		"test_list_subscriptions_by_topic_pagination":          replayPages,
		"test_not_found_error_on_set_subscription_attributes":  replayUnsubscribed,
		"test_sns_confirm_subscription_wrong_token":            replayWrongToken,
		"test_subscribe_idempotency":                           replaySubscribeAgain,
		"test_subscribe_with_invalid_protocol":                 replayProtocol,
		"test_subscribe_with_invalid_topic":                    replayWrongTopic,
		"test_unsubscribe_wrong_arn_format":                    replayUnsubscribeNonsense,
		"test_validate_set_sub_attributes":                     replayWrongAttributes,
		"test_confirm_subscription":                            replayConfirm,
		"test_creating_subscription":                           replayPending,
		"test_double_subscription":                             replayDouble,
		"test_get_subscription_attributes_error_not_exists":    replayNoSubscription,
		"test_set_subscription_attributes":                     replaySetAttributes,
		"test_subscribe_attributes":                            replayAttributes,
		"test_subscribe_invalid_filter_policy":                 replayWrongFilter,
		"test_subscribe_sms_obscure_phone_number":              replayPhone,
		"test_unsubscribe_from_deleted_topic":                  replayUnsubscribePending,
		"test_sqs_topic_subscription_confirmation":             replayQueueConfirmation,
		"test_subscribe_to_sqs_with_queue_url":                 replayQueueURL,
		"test_set_invalid_sms_attributes":                      replaySMSAttributes,
		"test_python_lambda_subscribe_sns_topic":               replayFunction,
		"test_delivery_lambda":                                 replayFeedback,
		"test_set_platform_application_attributes_invalid_arn": replayAppARN,
	}
}

const attributesOf = "GetSubscriptionAttributes"

func replayPages(s *scenario) {
	topic := s.topic("t", nil)
	for i := range 101 {
		s.subscribe(topic, "sms", fmt.Sprintf("+1555%07d", i), nil)
	}
	page := s.ok("ListSubscriptionsByTopic", obj{"TopicArn": topic})
	require.Len(s.t, page["Subscriptions"], 100)
	s.check("list-sub-per-topic-page-2", "ListSubscriptionsByTopic", obj{"TopicArn": topic, "NextToken": page["NextToken"]})
}

func replayUnsubscribed(s *scenario) {
	topic := s.topic("t", nil)
	_, queueARN := s.queue("q")
	sub := s.check("sub", "Subscribe", obj{"TopicArn": topic, "Protocol": "sqs", "Endpoint": queueARN})["SubscriptionArn"]
	s.check("sub-attrs", attributesOf, obj{"SubscriptionArn": sub})
	s.check("subscriptions-for-topic-before-unsub", "ListSubscriptionsByTopic", obj{"TopicArn": topic})
	s.ok("Unsubscribe", obj{"SubscriptionArn": sub})
	s.check("subscriptions-for-topic-after-unsub", "ListSubscriptionsByTopic", obj{"TopicArn": topic})
	s.check("sub-not-found", "SetSubscriptionAttributes",
		obj{"SubscriptionArn": sub, "AttributeName": "RawMessageDelivery", "AttributeValue": "true"})
}

func replayWrongToken(s *scenario) {
	topic := s.topic("t", nil)
	wellFormed := strings.Repeat("51b2ff3edb475b7d", 18)
	s.check("invalid-token", "ConfirmSubscription", obj{"TopicArn": topic, "Token": "randomtoken"})
	s.check("token-not-exists", "ConfirmSubscription", obj{"TopicArn": topic, "Token": wellFormed})
	s.check("topic-not-exists", "ConfirmSubscription", obj{"TopicArn": noTopic, "Token": wellFormed})
}

func replaySubscribeAgain(s *scenario) {
	topic := s.topic("t", nil)
	_, queueARN := s.queue("q")
	subscribe := func(key string, attributes texts) string {
		in := obj{"TopicArn": topic, "Protocol": "sqs", "Endpoint": queueARN}
		if attributes != nil {
			in["Attributes"] = attributes
		}
		sub, _ := s.check(key, "Subscribe", in)["SubscriptionArn"].(string)
		return sub
	}
	sub := subscribe("subscribe", raw())
	s.check("get-sub-attrs", attributesOf, obj{"SubscriptionArn": sub})
	subscribe("subscribe-exact-same-raw", texts{"RawMessageDelivery": "TRUE"})
	subscribe("subscribe-idempotent", raw())
	subscribe("subscribe-idempotent-no-attributes", nil)
	subscribe("subscribe-idempotent-empty-attributes", texts{})
	subscribe("subscribe-diff-attributes", texts{"RawMessageDelivery": "false"})
	s.setSubscription(sub, "FilterPolicy", `{"a":["b"]}`)
	subscribe("subscribe-missing-attributes", raw())
}

func replayProtocol(s *scenario) {
	s.check("exception", "Subscribe", obj{"TopicArn": s.topic("t", nil), "Protocol": "test-protocol", "Endpoint": "x"})
}

func replayWrongTopic(s *scenario) {
	for key, topic := range map[string]string{
		"invalid-subscribe-arn-1": "randomstring", "invalid-subscribe-arn-2": "arn:aws:sns:us-east-1:random", "non-existent-topic": noTopic,
	} {
		s.check(key, "Subscribe", obj{"TopicArn": topic, "Protocol": "email", "Endpoint": "a@example.com"})
	}
}

func replayUnsubscribeNonsense(s *scenario) {
	for key, sub := range map[string]string{
		"invalid-unsubscribe-arn-1": "randomstring", "invalid-unsubscribe-arn-2": "arn:aws:sns:us-east-1:random",
		"invalid-unsubscribe-arn-3": noTopic, "invalid-unsubscribe-arn-4": "",
	} {
		s.check(key, "Unsubscribe", obj{"SubscriptionArn": sub})
	}
}

func replayWrongAttributes(s *scenario) {
	_, _, sub := s.fanOut("t", "q", nil)
	for _, c := range []struct{ key, name, value string }{
		{"fake-attribute", "FakeAttribute", "test-value"},
		{"raw-message-wrong-value", "RawMessageDelivery", "test-ValUe"},
		{"raw-message-empty-value", "RawMessageDelivery", ""},
		{"fake-arn-redrive-policy", "RedrivePolicy", `{"deadLetterTargetArn":"fake-arn"}`},
		{"invalid-json-redrive-policy", "RedrivePolicy", `{invalidjson}`},
		{"invalid-json-filter-policy", "FilterPolicy", `{invalidjson}`},
	} {
		s.cutJSON(c.key)
		s.check(c.key, "SetSubscriptionAttributes", obj{"SubscriptionArn": sub, "AttributeName": c.name, "AttributeValue": c.value})
	}
}

const parseError = "failed to parse JSON."

// cutJSON cuts the words of a parser from a recorded message: they are those of a program that is not ours.
func (s *scenario) cutJSON(key string) {
	e := s.Answers[key].(obj)["Error"].(obj)
	if before, _, ok := strings.Cut(e["Message"].(string), parseError); ok {
		e["Message"] = before + parseError
		s.cut = true
	}
}

func replayConfirm(s *scenario) {
	topic := s.topic("confirm-sub-e46f689a", nil)
	s.subscribe(topic, "http", "http://example.com/sns", nil)
	s.check("confirm-subscription", "ConfirmSubscription", obj{"TopicArn": topic, "Token": parsed(s.t, s.take().body)["Token"]})
}

func replayPending(s *scenario) {
	s.check("create-subscription", "Subscribe", obj{"TopicArn": s.topic("t", nil), "Protocol": "http", "Endpoint": "http://example.com/"})
}

func replayDouble(s *scenario) {
	topic := s.topic("double-sub-befdfdff", nil)
	for _, key := range []string{"double-subscription-first", "double-subscription-second"} {
		s.check(key, "Subscribe", obj{
			"TopicArn": topic, "Protocol": "http", "Endpoint": "http://example.com/", "ReturnSubscriptionArn": true,
		})
	}
}

func replayNoSubscription(s *scenario) {
	s.check("get-sub-attrs-nonexistent", attributesOf, obj{"SubscriptionArn": noTopic + ":11111111-2222-3333-4444-555555555555"})
}

func replaySetAttributes(s *scenario) {
	_, _, sub := s.fanOut("t", "q", nil)
	s.setSubscription(sub, "RawMessageDelivery", "true")
	s.check("set-subscription-attributes", attributesOf, obj{"SubscriptionArn": sub})
}

func replayAttributes(s *scenario) {
	_, _, sub := s.fanOut("t", "q", nil)
	s.check("get-subscription-attributes", attributesOf, obj{"SubscriptionArn": sub})
}

func replayWrongFilter(s *scenario) {
	const key = "subscribe-invalid-filter-policy"
	s.cutJSON(key)
	s.check(key, "Subscribe", obj{
		"TopicArn": s.topic("t", nil), "Protocol": "sms", "Endpoint": "+15551234567", "Attributes": texts{"FilterPolicy": "invalid"},
	})
}

func replayPhone(s *scenario) {
	topic := s.topic("t", nil)
	s.subscribe(topic, "sms", "+1234567890", nil)
	s.check("subscribe-sms-2", "Subscribe", obj{"TopicArn": topic, "Protocol": "sms", "Endpoint": "+12/34-567.890"})
}

func replayUnsubscribePending(s *scenario) {
	topic := s.topic("t", nil)
	sub := s.ok("Subscribe", obj{"TopicArn": topic, "Protocol": "email", "Endpoint": "a@example.com"})["SubscriptionArn"]
	s.ok("DeleteTopic", obj{"TopicArn": topic})
	s.check("unsubscribe-deleted-topic", "Unsubscribe", obj{"SubscriptionArn": sub})
}

func replayQueueConfirmation(s *scenario) {
	_, _, sub := s.fanOut("t", "q", nil)
	s.Match("subscription-attrs", s.ok(attributesOf, obj{"SubscriptionArn": sub})["Attributes"])
}

func replayQueueURL(s *scenario) {
	queueURL, _ := s.queue("q")
	s.check("sub-queue-url", "Subscribe", obj{"TopicArn": s.topic("t", nil), "Protocol": "sqs", "Endpoint": queueURL})
}

func replaySMSAttributes(s *scenario) {
	in := map[string]texts{
		"InvalidAttributeName": {"InvalidAttribute": "x"}, "InvalidSMSType": {"DefaultSMSType": "x"},
		"TooLongID": {"DefaultSendID": strings.Repeat("a", 12)}, "NoLetterID": {"DefaultSendID": "123"},
	}[s.variant]
	s.check("invalid-attribute", "SetSMSAttributes", obj{"attributes": in})
}

func replayAppARN(s *scenario) {
	s.check("invalid-application-arn", "SetPlatformApplicationAttributes", obj{
		"PlatformApplicationArn": "invalid", "Attributes": texts{"SuccessFeedbackSampleRate": "1"},
	})
}
