package sns

import (
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/inflight-mq/inflight/internal/arn"
	"github.com/inflight-mq/inflight/sns/internal/envelope"
)

// Protocol is how a subscription's endpoint is delivered to.
type Protocol string

// The protocols.
const (
	ProtocolSQS         Protocol = "sqs"
	ProtocolHTTP        Protocol = "http"
	ProtocolHTTPS       Protocol = "https"
	ProtocolLambda      Protocol = "lambda"
	ProtocolEmail       Protocol = "email"
	ProtocolEmailJSON   Protocol = "email-json"
	ProtocolSMS         Protocol = "sms"
	ProtocolApplication Protocol = "application"
	ProtocolFirehose    Protocol = "firehose"
)

// Endpoint is where a subscription delivers. It is a name: what stands behind it is looked up at each delivery. Endpoints are
// comparable.
type Endpoint struct {
	Protocol Protocol
	Address  string
}

// ToQueue is the queue of an ARN; see [WithQueues].
func ToQueue(arn string) Endpoint { return Endpoint{ProtocolSQS, arn} }

// ToURL is an HTTP or HTTPS endpoint, by the scheme of its URL; see [WithTransport]. What is neither counts as HTTP. Name and password
// in the URL answer a challenge of status 401: by Digest with SHA-256 or MD5, of the plain or the session kind, with the protection
// auth or none, or else by Basic.
func ToURL(url string) Endpoint {
	if len(url) >= 8 && url[:8] == "https://" {
		return Endpoint{ProtocolHTTPS, url}
	}
	return Endpoint{ProtocolHTTP, url}
}

// ToFunction is the function of an ARN; see [Broker.Function].
func ToFunction(arn string) Endpoint { return Endpoint{ProtocolLambda, arn} }

// ToEmail is an e-mail address, written to in plain text; see [Broker.Emails].
func ToEmail(address string) Endpoint { return Endpoint{ProtocolEmail, address} }

// ToEmailJSON is an e-mail address that gets envelopes; see [Broker.Emails].
func ToEmailJSON(address string) Endpoint { return Endpoint{ProtocolEmailJSON, address} }

// ToPhone is a phone number: digits, with or without a plus, and with single hyphens, dots or slashes between them; see
// [Broker.Texts].
func ToPhone(number string) Endpoint { return Endpoint{ProtocolSMS, number} }

// ToApp is the platform endpoint of an ARN: one installation of an app; see [Broker.Pushes].
func ToApp(arn string) Endpoint { return Endpoint{ProtocolApplication, arn} }

// ToStream is the Firehose delivery stream of an ARN; see [Broker.Stream]. Subscribing one takes the attribute SubscriptionRoleArn,
// the ARN of a role, which is not looked up; see SubscriptionConfig.Attributes.
func ToStream(arn string) Endpoint { return Endpoint{ProtocolFirehose, arn} }

// validate refuses an endpoint that its protocol cannot have.
func (e Endpoint) validate(b *Broker) error {
	switch e.Protocol {
	case ProtocolSQS:
		if !isQueueARN(e.Address) {
			return invalid("SQS endpoint ARN")
		}
	case ProtocolHTTP, ProtocolHTTPS:
		if !isURL(e.Address, string(e.Protocol)) {
			return invalid("Endpoint must match the specified protocol")
		}
	case ProtocolEmail, ProtocolEmailJSON:
		if !isEmail(e.Address) {
			return invalid("Email address")
		}
	case ProtocolSMS:
		if !isPhoneEndpoint(e.Address) {
			return fail(ErrInvalidParameter, "Invalid SMS endpoint: %s", e.Address)
		}
	case ProtocolLambda:
		if !isOwnedARN(e.Address, "lambda", "function:") {
			return invalid("Lambda endpoint ARN")
		}
	case ProtocolApplication:
		return b.validateApp(e.Address)
	case ProtocolFirehose:
		if !isOwnedARN(e.Address, "firehose", "deliverystream/") {
			return invalid("Firehose endpoint ARN")
		}
	default:
		return invalid("Amazon SNS does not support this protocol string: %s", e.Protocol)
	}
	return nil
}

// fits refuses an endpoint that the kind of topic does not serve.
func (e Endpoint) fits(t *settings) error {
	switch {
	case t.fifo && e.Protocol != ProtocolSQS:
		return invalid("Invalid protocol type: %s", e.Protocol)
	case !t.fifo && e.Protocol == ProtocolSQS && isFIFOQueue(e.Address):
		return invalid("Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics")
	case t.maxSize > MaxMessageSize && e.Protocol != ProtocolSQS && e.Protocol != ProtocolLambda && e.Protocol != ProtocolFirehose:
		return invalid("Endpoint Reason: a topic with a MaximumMessageSize above %d takes only sqs, lambda and firehose", MaxMessageSize)
	}
	return nil
}

// needsConfirmation reports whether somebody must confirm that the endpoint wants to be subscribed.
func (e Endpoint) needsConfirmation(account string) bool {
	switch e.Protocol {
	case ProtocolHTTP, ProtocolHTTPS, ProtocolEmail, ProtocolEmailJSON:
		return true
	case ProtocolSQS, ProtocolLambda:
		a, _ := arn.Parse(e.Address)
		return a.Account != account
	}
	return false
}

// group is whose text of a structured message the endpoint gets.
func (e Endpoint) group() string {
	if e.Protocol == ProtocolApplication {
		return envelope.Platform(e.Address)
	}
	return string(e.Protocol)
}

// isURL reports whether text is a URL of a scheme, with a host.
func isURL(text, scheme string) bool {
	u, err := url.Parse(text)
	return err == nil && utf8.ValidString(text) && u.Scheme == scheme && u.Host != ""
}

// isEmail takes what looks like an address: a name, an at sign and a domain, without blanks.
func isEmail(text string) bool {
	name, domain, ok := strings.Cut(text, "@")
	return ok && utf8.ValidString(text) && name != "" && domain != "" &&
		!strings.Contains(domain, "@") && !strings.ContainsAny(text, " \t\r\n")
}

// isPhoneEndpoint takes numbers with single dots, slashes and hyphens between their digits.
func isPhoneEndpoint(text string) bool {
	between := false
	var digits strings.Builder
	for i, c := range []byte(text) {
		if c == '.' || c == '/' || c == '-' {
			if between || i == 0 || i == len(text)-1 {
				return false
			}
			between = true
			continue
		}
		between = false
		digits.WriteByte(c)
	}
	return isNumber(strings.TrimPrefix(digits.String(), "+"))
}

// isNumber takes phone numbers of the international form, without their plus: 2 to 15 digits, the first of which is not 0.
func isNumber(digits string) bool {
	return len(digits) >= 2 && len(digits) <= 15 && digits[0] != '0' && strings.Trim(digits, "0123456789") == ""
}

func isFIFOQueue(arn string) bool { return strings.HasSuffix(arn, fifoSuffix) }
