package sns_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sns"
)

// Sections 2.2 to 2.4 and 2.8: what topics are set to.

const defaultDelivery = `{"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":20,"maxDelayTarget":20,"numRetries":3,"numMaxDelayRetries":0,` +
	`"numNoDelayRetries":0,"numMinDelayRetries":0,"backoffFunction":"linear"},"disableSubscriptionOverrides":false,` +
	`"defaultRequestPolicy":{"headerContentType":"text/plain; charset=UTF-8"}}}`

func TestDefaultAttributes(t *testing.T) {
	w := fake()
	as := attributes(t, w.topic(t, "x", sns.Config{FIFO: new(false)}))
	require.JSONEq(t, `{"Version":"2008-10-17","Id":"__default_policy_ID","Statement":[{"Sid":"__default_statement_ID","Effect":"Allow",
		"Principal":{"AWS":"*"},"Action":["SNS:GetTopicAttributes","SNS:SetTopicAttributes","SNS:AddPermission","SNS:RemovePermission",
		"SNS:DeleteTopic","SNS:Subscribe","SNS:ListSubscriptionsByTopic","SNS:Publish"],"Resource":"`+arnPrefix+`x",
		"Condition":{"StringEquals":{"AWS:SourceOwner":"`+account+`"}}}]}`, as["Policy"])
	delete(as, "Policy")
	require.Equal(t, map[string]string{
		"TopicArn": arnPrefix + "x", "Owner": account, "DisplayName": "", "EffectiveDeliveryPolicy": defaultDelivery,
		"SubscriptionsConfirmed": "0", "SubscriptionsPending": "0", "SubscriptionsDeleted": "0",
	}, as)
	fifo := attributes(t, w.topic(t, "x.fifo", sns.Config{ContentDedup: new(false)}))
	require.Equal(t, "true", fifo["FifoTopic"])
	require.Equal(t, "false", fifo["ContentBasedDeduplication"])
	require.Len(t, fifo, 10)
}

// Rows of good values: what is set, and what is shown afterwards. Empty: nothing.
func TestGoodAttributes(t *testing.T) {
	for name, values := range map[string]map[string]string{
		"DisplayName":                {"": "", "News": "News", strings.Repeat("é", 100): strings.Repeat("é", 100)},
		"SignatureVersion":           {"1": "1", "2": "2"},
		"TracingConfig":              {"PassThrough": "PassThrough", "Active": "Active", "": ""},
		"KmsMasterKeyId":             {"alias/aws/sns": "alias/aws/sns", "": ""},
		"MaximumMessageSize":         {"1024": "1024", "1048576": "1048576"},
		"Policy":                     {policyOf(30_720): policyOf(30_720)},
		"HTTPSuccessFeedbackRoleArn": {"role": "role", "": ""}, "LambdaFailureFeedbackRoleArn": {"role": "role"},
		"FirehoseSuccessFeedbackSampleRate": {"0": "0", "100": "100", "": ""}, "ApplicationSuccessFeedbackSampleRate": {"7": "7"},
		"SQSSuccessFeedbackSampleRate": {"5": "5"},
	} {
		for value, want := range values {
			for i, kind := range []string{"x", "x.fifo"} {
				w := fake()
				topic := w.topic(t, kind, sns.Config{})
				require.NoError(t, topic.SetAttribute(t.Context(), name, value), name, value)
				require.Equal(t, want, attributes(t, topic)[name], name)
				made, err := w.Create(t.Context(), "y"+kind, sns.Config{FIFO: new(i == 1), Attributes: map[string]string{name: value}})
				require.NoError(t, err, name)
				require.Equal(t, want, attributes(t, made)[name], name)
			}
		}
	}
	w := fake()
	topic := w.topic(t, "x.fifo", sns.Config{ContentDedup: new(false)})
	for name, values := range map[string][]string{
		"ContentBasedDeduplication": {"true", "false"}, "FifoThroughputScope": {"MessageGroup", "Topic"},
	} {
		for _, value := range values {
			require.NoError(t, topic.SetAttribute(t.Context(), name, value))
			require.Equal(t, value, attributes(t, topic)[name])
		}
	}
}

