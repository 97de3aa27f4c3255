package snshttp_test

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"

	"github.com/stretchr/testify/require"
)

func filterReplays() map[string]func(*scenario) {
	return map[string]func(*scenario){
		"test_exists_filter_policy_attributes_array":                    replayFilterArrays,
		"test_filter_policy":                                            replayFilter,
		"test_filter_policy_empty_array_payload":                        replayEmptyArray,
		"test_filter_policy_on_message_body_array_attributes":           replayBodyArrays,
		"test_filter_policy_on_message_body_array_of_object_attributes": replayBodyObjects,
		"test_filter_policy_on_message_body_or_attribute":               replayBodyOr,
		"test_policy_complexity":                                        replayComplexity,
		"test_policy_complexity_with_or":                                replayComplexity,
		"test_validate_policy":                                          replayPolicies,
		"test_validate_policy_exists_operator":                          replayPolicies,
		"test_validate_policy_numeric_operator":                         replayPolicies,
		"test_validate_policy_string_operators":                         replayPolicies,
		"test_sub_filter_policy_nested_property":                        replayNested,
	}
}

func replayFilterArrays(s *scenario) {
	topic, queue, sub := s.fanOut("t", "q", texts{"RawMessageDelivery": "true", "FilterPolicy": `{"store":["value1"]}`})
	s.check("subscription-attributes-policy", attributesOf, obj{"SubscriptionArn": sub})
	array := func(json string) objs { return objs{"store": {"DataType": "String.Array", "StringValue": json}} }
	s.checkQueue("messages-init", queue)
	s.say(topic, "message-1", objs{"store": text("value1")})
	s.checkQueue("messages-1", queue)
	s.say(topic, "message-2", array(`["value1","value2"]`))
	s.checkQueue("messages-2", queue)
	s.say(topic, "message-3", array(`["value2","value3"]`))
	s.checkQueue("messages-3", queue)
}

func replayFilter(s *scenario) {
	topic, queue, sub := s.fanOut("t", "q", texts{"FilterPolicy": `{"attr1":[{"numeric":[">",0,"<=",100]}]}`})
	s.check("subscription-attributes", attributesOf, obj{"SubscriptionArn": sub})
	s.checkQueue("messages-0", queue)
	s.say(topic, "This is a test message", objs{"attr1": number("99")})
	got := s.sqs("ReceiveMessage", obj{"QueueUrl": queue, "VisibilityTimeout": 0})
	s.Match("messages-1", got)
	s.say(topic, "This is another test message", objs{"attr1": number("111")})
	s.checkQueue("messages-2", queue)
	s.setSubscription(sub, "FilterPolicy", `{"attr1":[null,{"anything-but":"whatever"}]}`)
	s.check("subscription-attributes-2", attributesOf, obj{"SubscriptionArn": sub})
	s.say(topic, "This the test message for null", nil)
	s.checkQueue("messages-3", queue)
	s.setSubscription(sub, "FilterPolicy", "")
	s.say(topic, "This the test message for null", nil)
	s.checkQueue("messages-4", queue)
}

// bodyFilter subscribes a queue with a filter policy on bodies.
func (s *scenario) bodyFilter(queue, policy string) (topic, queueURL string) {
	topic, queueURL, _ = s.fanOut("t", queue, texts{
		"RawMessageDelivery": "true", "FilterPolicyScope": "MessageBody", "FilterPolicy": policy,
	})
	return topic, queueURL
}

func replayEmptyArray(s *scenario) {
	topic, queue := s.bodyFilter("q", `{"detail":{"eventVersion":[""]}}`)
	s.say(topic, `{"version":"0","id":"3e3c153a-8339-4e30-8c35-687ebef853fe","detail-type":"EC2 Instance Launch Successful",`+
		`"source":"aws.autoscaling","account":"123456789012","time":"2015-11-11T21:31:47Z","region":"my-region","resources":[],`+
		`"detail":{"eventVersion":"","responseElements":null}}`, nil)
	s.checkQueue("messages-queue", queue)
}

func replayBodyArrays(s *scenario) {
	topic, first := s.bodyFilter("q0", `{"headers":{"route-to":["queue1"]}}`)
	_, second := s.bodyFilter("q1", `{"headers":{"route-to":["queue2"]}}`)
	for _, to := range []string{`"queue1","queue2"`, `"queue1"`, `"queue2"`, `"queue3"`} {
		s.say(topic, `{"headers":{"route-to":[`+to+`]}}`, nil)
	}
	s.checkQueue("messages-queue-0", first)
	s.checkQueue("messages-queue-1", second)
}

func replayBodyObjects(s *scenario) {
	topic, queue := s.bodyFilter("q", `{"Records":{"s3":{"object":{"key":[{"prefix":"auto-"}]}},"eventName":[{"prefix":"ObjectCreated:"}]}}`)
	s.say(topic, `{"Records":[{"eventSource":"aws:s3","eventName":"ObjectCreated:Put","s3":{"object":[[{"key":"auto-insurance-2314.xml","size":17}]]}},`+
		`{"eventSource":"aws:s3","eventName":"ObjectRemoved:Delete","s3":{"object":{"key":"home-insurance-2314.xml","size":17}}}]}`, nil)
	object := `,"s3":{"bucket":{"name":"b","arn":"arn:aws:s3:::b"},"object":{"key":"%","size":17}}}]}`
	for _, m := range []struct{ event, key string }{
		{"ObjectCreated:Put", "auto-insurance-2314.xml"}, {"ObjectRemoved:Delete", "auto-insurance-2314.xml"}, {"ObjectCreated:Put", "home-insurance-2314.xml"},
	} {
		s.say(topic, `{"Records":[{"eventSource":"aws:s3","eventTime":"2022-11-21T03:41:29.143Z","eventName":"`+m.event+`"`+
			strings.Replace(object, "%", m.key, 1), nil)
	}
	s.checkQueue("messages", queue)
}

