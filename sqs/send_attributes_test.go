package sqs_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sqs"
)

// Section 6.5: message attributes.

const (
	textName     = "Message (user) attributes name can only contain upper and lower score characters, digits, periods, hyphens and underscores. "
	textReserved = "You can't use message attribute names beginning with 'AWS.' or 'Amazon.'. These strings are reserved for internal use. Additionally, they cannot start or end with '.'."
)

func TestAttributeNames(t *testing.T) {
	b, _ := fakeBroker()
	q := create(t, b, "q", sqs.Config{})
	for name, text := range map[string]string{
		"a": "", "A.b-c_9": "", "AWS": "", "aws_": "", "Amazon": "", "MyAWS.x": "", "a..b": "", "øßä": "",
		strings.Repeat("n", 255):  "",
		strings.Repeat("n", 256):  "Message (user) attribute names must be shorter than 256 Bytes",
		strings.Repeat("ä", 128):  "Message (user) attribute names must be shorter than 256 Bytes",
		"":                        textName,
		"a b":                     textName,
		"!":                       textName,
		`"`:                       textName,
		"§":                       textName,
		"(":                       textName,
		"?":                       textName,
		"a\xff":                   textName,
		"\uFFFD":                  textName,
		"AWS.":                    textReserved,
		"aWs.x":                   textReserved,
		"AMAZON.x":                textReserved,
		"Amazon.":                 textReserved,
		".":                       textReserved,
		".a":                      textReserved,
		"a.":                      textReserved,
		"AWS.AWSTraceHeader":      textReserved,
		"amazon.a" + "b" + "!":    textReserved,
		strings.Repeat(".", 2000): "Message (user) attribute names must be shorter than 256 Bytes",
	} {
		_, err := q.Send(t.Context(), sqs.Message{Body: "m", Attributes: map[string]sqs.Attribute{name: sqs.String("v")}})
		if text == "" {
			require.NoError(t, err, name)
		} else {
			refused(t, err, sqs.ErrInvalidParameterValue, text, "%q", name)
		}
	}
}

func TestAttributeValues(t *testing.T) {
	b, _ := fakeBroker()
	q := create(t, b, "q", sqs.Config{})
	label := func(n int) string { return "String." + strings.Repeat("t", n-7) }
	kind := "The type of message (user) attribute 'k' is invalid. You must use only the following supported type prefixes: Binary, Number, String."
	for _, c := range []struct {
		a    sqs.Attribute
		text string
	}{
		{sqs.Attribute{Type: "String.my.label", Text: "v"}, ""},
		{sqs.Attribute{Type: "Number.int", Text: "7"}, ""},
		{sqs.Attribute{Type: "Binary.png", Binary: []byte{0xff}}, ""},
		{sqs.Attribute{Type: label(255), Text: "v"}, ""},
		{sqs.Attribute{Type: label(256), Text: "v"}, "Message (user) attribute types must be shorter than 256 Bytes"},
		{sqs.Attribute{}, "The message (user) attribute 'k' must contain a non-empty message attribute value."},
		{sqs.Attribute{Text: "v"}, "The message (user) attribute 'k' must contain a non-empty message attribute value."},
		{sqs.Attribute{Type: "string", Text: "v"}, kind},
		{sqs.Attribute{Type: "Strings", Text: "v"}, kind},
		{sqs.Attribute{Type: "Numbers", Text: "1"}, kind},
		{sqs.Attribute{Type: "Binarys", Binary: []byte{1}}, kind},
		{sqs.Attribute{Type: "S" + label(255), Text: "v"}, kind},
		{sqs.Attribute{Type: ".String", Text: "v"}, kind},
		{sqs.Attribute{Type: " String", Text: "v"}, kind},
		{sqs.Attribute{Type: "Int", Text: "1"}, kind},
		{sqs.String(""), "Message (user) attribute 'k' must contain a non-empty value of type 'String'."},
		{sqs.Number(""), "Message (user) attribute 'k' must contain a non-empty value of type 'Number'."},
		{sqs.Binary(nil), "Message (user) attribute 'k' must contain a non-empty value of type 'Binary'."},
		{sqs.Attribute{Type: "String.x"}, "Message (user) attribute 'k' must contain a non-empty value of type 'String.x'."},
		{sqs.Attribute{Type: "String", Binary: []byte{1}}, "The message (user) attribute 'k' with type 'String' must use field 'String'."},
		{sqs.Attribute{Type: "Binary", Text: "v"}, "The message (user) attribute 'k' with type 'Binary' must use field 'Binary'."},
		{sqs.String("\x02"), textCharacters},
		{sqs.Number("\x02"), textCharacters},
	} {
		_, err := q.Send(t.Context(), sqs.Message{Body: "m", Attributes: map[string]sqs.Attribute{"k": c.a}})
		if c.text == "" {
			require.NoError(t, err, c.a)
		} else {
			refused(t, err, sqs.ErrInvalidParameterValue, c.text, "%v", c.a)
		}
	}
}

