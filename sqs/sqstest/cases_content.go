package sqstest

import (
	"fmt"
	"strings"

	"github.com/stretchr/testify/assert"

	"github.com/inflight-mq/inflight/sqs"
)

func contentCases() []Case {
	return []Case{
		recorded("6.3", "size-inclusive", "a message may be exactly as large as the queue allows", sizeInclusive),
		recorded("6.3", "size-attributes", "names, types and values of attributes count into the size", sizeOfAttributes),
		documented("6.3", "size-bytes", "the size is counted in bytes, not in characters", sizeInBytes),
		recorded("6.3", "largest", "a message of 1 MiB is accepted", largestMessage),
		recorded("6.4", "characters", "control characters and U+FFFF are refused in a body", forbiddenCharacters),
		recorded("6.4", "verbatim", "a body comes back byte for byte", bodyVerbatim),
		documented("6.5", "attributes", "attributes come back with their types, labels included", attributesComeBack),
		observed("6.5", "attribute-count", "a message has ten attributes at most", attributeCount),
		recorded("6.5", "attribute-names", "attribute names have restricted characters and reserved prefixes", attributeNames),
		recorded("6.5", "attribute-letters", "attribute names may contain letters beyond A to Z", attributeLetters),
		recorded("6.5", "attribute-types", "an attribute's type is String, Number or Binary, with a label or without",
			attributeTypes),
		recorded("6.5", "attribute-empty", "an attribute's value is not empty", attributeEmpty),
		recorded("6.5", "attribute-characters", "bad characters in an attribute are a bad parameter, not bad contents",
			attributeCharacters),
		inferred("6.5", "number-range", "a Number has up to 38 digits, between 10^-128 and 10^126", attributeNumberRange),
		observed("6.5", "attribute-number", "the value of a Number must be a number", attributeNumber),
	}
}

// textTooLarge is the refusal of a single message for its size.
func textTooLarge(limit int) string {
	return fmt.Sprintf("One or more parameters are invalid. Reason: Message must be shorter than %d bytes.", limit)
}

func sizeInclusive(e *Env) {
	q := e.queue(sqs.Config{MaxMessageSize: new(1024)})
	e.send(q, strings.Repeat("x", 1024))
	_, err := q.Send(e.Ctx, sqs.Message{Body: strings.Repeat("x", 1025)})
	e.refused(err, sqs.ErrInvalidParameterValue, textTooLarge(1024))
}

func sizeOfAttributes(e *Env) {
	q := e.queue(sqs.Config{MaxMessageSize: new(1024)})
	as := map[string]sqs.Attribute{"k": sqs.String("x")} // 1 + len("String") + 1
	e.put(q, sqs.Message{Body: strings.Repeat("x", 1024-8), Attributes: as})
	_, err := q.Send(e.Ctx, sqs.Message{Body: strings.Repeat("x", 1024-7), Attributes: as})
	e.refused(err, sqs.ErrInvalidParameterValue, textTooLarge(1024))
}

func sizeInBytes(e *Env) {
	q := e.queue(sqs.Config{MaxMessageSize: new(1024)})
	e.send(q, strings.Repeat("é", 512))
	_, err := q.Send(e.Ctx, sqs.Message{Body: strings.Repeat("é", 512) + "x"})
	e.refused(err, sqs.ErrInvalidParameterValue, textTooLarge(1024))
}

func largestMessage(e *Env) {
	q := e.queue(sqs.Config{})
	body := strings.Repeat("x", 1<<20)
	e.send(q, body)
	assert.Len(e, e.one(q, sqs.ReceiveOptions{}).Body, 1<<20)
	_, err := q.Send(e.Ctx, sqs.Message{Body: body + "x"})
	e.refused(err, sqs.ErrInvalidParameterValue, textTooLarge(1<<20))
}

func forbiddenCharacters(e *Env) {
	q := e.queue(sqs.Config{})
	for _, bad := range []string{"a\x00", "\x01", "x\x08y", "\x13", "\uffff"} {
		_, err := q.Send(e.Ctx, sqs.Message{Body: bad})
		e.refused(err, sqs.ErrInvalidMessageContents, "")
	}
	e.none(q)
}

func bodyVerbatim(e *Env) {
	q := e.queue(sqs.Config{})
	for _, body := range []string{
		"a\rb\r\nc\nd\te", ` "quoted" 'twice' &quot;&#xD;&amp;<tag/> `, `{"json": "\u00e9\\"}`, "\ue000\ufffd", "😀 \U0010ffff",
	} {
		e.send(q, body)
		r := e.one(q, sqs.ReceiveOptions{})
		assert.Equal(e, body, r.Body)
		e.delete(q, r)
	}
}