// policyOf returns a policy of a size.
func policyOf(size int) string {
	text := allowing("SNS:Publish", "*")
	return text + strings.Repeat(" ", size-len(text))
}

// Rows of bad values: the text of a change, and that of a creation with its prefix.
func TestBadAttributes(t *testing.T) {
	long := strings.Repeat("x", 101)
	for _, kind := range []string{"x", "x.fifo"} {
		w := fake()
		topic := w.topic(t, kind, sns.Config{})
		before := attributes(t, topic)
		for name, values := range map[string]map[string]string{
			"SQSSuccessFeedbackSampleRate": {
				"500": "SQSSuccessFeedbackSampleRate: 500 value provided is not an integer between 0-100",
				"-1":  "SQSSuccessFeedbackSampleRate: -1 value provided is not an integer between 0-100",
				"1.5": "SQSSuccessFeedbackSampleRate: 1.5 value provided is not an integer between 0-100",
			},
			"Policy": {
				"x": "Policy Error: null", "": "Policy Error: null", "[]": "Policy Error: null", policyOf(30_721): "Policy Error: null",
				allowing("sqs:SendMessage", "*"): "Policy statement action out of service scope!",
				allowing("SNS:CreateTopic", "*"): "Policy statement action out of service scope!",
			},
			"DeliveryPolicy": {
				`{"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":1,"maxDelayTarget":1,"numRetries":101}}}`: "DeliveryPolicy: " +
					"http.defaultHealthyRetryPolicy.numRetries must be less than or equal to 100",
			},
			"DisplayName":        {long: "DisplayName: must be at most 100 characters long", "\xff": "DisplayName: must be valid UTF-8"},
			"SignatureVersion":   {"3": "SignatureVersion: 3 value provided is not 1 or 2", "": "SignatureVersion:  value provided is not 1 or 2"},
			"MaximumMessageSize": {"1023": "MaximumMessageSize: 1023 value provided is not an integer between 1024-1048576"},
			"TracingConfig":      {"x": "TracingConfig: Invalid value [x]. Please use either PassThrough or Active"},
			"KmsMasterKeyId":     {"\xff": "KmsMasterKeyId: must be valid UTF-8"},
		} {
			for value, text := range values {
				invalid(t, topic.SetAttribute(t.Context(), name, value), text, name)
				cfg := sns.Config{Attributes: map[string]string{name: value}}
				if kind == "x.fifo" {
					cfg.FIFO = new(true)
				}
				_, err := w.Create(t.Context(), "y"+kind, cfg)
				invalid(t, err, "Attributes Reason: "+text, name)
			}
		}
		for _, name := range []string{
			"FifoTopic", "TopicArn", "Owner", "EffectiveDeliveryPolicy", "SubscriptionsConfirmed", "BeginningArchiveTime", "DataProtectionPolicy",
			"Nonsense", "", "displayName", "XSuccessFeedbackSampleRate", "SuccessFeedbackRoleArn", "SQSFailureFeedbackSampleRate",
		} {
			invalid(t, topic.SetAttribute(t.Context(), name, "true"), "AttributeName", name)
			if name != "FifoTopic" {
				cfg := sns.Config{Attributes: map[string]string{name: "true"}}
				if kind == "x.fifo" {
					cfg.FIFO = new(true)
				}
				_, err := w.Create(t.Context(), "y"+kind, cfg)
				invalid(t, err, "Attributes Reason: Unknown attribute "+name)
			}
		}
		require.Equal(t, before, attributes(t, topic))
		page, err := w.List(t.Context(), "")
		require.NoError(t, err)
		require.Len(t, page.Topics, 1)
	}
	w := fake()
	topic, fifo := w.topic(t, "x", sns.Config{}), w.topic(t, "x.fifo", sns.Config{})
	for name, value := range map[string]string{
		"ContentBasedDeduplication": "true", "ArchivePolicy": `{"MessageRetentionPeriod":"1"}`, "FifoThroughputScope": "Topic",
	} {
		require.ErrorIs(t, topic.SetAttribute(t.Context(), name, value), sns.ErrInvalidParameter, name)
		_, err := w.Create(t.Context(), "y", sns.Config{Attributes: map[string]string{name: value}})
		require.ErrorIs(t, err, sns.ErrInvalidParameter, name)
		require.ErrorIs(t, fifo.SetAttribute(t.Context(), name, "x"), sns.ErrInvalidParameter, name)
	}
	_, err := w.Create(t.Context(), "y", sns.Config{Attributes: map[string]string{"FifoTopic": "maybe"}})
	require.ErrorIs(t, err, sns.ErrInvalidParameter)
}

