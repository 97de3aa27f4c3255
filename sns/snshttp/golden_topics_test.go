package snshttp_test

import (
	"fmt"
	"strings"
)

func topicReplays() map[string]func(*scenario) {
	return map[string]func(*scenario){
		"test_create_duplicate_topic_check_idempotency": replayCreateDuplicate,
		"test_create_topic_with_attributes":             replayTopicAttributes,
		"test_create_topic_different_attrs":             replayDifferentAttributes,
		"test_create_topic_name_constraints":            replayNames,
		"test_create_topic_should_be_idempotent":        replayIdempotentCreate,
		"test_topic_get_attributes_with_fifo_false":     replayFIFOFalse,
		"test_tags":                        replayTags,
		"test_data_protection_policy_crud": replayDataProtection,
		"test_topic_add_permission":        replayAddPermission,
		"test_topic_remove_permission":     replayRemovePermission,
		"test_add_permission_errors":       replayPermissionErrors,
		"test_remove_permission_errors":    replayRemovePermissionErrors,
		"test_cross_region_access":         replayOtherRegion,
	}
}

const noTopic = "arn:aws:sns:us-east-1:" + account + ":none"

func replayCreateDuplicate(s *scenario) {
	create := func(key string, tags batch) { s.check(key, "CreateTopic", obj{"Name": "t", "Tags": tags}) }
	a, b := obj{"Key": "a", "Value": "1"}, obj{"Key": "b", "Value": "2"}
	create("response-created", batch{a, b})
	create("response-same-arn-0", batch{a, b})
	create("response-same-arn-1", batch{a})
	create("response-same-arn-2", nil)
}

func replayTopicAttributes(s *scenario) {
	topic := s.topic("t.fifo", texts{"DisplayName": "TestTopic", "SignatureVersion": "2"})
	s.check("get-topic-attrs", "GetTopicAttributes", obj{"TopicArn": topic})
	s.check("get-attrs-nonexistent-topic", "GetTopicAttributes", obj{"TopicArn": noTopic})
	s.check("get-attrs-malformed-topic", "GetTopicAttributes", obj{"TopicArn": "test-topic"})
}

func replayDifferentAttributes(s *scenario) {
	create := func(key string, attributes texts) {
		s.check(key, "CreateTopic", obj{"Name": "t", "Attributes": attributes})
	}
	create("create-topic", texts{"DisplayName": "Value1"})
	s.check("topic-attrs", "GetTopicAttributes", obj{"TopicArn": "arn:aws:sns:us-east-1:" + account + ":t"})
	create("create-topic-no-attrs", nil)
	create("create-topic-diff-attrs", texts{"DisplayName": "Value2"})
	create("create-topic-new-attrs", texts{"SignatureVersion": "2"})
	create("create-topic-new-and-same-attrs", texts{"DisplayName": "Value1", "SignatureVersion": "2"})
	create("create-topic-new-attrs-fifo", texts{"FifoTopic": "true"})
}

func replayNames(s *scenario) {
	create := func(key, name string, attributes texts) {
		s.check(key, "CreateTopic", obj{"Name": name, "Attributes": attributes})
	}
	create("name-too-short", "", nil)
	create("name-too-long", strings.Repeat("a", 257), nil)
	create("valid-name-max-length", strings.Repeat("a", 256), nil)
	for i, c := range []string{":", ";", "!", "@", "|", "^", " ", "%"} {
		create(fmt.Sprintf("name-invalid-char-%d", i), "name"+c, nil)
	}
	create("name-contains-fifo", "t.fifo", nil)
	create("fifo-name-not-contains-fifo", "t", texts{"FifoTopic": "true"})
}

func replayIdempotentCreate(s *scenario) {
	topic := s.topic("t", nil)
	s.ok("SetTopicAttributes", obj{"TopicArn": topic, "AttributeName": "DisplayName", "AttributeValue": "AlreadySet"})
	s.check("topic-attrs-idempotent-1", "GetTopicAttributes", obj{"TopicArn": topic})
	s.topic("t", nil)
	s.check("topic-attrs-idempotent-2", "GetTopicAttributes", obj{"TopicArn": topic})
}

func replayFIFOFalse(s *scenario) {
	topic := s.topic("t", texts{"FifoTopic": "false"})
	s.check("get-attrs-standard-topic", "GetTopicAttributes", obj{"TopicArn": topic})
	s.check("set-fifo-false-after-creation", "SetTopicAttributes",
		obj{"TopicArn": topic, "AttributeName": "FifoTopic", "AttributeValue": "false"})
}

