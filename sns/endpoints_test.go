package sns_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sns"
)

// Sections 3.1 and 3.2: what can be subscribed to what.

const queuePrefix = "arn:aws:sqs:us-east-1:" + account + ":"

func TestEndpoints(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x", sns.Config{})
	const noURL, noMail, noQueue = "Endpoint must match the specified protocol", "Email address", "SQS endpoint ARN"
	for to, text := range map[sns.Endpoint]string{ // text "": good
		{Protocol: "test-protocol", Address: "x"}:     "Amazon SNS does not support this protocol string: test-protocol",
		{Protocol: "", Address: "x"}:                  "Amazon SNS does not support this protocol string: ",
		{Protocol: "SQS", Address: queuePrefix + "q"}: "Amazon SNS does not support this protocol string: SQS",

		sns.ToQueue(queuePrefix + "q"):                                "",
		sns.ToQueue("arn:aws:sqs:eu-west-1:" + account + ":q"):        "",
		sns.ToQueue("https://sqs.us-east-1.amazonaws.com/1234/queue"): noQueue,
		sns.ToQueue("q"): noQueue,
		sns.ToQueue(""):  noQueue,
		sns.ToQueue("arn:aws:sns:us-east-1:" + account + ":q"): noQueue,
		sns.ToQueue("arn:aws:sqs:us-east-1:" + account):        noQueue,
		sns.ToQueue("arn:aws:sqs::" + account + ":q"):          noQueue,
		sns.ToQueue(queuePrefix + "\xff"):                      noQueue,

		sns.ToURL("http://example.com/x"):                             "",
		sns.ToURL("https://u:p@example.com:8443/x"):                   "",
		{Protocol: sns.ProtocolHTTP, Address: "https://example.com/"}: noURL,
		{Protocol: sns.ProtocolHTTPS, Address: "http://example.com/"}: noURL,
		sns.ToURL(""):              noURL,
		sns.ToURL("http://"):       noURL,
		sns.ToURL("example.com"):   noURL,
		sns.ToURL("http://a b/"):   noURL,
		sns.ToURL("http://a/\xff"): noURL,

		sns.ToEmail("a@example.com"):     "",
		sns.ToEmailJSON("a@example.com"): "",
		sns.ToEmail("a"):                 noMail,
		sns.ToEmail(""):                  noMail,
		sns.ToEmailJSON("@b"):            noMail,
		sns.ToEmailJSON("a@"):            noMail,
		sns.ToEmail("a@b@c"):             noMail,
		sns.ToEmail("a b@c"):             noMail,
		sns.ToEmail("a@\xff"):            noMail,

		sns.ToFunction("arn:aws:lambda:us-east-1:" + account + ":function:f"):      "",
		sns.ToFunction("arn:aws:lambda:us-east-1:" + account + ":function:f:prod"): "",
		sns.ToFunction("f"):               "Lambda endpoint ARN",
		sns.ToFunction(queuePrefix + "q"): "Lambda endpoint ARN",
		sns.ToFunction("arn:aws:lambda:us-east-1:" + account + ":layer:f"): "Lambda endpoint ARN",
		sns.ToStream("s"): "Firehose endpoint ARN",
	} {
		_, err := topic.Subscribe(t.Context(), to, sns.SubscriptionConfig{})
		if text == "" {
			require.NoError(t, err, to)
		} else {
			invalid(t, err, text, to)
		}
	}
}

// Recorded: single separators between digits are fine.
func TestPhoneEndpoints(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x", sns.Config{})
	for _, number := range []string{"+1234567890", "+12/34-567.890", "1234567890", "+12", "+123456789012345"} {
		s := subscribe(t, topic, sns.ToPhone(number), sns.SubscriptionConfig{})
		require.False(t, s.Pending())
	}
	for _, number := range []string{
		"+15--551234567", "NAA+15551234567", "+15551234567.", "/+15551234567", "invalid-number", "", "+", "+1", "+0123456789",
		"+1234567890123456", "+12345é", "1-./2", "++123", "+1 234",
	} {
		_, err := topic.Subscribe(t.Context(), sns.ToPhone(number), sns.SubscriptionConfig{})
		refused(t, err, sns.ErrInvalidParameter, "Invalid SMS endpoint: "+number)
	}
}

func TestTopicAgainstEndpoint(t *testing.T) {
	w := fake()
	standard, fifo := w.topic(t, "x", sns.Config{}), w.topic(t, "x.fifo", sns.Config{})
	_, err := standard.Subscribe(t.Context(), sns.ToQueue(queuePrefix+"missing.fifo"), sns.SubscriptionConfig{})
	invalid(t, err, "Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics")
	subscribe(t, standard, sns.ToURL("http://a/missing.fifo"), sns.SubscriptionConfig{}) // which is no queue
	subscribe(t, fifo, sns.ToQueue(queuePrefix+"missing.fifo"), sns.SubscriptionConfig{})
	subscribe(t, fifo, sns.ToQueue(queuePrefix+"missing"), sns.SubscriptionConfig{})
	for _, to := range []sns.Endpoint{
		w.Function("f", nil), sns.ToURL("http://a/"), sns.ToURL("https://a/"), sns.ToEmail("a@b"), sns.ToEmailJSON("a@b"), sns.ToPhone("+123456"),
		w.Stream("s", nil),
	} {
		_, err := fifo.Subscribe(t.Context(), to, sns.SubscriptionConfig{Attributes: map[string]string{"SubscriptionRoleArn": "r"}})
		invalid(t, err, "Invalid protocol type: "+string(to.Protocol))
	}
	_, err = fifo.Subscribe(t.Context(), sns.ToFunction("x"), sns.SubscriptionConfig{})
	invalid(t, err, "Lambda endpoint ARN", "the endpoint is looked at before the kind of the topic")
	_, err = standard.Subscribe(t.Context(), sns.ToQueue("x"), sns.SubscriptionConfig{Attributes: map[string]string{"x": "x"}})
	invalid(t, err, "SQS endpoint ARN", "and before the attributes")
}

// Which subscriptions are confirmed at once.
func TestWhoMustConfirm(t *testing.T) {
	w := fake()
	topic := w.topic(t, "x", sns.Config{})
	role := sns.SubscriptionConfig{Attributes: map[string]string{"SubscriptionRoleArn": "arn:aws:iam::" + account + ":role/r"}}
	for to, pending := range map[sns.Endpoint]bool{
		sns.ToQueue(queuePrefix + "q"):                                        false,
		sns.ToQueue("arn:aws:sqs:us-east-1:" + foreign + ":q"):                true,
		w.Function("f", nil):                                                  false,
		sns.ToFunction("arn:aws:lambda:us-east-1:" + foreign + ":function:f"): true,
		w.Stream("s", nil):                                                    false,
		sns.ToPhone("+123456"):                                                false,
		sns.ToURL("http://a/"):                                                true, sns.ToURL("https://a/"): true, sns.ToEmail("a@b"): true, sns.ToEmailJSON("a@b"): true,
	} {
		cfg := sns.SubscriptionConfig{}
		if to.Protocol == sns.ProtocolFirehose {
			_, err := topic.Subscribe(t.Context(), to, cfg)
			require.ErrorIs(t, err, sns.ErrInvalidParameter)
			cfg = role
		}
		s := subscribe(t, topic, to, cfg)
		as := attributes(t, s)
		require.Equal(t, pending, s.Pending(), to)
		require.Equal(t, pending, as["PendingConfirmation"] == "true", to)
		require.Equal(t, pending, as["ConfirmationWasAuthenticated"] == "false", to)
	}
}
