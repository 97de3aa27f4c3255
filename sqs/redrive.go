package sqs

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/inflight-mq/inflight/internal/arn"
)

// The redrive policy and the redrive-allow policy: their JSON, and what is wrong with it.

// String returns the policy as the service shows it.
func (d *DeadLetter) String() string {
	if d.raw != "" {
		return d.raw
	}
	return `{"deadLetterTargetArn":` + quote(d.Target) + `,"maxReceiveCount":` + strconv.Itoa(d.MaxReceives) + `}`
}

// String returns the policy as the service shows it.
func (a *RedriveAllow) String() string {
	if a.raw != "" {
		return a.raw
	}
	var b strings.Builder
	b.WriteString(`{"redrivePermission":` + quote(string(a.Permission)))
	if len(a.Sources) > 0 {
		b.WriteString(`,"sourceQueueArns":[`)
		for i, s := range a.Sources {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(quote(s))
		}
		b.WriteByte(']')
	}
	b.WriteByte('}')
	return b.String()
}

func quote(s string) string {
	b, _ := json.Marshal(s) // a string always has a JSON form
	return string(b)
}

func (d *DeadLetter) fault(reason string) error { return badValue(d.String(), attrRedrive, reason) }

func (a *RedriveAllow) fault(reason string) error {
	return badValue(a.String(), attrRedriveAllow, reason)
}

// parseDeadLetter reads a RedrivePolicy attribute. The empty text removes the policy.
func parseDeadLetter(text string) (*DeadLetter, error) {
	d := &DeadLetter{raw: text}
	if text == "" {
		return d, nil
	}
	m, ok := parseObject(text)
	if !ok {
		return nil, fail(ErrInvalidParameterValue,
			"Invalid value for the parameter RedrivePolicy. Reason: Redrive policy is not a valid JSON map.")
	}
	for _, key := range []string{"maxReceiveCount", "deadLetterTargetArn"} {
		if _, ok := m[key]; !ok {
			return nil, d.fault("Redrive policy does not contain mandatory attribute: " + key + ".")
		}
	}
	if len(m) > 2 {
		return nil, d.fault("Only following attributes are supported: [maxReceiveCount, deadLetterTargetArn].")
	}
	count := strings.Trim(string(m["maxReceiveCount"]), `"`)
	var err error
	if d.MaxReceives, err = strconv.Atoi(count); err != nil {
		return nil, d.badCount(count)
	}
	if json.Unmarshal(m["deadLetterTargetArn"], &d.Target) != nil {
		return nil, d.fault(textNotARN)
	}
	return d, nil
}

const textNotARN = "Dead-letter target ARN should be fully qualified ARN."

func (d *DeadLetter) badCount(v string) error {
	return d.fault("Invalid value for maxReceiveCount: " + v + ", valid values are from 1 to 1000 both inclusive.")
}

// validate checks what can be told without other queues, and returns the target's ARN.
func (d *DeadLetter) validate() (arn.ARN, error) {
	if d.MaxReceives < 1 || d.MaxReceives > MaxReceiveCount {
		return arn.ARN{}, d.badCount(strconv.Itoa(d.MaxReceives))
	}
	a, ok := arn.Parse(d.Target)
	switch {
	case !ok:
		return a, d.fault(textNotARN)
	case a.Service != "sqs":
		return a, d.fault("Only SQS queues are valid resources for deadLetterTargetArn.")
	}
	return a, nil
}

// parseRedriveAllow reads a RedriveAllowPolicy attribute. The empty text removes the policy.
func parseRedriveAllow(text string) (*RedriveAllow, error) {
	a := &RedriveAllow{raw: text}
	if text == "" {
		return a, nil
	}
	m, ok := parseObject(text)
	if !ok {
		return nil, badAllow()
	}
	for key, raw := range m {
		var err error
		switch key {
		case "redrivePermission":
			err = json.Unmarshal(raw, &a.Permission)
		case "sourceQueueArns":
			a.Sources = []string{}
			err = json.Unmarshal(raw, &a.Sources)
		default:
			return nil, badAllow()
		}
		if err != nil {
			return nil, badAllow()
		}
	}
	return a, nil
}

func badAllow() error {
	return fail(ErrInvalidParameterValue, "Invalid value for the parameter RedriveAllowPolicy. "+
		"Reason: Amazon SQS can't create the redrive allow policy, as it’s in an unsupported format.")
}

func (a *RedriveAllow) validate() error {
	switch {
	case a.Permission != AllowAll && a.Permission != DenyAll && a.Permission != ByQueue:
		return badAllow()
	case a.Permission != ByQueue && a.Sources != nil:
		return a.fault("To specify one or more source queue ARNs, you must set redrivePermission to byQueue.")
	case a.Permission == ByQueue && len(a.Sources) == 0:
		return a.fault("Amazon SQS can't create the redrive allow policy. When you specify the byQueue permission type, " +
			"you must also specify one or more sourceQueueArns values.")
	case len(a.Sources) > MaxSources:
		return a.fault("The maximum number of source queue ARNs you can specify is 10.")
	}
	return nil
}

// allows reports whether a queue may name this one's owner as its dead-letter queue. No policy allows all.
func (a *RedriveAllow) allows(source string) bool {
	switch {
	case a == nil, a.Permission == AllowAll:
		return true
	case a.Permission == ByQueue:
		return slices.Contains(a.Sources, source)
	}
	return false
}

// parseObject reads a JSON object and nothing behind it.
func parseObject(text string) (map[string]json.RawMessage, bool) {
	var m map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &m); err != nil || m == nil || bytes.Equal([]byte(text), []byte("null")) {
		return nil, false
	}
	return m, true
}
