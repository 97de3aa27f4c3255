package snstest

import (
	"strings"

	"github.com/stretchr/testify/assert"

	"github.com/inflight-mq/inflight/sns"
)

func structureCases() []Case {
	return []Case{
		recorded("4.5", "own-text", "a subscriber gets the text of its protocol", structureOwn),
		recorded("4.5", "default", "who has no text of its own gets that of default", structureDefault),
		recorded("4.5", "http-is-not-https", "the text for http is not used for https", structureHTTP).needs(NeedWeb),
		recorded("4.5", "not-json", "what is no JSON object is refused", structureNotJSON),
		recorded("4.5", "no-default", "default must be there, and a string", structureNoDefault),
		recorded("4.5", "not-a-string", "a text that is no string counts as absent", structureNotString),
		recorded("4.5", "unknown", "texts for unknown protocols are ignored", structureUnknown),
		recorded("4.5", "twice", "equal names are accepted", structureTwice),
		inferred("4.5", "unknown-structure", "the structure is json or nothing", structureUnknownStructure),
		inferred("4.5", "keeps-attributes", "a structured message keeps its attributes", structureKeepsAttributes),
		recorded("4.4", "size", "the whole JSON text counts as the message", structureSize),
		contract("4.5", "plain-json", "without a structure a JSON text is a text", structurePlain),
	}
}

// structured publishes a structured message to a raw and an enveloped queue, and demands what they get.
func (e *Env) structured(body, want string) {
	t := e.topic(sns.Config{})
	r, q := e.subscriber(t, raw()), e.subscriber(t, sns.SubscriptionConfig{})
	e.put(t, sns.Message{Body: body, Structure: "json"})
	e.gets(r, want)
	e.gets(q, want)
}

func structureOwn(e *Env) {
	e.structured(`{"default":"for all","sqs":"for queues","http":"for the web"}`, "for queues")
}

func structureDefault(e *Env) { e.structured(`{"default":"for all","http":"for the web"}`, "for all") }

func structureHTTP(e *Env) {
	t := e.topic(sns.Config{})
	path, _ := e.confirmed(t, sns.SubscriptionConfig{})
	e.put(t, sns.Message{Body: `{"default":"for all","http":"for http","https":"for https"}`, Structure: "json"})
	assert.Equal(e, "for "+e.Web.scheme(), envelopeOf(e.arrive(path, 2)[1].Body)["Message"])
	other := map[string]string{"http": "https", "https": "http"}[e.Web.scheme()]
	e.put(t, sns.Message{Body: `{"default":"for all","` + other + `":"for the other"}`, Structure: "json"})
	assert.Equal(e, "for all", envelopeOf(e.arrive(path, 3)[2].Body)["Message"])
}

const (
	textStructureNotJSON   = "Message Structure - JSON message body failed to parse"
	textStructureNoDefault = "Message Structure - No default entry in JSON message body"
)

// refusesStructure demands the refusal of structured messages.
func (e *Env) refusesStructure(text string, bodies ...string) {
	t := e.topic(sns.Config{})
	for _, b := range bodies {
		_, err := t.Publish(e.Ctx, sns.Message{Body: b, Structure: "json"})
		e.invalid(err, text)
	}
}

func structureNotJSON(e *Env) {
	e.refusesStructure(textStructureNotJSON, "not JSON", `{"default":"m"} and more`, `{"default":`)
}

func structureNoDefault(e *Env) {
	e.refusesStructure(textStructureNoDefault, `{"sqs":"m"}`, `{"default":1}`, `{"default":{"m":1}}`, `{"default":null}`, `{"Default":"m"}`)
}

func structureNotString(e *Env) {
	for _, value := range []string{`{"a":1}`, `7`, `null`, `["m"]`, `true`} {
		e.structured(`{"default":"for all","sqs":`+value+`}`, "for all")
	}
}

func structureUnknown(e *Env) {
	e.structured(`{"default":"for all","pigeon":"coo","other":{"x":1}}`, "for all")
}

func structureTwice(e *Env) {
	t := e.topic(sns.Config{})
	e.put(t, sns.Message{Body: `{"default":"one","default":"two"}`, Structure: "json"})
}

func structureUnknownStructure(e *Env) {
	_, err := e.topic(sns.Config{}).Publish(e.Ctx, sns.Message{Body: `{"default":"m"}`, Structure: "xml"})
	e.invalid(err, "MessageStructure")
}

