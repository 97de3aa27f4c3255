package envelope

import (
	"strings"

	"github.com/inflight-mq/inflight/internal/arn"
	"github.com/inflight-mq/inflight/internal/jsontext"
)

// Platform returns the key of the text for a platform endpoint: the platform in its ARN, GCM for what is also called FCM. It is
// empty for other ARNs.
func Platform(endpointARN string) string {
	a, _ := arn.Parse(endpointARN)
	kind, rest, _ := strings.Cut(a.Resource, "/")
	platform, _, found := strings.Cut(rest, "/")
	if kind != "endpoint" || !found {
		return ""
	}
	if platform == "FCM" {
		return "GCM"
	}
	return platform
}

// Push returns the payload for a platform: the platform's own text as it is, and a text for all in the platform's wrapping, where
// it has one.
func (t Texts) Push(platform string) string {
	text, own := t.For(platform)
	if own {
		return text
	}
	switch {
	case strings.HasPrefix(platform, "APNS"), strings.HasPrefix(platform, "MACOS"):
		return wrapped(`{"aps":{"alert":`, text)
	case platform == "GCM", platform == "ADM":
		return wrapped(`{"data":{"default":`, text)
	}
	return text
}

func wrapped(before, text string) string {
	b := append(make([]byte, 0, len(before)+len(text)+16), before...)
	return string(append(jsontext.Append(b, text), "}}"...))
}
