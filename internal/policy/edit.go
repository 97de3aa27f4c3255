package policy

import (
	"encoding/json"
	"strings"

	"github.com/inflight-mq/inflight/internal/arn"
	"github.com/inflight-mq/inflight/internal/jsontext"
)

// Statement is what AddPermission adds: it allows accounts to do actions on one resource.
type Statement struct {
	Sid      string
	Accounts []string // account numbers
	Actions  []string // with prefix: SQS:SendMessage
	Resource string   // an ARN; its partition is also that of the accounts
}

// AddStatement appends s to the policy in text. An empty text becomes a policy called id, which is not used otherwise.
// Everything else in the policy stays as it is, byte for byte but for white space around members and statements; a
// Statement that is an object becomes an array.
//
// It fails with [ErrSidExists] if a statement has the Sid already, with [ErrPrincipal] or [ErrAction] if s has no account
// or no action, and with [ErrNotObject] or [ErrNoStatement] if text is no policy.
func AddStatement(text, id string, s Statement) (string, error) {
	switch {
	case len(s.Accounts) == 0:
		return "", ErrPrincipal
	case len(s.Actions) == 0:
		return "", ErrAction
	case text == "":
		return string(encode(struct {
			Version, Id string
			Statement   []json.RawMessage
		}{"2008-10-17", id, []json.RawMessage{s.encode()}})), nil
	}
	d, err := open(text)
	if err != nil {
		return "", err
	}
	if d.has(s.Sid) {
		return "", ErrSidExists
	}
	d.statements = append(d.statements, s.encode())
	return d.String(), nil
}

// Remove takes every statement with the given Sid out of the policy in text and leaves the rest as [AddStatement] does.
// If there is none, found is false and text is returned unchanged. If no statement is left, empty is true and the
// policy has the Statement []: [AddStatement] still takes it, [Parse] does not. The text "" has no statements and is no error.
func Remove(text, sid string) (newText string, found, empty bool, err error) {
	if text == "" {
		return "", false, true, nil
	}
	d, err := open(text)
	if err != nil {
		return text, false, false, err
	}
	var kept []json.RawMessage
	for _, s := range d.statements {
		if !hasSid(s, sid) {
			kept = append(kept, s)
		}
	}
	if len(kept) == len(d.statements) {
		return text, false, len(kept) == 0, nil
	}
	d.statements = kept
	return d.String(), true, len(kept) == 0, nil
}

// HasSid reports whether a statement in text has the given Sid. It is false for a text that is no policy.
func HasSid(text, sid string) bool {
	d, err := open(text)
	return err == nil && d.has(sid)
}

// encode writes the members in the order in which the services show them.
func (s Statement) encode() json.RawMessage {
	partition := "aws"
	if a, ok := arn.Parse(s.Resource); ok {
		partition = a.Partition
	}
	roots := make([]string, len(s.Accounts))
	for i, account := range s.Accounts {
		roots[i] = arn.ARN{Partition: partition, Service: "iam", Account: account, Resource: "root"}.String()
	}
	type grantees struct{ AWS any }
	return encode(struct {
		Sid, Effect string
		Principal   grantees
		Action      any
		Resource    string
	}{s.Sid, "Allow", grantees{oneOrMany(roots)}, oneOrMany(s.Actions), s.Resource})
}

func oneOrMany(list []string) any {
	if len(list) == 1 {
		return list[0]
	}
	return list
}

// document is a policy as text, taken apart only as far as editing needs.
type document struct {
	members    []member // in the order of the text; the value of Statement is in statements
	statements []json.RawMessage
}

type member struct {
	name  string
	value json.RawMessage
}

func open(text string) (*document, error) {
	all, ok := members(text)
	if !ok {
		return nil, ErrNotObject
	}
	d := &document{members: all}
	for _, m := range all {
		if m.name == "Statement" {
			if d.statements, ok = statements(m.value); !ok {
				return nil, ErrNoStatement
			}
			return d, nil
		}
	}
	d.members = append(d.members, member{name: "Statement"})
	return d, nil
}

// members splits a JSON object in the order of its text. Of equal names the first gives the place and the last the value.
func members(text string) ([]member, bool) {
	if !json.Valid([]byte(text)) {
		return nil, false
	}
	d := json.NewDecoder(strings.NewReader(text))
	if start, err := d.Token(); err != nil || start != json.Delim('{') {
		return nil, false
	}
	var all []member
	place := map[string]int{}
	for d.More() {
		token, err := d.Token()
		name, ok := token.(string)
		var value json.RawMessage
		if err != nil || !ok || d.Decode(&value) != nil {
			return nil, false
		}
		if i, seen := place[name]; seen {
			all[i].value = value
			continue
		}
		place[name] = len(all)
		all = append(all, member{name, value})
	}
	return all, true
}

func (d *document) has(sid string) bool {
	for _, s := range d.statements {
		if hasSid(s, sid) {
			return true
		}
	}
	return false
}

func hasSid(statement json.RawMessage, sid string) bool {
	members, _ := jsontext.Object(statement)
	s, ok := textOf(members["Sid"])
	return ok && s == sid
}

// String puts the policy together again, without white space between members and between statements.
func (d *document) String() string {
	kept := make([]string, len(d.statements))
	for i, s := range d.statements {
		kept[i] = string(s)
	}
	all := make([]string, len(d.members))
	for i, m := range d.members {
		value := string(m.value)
		if m.name == "Statement" {
			value = "[" + strings.Join(kept, ",") + "]"
		}
		all[i] = string(encode(m.name)) + ":" + value
	}
	return "{" + strings.Join(all, ",") + "}"
}
