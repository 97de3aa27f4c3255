package model

import "strings"

// Names is what streams, consumers and shards may be called.
func Names() *Pattern {
	return &Pattern{"[a-zA-Z0-9_.-]+", func(s string) bool {
		for _, c := range []byte(s) {
			switch {
			case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '_', c == '.', c == '-':
			default:
				return false
			}
		}
		return s != ""
	}}
}

// HashKeys are decimal numbers of up to 39 digits.
func HashKeys() *Pattern { return &Pattern{`0|([1-9]\d{0,38})`, decimal(39)} }

// Sequences are decimal numbers of up to 129 digits.
func Sequences() *Pattern { return &Pattern{`0|([1-9]\d{0,128})`, decimal(129)} }

// decimal returns a function that matches 0 and numbers of up to so many digits without a leading 0.
func decimal(digits int) func(string) bool {
	return func(s string) bool {
		if s == "" || len(s) > digits || s[0] == '0' && len(s) > 1 {
			return false
		}
		return isDigits(s)
	}
}

func isDigits(s string) bool {
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// StreamARNs are the ARNs of streams.
func StreamARNs() *Pattern { return &Pattern{`arn:aws.*:kinesis:.*:\d{12}:stream/\S+`, isStreamARN} }

// ConsumerARNs are the ARNs of consumers.
func ConsumerARNs() *Pattern {
	const text = `^(arn):aws.*:kinesis:.*:\d{12}:.*stream\/[a-zA-Z0-9_.-]+\/consumer\/[a-zA-Z0-9_.-]+:[0-9]+`
	return &Pattern{text, func(s string) bool {
		_, consumer, ok := strings.Cut(s, "/consumer/")
		name, second, timed := strings.Cut(consumer, ":")
		return ok && timed && isStreamARN(s) && Names().Matches(name) && second != "" && isDigits(second)
	}}
}

// ResourceARNs are the ARNs of streams and consumers.
func ResourceARNs() *Pattern {
	return &Pattern{`arn:aws.*:kinesis:.*:\d{12}:.*stream/\S+`, isStreamARN}
}

func isStreamARN(s string) bool {
	parts := strings.SplitN(s, ":", 6)
	return len(parts) == 6 && parts[0] == "arn" && strings.HasPrefix(parts[1], "aws") && parts[2] == "kinesis" &&
		len(parts[4]) == 12 && isDigits(parts[4]) && strings.HasPrefix(parts[5], "stream/") &&
		len(parts[5]) > len("stream/") && !strings.ContainsAny(parts[5], " \t\n\r\f\v")
}
