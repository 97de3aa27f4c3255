package filter

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Error says why a policy was refused, in the words of the service.
type Error struct {
	// Attribute is the attribute of the subscription that the service blames: FilterPolicy, or FilterPolicyScope for an
	// unknown scope. It is empty for the one text that the service gives without: a nested policy in the scope MessageAttributes.
	Attribute string
	// Text is what is wrong. Where the service says where in the policy, Text has a second line that does.
	Text string
}

// Error returns the text.
func (e *Error) Error() string { return e.Text }

// Reason returns the text with the attribute before it, if there is one: all that follows "Invalid parameter: " or
// "Invalid parameter: Attributes Reason: " in an answer of the service.
func (e *Error) Reason() string {
	if e.Attribute == "" {
		return e.Text
	}
	return e.Attribute + ": " + e.Text
}

func refuse(problem string) *Error { return &Error{"FilterPolicy", problem} }

// badJSON says where in the text as it was given the problem is.
func badJSON(document string, at int, problem string) *Error {
	before := document[:min(at, len(document))]
	line, column := 1+strings.Count(before, "\n"), 1+units(before[strings.LastIndexByte(before, '\n')+1:])
	return refuse(fmt.Sprintf(
		"failed to parse JSON. %s\n at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: %d, column: %d]",
		problem, line, column))
}

// refuseAt quotes the compact policy, on one line, and says how far the service had read.
func refuseAt(compact string, at int, problem string) *Error {
	const quoted = 500 // bytes of the policy at the most
	snippet, rest := compact, ""
	if len(compact) > quoted {
		cut := quoted
		for !utf8.RuneStart(compact[cut]) {
			cut--
		}
		snippet, rest = compact[:cut], fmt.Sprintf("[truncated %d chars]", units(compact[cut:]))
	}
	return refuse(fmt.Sprintf("%s\n at [Source: (String)\"%s\"%s; line: 1, column: %d]", problem, snippet, rest, 1+units(compact[:at])))
}

// units counts the characters of s as the service does, in UTF-16.
func units(s string) int {
	n := 0
	for _, r := range s {
		if n++; r > 0xFFFF {
			n++
		}
	}
	return n
}