func structureKeepsAttributes(e *Env) {
	t := e.topic(sns.Config{})
	q := e.subscriber(t, sns.SubscriptionConfig{Raw: new(true), FilterPolicy: new(`{"a":["v"]}`)})
	e.put(t, sns.Message{Body: `{"default":"m"}`, Structure: "json", Attributes: map[string]sns.Attribute{"a": sns.String("v")}})
	assert.Equal(e, "v", e.one(q).Attributes["a"].Text)
}

func structureSize(e *Env) {
	t := e.topic(sns.Config{})
	const frame = `{"default":"m","pigeon":""}`
	fill := func(n int) sns.Message {
		return sns.Message{Structure: "json", Body: `{"default":"m","pigeon":"` + strings.Repeat("x", n-len(frame)) + `"}`}
	}
	e.put(t, fill(mostBytes))
	_, err := t.Publish(e.Ctx, fill(mostBytes+1))
	e.invalid(err, "Message too long")
}

func structurePlain(e *Env) {
	t := e.topic(sns.Config{})
	q := e.subscriber(t, raw())
	e.publish(t, `{"default":"m","sqs":"n"}`, `{`)
	e.gets(q, `{"default":"m","sqs":"n"}`, `{`)
}

func textBadType(name string) string {
	return "The message attribute '" + name + "' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String."
}

func textNoValue(name, kind string) string {
	return "The message attribute '" + name + "' must contain non-empty message attribute value for message attribute type '" + kind + "'."
}

// messageAttributeCases are attributes that are refused, each with code and text, and some that are not.
func messageAttributeCases() []Case {
	var all []Case
	for _, row := range []struct {
		source, name, attribute string
		value                   sns.Attribute
		code                    sns.Code
		text                    string
	}{
		{"recorded", "no-value", "attr", sns.Attribute{Type: "String"}, sns.ErrParameterValueInvalid, textNoValue("attr", "String")},
		{"recorded", "no-value-number", "attr", sns.Attribute{Type: "Number"}, sns.ErrParameterValueInvalid, textNoValue("attr", "Number")},
		{"recorded", "no-value-binary", "attr", sns.Attribute{Type: "Binary"}, sns.ErrParameterValueInvalid, textNoValue("attr", "Binary")},
		{"recorded", "no-type", "attr", sns.Attribute{Text: "v"}, sns.ErrValidation, "1 validation error detected: Value null at " +
			"'messageAttributes.attr.member.dataType' failed to satisfy constraint: Member must not be null"},
		{"recorded", "text-for-binary", "attr", sns.Attribute{Type: "Binary", Text: "v"}, sns.ErrParameterValueInvalid,
			"The message attribute 'attr' with type 'Binary' must use field 'Binary'."},
		{"recorded", "binary-for-text", "attr", sns.Attribute{Type: "String", Binary: []byte{1}}, sns.ErrParameterValueInvalid,
			"The message attribute 'attr' with type 'String' must use field 'String'."},
		{"recorded", "binary-for-number", "attr", sns.Attribute{Type: "Number", Binary: []byte{1}}, sns.ErrParameterValueInvalid,
			"The message attribute 'attr' with type 'Number' must use field 'String'."},
		{"recorded", "type-unknown", "attr", sns.Attribute{Type: "Colour", Text: "red"}, sns.ErrParameterValueInvalid, textBadType("attr")},
		{"recorded", "type-without-label", "attr", sns.Attribute{Type: "String.", Text: "v"}, sns.ErrParameterValueInvalid, textBadType("attr")},
		{"recorded", "type-prefixed", "attr", sns.Attribute{Type: "Stringprefixed", Text: "v"}, sns.ErrParameterValueInvalid, textBadType("attr")},
		{"documented", "type-case", "attr", sns.Attribute{Type: "string", Text: "v"}, sns.ErrParameterValueInvalid, textBadType("attr")},
		{"recorded", "name-long", strings.Repeat("n", 257), sns.String("v"), sns.ErrParameterValueInvalid,
			"Length of message attribute name must be less than 256 bytes."},
		{"recorded", "name-character", "attr^1", sns.String("v"), sns.ErrParameterValueInvalid, "Invalid non-alphanumeric character '#x5E' was " +
			"found in the message attribute name. Can only include alphanumeric characters, hyphens, underscores, or dots."},
		{"recorded", "name-leading-dot", ".attr", sns.String("v"), sns.ErrParameterValueInvalid,
			"Invalid message attribute name starting with character '.' was found."},
		{"recorded", "name-trailing-dot", "attr.", sns.String("v"), sns.ErrParameterValueInvalid,
			"Invalid message attribute name ending with character '.' was found."},
		{"recorded", "name-two-dots", "at..tr", sns.String("v"), sns.ErrParameterValueInvalid,
			"Message attribute name can not have successive '.' character."},
		{"observed", "not-a-number", "attr", sns.Number("many"), sns.ErrParameterValueInvalid,
			"Could not cast message attribute 'attr' value to number."},
	} {
		all = append(all, Case{
			Name: row.name, Source: row.source + " 4.6", Rule: "such a message attribute is refused, also in a batch, and nobody gets the message",
			Run: func(e *Env) {
				t := e.topic(sns.Config{})
				q := e.subscriber(t, raw())
				bad := sns.Message{Body: "m", Attributes: map[string]sns.Attribute{row.attribute: row.value, "good": sns.String("v")}}
				_, err := t.Publish(e.Ctx, bad)
				e.refused(err, row.code, row.text)
				_, err = t.PublishBatch(e.Ctx, sns.Message{Body: "m"}, bad)
				e.refused(err, row.code, strings.Replace(row.text, "'messageAttributes", "'publishBatchRequestEntries.2.member.messageAttributes", 1))
				e.none(q)
			},
		})
	}
	return append(all,
		recorded("4.6", "types", "a type is String, Number or Binary, and may have a label", attributeTypes),
		recorded("4.6", "names", "names are letters, digits, hyphens, underscores and dots, 256 at most", attributeNames),
		documented("4.6", "reserved", "the names that steer SMS and push are accepted", attributeReserved),
		documented("4.6", "many", "there may be more than ten", attributeMany),
	)
}

