package snshttp_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sns"
)

func publishReplays() map[string]func(*scenario) {
	return map[string]func(*scenario){
		"test_empty_sns_message":                                   replayEmptyMessage,
		"test_publish_batch_invalid_entry_id":                      replayEntryIDs,
		"test_publish_by_path_parameters":                          replayPublishByURL,
		"test_publish_message_before_subscribe_topic":              replayBeforeSubscribe,
		"test_publish_message_by_target_arn":                       replayTargetARN,
		"test_publish_too_long_message":                            replayTooLong,
		"test_unknown_topic_publish":                               replayUnknownTopic,
		"test_empty_or_wrong_message_attributes":                   replayMessageAttributes,
		"test_publish_batch_messages_without_topic":                replayBatchWithoutTopic,
		"test_publish_message_group_id":                            replayGroup,
		"test_publish_sqs_verify_signature":                        replaySignature,
		"test_publish_to_fifo_topic_deduplication_on_topic_level":  replayDedup,
		"test_publish_to_fifo_topic_to_sqs_queue_no_content_dedup": replayNoContentDedup,
		"test_cross_region_delivery_sqs":                           replayOtherRegionDelivery,
	}
}

func replayEmptyMessage(s *scenario) {
	topic, queue, _ := s.fanOut("t", "q", nil)
	s.check("empty-msg-error", "Publish", obj{"TopicArn": topic, "Message": ""})
	s.Match("queue-attrs", s.sqs("GetQueueAttributes", obj{"QueueUrl": queue, "AttributeNames": names{"ApproximateNumberOfMessages"}}))
}

func replayEntryIDs(s *scenario) {
	topic := s.topic("t", nil)
	for _, c := range []struct{ key, id string }{
		{"valid-id-80-chars", strings.Repeat("a", 80)}, {"valid-id-with-hyphen-underscore", "valid-message_123"},
		{"id-too-long-81", strings.Repeat("a", 81)}, {"id-too-long-91", "my" + strings.Repeat("really", 13) + "longid"},
		{"invalid-char-dot", "message.id"}, {"invalid-char-special", "msg@123#test"},
	} {
		s.check(c.key, "PublishBatch", obj{"TopicArn": topic, "PublishBatchRequestEntries": batch{{"Id": c.id, "Message": "m"}}})
	}
}

func replayPublishByURL(s *scenario) {
	topic, queue, _ := s.fanOut("t", "q", nil)
	in := url.Values{"Action": {"Publish"}, "Version": {"2010-03-31"}, "TopicArn": {topic}, "Message": {"test message direct post request"}}
	unsigned := s.by("", "", "").with("Authorization", // the test's signer knows no query, and the region demands a signature
		"AWS4-HMAC-SHA256 Credential=111111111111/20260101/us-east-1/sns/aws4_request, SignedHeaders=host, Signature=00")
	unsigned.h = trustingHandler(s)
	a := unsigned.at("/?"+in.Encode()).send("sns", http.MethodPost, "")
	got := decodeXML(s.t, a)
	s.Match("post-request", obj{"PublishResponse": obj{
		"PublishResult": obj{"MessageId": got["MessageId"]}, "ResponseMetadata": got["ResponseMetadata"],
	}})
	s.checkQueue("messages", queue)
}

func replayBeforeSubscribe(s *scenario) {
	topic := s.topic("t", nil)
	say := func(key, subject, message string) {
		s.check(key, "Publish", obj{"TopicArn": topic, "Subject": subject, "Message": message})
	}
	say("publish-before-subscribing", "test-subject-before-sub", "test_message_before")
	queue, queueARN := s.queue("q")
	s.subscribe(topic, "sqs", queueARN, nil)
	say("publish-after-subscribing", "test-subject-after-sub", "test_message_after")
	s.checkQueue("receive-messages", queue)
}

func replayTargetARN(s *scenario) {
	topic, queue, _ := s.fanOut("t", "q", nil)
	s.say(topic, "test-msg-1", nil)
	s.checkQueue("receive-topic-arn", queue)
	s.ok("Publish", obj{"TargetArn": topic, "Message": "test-msg-2"})
	s.checkQueue("receive-target-arn", queue)
}

func replayTooLong(s *scenario) {
	topic := s.topic("t", nil)
	in := obj{"TopicArn": topic, "Message": strings.Repeat("a", 256<<10+1)}
	s.check("error", "Publish", in)
	in["Message"], in["MessageAttributes"] = strings.Repeat("a", 256<<10-12), objs{"a": text("123456")}
	s.check("error-with-attrs", "Publish", in)
	in["MessageAttributes"] = objs{"a": text("12345")}
	s.ok("Publish", in)
}

func replayUnknownTopic(s *scenario) {
	s.check("success", "Publish", obj{"TopicArn": s.topic("t", nil), "Message": "m"})
	s.check("error", "Publish", obj{"TopicArn": noTopic, "Message": "m"})
}

