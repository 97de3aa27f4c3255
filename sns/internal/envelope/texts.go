package envelope

import (
	"encoding/json"
	"strings"

	"github.com/inflight-mq/inflight/internal/arn"
	"github.com/inflight-mq/inflight/internal/jsontext"
)

// Reason is why a message structure is refused: the service's text, without "Invalid parameter: ". It is an error and can be
// compared with ==.
type Reason string

// The reasons.
const (
	NotJSON   Reason = "Message Structure - JSON message body failed to parse"
	NoDefault Reason = "Message Structure - No default entry in JSON message body"
)

// Error makes a Reason an error.
func (r Reason) Error() string { return string(r) }

// Texts are the texts of a message by protocol or platform. It never changes.
type Texts struct {
	fallback string
	byKey    map[string]string // nil: all get the fallback
}

// Plain returns one text for all.
func Plain(text string) Texts { return Texts{fallback: text} }

// ParseStructure reads a message of structure json. Members that are not strings count as absent, and the last of equal names
// counts. A member "default" is required, unless there is one for the platform that a message is directly published to; platform is
// empty for topics. Every error is a Reason.
func ParseStructure(message, platform string) (Texts, error) {
	members, ok := jsontext.Object([]byte(message))
	if !ok {
		return Texts{}, NotJSON
	}
	t := Texts{byKey: make(map[string]string, len(members))}
	for name, raw := range members {
		var text string
		if raw[0] == '"' && json.Unmarshal(raw, &text) == nil {
			t.byKey[name] = text
		}
	}
	if t.fallback, ok = t.byKey["default"]; ok {
		return t, nil
	}
	if _, ok := t.byKey[platform]; !ok || platform == "" {
		return Texts{}, NoDefault
	}
	return t, nil
}

// For returns the text for a protocol, or for a platform by its key, and whether it is of its own and not that of all.
func (t Texts) For(key string) (text string, own bool) {
	if text, own = t.byKey[key]; own {
		return text, true
	}
	return t.fallback, false
}

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
