package snstest

import (
	"strings"

	"github.com/stretchr/testify/assert"

	"github.com/inflight-mq/inflight/sns"
)

func nameCases() []Case {
	return []Case{
		recorded("1", "bad", "a topic's name is 1 to 256 letters, digits, hyphens and underscores", namesBad),
		recorded("1", "longest", "256 characters are accepted", namesLongest),
		recorded("1", "fifo-without-attribute", "a name that ends in .fifo is refused without FifoTopic", namesFIFOWithoutAttribute),
		recorded("1", "fifo-without-suffix", "FifoTopic=true is refused for a name that does not end in .fifo", namesFIFOWithoutSuffix),
		documented("1", "fifo-bad", "what stands before .fifo is a name as those of standard topics", namesFIFOBad),
		inferred("1", "fifo-longest", "the suffix counts toward the 256 characters", namesFIFOLongest),
		documented("1", "arn", "a topic's ARN has partition, region, account and name", namesARN),
		documented("1", "subscription-arn", "a subscription's ARN is its topic's, a colon and a lower-case UUID", namesSubscriptionARN),
		contract("3", "handles", "a handle of an ARN is made without asking, and says so when the topic does not exist", namesHandles),
		documented("1", "message-id", "message ids are all different", namesMessageID),
	}
}

const textName = "Topic Name"

func (e *Env) refusesName(cfg sns.Config, names ...string) {
	for _, n := range names {
		_, err := e.Topics.Create(e.Ctx, n, cfg)
		e.invalid(err, textName)
	}
}

func namesBad(e *Env) {
	base := e.name()
	e.refusesName(sns.Config{}, "", base+strings.Repeat("x", 257-len(base)))
	for _, c := range ":;!@|^% ." {
		e.refusesName(sns.Config{}, base+string(c)+"x")
	}
}

func namesLongest(e *Env) {
	base := e.name()
	longest := base + "_-X9" + strings.Repeat("x", 252-len(base))
	assert.Equal(e, longest, e.create(longest, sns.Config{}).Name())
}

func namesFIFOWithoutAttribute(e *Env) { e.refusesName(sns.Config{}, e.name()+".fifo") }

func namesFIFOWithoutSuffix(e *Env) { e.refusesName(sns.Config{FIFO: new(true)}, e.name()) }

func namesFIFOBad(e *Env) {
	e.refusesName(sns.Config{FIFO: new(true)}, ".fifo", e.name()+".x.fifo", e.name()+" .fifo", e.name()+".FIFO")
}

func namesFIFOLongest(e *Env) {
	base := e.name()
	longest := base + strings.Repeat("x", 251-len(base)) + ".fifo"
	e.create(longest, sns.Config{FIFO: new(true)})
	e.refusesName(sns.Config{FIFO: new(true)}, "x"+longest)
}

func namesARN(e *Env) {
	for _, t := range []sns.Topic{e.topic(sns.Config{}), e.fifo(sns.Config{})} {
		assert.Regexp(e, `^arn:aws(-cn|-us-gov)?:sns:[a-z0-9-]+:[0-9]{12}:`+t.Name()+`$`, t.ARN())
		assert.Equal(e, t.ARN(), e.attributes(t)["TopicArn"])
		assert.Equal(e, part(t.ARN(), 4), e.attributes(t)["Owner"])
	}
}

func namesSubscriptionARN(e *Env) {
	t := e.topic(sns.Config{})
	_, s := e.subscribed(t, sns.SubscriptionConfig{})
	assert.Regexp(e, `^`+t.ARN()+`:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`, s.ARN())
}

func namesHandles(e *Env) {
	t := e.topic(sns.Config{})
	found := e.Topics.Topic(t.ARN())
	assert.Equal(e, t.Name(), found.Name())
	assert.Equal(e, t.ARN(), found.ARN())
	e.publish(found, "m")
	_, s := e.subscribed(t, sns.SubscriptionConfig{})
	assert.Equal(e, e.subAttributes(s), e.subAttributes(e.Topics.Subscription(s.ARN())))
}

func namesMessageID(e *Env) {
	t := e.topic(sns.Config{})
	seen := map[string]bool{}
	for _, p := range e.publish(t, "m", "m", "m") {
		assert.False(e, seen[p.ID.String()], "message id %s was answered twice", p.ID)
		seen[p.ID.String()] = true
	}
}

