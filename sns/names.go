package sns

import (
	"cmp"
	"strings"

	"github.com/inflight-mq/inflight/internal/arn"
)

// key names a topic among all accounts and regions of a broker.
type key struct{ account, region, name string }

func (k key) arn() string { return arn.New(service, k.region, k.account, k.name).String() }

const fifoSuffix = ".fifo"

// maxTopicName counts the suffix of a FIFO topic in.
const maxTopicName = 256

// validateName refuses a name that the kind of topic cannot have. The attribute decides the kind, the suffix must agree.
func validateName(name string, fifo bool) error {
	base, hasSuffix := strings.CutSuffix(name, fifoSuffix)
	if hasSuffix != fifo || len(name) > maxTopicName || !isPlain(base) {
		return invalid("Topic Name")
	}
	return nil
}

// isPlain reports whether s is letters, digits, hyphens and underscores, at least one.
func isPlain(s string) bool {
	for _, c := range []byte(s) {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-', c == '_':
		default:
			return false
		}
	}
	return s != ""
}

// name is an ARN taken apart as far as the service looks at it.
type name struct {
	parts                    int // between colons
	service, region, account string
	resource                 string // all that follows
}

// parseName reads the ARN of a parameter.
func parseName(parameter, s string) (name, error) {
	colons := strings.Count(s, ":")
	if colons < 5 {
		return name{}, invalid("%s Reason: An ARN must have at least 6 elements, not %d", parameter, colons+1)
	}
	var parts [5]string // all but the resource
	rest := s
	for i := range parts {
		parts[i], rest, _ = strings.Cut(rest, ":")
	}
	return name{colons + 1, parts[2], parts[3], parts[4], rest}, nil
}

// topicKey reads the topic ARN of a parameter, which must be of the caller's region.
func (c *call) topicKey(parameter, s string) (key, error) {
	n, err := parseName(parameter, s)
	if err != nil {
		return key{}, err
	}
	if _, region := c.home(); n.region != region || n.service != service {
		return key{}, invalid("%s", parameter)
	}
	return key{n.account, n.region, n.resource}, nil
}

const service = "sns"

// keyOf returns the key of a topic's ARN, or of a name in the account and region given: for looking, not for the service's
// operations.
func keyOf(ref, account, region string) key {
	if a, ok := arn.Parse(ref); ok && a.Service == service {
		return key{a.Account, a.Region, a.Resource}
	}
	return key{account, region, ref}
}

// home returns the account and region that the caller's names are looked up in.
func (c *call) home() (account, region string) {
	if c.caller == nil {
		return c.b.account, c.b.region
	}
	return cmp.Or(c.caller.Account, c.b.account), cmp.Or(c.caller.Region, c.b.region)
}