// SetConfig is all or nothing.
func TestSetConfigIsAtomic(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x", sns.Config{})
	before := attributes(t, topic)
	invalid(t, topic.SetConfig(t.Context(), sns.Config{DisplayName: new("new"), SignatureVersion: new(3)}),
		"SignatureVersion: 3 value provided is not 1 or 2")
	require.Equal(t, before, attributes(t, topic))
	require.NoError(t, topic.SetConfig(t.Context(), sns.Config{DisplayName: new("new"), SignatureVersion: new(2), MaxMessageSize: new(2048)}))
	cfg, err := topic.Config(t.Context())
	require.NoError(t, err)
	require.Equal(t, "new", *cfg.DisplayName)
	require.Equal(t, 2, *cfg.SignatureVersion)
	require.Equal(t, 2048, *cfg.MaxMessageSize)
	require.Nil(t, cfg.FIFO)
	require.Nil(t, cfg.DeliveryPolicy)
	cfg.Attributes["DisplayName"] = "mine"
	require.Equal(t, "new", attributes(t, topic)["DisplayName"], "the answer is the caller's")
	fifo := w.topic(t, "x.fifo", sns.Config{ArchiveDays: new(3), DedupPerGroup: new(true)})
	cfg, err = fifo.Config(t.Context())
	require.NoError(t, err)
	require.Equal(t, []any{true, true, true, 3}, []any{*cfg.FIFO, *cfg.ContentDedup, *cfg.DedupPerGroup, *cfg.ArchiveDays})
}

// The recorded life of a topic's delivery policy: a set replaces, nothing is merged.
func TestTopicDeliveryPolicy(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x", sns.Config{})
	set := func(text string) (stored, effective string) {
		require.NoError(t, topic.SetAttribute(t.Context(), "DeliveryPolicy", text))
		as := attributes(t, topic)
		return as["DeliveryPolicy"], as["EffectiveDeliveryPolicy"]
	}
	stored, effective := set(`{"http":{"defaultRequestPolicy":{"headerContentType":"application/json"}}}`)
	require.JSONEq(t, `{"http":{"disableSubscriptionOverrides":false,"defaultRequestPolicy":{"headerContentType":"application/json"}}}`, stored)
	require.Equal(t, strings.Replace(defaultDelivery, "text/plain; charset=UTF-8", "application/json", 1), effective)
	stored, effective = set(`{"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":5,"maxDelayTarget":6,"numRetries":1}}}`)
	require.JSONEq(t, `{"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":5,"maxDelayTarget":6,"numRetries":1},
		"disableSubscriptionOverrides":false}}`, stored)
	want := strings.NewReplacer(`"minDelayTarget":20`, `"minDelayTarget":5`, `"maxDelayTarget":20`, `"maxDelayTarget":6`,
		`"numRetries":3`, `"numRetries":1`).Replace(defaultDelivery)
	require.Equal(t, want, effective, "the content type is the default again")
	stored, effective = set(`{"http":{"defaultHealthyRetryPolicy":null}}`)
	require.Equal(t, `{"http":{"disableSubscriptionOverrides":false}}`, stored)
	require.Equal(t, defaultDelivery, effective)
	_, effective = set("")
	require.Equal(t, defaultDelivery, effective)
	require.NotContains(t, maps.Collect(maps.All(attributes(t, topic))), "DeliveryPolicy")
}

