package sqs

import (
	"bytes"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/inflight-mq/inflight/sqs/internal/core"
)

// What a message may contain.

// validate refuses a message that a queue with these settings cannot take. In a batch the size has a text of its own.
func (m *Message) validate(set *settings, inBatch bool) error {
	if m.Body == "" {
		return missing("MessageBody")
	}
	if m.size() > set.maxSize {
		what := "are invalid"
		if inBatch {
			what = "cannot be validated"
		}
		return fail(ErrInvalidParameterValue, "One or more parameters %s. Reason: Message must be shorter than %d bytes.",
			what, set.maxSize)
	}
	if !isContent(m.Body) {
		return fail(ErrInvalidMessageContents, "%s", textCharacters)
	}
	if len(m.Attributes) > 0 {
		if err := validateAttributes(m.Attributes); err != nil {
			return err
		}
	}
	if len(m.SystemAttributes) > 0 {
		if err := validateSystemAttributes(m.SystemAttributes); err != nil {
			return err
		}
	}
	if trace := m.trace(); trace != "" && !isContent(trace) {
		return fail(ErrInvalidParameterValue, "%s", textCharacters)
	}
	return m.validateIDs(set)
}

// traceHeader is the one system attribute that can be sent.
const traceHeader = "AWSTraceHeader"

func validateSystemAttributes(as map[string]Attribute) error {
	for _, name := range slices.Sorted(maps.Keys(as)) {
		a := as[name]
		if name != traceHeader {
			return fail(ErrInvalidParameterValue, "Message system attribute name '%s' is invalid.", name)
		}
		if a.Type != "String" || a.Text == "" {
			return fail(ErrInvalidParameterValue, "Message system attribute '%s' must contain a non-empty value of type 'String'.", name)
		}
	}
	return nil
}

// trace is the trace header, however it was given.
func (m *Message) trace() string {
	if len(m.SystemAttributes) > 0 {
		return m.SystemAttributes[traceHeader].Text // valid, so that there is no other
	}
	return m.TraceHeader
}

const textCharacters = "Invalid characters found. Valid unicode characters are " +
	"#x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF"

// validateIDs checks the parameters that the kinds of queues treat differently.
func (m *Message) validateIDs(set *settings) error {
	if m.DedupID != "" || m.Given&GivenDedupID != 0 {
		if err := validateToken("MessageDeduplicationId", m.DedupID); err != nil {
			return err
		}
	}
	if m.GroupID != "" || m.Given&GivenGroupID != 0 {
		if err := validateToken("MessageGroupId", m.GroupID); err != nil {
			return err
		}
	}
	switch {
	case set.fifo && m.GroupID == "":
		return missing("MessageGroupId")
	case set.fifo && m.DedupID == "" && !set.contentDedup:
		return noDedupID()
	case !set.fifo && m.DedupID != "":
		return wrongKind(m.DedupID, "MessageDeduplicationId")
	case m.Delay == nil:
		return nil
	case set.fifo && *m.Delay > 0:
		return wrongKind(seconds(*m.Delay), "DelaySeconds")
	case *m.Delay < 0 || *m.Delay > MaxDelay:
		return badValue(seconds(*m.Delay), "DelaySeconds", "DelaySeconds must be >= 0 and <= 900.")
	}
	return nil
}

func noDedupID() error {
	return fail(ErrInvalidParameterValue,
		"The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly")
}

func wrongKind(value, parameter string) error {
	return badValue(value, parameter, "The request include parameter that is not valid for this queue type.")
}

// validateToken checks the ids of groups, deduplication and receive attempts: 1 to 128 visible ASCII characters.
func validateToken(parameter, v string) error {
	if !isToken(v) {
		return badValue(v, parameter, parameter+" can only include alphanumeric and punctuation characters. 1 to 128 in length.")
	}
	return nil
}

func isToken(v string) bool {
	if v == "" || len(v) > 128 {
		return false
	}
	for _, c := range []byte(v) {
		if c <= ' ' || c > '~' {
			return false
		}
	}
	return true
}

// size is what the service counts: body, and name, type and value of each attribute, in bytes.
func (m *Message) size() int {
	return len(m.Body) + sizeOf(m.Attributes)
}

func sizeOf(as map[string]Attribute) (n int) {
	if len(as) == 0 { // spares plain messages the making of an iterator
		return 0
	}
	for name, a := range as {
		n += len(name) + len(a.Type) + len(a.Text) + len(a.Binary)
	}
	return n
}

// isContent reports whether s is valid UTF-8 of allowed characters. It steps over printable ASCII in words; where that ends it
// takes a word's worth of characters one by one.
func isContent(s string) bool {
	for i := 0; i < len(s); {
		i += plainASCII(s[i:])
		for end := min(i+8, len(s)); i < end; i++ {
			if c := s[i]; c < utf8.RuneSelf {
				if c < ' ' && c != '\t' && c != '\n' && c != '\r' {
					return false
				}
				continue
			}
			r, n := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && n == 1 || r == 0xFFFE || r == 0xFFFF {
				return false
			}
			i += n - 1
		}
	}
	return true
}

