package sns

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What a message may contain.

// rules are what a topic's settings mean for its messages.
type rules struct {
	fifo, contentDedup bool
	maxSize            int
}

// rulesOf returns the rules of a topic by its ARN, which says whether it is FIFO. Before it is known that there is no such topic,
// the message is looked at.
func rulesOf(ref string, t *topic) rules {
	if t == nil {
		return rules{fifo: isFIFOQueue(ref), contentDedup: true, maxSize: MaxMessageSize}
	}
	return t.settings.Load().rules()
}

func (s *settings) rules() rules { return rules{s.fifo, s.contentDedup, s.maxSize} }

// validate refuses a message that cannot be published, in the service's order of checks. An entry of a batch has a number, from 1.
func (m *Message) validate(r rules, entry int) error {
	switch {
	case (m.Subject != "" || m.Given&GivenSubject != 0) && !isSubject(m.Subject):
		return invalid("Subject")
	case m.Body == "":
		return invalid("Empty message")
	case !utf8.ValidString(m.Body):
		return invalid("Message Reason: must be valid UTF-8")
	}
	if err := validateAttributes(m.Attributes, entry); err != nil {
		return err
	}
	if m.size() > r.maxSize {
		return invalid("Message too long")
	}
	if err := m.validateIDs(r); err != nil {
		return err
	}
	if m.Structure != "json" && (m.Structure != "" || m.Given&GivenStructure != 0) {
		return invalid("MessageStructure")
	}
	return nil
}

// isSubject takes up to 100 characters that begin with a letter, a digit or punctuation and hold no control character.
func isSubject(s string) bool {
	if s == "" || utf8.RuneCountInString(s) > MaxSubject || !utf8.ValidString(s) {
		return false
	}
	first, _ := utf8.DecodeRuneInString(s)
	return !unicode.IsSpace(first) && strings.IndexFunc(s, unicode.IsControl) < 0
}

// size is what the service counts: body, and name, type and value of each attribute, in bytes.
func (m *Message) size() int {
	n := len(m.Body)
	for name, a := range m.Attributes {
		n += len(name) + len(a.Type) + len(a.Text) + len(a.Binary)
	}
	return n
}

// validateIDs checks the parameters that the kinds of topics treat differently.
func (m *Message) validateIDs(r rules) error {
	group := m.GroupID != "" || m.Given&GivenGroupID != 0
	dedup := m.DedupID != "" || m.Given&GivenDedupID != 0
	switch {
	case r.fifo && !group:
		return invalid("The MessageGroupId parameter is required for FIFO topics")
	case r.fifo && !dedup && !r.contentDedup:
		return noDedup()
	case !r.fifo && dedup:
		return invalid("MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for " +
			"this topic type")
	case group && !isID(m.GroupID):
		return invalid("MessageGroupId Reason: must be 1 to 128 alphanumeric or punctuation characters")
	case dedup && !isID(m.DedupID):
		return invalid("MessageDeduplicationId Reason: must be 1 to 128 alphanumeric or punctuation characters")
	}
	return nil
}

func noDedup() error {
	return invalid("The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly")
}

// isID takes 1 to 128 visible ASCII characters.
func isID(v string) bool {
	for _, c := range []byte(v) {
		if c <= ' ' || c > '~' {
			return false
		}
	}
	return v != "" && len(v) <= 128
}

// validateAttributes checks message attributes in name order, so that the same message always gives the same error.
func validateAttributes(as map[string]Attribute, entry int) error {
	if len(as) == 0 {
		return nil
	}
	names := slices.Sorted(maps.Keys(as))
	for _, name := range names {
		if as[name].Type == "" {
			path := "messageAttributes." + name + ".member.dataType"
			if entry > 0 {
				path = "publishBatchRequestEntries." + strconv.Itoa(entry) + ".member." + path
			}
			return missing(path)
		}
	}
	for _, name := range names {
		if err := validateAttributeName(name); err != nil {
			return err
		}
		if err := validateAttribute(name, as[name]); err != nil {
			return err
		}
	}
	return nil
}

func badAttribute(format string, args ...any) error {
	return fail(ErrParameterValueInvalid, format, args...)
}

func validateAttributeName(name string) error {
	if len(name) > 256 {
		return badAttribute("Length of message attribute name must be less than 256 bytes.")
	}
	if name == "" {
		return badAttribute("The message attribute name must not be empty.")
	}
	for _, r := range name {
		if !isNameCharacter(r) {
			return badAttribute("Invalid non-alphanumeric character '#x%X' was found in the message attribute name. "+
				"Can only include alphanumeric characters, hyphens, underscores, or dots.", r)
		}
	}
	switch {
	case name[0] == '.':
		return badAttribute("Invalid message attribute name starting with character '.' was found.")
	case name[len(name)-1] == '.':
		return badAttribute("Invalid message attribute name ending with character '.' was found.")
	case strings.Contains(name, ".."):
		return badAttribute("Message attribute name can not have successive '.' character.")
	}
	return nil
}

func isNameCharacter(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' || r == '-' || r == '.'
}

func validateAttribute(name string, a Attribute) error {
	kind, label, labelled := strings.Cut(a.Type, ".")
	text, binary := kind == "String" || kind == "Number", kind == "Binary"
	switch {
	case !text && !binary || labelled && label == "" || !utf8.ValidString(a.Type):
		return badAttribute("The message attribute '%s' has an invalid message attribute type, the set of supported type "+
			"prefixes is Binary, Number, and String.", name)
	case binary && a.Text != "":
		return badAttribute("The message attribute '%s' with type '%s' must use field 'Binary'.", name, a.Type)
	case text && len(a.Binary) > 0:
		return badAttribute("The message attribute '%s' with type '%s' must use field 'String'.", name, a.Type)
	case text && a.Text == "", binary && len(a.Binary) == 0:
		return badAttribute("The message attribute '%s' must contain non-empty message attribute value for message attribute "+
			"type '%s'.", name, a.Type)
	case !utf8.ValidString(a.Text):
		return badAttribute("The message attribute '%s' must be valid UTF-8.", name)
	case kind == "Number" && !isDecimal(a.Text):
		return badAttribute("Could not cast message attribute '%s' value to number.", name)
	}
	return nil
}

// isDecimal takes decimal numbers, with or without an exponent.
func isDecimal(s string) bool {
	if strings.Trim(s, "0123456789+-.eE") != "" {
		return false
	}
	_, err := strconv.ParseFloat(s, 64)
	if e, ok := err.(*strconv.NumError); ok {
		return e.Err == strconv.ErrRange
	}
	return true
}
