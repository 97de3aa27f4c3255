package snstest

import (
	"github.com/stretchr/testify/assert"

	"github.com/inflight-mq/inflight/sns"
)

func createCases() []Case {
	return []Case{
		recorded("2.1", "again", "creating a topic that exists without settings finds it", createAgain),
		recorded("2.1", "again-after-set", "it does so also when a setting was changed meanwhile", createAgainAfterSet),
		recorded("2.1", "compares-given", "creation compares only the settings that it names", createComparesGiven),
		recorded("2.1", "compares-current", "creation compares with the settings in force, not with the original ones", createComparesCurrent),
		recorded("2.1", "never-set", "a setting that the topic never had set counts as different", createNeverSet),
		recorded("2.1", "never-set-beside-equal", "it does so also beside one that is equal", createNeverSetBesideEqual),
		recorded("2.1", "default-spelled-out", "a default that the topic shows is equal when it is spelled out", createDefault),
		recorded("2.1", "changes-nothing", "a creation that is refused changes nothing", createChangesNothing),
		recorded("2.1", "fifo-false", "FifoTopic=false on a standard topic is as if it were not given, and not shown", createFIFOFalse),
		recorded("2.1", "fifo-again", "a FIFO topic is found again with the same settings", createFIFOAgain),
		recorded("2.1", "fifo-of-standard", "a standard topic created again with FifoTopic=true is refused for its name", createFIFOOfStandard),
		observed("2.1", "unknown-attribute", "an unknown attribute is refused by its name", createUnknownAttribute),
		observed("2.3", "sample-rate", "a refused value is said behind the parameter's name", createSampleRate),
		observed("2.3", "policy-action", "a policy's action that is none of the service is refused", createPolicyAction),
		recorded("2.1", "delete-create", "a deleted topic can be made anew at once, with other settings and tags", createAfterDelete),
		inferred("2.5", "anew-without-subscriptions", "a topic that is made anew has no subscriptions of the old one", createAnew),
		recorded("2.1", "tags-again", "creation with the same tags, some of them or none finds the topic, whose tags stay", createTagsAgain),
		recorded("2.1", "tags-different", "a tag that the topic does not have with this value is refused", createTagsDifferent),
		contract("3", "typed", "what Config sets is what Config reads", createTyped),
	}
}

const (
	textDifferentAttributes = "Attributes Reason: Topic already exists with different attributes"
	textDifferentTags       = "Tags Reason: Topic already exists with different tags"
)

// again creates a topic again, and demands the same ARN.
func (e *Env) again(t sns.Topic, cfg sns.Config) {
	found, err := e.Topics.Create(e.Ctx, t.Name(), cfg)
	e.ok(err)
	assert.Equal(e, t.ARN(), found.ARN())
}

// different demands that a topic cannot be created again.
func (e *Env) different(t sns.Topic, cfg sns.Config, text string) {
	_, err := e.Topics.Create(e.Ctx, t.Name(), cfg)
	e.invalid(err, text)
}

func createAgain(e *Env) {
	t := e.topic(sns.Config{DisplayName: new("Orders")})
	e.again(t, sns.Config{})
	assert.Equal(e, "Orders", e.attributes(t)["DisplayName"])
}

func createAgainAfterSet(e *Env) {
	t := e.topic(sns.Config{DisplayName: new("Orders")})
	e.ok(t.SetAttribute(e.Ctx, "DisplayName", "Bills"))
	e.again(t, sns.Config{})
	assert.Equal(e, "Bills", e.attributes(t)["DisplayName"])
}

func createComparesGiven(e *Env) {
	t := e.topic(sns.Config{DisplayName: new("Orders"), SignatureVersion: new(2)})
	e.again(t, sns.Config{DisplayName: new("Orders")})
	e.again(t, sns.Config{SignatureVersion: new(2)})
	e.different(t, sns.Config{DisplayName: new("Bills")}, textDifferentAttributes)
}

func createComparesCurrent(e *Env) {
	t := e.topic(sns.Config{DisplayName: new("Orders")})
	e.ok(t.SetAttribute(e.Ctx, "DisplayName", "Bills"))
	e.again(t, sns.Config{DisplayName: new("Bills")})
	e.different(t, sns.Config{DisplayName: new("Orders")}, textDifferentAttributes)
}

func createNeverSet(e *Env) {
	t := e.topic(sns.Config{})
	for name, value := range map[string]string{"SignatureVersion": "2", "KmsMasterKeyId": "alias/key", "TracingConfig": "Active"} {
		e.different(t, sns.Config{Attributes: map[string]string{name: value}}, textDifferentAttributes)
	}
}

func createNeverSetBesideEqual(e *Env) {
	t := e.topic(sns.Config{DisplayName: new("Orders")})
	e.different(t, sns.Config{DisplayName: new("Orders"), SignatureVersion: new(2)}, textDifferentAttributes)
}