// A larger limit is for queues, functions and streams only, and for at most a hundred of them.
func TestLargeMessagesAskTheSubscriptions(t *testing.T) {
	w := fake(sns.WithLimits(sns.Limits{SubscriptionsFIFO: 2}))
	topic := w.topic(t, "x", sns.Config{})
	mail := subscribe(t, topic, sns.ToEmail("a@b"), sns.SubscriptionConfig{})
	large := sns.Config{MaxMessageSize: new(262_145)}
	require.ErrorIs(t, topic.SetConfig(t.Context(), large), sns.ErrInvalidParameter)
	require.NoError(t, topic.SetConfig(t.Context(), sns.Config{MaxMessageSize: new(262_144)}))
	w.confirm(t, mail)
	require.NoError(t, mail.Unsubscribe(t.Context()))
	for _, name := range []string{"a", "b", "c"} {
		require.NoError(t, topic.SetConfig(t.Context(), sns.Config{MaxMessageSize: new(1024)}))
		w.raw(t, topic, name, sns.SubscriptionConfig{})
		if err := topic.SetConfig(t.Context(), large); name == "c" {
			require.ErrorIs(t, err, sns.ErrInvalidParameter)
		} else {
			require.NoError(t, err)
		}
	}
	big := w.topic(t, "big", large)
	for _, to := range []sns.Endpoint{sns.ToEmail("a@b"), sns.ToURL("http://a/"), sns.ToPhone("+1234567890")} {
		_, err := big.Subscribe(t.Context(), to, sns.SubscriptionConfig{})
		require.ErrorIs(t, err, sns.ErrInvalidParameter)
	}
	q, _ := w.raw(t, big, "q", sns.SubscriptionConfig{})
	body := strings.Repeat("x", 262_145)
	publish(t, big, body)
	require.Equal(t, body, one(t, q).Body)
	_, err := big.Publish(t.Context(), sns.Message{Body: body + "x"})
	invalid(t, err, "Message too long")
	subscribe(t, big, w.Function("f", nil), sns.SubscriptionConfig{})
	_, err = big.Subscribe(t.Context(), sns.ToQueue("arn:aws:sqs:us-east-1:"+account+":third"), sns.SubscriptionConfig{})
	require.ErrorIs(t, err, sns.ErrSubscriptionLimitExceeded)
}

func TestDataProtection(t *testing.T) {
	w := fake()
	const good = `{"Name":"p","Statement":[{"DataDirection":"Inbound"},{"DataDirection":"Outbound"}]}`
	const direction = "DataProtectionPolicy Reason: Statement DataDirection must be either Inbound or Outbound"
	topic := w.topic(t, "x", sns.Config{DataProtection: new(good)})
	get := func(topic sns.Topic) string {
		text, err := topic.DataProtection(t.Context())
		require.NoError(t, err)
		return text
	}
	require.Equal(t, good, get(topic))
	require.NotContains(t, maps.Collect(maps.All(attributes(t, topic))), "DataProtectionPolicy")
	bad := `{"Statement":[{"DataDirection":"Sideways"}]}`
	invalid(t, topic.SetDataProtection(t.Context(), bad), direction)
	_, err := w.Create(t.Context(), "y", sns.Config{DataProtection: &bad})
	invalid(t, err, direction)
	for _, text := range []string{"x", "[]", `{"Statement":[]}` + strings.Repeat(" ", 30_720), "\"\xff\""} {
		require.ErrorIs(t, topic.SetDataProtection(t.Context(), text), sns.ErrInvalidParameter)
	}
	require.Equal(t, good, get(topic))
	require.NoError(t, topic.SetDataProtection(t.Context(), ""))
	require.Empty(t, get(topic))
	require.Empty(t, get(w.topic(t, "z", sns.Config{})))
}

