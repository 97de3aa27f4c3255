package sqs

import (
	"net/url"
	"strings"

	"github.com/inflight-mq/inflight/internal/arn"
)

// key names a queue among all accounts and regions of a broker.
type key struct{ account, region, name string }

func (k key) arn() string { return arn.New("sqs", k.region, k.account, k.name).String() }

func (k key) url() string {
	return "https://sqs." + k.region + ".amazonaws.com/" + k.account + "/" + k.name
}

const fifoSuffix = ".fifo"

// validateName refuses a name that the kind of queue cannot have. The attribute decides the kind, the suffix must agree.
func validateName(name string, fifo bool) error {
	base := name
	if fifo {
		base = strings.TrimSuffix(name, fifoSuffix)
	}
	switch {
	case name == "":
		return fail(ErrInvalidParameterValue, "Queue name cannot be empty")
	case fifo && (base == name || !isPlain(base, 80-len(fifoSuffix))):
		return fail(ErrInvalidParameterValue, "The name of a FIFO queue can only include alphanumeric characters, hyphens, or "+
			"underscores, must end with .fifo suffix and be 1 to 80 in length")
	case !fifo && !isPlain(base, 80):
		return fail(ErrInvalidParameterValue,
			"Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length")
	}
	return nil
}

// isPlain reports whether s is 1 to most letters, digits, hyphens and underscores.
func isPlain(s string, most int) bool {
	if s == "" || len(s) > most {
		return false
	}
	for _, c := range []byte(s) {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-', c == '_':
		default:
			return false
		}
	}
	return true
}

// keyOf returns the key of a queue's ARN; of any other ARN, one that no queue has.
func keyOf(a arn.ARN) key {
	if a.Service != "sqs" || a.Partition != arn.Partition(a.Region) {
		return key{}
	}
	return key{a.Account, a.Region, a.Resource}
}

// resolve turns a name, URL or ARN into a key. A bare name is in the caller's account and region; of a URL, scheme and host
// are not compared. What makes no sense resolves to a name that no queue can have.
func resolve(ref, account, region string) key {
	if a, ok := arn.Parse(ref); ok {
		return keyOf(a)
	}
	if !strings.Contains(ref, "/") {
		return key{account, region, ref}
	}
	path, ok := pathOf(ref)
	if !ok {
		return key{}
	}
	path = strings.Trim(path, "/")
	i := strings.LastIndexByte(path, '/')
	if i >= 0 {
		account = path[strings.LastIndexByte(path[:i], '/')+1 : i]
	}
	return key{account, region, path[i+1:]}
}

// pathOf returns the path of a URL. Those of plain characters, which nearly all are, need no parsing.
func pathOf(ref string) (string, bool) {
	if rest, ok := strings.CutPrefix(ref, "https://"); ok && isPlainURL(rest) {
		_, path, _ := strings.Cut(rest, "/")
		return path, true
	}
	u, err := url.Parse(ref)
	if err != nil {
		return "", false
	}
	return u.Path, true
}

// isPlainURL reports whether s is letters, digits, hyphens, underscores, dots and slashes.
func isPlainURL(s string) bool {
	for _, c := range []byte(s) {
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c >= 'A' && c <= 'Z', c >= '-' && c <= '/', c == '_':
		default:
			return false
		}
	}
	return true
}