// plainASCII returns how many bytes from the start of s lie between blank and 0x7f, in whole words: eight at a time, then one. A
// word has no other bytes when neither it nor what is left without the blanks has a high bit.
func plainASCII(s string) int {
	n := len(s)
	for ; len(s) >= 64; s = s[64:] {
		a, b, c, d := word(s), word(s[8:]), word(s[16:]), word(s[24:])
		e, f, g, h := word(s[32:]), word(s[40:]), word(s[48:]), word(s[56:])
		all := a | b | c | d | e | f | g | h
		left := (a - blanks) | (b - blanks) | (c - blanks) | (d - blanks) | (e - blanks) | (f - blanks) | (g - blanks) | (h - blanks)
		if (all|left)&high != 0 {
			break
		}
	}
	for ; len(s) >= 8; s = s[8:] {
		if w := word(s); (w|(w-blanks))&high != 0 {
			break
		}
	}
	return n - len(s)
}

const (
	high   = 0x8080808080808080
	blanks = 0x2020202020202020
)

// word returns the first eight bytes of s.
func word(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// validateAttributes checks message attributes in name order, so that the same message always gives the same error.
func validateAttributes(as map[string]Attribute) error {
	if len(as) > MaxAttributes {
		return fail(ErrInvalidParameterValue, "Number of message attributes [%d] exceeds the allowed maximum [%d].",
			len(as), MaxAttributes)
	}
	for _, name := range slices.Sorted(maps.Keys(as)) {
		if err := validateAttributeName(name); err != nil {
			return err
		}
		if err := validateAttribute(name, as[name]); err != nil {
			return err
		}
	}
	return nil
}

func validateAttributeName(name string) error {
	lower := strings.ToLower(name)
	switch {
	case len(name) > 255:
		return fail(ErrInvalidParameterValue, "Message (user) attribute names must be shorter than 256 Bytes")
	case strings.HasPrefix(lower, "aws."), strings.HasPrefix(lower, "amazon."),
		strings.HasPrefix(name, "."), strings.HasSuffix(name, "."):
		return fail(ErrInvalidParameterValue, "You can't use message attribute names beginning with 'AWS.' or 'Amazon.'. "+
			"These strings are reserved for internal use. Additionally, they cannot start or end with '.'.")
	case name == "" || !isAttributeName(name):
		return fail(ErrInvalidParameterValue, "Message (user) attributes name can only contain upper and lower score "+
			"characters, digits, periods, hyphens and underscores. ")
	}
	return nil
}

// isAttributeName takes letters of all alphabets, as the service does though it documents only A to Z.
func isAttributeName(name string) bool {
	for _, r := range name {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '_', r == '-', r == '.':
		case r < utf8.RuneSelf, !unicode.IsLetter(r):
			return false
		}
	}
	return true
}

func validateAttribute(name string, a Attribute) error {
	kind, _, _ := strings.Cut(a.Type, ".")
	text, binary := kind == "String" || kind == "Number", kind == "Binary"
	switch {
	case a.Type == "":
		return fail(ErrInvalidParameterValue,
			"The message (user) attribute '%s' must contain a non-empty message attribute value.", name)
	case !text && !binary:
		return fail(ErrInvalidParameterValue, "The type of message (user) attribute '%s' is invalid. You must use only the "+
			"following supported type prefixes: Binary, Number, String.", name)
	case len(a.Type) > 255:
		return fail(ErrInvalidParameterValue, "Message (user) attribute types must be shorter than 256 Bytes")
	case text && len(a.Binary) > 0:
		return wrongField(name, a.Type, "String")
	case binary && a.Text != "":
		return wrongField(name, a.Type, "Binary")
	case text && a.Text == "", binary && len(a.Binary) == 0:
		return fail(ErrInvalidParameterValue,
			"Message (user) attribute '%s' must contain a non-empty value of type '%s'.", name, a.Type)
	case text && !isContent(a.Text):
		return fail(ErrInvalidParameterValue, "%s", textCharacters)
	case kind == "Number" && !isNumber(a.Text):
		return fail(ErrInvalidParameterValue, "Can't cast the value of message (user) attribute '%s' to a number.", name)
	}
	return nil
}

func wrongField(name, kind, field string) error {
	return fail(ErrInvalidParameterValue,
		"The message (user) attribute '%s' with type '%s' must use field '%s'.", name, kind, field)
}

// isNumber takes decimal numbers of up to 38 significant digits, between 10^-128 and 10^126 in size, and zero.
func isNumber(s string) bool {
	mantissa, exponent, scientific := strings.Cut(strings.ToLower(s), "e")
	exp := 0
	if scientific {
		var err error
		if exp, err = strconv.Atoi(exponent); err != nil || exp < -1000 || exp > 1000 {
			return false
		}
	}
	whole, fraction, _ := strings.Cut(strings.TrimLeft(mantissa, "+-"), ".")
	digits := whole + fraction
	if len(mantissa)-len(strings.TrimLeft(mantissa, "+-")) > 1 || digits == "" || strings.Trim(digits, "0123456789") != "" {
		return false
	}
	significant := strings.Trim(digits, "0")
	if significant == "" {
		return true
	}
	lead := len(whole) - (len(digits) - len(strings.TrimLeft(digits, "0"))) + exp - 1 // power of ten of the first digit
	return len(significant) <= 38 && lead >= -128 && (lead < 126 || lead == 126 && significant == "1")
}

// sortedAttributes copies attributes for the core, in name order.
func sortedAttributes(as map[string]Attribute) []core.Attribute {
	sorted := make([]core.Attribute, 0, len(as))
	for _, name := range slices.Sorted(maps.Keys(as)) {
		a := as[name]
		sorted = append(sorted, core.Attribute{Name: name, Type: a.Type, Text: a.Text, Binary: bytes.Clone(a.Binary)})
	}
	return sorted
}
