package snstest

import (
	"fmt"
	"strings"

	"github.com/stretchr/testify/assert"

	"github.com/inflight-mq/inflight/sns"
)

func tagCases() []Case {
	return []Case{
		recorded("2.8", "none", "a topic without tags lists none", tagsNone),
		recorded("2.8", "overwrite", "tagging adds, overwrites equal keys and keeps the others; keys are case-sensitive", tagsOverwrite),
		observed("2.8", "remove", "untagging removes keys, and ignores unknown ones", tagsRemove),
		observed("2.8", "fifty", "a topic has 50 tags at most; one too many changes nothing", tagsFifty),
		observed("2.8", "fifty-at-creation", "a topic cannot be made with more than 50 tags", tagsFiftyAtCreation),
		observed("2.8", "long-key", "a key has 128 characters at most", tagsLongKey),
		documented("2.8", "long-value", "a value has 256 characters at most", tagsLongValue),
		observed("2.8", "unknown-topic", "the tags of what does not exist are ResourceNotFound", tagsUnknownTopic),
		recorded("2.5", "deleted", "the tags of a deleted topic are gone at once", tagsDeleted),
		recorded("2.8", "protection", "a data protection policy is read as it was stored, and is no attribute", protection),
		recorded("2.8", "protection-at-creation", "it can be given at creation", protectionAtCreation),
		observed("2.8", "protection-bad", "its statements have a direction", protectionBad),
		documented("2.8", "protection-size", "it has 30,720 bytes at most", protectionSize),
	}
}

// tags demands the tags of a topic.
func (e *Env) tags(t sns.Topic, want map[string]string) {
	got, err := t.Tags(e.Ctx)
	e.ok(err)
	if len(want) == 0 {
		assert.Empty(e, got)
		return
	}
	assert.Equal(e, want, got)
}

func tagsNone(e *Env) { e.tags(e.topic(sns.Config{}), nil) }

func tagsOverwrite(e *Env) {
	t := e.topic(sns.Config{Tags: map[string]string{"a": "1", "b": "2"}})
	e.ok(t.Tag(e.Ctx, map[string]string{"b": "3", "B": "4", "empty": ""}))
	e.tags(t, map[string]string{"a": "1", "b": "3", "B": "4", "empty": ""})
}

func tagsRemove(e *Env) {
	t := e.topic(sns.Config{Tags: map[string]string{"a": "1", "b": "2"}})
	e.ok(t.Untag(e.Ctx, "a", "unknown"))
	e.tags(t, map[string]string{"b": "2"})
	e.ok(t.Untag(e.Ctx, "b"))
	e.tags(t, nil)
}

const textTagQuota = "Could not complete request: tag quota of per resource exceeded"

func many(n int) map[string]string {
	m := map[string]string{}
	for i := range n {
		m[fmt.Sprint("k", i)] = "v"
	}
	return m
}

func tagsFifty(e *Env) {
	t := e.topic(sns.Config{Tags: many(50)})
	e.refused(t.Tag(e.Ctx, map[string]string{"k0": "other", "one-more": "v"}), sns.ErrTagLimitExceeded, textTagQuota)
	e.tags(t, many(50))
	e.ok(t.Tag(e.Ctx, map[string]string{"k0": "v"}))
}

func tagsFiftyAtCreation(e *Env) {
	_, err := e.Topics.Create(e.Ctx, e.name(), sns.Config{Tags: many(51)})
	e.refused(err, sns.ErrTagLimitExceeded, textTagQuota)
}

func tagsLongKey(e *Env) {
	t := e.topic(sns.Config{})
	e.ok(t.Tag(e.Ctx, map[string]string{strings.Repeat("k", 128): ""}))
	long := strings.Repeat("k", 129)
	e.refused(t.Tag(e.Ctx, map[string]string{long: ""}), sns.ErrValidation, "1 validation error detected: Value '"+long+
		"' at 'tags.1.member.key' failed to satisfy constraint: Member must have length less than or equal to 128")
}

func tagsLongValue(e *Env) {
	t := e.topic(sns.Config{})
	e.ok(t.Tag(e.Ctx, map[string]string{"k": strings.Repeat("v", 256)}))
	e.refused(t.Tag(e.Ctx, map[string]string{"k": strings.Repeat("v", 257)}), sns.ErrValidation, "")
}

func tagsUnknownTopic(e *Env) {
	t := e.Topics.Topic(e.topic(sns.Config{}).ARN() + "-other")
	const text = "Resource does not exist"
	_, err := t.Tags(e.Ctx)
	e.refused(err, sns.ErrResourceNotFound, text)
	e.refused(t.Tag(e.Ctx, map[string]string{"a": "1"}), sns.ErrResourceNotFound, text)
	e.refused(t.Untag(e.Ctx, "a"), sns.ErrResourceNotFound, text)
}

func tagsDeleted(e *Env) {
	t := e.topic(sns.Config{Tags: map[string]string{"a": "1"}})
	e.ok(e.Topics.Delete(e.Ctx, t.ARN()))
	_, err := t.Tags(e.Ctx)
	e.refused(err, sns.ErrResourceNotFound, "")
	e.tags(e.create(t.Name(), sns.Config{}), nil)
}

func protectionText(direction, filler string) string {
	return `{"Name":"p","Description":"` + filler + `","Version":"2021-06-01","Statement":[{"Sid":"s","DataDirection":"` + direction +
		`","Principal":["*"],"DataIdentifier":["arn:aws:dataprotection::aws:data-identifier/EmailAddress"],"Operation":{"Deny":{}}}]}`
}

func protection(e *Env) {
	t := e.topic(sns.Config{})
	text, err := t.DataProtection(e.Ctx)
	e.ok(err)
	assert.Empty(e, text)
	e.ok(t.SetDataProtection(e.Ctx, protectionText("Inbound", "")))
	text, err = t.DataProtection(e.Ctx)
	e.ok(err)
	assert.JSONEq(e, protectionText("Inbound", ""), text)
	e.shows(t)
}

func protectionAtCreation(e *Env) {
	text, err := e.topic(sns.Config{DataProtection: new(protectionText("Outbound", ""))}).DataProtection(e.Ctx)
	e.ok(err)
	assert.JSONEq(e, protectionText("Outbound", ""), text)
}

func protectionBad(e *Env) {
	e.invalid(e.topic(sns.Config{}).SetDataProtection(e.Ctx, protectionText("Sideways", "")),
		"DataProtectionPolicy Reason: Statement DataDirection must be either Inbound or Outbound")
}

func protectionSize(e *Env) {
	t := e.topic(sns.Config{})
	room := 30_720 - len(protectionText("Inbound", ""))
	e.ok(t.SetDataProtection(e.Ctx, protectionText("Inbound", strings.Repeat("x", room))))
	e.invalid(t.SetDataProtection(e.Ctx, protectionText("Inbound", strings.Repeat("x", room+1))), "")
}