// echo demands that attributes come through, enveloped and raw.
func (e *Env) echo(as map[string]sns.Attribute) {
	t := e.topic(sns.Config{})
	r, q := e.subscriber(t, raw()), e.subscriber(t, sns.SubscriptionConfig{})
	e.put(t, sns.Message{Body: "m", Attributes: as})
	got := e.one(r).Attributes
	assert.Len(e, got, len(as))
	shown, _ := e.note(q)["MessageAttributes"].(map[string]any)
	for name, a := range as {
		assert.Equal(e, a, sns.Attribute(got[name]), name)
		m, _ := shown[name].(map[string]any)
		assert.Equal(e, a.Type, m["Type"], name)
	}
}

func attributeTypes(e *Env) {
	e.echo(map[string]sns.Attribute{
		"a": {Type: "String", Text: "v"}, "b": {Type: "String.prefixed", Text: "v"}, "c": {Type: "String.  prefixed.", Text: "v"},
		"d": {Type: "Number.int", Text: "7"}, "e": {Type: "Binary.png", Binary: []byte{0, 255}}, "f": {Type: "String.Array", Text: `[1]`},
		"g": {Type: "Number", Text: "-1.5e3"},
	})
}

func attributeNames(e *Env) {
	e.echo(map[string]sns.Attribute{"a.b-c_D.9": sns.String("v"), strings.Repeat("n", 255): sns.String("v")})
	longest := strings.Repeat("n", 256) // which queues do not take
	t := e.topic(sns.Config{})
	q := e.subscriber(t, sns.SubscriptionConfig{})
	e.put(t, sns.Message{Body: "m", Attributes: map[string]sns.Attribute{longest: sns.String("v")}})
	assert.Contains(e, e.note(q)["MessageAttributes"], longest)
}

func attributeReserved(e *Env) {
	e.put(e.topic(sns.Config{}), sns.Message{Body: "m", Attributes: map[string]sns.Attribute{
		"AWS.SNS.SMS.SenderID": sns.String("me"), "AWS.SNS.MOBILE.GCM.TTL": sns.String("60"), "AWS.MM.SMS.OriginationNumber": sns.String("+15551234567"),
	}})
}

func attributeMany(e *Env) {
	t := e.topic(sns.Config{})
	q := e.subscriber(t, sns.SubscriptionConfig{})
	as := map[string]sns.Attribute{}
	for name := range many(20) {
		as[name] = sns.String("v")
	}
	e.put(t, sns.Message{Body: "m", Attributes: as})
	assert.Len(e, e.note(q)["MessageAttributes"], 20)
}
