package snstest

import (
	"github.com/stretchr/testify/assert"

	"github.com/inflight-mq/inflight/sns"
)

// badEndpoints are endpoints that their protocol cannot have, each with the text of the refusal.
func badEndpoints() []Case {
	var all []Case
	add := func(source, name string, p sns.Protocol, text string, addresses ...string) {
		all = append(all, Case{
			Name: "bad-" + name, Source: source, Rule: "an endpoint out of the form of protocol " + string(p) + " is refused",
			Run: func(e *Env) {
				t := e.topic(sns.Config{})
				for _, a := range addresses {
					_, err := t.Subscribe(e.Ctx, sns.Endpoint{Protocol: p, Address: a}, sns.SubscriptionConfig{})
					e.invalid(err, text)
				}
				assert.Empty(e, e.listed(t))
			},
		})
	}
	add("recorded 3.1", "queue", sns.ProtocolSQS, "SQS endpoint ARN", "https://sqs.us-east-1.amazonaws.com/123456789012/q", "q", "")
	add("recorded 3.1", "queue-service", sns.ProtocolSQS, "SQS endpoint ARN", "arn:aws:lambda:us-east-1:123456789012:function:f")
	add("inferred 3.1", "http", sns.ProtocolHTTP, "Endpoint must match the specified protocol", "https://example.com/", "example.com", "")
	add("inferred 3.1", "https", sns.ProtocolHTTPS, "Endpoint must match the specified protocol", "http://example.com/", "mailto:x@y.com")
	add("observed 3.1", "email", sns.ProtocolEmail, "Email address", "nobody", "@example.com", "nobody@", "")
	add("observed 3.1", "email-json", sns.ProtocolEmailJSON, "Email address", "nobody")
	add("inferred 3.1", "function", sns.ProtocolLambda, "Lambda endpoint ARN", "f", "arn:aws:sqs:us-east-1:123456789012:q")
	for name, number := range map[string]string{
		"doubled": "+15--551234567", "letters": "NAA+15551234567", "last": "+15551234567.", "first": "/+15551234567", "words": "invalid-number",
	} {
		all = append(all, recorded("3.1", "bad-phone-"+name, "a phone number has single dots, slashes and hyphens between its digits",
			func(e *Env) {
				_, err := e.topic(sns.Config{}).Subscribe(e.Ctx, sns.ToPhone(number), sns.SubscriptionConfig{})
				e.refused(err, sns.ErrInvalidParameter, "Invalid SMS endpoint: "+number)
			}))
	}
	for _, to := range []sns.Endpoint{
		sns.ToFunction("arn:aws:lambda:us-east-1:123456789012:function:f"), sns.ToURL("https://example.com/"),
		sns.ToEmail("somebody@example.com"), sns.ToPhone("+15551234567"),
		sns.ToStream("arn:aws:firehose:us-east-1:123456789012:deliverystream/s"),
	} {
		all = append(all, observed("3.2", "fifo-"+string(to.Protocol), "a FIFO topic delivers to queues only", func(e *Env) {
			_, err := e.fifo(sns.Config{}).Subscribe(e.Ctx, to, sns.SubscriptionConfig{})
			e.invalid(err, "Invalid protocol type: "+string(to.Protocol))
		}))
	}
	return append(all, Case{
		Name: "stream-without-role", Source: "documented 3.1", Rule: "a delivery stream needs SubscriptionRoleArn", Run: streamWithoutRole,
	})
}

func streamWithoutRole(e *Env) {
	t := e.topic(sns.Config{})
	to := sns.ToStream("arn:aws:firehose:" + part(t.ARN(), 3) + ":" + part(t.ARN(), 4) + ":deliverystream/s")
	_, err := t.Subscribe(e.Ctx, to, sns.SubscriptionConfig{})
	e.invalid(err, "")
}