func TestNumbers(t *testing.T) {
	b, _ := fakeBroker()
	q := create(t, b, "q", sqs.Config{})
	digits := strings.Repeat("9", 38)
	for text, want := range map[string]bool{
		"0": true, "-0": true, "0.000": true, "007": true, "1.50": true, "-3": true, "+3": true, ".5": true, "5.": true, "1e5": true,
		"1E-5": true, "2e+3": true, "1493147359900": true, digits: true, digits + "000": true, "0.000" + digits: true,
		"1e126": true, "1e-128": true, "100e-130": true, "0e999": true, "-1e126": true,
		digits + "1": false, "1" + strings.Repeat("0", 37) + "1": false, "2e126": false, "1.1e126": false, "1e127": false,
		"9e-129": false, "0.1e-128": false, "a": false, "-": false, ".": false, "e5": false, "1e": false, "--1": false, "1 ": false,
		" 1": false, "0x10": false, "NaN": false, "Inf": false, "1,5": false, "1.2.3": false, "1e5.5": false, "1_000": false, "١": false,
		"1e99999999999999999999": false, "1-": false,
	} {
		_, err := q.Send(t.Context(), sqs.Message{Body: "m", Attributes: map[string]sqs.Attribute{"k": sqs.Number(text)}})
		if want {
			require.NoError(t, err, text)
		} else {
			refused(t, err, sqs.ErrInvalidParameterValue, "Can't cast the value of message (user) attribute 'k' to a number.", "%q", text)
		}
	}
}

func TestNumberOfAttributes(t *testing.T) {
	b, _ := fakeBroker()
	q := create(t, b, "q", sqs.Config{})
	as := map[string]sqs.Attribute{}
	for i := range 10 {
		as[fmt.Sprint(i)] = sqs.String("v")
	}
	_, err := q.Send(t.Context(), sqs.Message{Body: "m", Attributes: as})
	require.NoError(t, err)
	as["!"] = sqs.String("v")
	_, err = q.Send(t.Context(), sqs.Message{Body: "m", Attributes: as})
	refused(t, err, sqs.ErrInvalidParameterValue, "Number of message attributes [11] exceeds the allowed maximum [10].")
}

// Of several bad attributes the first by name is named, whatever the order of the map.
func TestFirstBadAttributeByName(t *testing.T) {
	b, _ := fakeBroker()
	q := create(t, b, "q", sqs.Config{})
	for range 20 {
		_, err := q.Send(t.Context(), sqs.Message{Body: "m", Attributes: map[string]sqs.Attribute{
			"c": sqs.Number("c"), "b": sqs.Number("b"), "d": sqs.String(""), "a": sqs.String("good"),
		}})
		refused(t, err, sqs.ErrInvalidParameterValue, "Can't cast the value of message (user) attribute 'b' to a number.")
	}
}