// A change of settings takes a data protection policy with it, all or nothing, from who may put one; tags it refuses.
func TestSetConfigOfWhatIsNoAttribute(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x", sns.Config{Tags: map[string]string{"a": "b"}, DisplayName: new("before")})
	const good, bad = `{"Statement":[{"DataDirection":"Inbound"}]}`, `{"Statement":[{"DataDirection":"Up"}]}`
	is := func(name, protection string) {
		t.Helper()
		cfg, err := topic.Config(t.Context())
		require.NoError(t, err)
		text, err := topic.DataProtection(t.Context())
		require.NoError(t, err)
		tags, err := topic.Tags(t.Context())
		require.NoError(t, err)
		require.Equal(t, []any{name, protection, map[string]string{"a": "b"}}, []any{*cfg.DisplayName, text, tags})
	}
	for _, tags := range []map[string]string{{"a": "b"}, {"c": "d"}, {}} {
		invalid(t, topic.SetConfig(t.Context(), sns.Config{DisplayName: new("after"), DataProtection: new(good), Tags: tags}),
			"Tags Reason: SetConfig does not change tags, Tag and Untag do")
	}
	invalid(t, topic.SetConfig(t.Context(), sns.Config{DisplayName: new("after"), DataProtection: new(bad)}),
		"DataProtectionPolicy Reason: Statement DataDirection must be either Inbound or Outbound")
	invalid(t, topic.SetConfig(t.Context(), sns.Config{MaxMessageSize: new(1), DataProtection: new(good)}),
		"MaximumMessageSize: 1 value provided is not an integer between 1024-1048576")
	is("before", "")
	require.NoError(t, topic.SetConfig(t.Context(), sns.Config{DisplayName: new("after"), DataProtection: new(good)}))
	is("after", good)
	require.NoError(t, topic.SetConfig(t.Context(), sns.Config{DisplayName: new("later")}))
	is("later", good)
	cfg, err := topic.Config(t.Context())
	require.NoError(t, err)
	require.NoError(t, topic.SetConfig(t.Context(), cfg), "as it is")
	is("later", good)
	require.NoError(t, topic.SetConfig(t.Context(), sns.Config{DataProtection: new("")}))
	is("later", "")

	guest := sns.WithCaller(t.Context(), sns.Caller{Account: foreign, ARN: "arn:aws:iam::" + foreign + ":user/u"})
	require.NoError(t, topic.SetAttribute(t.Context(), "Policy", allowing("SNS:SetTopicAttributes", topic.ARN())))
	require.NoError(t, topic.SetConfig(guest, sns.Config{DisplayName: new("theirs")}))
	refused(t, topic.SetConfig(guest, sns.Config{DisplayName: new("no"), DataProtection: new(good)}), sns.ErrAuthorization,
		"User: arn:aws:iam::"+foreign+":user/u is not authorized to perform: SNS:PutDataProtectionPolicy on resource: "+topic.ARN()+
			" because no resource-based policy allows the SNS:PutDataProtectionPolicy action")
	is("theirs", "")
	require.NoError(t, topic.SetAttribute(t.Context(), "Policy", allowing("SNS:*", topic.ARN())))
	require.NoError(t, topic.SetConfig(guest, sns.Config{DataProtection: new(good)}))
	is("theirs", good)

	// A creation of what exists compares it, as it compares all that it names.
	for protection, same := range map[string]bool{good: true, "": false, `{"Statement":[]}`: false} {
		_, err := w.Create(t.Context(), "x", sns.Config{DataProtection: new(protection)})
		require.Equal(t, same, err == nil, err)
		if !same {
			invalid(t, err, "DataProtectionPolicy Reason: Topic already exists with a different data protection policy")
		}
	}
	w.topic(t, "x", sns.Config{})
	is("theirs", good)
}