func replayBodyOr(s *scenario) {
	topic, queue := s.bodyFilter("q", `{"$or":[{"metricName":["CPUUtilization","ReadLatency"]},{"namespace":["AWS/EC2","AWS/ES"]}],`+
		`"detail":{"scope":["Service"],"$or":[{"source":["aws.cloudwatch"]},{"type":["CloudWatch Alarm State Change"]}]}}`)
	for _, body := range []string{
		`{"metricName":"CPUUtilization","detail":{"scope":"Service","source":"aws.cloudwatch"}}`,
		`{"metricName":"CPUUtilization","detail":{"scope":"Service","type":"CloudWatch Alarm State Change"}}`,
		`{"metricName":"ReadLatency","detail":{"scope":"Service","source":"aws.cloudwatch"}}`,
		`{"namespace":"AWS/EC2","detail":{"scope":"Service","source":"aws.cloudwatch"}}`,
		`{"namespace":"AWS/ES","detail":{"scope":"Service","source":"aws.cloudwatch"}}`,
		`{"metricName":"AWS/EC2","detail":{"scope":"Service","source":"aws.cloudwatch"}}`,
		`{"metricName":"CPUUtilization","detail":{"scope":"Service"}}`,
		`{"metricName":"CPUUtilization","scope":"Service","detail":{"source":"aws.cloudwatch"}}`,
	} {
		s.say(topic, body, nil)
	}
	s.checkQueue("messages-queue", queue)
}

// checkPolicy subscribes with a filter policy that is refused as recorded.
func (s *scenario) checkPolicy(key, topic, policy string) {
	s.t.Helper()
	s.check(key, "Subscribe", obj{
		"TopicArn": topic, "Protocol": "sms", "Endpoint": "+15551234567",
		"Attributes": texts{"FilterPolicy": policy, "FilterPolicyScope": "MessageBody"},
	})
}

// values is a list of n values.
func values(n int) string {
	all := make([]string, n)
	for i := range all {
		all[i] = `"v` + strconv.Itoa(i) + `"`
	}
	return "[" + strings.Join(all, ",") + "]"
}

func replayComplexity(s *scenario) {
	topic := s.topic("t", nil)
	for key, policy := range map[string]string{
		"error-complexity-in-one-condition":  `{"a":{"b":{"c":` + values(51) + `}}}`,
		"error-complexity-in-two-conditions": `{"a":{"b":{"c":` + values(5) + `}},"d":` + values(11) + `}`,
		"error-complexity-too-many-fields":   `{"a":["v"],"b":["v"],"c":["v"],"d":["v"],"e":["v"],"f":["v"]}`,
		"error-complexity-or-flat":           `{"$or":[{"a":` + values(76) + `},{"b":` + values(75) + `}]}`,
		"error-complexity-or-nested":         `{"$or":[{"a":{"b":` + values(40) + `}},{"c":{"d":` + values(36) + `}}]}`,
	} {
		if s.Answers[key] != nil {
			s.checkPolicy(key, topic, policy)
		}
	}
}

var source = regexp.MustCompile(`(?s)\(String\)(".*"); line`)

// replayPolicies tells the policy from what the recording quotes of it.
func replayPolicies(s *scenario) {
	topic := s.topic("t", nil)
	for key, answer := range s.Answers {
		message := answer.(obj)["Error"].(obj)["Message"].(string)
		policy := map[string]string{
			"error-condition-bad-cidr-str":         `{"key":[{"cidr":"bad-filter"}]}`,
			"error-condition-bad-cidr-str-slash":   `{"key":[{"cidr":"bad-filter/64"}]}`,
			"error-condition-bad-cidr-str-slash-2": `{"key":[{"cidr":"bad-filter/test"}]}`,
			"error-condition-bad-cidr-v4":          `{"key":[{"cidr":"xx.11.xx/8"}]}`,
			"error-condition-bad-cidr-v6":          `{"key":[{"cidr":"xxxx:db8:1234:1a00::/64"}]}`,
		}[key]
		if quoted := source.FindStringSubmatch(message); quoted != nil {
			i := strings.Index(quoted[1], "{")
			policy = quoted[1][i : strings.LastIndex(quoted[1], "}")+1]
		}
		require.True(s.t, json.Valid([]byte(policy)), "%s: %s", key, message)
		s.checkPolicy(key, topic, policy)
	}
}

func replayNested(s *scenario) {
	_, _, sub := s.fanOut("t", "q", nil)
	const nested = `{"object":{"key":[{"prefix":"auto-"}]}}`
	s.check("sub-filter-policy-nested-error", "SetSubscriptionAttributes",
		obj{"SubscriptionArn": sub, "AttributeName": "FilterPolicy", "AttributeValue": nested})
	s.setSubscription(sub, "FilterPolicyScope", "MessageBody")
	s.setSubscription(sub, "FilterPolicy", nested)
	s.check("sub-attrs-after-setting-nested-policy", attributesOf, obj{"SubscriptionArn": sub})
}