// onTopic are the operations that name a topic, by the words of a case's name.
var onTopic = []struct {
	name string
	call func(*Env, sns.Topic) error
}{
	{"attributes", func(e *Env, t sns.Topic) error { _, err := t.Attributes(e.Ctx); return err }},
	{"set", func(e *Env, t sns.Topic) error { return t.SetAttribute(e.Ctx, "DisplayName", "x") }},
	{"publish", func(e *Env, t sns.Topic) error {
		_, err := t.Publish(e.Ctx, sns.Message{Body: "m", GroupID: "g"})
		return err
	}},
	{"batch", func(e *Env, t sns.Topic) error { _, err := t.PublishBatch(e.Ctx, sns.Message{Body: "m"}); return err }},
	{"subscribe", func(e *Env, t sns.Topic) error {
		_, err := t.Subscribe(e.Ctx, sns.ToEmail("somebody@example.com"), sns.SubscriptionConfig{})
		return err
	}},
	{"list", func(e *Env, t sns.Topic) error { _, err := t.Subscriptions(e.Ctx, ""); return err }},
	{"add-permission", func(e *Env, t sns.Topic) error {
		return t.AddPermission(e.Ctx, "label", []string{part(t.ARN(), 4)}, []string{"Publish"})
	}},
	{"remove-permission", func(e *Env, t sns.Topic) error { return t.RemovePermission(e.Ctx, "label") }},
}

// arnCases are what an ARN can be wrong about, for each operation.
func arnCases() []Case {
	var all []Case
	for _, op := range onTopic {
		all = append(all,
			recorded("1", "unknown-"+op.name, "a topic that does not exist is NotFound", func(e *Env) {
				t := e.topic(sns.Config{})
				e.refused(op.call(e, e.Topics.Topic(t.ARN()+"-other")), sns.ErrNotFound, textNoTopic)
			}),
			recorded("1", "deleted-"+op.name, "so is one that was deleted", func(e *Env) {
				t := e.topic(sns.Config{})
				e.ok(e.Topics.Delete(e.Ctx, t.ARN()))
				e.refused(op.call(e, t), sns.ErrNotFound, textNoTopic)
			}),
			recorded("1", "region-"+op.name, "an ARN of another region is refused before the topic is looked up", func(e *Env) {
				t := e.topic(sns.Config{})
				e.invalid(op.call(e, e.Topics.Topic(sibling(t.ARN(), 3, elsewhere(t.ARN())))), "TopicArn")
			}),
			recorded("1", "parts-"+op.name, "an ARN has at least six parts, and the refusal counts those given", func(e *Env) {
				t := e.topic(sns.Config{})
				for n, ref := range map[string]string{"1": t.Name(), "5": "arn:aws:sns:" + part(t.ARN(), 3) + ":" + t.Name()} {
					e.invalid(op.call(e, shortened{e.Topics.Topic(ref), t.ARN()}), "TopicArn Reason: An ARN must have at least 6 elements, not "+n)
				}
			}),
		)
	}
	return append(all,
		recorded("1", "empty", "the empty ARN has one part", func(e *Env) {
			_, err := e.Topics.Topic("").Attributes(e.Ctx)
			e.invalid(err, "TopicArn Reason: An ARN must have at least 6 elements, not 1")
		}),
		recorded("1", "region-delete", "DeleteTopic, too, refuses an ARN of another region", func(e *Env) {
			t := e.topic(sns.Config{})
			e.invalid(e.Topics.Delete(e.Ctx, sibling(t.ARN(), 3, elsewhere(t.ARN()))), "TopicArn")
			e.attributes(t)
		}),
		recorded("1", "parts-delete", "DeleteTopic, too, wants six parts", func(e *Env) {
			e.invalid(e.Topics.Delete(e.Ctx, "randomarn"), "TopicArn Reason: An ARN must have at least 6 elements, not 1")
		}),
		documented("1", "account", "a topic of the same name in another account is another topic", func(e *Env) {
			t := e.topic(sns.Config{})
			_, err := e.Topics.Topic(sibling(t.ARN(), 4, "000000000001")).Attributes(e.Ctx)
			e.refused(err, sns.ErrNotFound, textNoTopic)
		}).exact(),
	)
}

// shortened is a topic that is named by less than an ARN; ARN is that of a real one.
type shortened struct {
	sns.Topic
	arn string
}

func (s shortened) ARN() string { return s.arn }

// elsewhere is another region than that of an ARN.
func elsewhere(arn string) string {
	if part(arn, 3) == "eu-west-3" {
		return "us-west-2"
	}
	return "eu-west-3"
}