func replayMessageAttributes(s *scenario) {
	topic := s.topic("t", nil)
	for key, attributes := range map[string]objs{
		"missing_string_attr":       {"attr1": {"DataType": "String", "StringValue": ""}},
		"fully_missing_string_attr": {"attr1": {"DataType": "String"}},
		"fully_missing_data_type":   {"attr1": {"StringValue": "value1"}},
		"missing_binary_attr":       {"attr1": {"DataType": "Binary", "BinaryValue": []byte{}}},
		"str_attr_binary_value":     {"attr1": {"DataType": "String", "BinaryValue": []byte("123")}},
		"int_attr_binary_value":     {"attr1": {"DataType": "Number", "BinaryValue": []byte("123")}},
		"binary_attr_string_value":  {"attr1": {"DataType": "Binary", "StringValue": "123"}},
		"invalid_attr_string_value": {"attr1": {"DataType": "InvalidType", "StringValue": "123"}},
		"too_long_name":             {strings.Repeat("a", 257): text("123")},
		"invalid_name":              {"a^*?": text("123")},
		"invalid_name_2":            {".abc": text("123")},
		"invalid_name_3":            {"abc.": text("123")},
		"invalid_name_4":            {"a..bc": text("123")},
	} {
		s.check(key, "Publish", obj{"TopicArn": topic, "Message": "m", "MessageAttributes": attributes})
		s.check("batch-"+key, "PublishBatch", obj{"TopicArn": topic, "PublishBatchRequestEntries": batch{
			{"Id": "1", "Message": "m", "MessageAttributes": attributes}, {"Id": "3", "Message": "m"},
		}})
	}
}

func replayBatchWithoutTopic(s *scenario) {
	s.check("publish-batch-no-topic", "PublishBatch", obj{
		"TopicArn": noTopic, "PublishBatchRequestEntries": batch{{"Id": "1", "Message": "m"}},
	})
}

const signedText = "test signature value with attributes"

func replayGroup(s *scenario) {
	topic, queue, _ := s.fanOut("t", "q", nil)
	s.ok("Publish", obj{
		"TopicArn": topic, "Message": signedText, "MessageAttributes": objs{"attr1": number("1")}, "MessageGroupId": "my-group-id-1",
	})
	s.checkQueue("messages", queue)
}

func replaySignature(s *scenario) {
	topic, queue, _ := s.fanOut("t", "q", nil)
	s.ok("SetTopicAttributes", obj{"TopicArn": topic, "AttributeName": "SignatureVersion", "AttributeValue": s.variant})
	s.say(topic, signedText, objs{"attr1": number("1")})
	s.checkQueue("messages", queue)
}

func replayDedup(s *scenario) {
	topic := s.topic("t.fifo", texts{"ContentBasedDeduplication": "true"})
	queue, queueARN := s.queue("q.fifo")
	s.subscribe(topic, "sqs", queueARN, nil)
	s.ok("Publish", obj{"TopicArn": topic, "Message": "Test", "MessageGroupId": "message-group-id-1"})
	s.checkQueue("messages", queue)
	s.ok("Publish", obj{"TopicArn": topic, "Message": "Test", "MessageGroupId": "message-group-id-2"})
	s.checkQueue("dedup-messages", queue)
}

func replayNoContentDedup(s *scenario) {
	topic := s.topic("t.fifo", texts{"ContentBasedDeduplication": "true"})
	queue, queueARN := s.queue("q.fifo")
	s.subscribe(topic, "sqs", queueARN, texts{"RawMessageDelivery": strings.ToLower(s.variant)})
	s.ok("Publish", obj{"TopicArn": topic, "Message": "Test single", "MessageGroupId": "message-group-id-1"})
	s.ok("PublishBatch", obj{"TopicArn": topic, "PublishBatchRequestEntries": batch{
		{"Id": "1", "Message": "Test batched", "MessageGroupId": "message-group-id-1"},
	}})
	s.checkQueue("messages", queue)
}

func replayOtherRegionDelivery(s *scenario) {
	topic := s.topic("t", nil)
	there := *s
	there.world = s.by("AKIDEXAMPLE", secret, "us-west-1")
	queue, queueARN := there.queue("q")
	in := obj{"TopicArn": topic, "Protocol": "sqs", "Endpoint": queueARN}
	there.check("subscribe-cross-region", "Subscribe", in)
	s.check("subscribe-same-region", "Subscribe", in)
	s.say(topic, "This is a test message", objs{"attr1": number("99.12")})
	there.checkQueue("messages", queue)
}

// The event of a function, whose names are not quite those of the envelope.
func replayFunction(s *scenario) {
	topic := s.topic("t", nil)
	var event sns.FunctionEvent
	to := s.r.SNS().Function("f", func(_ context.Context, e sns.FunctionEvent) error {
		event = e
		return nil
	})
	s.subscribe(topic, string(to.Protocol), to.Address, nil)
	s.ok("Publish", obj{"TopicArn": topic, "Subject": "[Subject] Test subject", "Message": "Hello world."})
	text, err := json.Marshal(event)
	require.NoError(s.t, err)
	record := parsed(s.t, string(text))["Records"].(list)[0].(obj)
	s.Match("notification", record["Sns"])
}

// The feedback itself is in the broker's journal; see golden_test.go.
func replayFeedback(s *scenario) {
	topic := s.topic("t", nil)
	s.subscribe(topic, "lambda", "arn:aws:lambda:us-east-1:"+account+":function:f", nil)
	// Counts are exact here, and late there.
	for _, key := range []string{"get-topic-attrs", "get-topic-attrs-with-success-feedback"} {
		s.Tolerate[key+".Attributes.SubscriptionsConfirmed"] = true
	}
	s.check("get-topic-attrs", "GetTopicAttributes", obj{"TopicArn": topic})
	s.check("publish-no-logs", "Publish", obj{"TopicArn": topic, "Message": "m"})
	feedback := texts{
		"LambdaSuccessFeedbackRoleArn": "arn:aws:iam::" + account + ":role/r", "LambdaSuccessFeedbackSampleRate": "100",
	}
	for name, value := range feedback {
		s.ok("SetTopicAttributes", obj{"TopicArn": topic, "AttributeName": name, "AttributeValue": value})
	}
	s.check("get-topic-attrs-with-success-feedback", "GetTopicAttributes", obj{"TopicArn": topic})
	s.check("publish-logs", "Publish", obj{"TopicArn": topic, "Message": "m"})
	s.Skip("delivery-events")
}