func replayTags(s *scenario) {
	topic := s.topic("t", nil)
	tag := func(keysAndValues ...string) obj {
		var tags batch
		for i := 0; i < len(keysAndValues); i += 2 {
			tags = append(tags, obj{"Key": keysAndValues[i], "Value": keysAndValues[i+1]})
		}
		return obj{"ResourceArn": topic, "Tags": tags}
	}
	s.check("duplicate-key-error", "TagResource", tag("k1", "v1", "k1", "v2"))
	s.ok("TagResource", tag("k1", "v1", "k2", "v2"))
	s.check("list-created-tags", "ListTagsForResource", obj{"ResourceArn": topic})
	s.ok("UntagResource", obj{"ResourceArn": topic, "TagKeys": names{"k1"}})
	s.check("list-after-delete-tags", "ListTagsForResource", obj{"ResourceArn": topic})
	s.ok("TagResource", tag("k2", "v2b"))
	s.check("list-after-update-tags", "ListTagsForResource", obj{"ResourceArn": topic})
}

func replayDataProtection(s *scenario) {
	topic := s.topic("t", nil)
	s.check("get-topic-attributes-before-policy", "GetTopicAttributes", obj{"TopicArn": topic})
	s.check("put-data-protection-policy", "PutDataProtectionPolicy", obj{
		"ResourceArn": topic, "DataProtectionPolicy": `{"Name":"data_protection_policy","Description":"Test Policy","Version":"2021-06-01",` +
			`"Statement":[{"Sid":"test-statement","DataDirection":"Inbound","Principal":["*"],` +
			`"DataIdentifier":["arn:aws:dataprotection:us-east-1::data-identifier/EmailAddress"],"Operation":{"Deny":{}}}]}`,
	})
	s.check("get-data-protection-policy", "GetDataProtectionPolicy", obj{"ResourceArn": topic})
	s.check("get-topic-attributes-after-policy", "GetTopicAttributes", obj{"TopicArn": topic})
}

// grant are the parameters of a permission to publish.
func grant(topic, label string) obj {
	return obj{"TopicArn": topic, "Label": label, "AWSAccountId": names{account}, "ActionName": names{"Publish"}}
}

func (s *scenario) policy(topic string) any {
	return s.ok("GetTopicAttributes", obj{"TopicArn": topic})["Attributes"].(obj)["Policy"]
}

func replayAddPermission(s *scenario) {
	topic := s.topic("t", nil)
	s.check("add-permission-response", "AddPermission", grant(topic, "test"))
	s.Match("topic-policy-after-permission", s.policy(topic))
}

func replayRemovePermission(s *scenario) {
	topic := s.topic("t", nil)
	s.ok("AddPermission", grant(topic, "test"))
	s.ok("RemovePermission", obj{"TopicArn": topic, "Label": "test"})
	s.Match("topic-policy", s.policy(topic))
}

func replayPermissionErrors(s *scenario) {
	topic := s.topic("t", nil)
	s.check("topic-not-found", "AddPermission", grant(noTopic, "test"))
	s.ok("AddPermission", grant(topic, "test"))
	s.check("duplicate-label", "AddPermission", grant(topic, "test"))
	in := grant(topic, "other")
	in["ActionName"] = names{"InvalidAction"}
	s.check("invalid-action", "AddPermission", in)
}

func replayRemovePermissionErrors(s *scenario) {
	s.check("topic-not-found", "RemovePermission", obj{"TopicArn": noTopic, "Label": "test"})
}

func replayOtherRegion(s *scenario) {
	topic := obj{"TopicArn": s.topic("t", nil)}
	elsewhere := *s
	elsewhere.world = s.by("AKIDEXAMPLE", secret, "eu-central-1")
	with := func(more obj) obj {
		more["TopicArn"] = topic["TopicArn"]
		return more
	}
	elsewhere.check("get-topic-attrs", "GetTopicAttributes", topic)
	elsewhere.check("set-topic-attrs", "SetTopicAttributes", with(obj{"AttributeName": "DisplayName", "AttributeValue": "x"}))
	elsewhere.check("cross-region-publish-forbidden", "Publish", with(obj{"Message": "m"}))
	elsewhere.check("cross-region-subscribe", "Subscribe", with(obj{"Protocol": "sms", "Endpoint": "+15551234567"}))
	elsewhere.check("list-subs", "ListSubscriptionsByTopic", topic)
	elsewhere.check("delete-topic", "DeleteTopic", topic)
}