func attributesComeBack(e *Env) {
	q := e.queue(sqs.Config{})
	as := map[string]sqs.Attribute{
		"s": sqs.String("text \r\n & more"), "n": sqs.Number("-12.5"), "b": sqs.Binary([]byte{0, 1, 0xff}),
		"labelled": {Type: "Number.java.lang.Long", Text: "42"}, "Image": {Type: "Binary.png", Binary: []byte("png")},
	}
	e.put(q, sqs.Message{Body: "m", Attributes: as})
	assert.Equal(e, as, e.one(q, sqs.ReceiveOptions{}).Attributes)
}

func attributeCount(e *Env) {
	q := e.queue(sqs.Config{})
	as := map[string]sqs.Attribute{}
	for i := range 10 {
		as[fmt.Sprintf("a%d", i)] = sqs.String("x")
	}
	e.put(q, sqs.Message{Body: "m", Attributes: as})
	as["one-more"] = sqs.String("x")
	_, err := q.Send(e.Ctx, sqs.Message{Body: "m", Attributes: as})
	e.refused(err, sqs.ErrInvalidParameterValue, "Number of message attributes [11] exceeds the allowed maximum [10].")
}

// attributeRefused demands that a message with one attribute is refused.
func (e *Env) attributeRefused(q sqs.Queue, name string, a sqs.Attribute, text string) {
	_, err := q.Send(e.Ctx, sqs.Message{Body: "m", Attributes: map[string]sqs.Attribute{name: a}})
	if assert.Error(e, err, "attribute %q of type %q", name, a.Type) {
		e.refused(err, sqs.ErrInvalidParameterValue, text)
	}
}

func attributeNames(e *Env) {
	q := e.queue(sqs.Config{})
	for _, bad := range []string{
		"aWs.x", "AMAZON.x", ".x", "x.", "a!", `a"`, "a§", "a(", "a?", strings.Repeat("x", 256),
	} {
		e.attributeRefused(q, bad, sqs.String("x"), "")
	}
	for _, good := range []string{"aws", "a.b", "A-b_9", strings.Repeat("x", 255)} {
		e.put(q, sqs.Message{Body: "m", Attributes: map[string]sqs.Attribute{good: sqs.String("x")}})
	}
}

func attributeLetters(e *Env) {
	q := e.queue(sqs.Config{})
	as := map[string]sqs.Attribute{"ø": sqs.String("1"), "ß": sqs.String("2"), "ä": sqs.String("3")}
	e.put(q, sqs.Message{Body: "m", Attributes: as})
	assert.Equal(e, as, e.one(q, sqs.ReceiveOptions{}).Attributes)
}

func attributeTypes(e *Env) {
	q := e.queue(sqs.Config{})
	for _, bad := range []string{"string", "Text", "number", "STRING", "Binary." + strings.Repeat("x", 250)} {
		e.attributeRefused(q, "a", sqs.Attribute{Type: bad, Text: "1"}, "")
	}
}

func attributeEmpty(e *Env) {
	q := e.queue(sqs.Config{})
	e.attributeRefused(q, "a", sqs.String(""), "Message (user) attribute 'a' must contain a non-empty value of type 'String'.")
}

func attributeCharacters(e *Env) {
	e.attributeRefused(e.queue(sqs.Config{}), "a", sqs.String("x\x01"), "")
}

func attributeNumber(e *Env) {
	e.attributeRefused(e.queue(sqs.Config{}), "a", sqs.Number("twelve"),
		"Can't cast the value of message (user) attribute 'a' to a number.")
}

func attributeNumberRange(e *Env) {
	q := e.queue(sqs.Config{})
	digits := strings.Repeat("9", 38)
	for _, good := range []string{"0", "-1.5", "+7", digits, "0." + digits, "1E126", "-1e-128", "1e6"} {
		e.put(q, sqs.Message{Body: "m", Attributes: map[string]sqs.Attribute{"n": sqs.Number(good)}})
	}
	for _, bad := range []string{digits + "9", "1e127", "2e126", "1e-129", "1e", ".", "--1", "0x1f", "NaN", "1 "} {
		e.attributeRefused(q, "n", sqs.Number(bad), "")
	}
}