func createDefault(e *Env) {
	e.again(e.topic(sns.Config{}), sns.Config{DisplayName: new("")})
	e.again(e.fifo(sns.Config{}), sns.Config{FIFO: new(true), ContentDedup: new(false)})
}

func createChangesNothing(e *Env) {
	t := e.topic(sns.Config{DisplayName: new("Orders"), Tags: map[string]string{"a": "1"}})
	before := e.attributes(t)
	e.different(t, sns.Config{DisplayName: new("Bills"), Tags: map[string]string{"a": "1"}}, textDifferentAttributes)
	assert.Equal(e, before, e.attributes(t))
}

func createFIFOFalse(e *Env) {
	t := e.topic(sns.Config{FIFO: new(false)})
	assert.NotContains(e, e.attributes(t), "FifoTopic")
	e.again(t, sns.Config{FIFO: new(false)})
	e.again(e.topic(sns.Config{}), sns.Config{FIFO: new(false)})
}

func createFIFOAgain(e *Env) {
	t := e.fifo(sns.Config{ContentDedup: new(true)})
	e.again(t, sns.Config{FIFO: new(true)})
	e.again(t, sns.Config{FIFO: new(true), ContentDedup: new(true)})
	e.different(t, sns.Config{FIFO: new(true), ContentDedup: new(false)}, textDifferentAttributes)
}

func createFIFOOfStandard(e *Env) {
	e.different(e.topic(sns.Config{}), sns.Config{FIFO: new(true)}, textName)
}

func createUnknownAttribute(e *Env) {
	_, err := e.Topics.Create(e.Ctx, e.name(), sns.Config{Attributes: map[string]string{"Colour": "red"}})
	e.invalid(err, "Attributes Reason: Unknown attribute Colour")
}

func createSampleRate(e *Env) {
	_, err := e.Topics.Create(e.Ctx, e.name(), sns.Config{Attributes: map[string]string{"SQSSuccessFeedbackSampleRate": "500"}})
	e.invalid(err, "Attributes Reason: SQSSuccessFeedbackSampleRate: 500 value provided is not an integer between 0-100")
}

func createPolicyAction(e *Env) {
	_, err := e.Topics.Create(e.Ctx, e.name(), sns.Config{Policy: new(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow",` +
		`"Principal":"*","Action":"sns:Fly","Resource":"*"}]}`)})
	e.invalid(err, "Attributes Reason: Policy statement action out of service scope!")
}

func createAfterDelete(e *Env) {
	t := e.topic(sns.Config{DisplayName: new("Orders"), Tags: map[string]string{"a": "1"}})
	e.ok(e.Topics.Delete(e.Ctx, t.ARN()))
	again := e.create(t.Name(), sns.Config{DisplayName: new("Bills"), Tags: map[string]string{"b": "2"}})
	assert.Equal(e, "Bills", e.attributes(again)["DisplayName"])
	e.tags(again, map[string]string{"b": "2"})
}

func createAnew(e *Env) {
	t := e.topic(sns.Config{})
	q := e.subscriber(t, raw())
	e.ok(e.Topics.Delete(e.Ctx, t.ARN()))
	again := e.create(t.Name(), sns.Config{})
	assert.Empty(e, e.listed(again))
	e.publish(again, "m")
	e.none(q)
}

func createTagsAgain(e *Env) {
	tags := map[string]string{"a": "1", "b": "2"}
	t := e.topic(sns.Config{Tags: tags})
	for _, same := range []map[string]string{tags, {"a": "1"}, nil} {
		e.again(t, sns.Config{Tags: same})
		e.tags(t, tags)
	}
}

func createTagsDifferent(e *Env) {
	tags := map[string]string{"a": "1"}
	t := e.topic(sns.Config{Tags: tags})
	for _, other := range []map[string]string{{"a": "2"}, {"b": "1"}, {"a": "1", "b": "1"}} {
		e.different(t, sns.Config{Tags: other}, textDifferentTags)
		e.tags(t, tags)
	}
}

func createTyped(e *Env) {
	t := e.fifo(sns.Config{ContentDedup: new(true), DisplayName: new("Orders"), SignatureVersion: new(2), DedupPerGroup: new(true)})
	cfg, err := t.Config(e.Ctx)
	e.ok(err)
	assert.Equal(e, new(true), cfg.FIFO)
	assert.Equal(e, new(true), cfg.ContentDedup)
	assert.Equal(e, new(true), cfg.DedupPerGroup)
	assert.Equal(e, new("Orders"), cfg.DisplayName)
	assert.Equal(e, new(2), cfg.SignatureVersion)
	e.ok(t.SetConfig(e.Ctx, sns.Config{ContentDedup: new(false)}))
	cfg, err = t.Config(e.Ctx)
	e.ok(err)
	assert.Equal(e, new(false), cfg.ContentDedup)
	assert.Equal(e, new("Orders"), cfg.DisplayName)
}
