package filter

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// refusal parses what must be refused.
func refusal(t *testing.T, policy string, scope Scope) *Error {
	t.Helper()
	p, err := Parse(policy, scope)
	require.Nil(t, p, policy)
	var e *Error
	require.True(t, errors.As(err, &e), policy)
	return e
}

// The answers that the service gave to Subscribe, between 2024-05-14 and 2024-12-03, with the columns; the column is 0 where it gave none.
func TestRefusalsRecorded(t *testing.T) {
	for _, c := range []struct {
		policy string
		column int
		text   string
	}{
		{`{"key":{"not-an-operator":"value"}}`, 28, `"not-an-operator" must be an object or an array`},
		{`{"key":{"suffix":"value"}}`, 19, `"suffix" must be an object or an array`},
		{`{"key":{"suffix":"value","prefix":"value"}}`, 19, `"suffix" must be an object or an array`},
		{`{"key":[]}`, 10, "Empty arrays are not allowed"},
		{`{"key":[["value"]]}`, 10, "Match value must be String, number, true, false, or null"},
		{`{"key":[{"wrong-operator":true}]}`, 31, "Unrecognized match type wrong-operator"},
		{`{"key":[{"suffix":"value","prefix":"value2"}]}`, 37, "Only one key allowed in match expression"},
		{`{"key":[{"suffix":100}]}`, 22, "suffix match pattern must be a string"},
		{`{"key":[{"suffix":null}]}`, 23, "suffix match pattern must be a string"},
		{`{"key":[{"suffix":[]}]}`, 20, "suffix match pattern must be a string"},
		{`{"key":[{"suffix":["test","test2"]}]}`, 20, "suffix match pattern must be a string"},
		{`{"key":[{"cidr":["bad-filter"]}]}`, 18, "prefix match pattern must be a string"},
		{`{"key":[{"cidr":"bad-filter"}]}`, 0, "Malformed CIDR, one '/' required"},
		{`{"key":[{"cidr":"bad-/64x"}]}`, 0, "Malformed CIDR, mask bits must be an integer"},
		{`{"key":[{"cidr":"bad-filter/64"}]}`, 0, "Nonstandard IP address: bad-filter"},
		{`{"key":[{"cidr":"xx.11.xx/8"}]}`, 0, "Nonstandard IP address: xx.11.xx"},
		{`{"key":[{"cidr":"xxxx:db8:1234:1a00::/64"}]}`, 0, "Nonstandard IP address: xxxx:db8:1234:1a00::"},
		{`{"key":[{"numeric":[]}]}`, 22, "Invalid member in numeric match: ]"},
		{`{"key":[{"numeric":[1,"<="]}]}`, 22, "Invalid member in numeric match: 1"},
		{`{"key":[{"numeric":["operator"]}]}`, 32, "Unrecognized numeric range operator: operator"},
		{`{"key":[{"numeric":["=","000"]}]}`, 26, "Value of equals must be numeric"},
		{`{"key":[{"numeric":[">="]}]}`, 26, "Value of >= must be numeric"},
		{`{"key":[{"numeric":[">","20","<","30"]}]}`, 26, "Value of > must be numeric"},
		{`{"key":[{"numeric":["<",100,">",10]}]}`, 30, "Too many elements in numeric expression"},
		{`{"key":[{"numeric":[">=",1,">",2]}]}`, 31, "Bad numeric range operator: >"},
		{`{"key":[{"numeric":[">",20,"test"]}]}`, 34, "Bad numeric range operator: test"},
		{`{"key":[{"numeric":[">",20,30]}]}`, 30, "Bad value in numeric range: 30"},
		{`{"key":[{"numeric":[">",3,"<",1]}]}`, 33, "Bottom must be less than top"},
		{`{"key":[{"numeric":[">",20,"<="]}]}`, 33, "Value of <= must be numeric"},
		{`{"key":[{"numeric":[">",20,"<","30"]}]}`, 33, "Value of < must be numeric"},
		{`{"key":[{"numeric":[">",20,"<",30,"<",50]}]}`, 36, "Too many terms in numeric range expression"},
		{`{"key":[{"exists":null}]}`, 23, "exists match pattern must be either true or false."},
		{`{"key":[{"exists":"no"}]}`, 20, "exists match pattern must be either true or false."},
	} {
		want := c.text
		if c.column > 0 {
			want = fmt.Sprintf("%s\n at [Source: (String)\"%s\"; line: 1, column: %d]", c.text, c.policy, c.column)
		}
		for _, scope := range []Scope{MessageAttributes, MessageBody} {
			e := refusal(t, c.policy, scope)
			require.Equal(t, want, e.Error(), c.policy)
			require.Equal(t, "FilterPolicy: "+want, e.Reason())
		}
	}
}

// What the service says where nobody recorded the column, or nobody recorded anything: the first line.
func TestRefusals(t *testing.T) {
	for _, c := range []struct{ policy, text string }{
		{`{"k":"v"}`, `"k" must be an object or an array`},
		{`{"k":[{"anything-but":{"suffix":"x"}}]}`, "Unsupported anything-but pattern: suffix"}, // recorded
		{`{"k":[{"anything-but":{"exists":false}}]}`, "Unsupported anything-but pattern: exists"},
		{`{"k":[{"anything-but":{"wrong-operator":null}}]}`, "Unsupported anything-but pattern: wrong-operator"},
		{`{"k":[{"anything-but":{"wildcard":"*"}}]}`, "Unsupported anything-but pattern: wildcard"},
		{`{"k":[{"anything-but":{"equals-ignore-case":"x"}}]}`, "Unsupported anything-but pattern: equals-ignore-case"},
		{`{"k":[{"anything-but":{"prefix":false}}]}`, "prefix match pattern must be a string"}, // recorded
		{`{"k":[{"prefix":1}]}`, "prefix match pattern must be a string"},
		{`{"k":[{"equals-ignore-case":{}}]}`, "equals-ignore-case match pattern must be a string"},
		{`{"k":[{"wildcard":"*"}]}`, "Unrecognized match type wildcard"},
		{`{"k":[{"numeric":["<"]}]}`, "Value of < must be numeric"},
		{`{"k":[{"numeric":["<=",null]}]}`, "Value of <= must be numeric"},
		{`{"k":[{"numeric":["=",1,2]}]}`, "Too many elements in numeric expression"},
		{`{"k":[{"numeric":["<=",1,2]}]}`, "Too many elements in numeric expression"},
		{`{"k":[{"numeric":[">",1,"<",2,3]}]}`, "Too many terms in numeric range expression"},
		{`{"k":[{"numeric":[">",1,"<",1]}]}`, "Bottom must be less than top"},

		// Inferred, from the public rule compiler of EventBridge, which has the same texts.
		{`[]`, "Filter is not an object"},
		{`"x"`, "Filter is not an object"},
		{`{"k":{}}`, "Empty objects are not allowed"},
		{`{"k":[{}]}`, "Match expression name not found"},
		{`{"k":[{"exactly":"x"}]}`, "Unrecognized match type exactly"},
		{`{"k":[{"numeric":1}]}`, "Value of numeric must be an array."},
		{`{"k":[{"numeric":[[]]}]}`, "Invalid member in numeric match: ["},
		{`{"k":[{"numeric":[{}]}]}`, "Invalid member in numeric match: {"},
		{`{"k":[{"numeric":[null]}]}`, "Invalid member in numeric match: null"},
		{`{"k":[{"numeric":[">",1,true]}]}`, "Bad value in numeric range: true"},
		{`{"k":[{"numeric":["=",1],"x":1}]}`, "Too many elements in numeric expression"},
		{`{"k":[{"anything-but":"a","x":1}]}`, "Too many elements in numeric expression"},
		{`{"k":[{"anything-but":{"prefix":"a"},"x":1}]}`, "Only one key allowed in match expression"},
		{`{"k":[{"anything-but":{"prefix":"a","suffix":"b"}}]}`, "Only one key allowed in match expression"},
		{`{"k":[{"anything-but":{"prefix":""}}]}`, "Null prefix not allowed"},
		{`{"k":[{"anything-but":{}}]}`, "Anything-But expression name not found"},
		{`{"k":[{"anything-but":null}]}`, "Value of anything-but must be an array or single string/number value."},
		{`{"k":[{"anything-but":[null]}]}`, "Inside anything but list, start|null|boolean is not supported."},
		{`{"k":[{"anything-but":[]}]}`, "Inside anything but list, either all values are number or string, mixed type is not supported"},
		{`{"k":[{"anything-but":["a",1]}]}`, "Inside anything but list, either all values are number or string, mixed type is not supported"},
		{`{"k":[{"exists":true,"x":1}]}`, "Only one key allowed in match expression"},
		{`{"k":[{"cidr":"10.0.0.0/8/9"}]}`, "Malformed CIDR, one '/' required"},
		{`{"k":[{"cidr":"10.0.0.0/"}]}`, "Malformed CIDR, one '/' required"},
		{`{"k":[{"cidr":"10.0.0.0/-1"}]}`, "Malformed CIDR, mask bits must not be negative"},
		{`{"k":[{"cidr":"10.0.0.0/32"}]}`, "IPv4 mask bits must be < 32"},
		{`{"k":[{"cidr":"2001:db8::/128"}]}`, "IPv6 mask bits must be < 128"},
		{`{"k":[{"cidr":"fe80::1%eth0/64"}]}`, "Nonstandard IP address: fe80::1%eth0"},

		// $or that is no operator is a key.
		{`{"$or":"x"}`, `"$or" must be an object or an array`},
		{`{"$or":[{"a":["x"]}]}`, "Unrecognized match type a"},
		{`{"$or":[{"a":["x"]},"x"]}`, "Unrecognized match type a"},
		{`{"$or":[{"a":["x"]},{}]}`, "Empty objects are not allowed"},
		{`{"$or":[{"a":["x"]},{"prefix":"x"}]}`, "Unrecognized match type a"},
		{`{"$or":[{"a":["x"]},{"b":"x"}]}`, `"b" must be an object or an array`},
	} {
		first, _, _ := strings.Cut(refusal(t, c.policy, MessageBody).Text, "\n")
		require.Equal(t, c.text, first, c.policy)
	}
}

func TestRefusalOfBadJSON(t *testing.T) {
	const at = "\n at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: %d, column: %d]"
	const value = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
	for _, c := range []struct {
		policy       string
		line, column int
		detail       string
	}{
		{`{invalid}`, 1, 2, "Unexpected character ('i' (code 105)): was expecting double-quote to start field name"}, // recorded
		{`invalid`, 1, 8, "Unrecognized token 'invalid': was expecting " + value},                                    // recorded
		{"{\n \"a\" 1}", 2, 6, "Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value"},
		{`{"a":[1 2]}`, 1, 9, "Unexpected character ('2' (code 50)): was expecting comma to separate Array entries"},
		{`{"é😀":[] "b"}`, 1, 11, "Unexpected character ('\"' (code 34)): was expecting comma to separate Object entries"},
		{`{"a":[,]}`, 1, 7, "Unexpected character (',' (code 44)): expected a valid value " + value},
		{`{"a":["\q"]}`, 1, 9, "Unrecognized character escape 'q' (code 113)"},
		{`{"a":["\u12x4"]}`, 1, 9, "Unexpected character in escape: expected a hex-digit for character escape sequence"},
		{"{\"a\":[\"\n\"]}", 1, 8, "Illegal unquoted character ((CTRL-CHAR, code 10)): has to be escaped using backslash to be included in string value"},
		{"{\"a\":[\"\\n\n\"]}", 1, 10, "Illegal unquoted character ((CTRL-CHAR, code 10)): has to be escaped using backslash to be included in string value"},
		{`{"a":[-]}`, 1, 8, "Unexpected character (']' (code 93)): expected digit in numeric value"},
		{`{"a":[1.]}`, 1, 9, "Unexpected character (']' (code 93)): expected digit in numeric value"},
		{`{"a":[1e+]}`, 1, 10, "Unexpected character (']' (code 93)): expected digit in numeric value"},
		{`{"a":[01]}`, 1, 8, "Unexpected character ('1' (code 49)): was expecting comma to separate Array entries"},
		{`{} {}`, 1, 5, "Unexpected value after the end of the document"},
		{``, 1, 1, "Unexpected end-of-input"},
		{`{"a`, 1, 4, "Unexpected end-of-input"},
		{`{"a\n`, 1, 6, "Unexpected end-of-input"},
		{`{"a\`, 1, 5, "Unexpected end-of-input"},
		{`{"a":[`, 1, 7, "Unexpected end-of-input"},
		{"\xff", 1, 1, "Invalid UTF-8"},
	} {
		require.Equal(t, "failed to parse JSON. "+c.detail+fmt.Sprintf(at, c.line, c.column), refusal(t, c.policy, "").Text, c.policy)
	}
}

// The service looks at what it wrote itself: without white space and with the last of equal names.
func TestRefusalQuotesTheCompactPolicy(t *testing.T) {
	require.Equal(t, "Empty arrays are not allowed\n at [Source: (String)\"{\"a\":[\"é😀\\n\\u001F\\\"\\\\/\",-1.50e1,true,false,null],\"k\":[]}\"; line: 1, column: 57]",
		refusal(t, " {\"a\" : [\"\\u00e9\\ud83d\\ude00\\n\\u001f\\\"\\\\\\/\", -1.50e1, true, false, null],\r\n\t\"k\" : [ ] } ", "").Text)

	require.Equal(t, "prefix match pattern must be a string\n at [Source: (String)\"{\"k\":[{\"prefix\":{\"a\":1}}]}\"; line: 1, column: 18]",
		refusal(t, `{"k":[{"prefix":{"a":1}}]}`, "").Text)

	p, err := Parse(`{"a":"wrong","b":["x"],"a":[1],"b":["y"]}`, "")
	require.NoError(t, err)
	require.Equal(t, `{"a":[1],"b":["y"]}`, p.String())

	long := refusal(t, `{"a`+strings.Repeat("é", 400)+`":["x"],"k":[]}`, "")
	require.Equal(t, "Empty arrays are not allowed\n at [Source: (String)\"{\"a"+strings.Repeat("é", 248)+"\"[truncated 167 chars]; line: 1, column: 418]", long.Text)
}

func TestRefusalsOfTheWhole(t *testing.T) {
	e := refusal(t, `{"object":{"key":[{"prefix":"auto-"}]}}`, MessageAttributes) // recorded
	require.Equal(t, "Filter policy scope MessageAttributes does not support nested filter policy", e.Reason())
	e = refusal(t, `{"$or":[{"a":["x"]},{"b":{"c":["y"]}}]}`, "")
	require.Equal(t, "Filter policy scope MessageAttributes does not support nested filter policy", e.Reason())

	six := `{"a":["1"],"b":["1"],"c":["1"],"d":["1"],"e":["1"],"f":["1"]}`
	require.Equal(t, "FilterPolicy: Filter policy can not have more than 5 keys", refusal(t, six, "").Reason()) // recorded
	require.Equal(t, "FilterPolicy: Filter policy can not have more than 5 keys", refusal(t, six, MessageBody).Reason())

	e = refusal(t, `{}`, "Random")
	require.Equal(t, "FilterPolicyScope: Invalid value [Random]. Please use either MessageBody or MessageAttributes", e.Reason()) // recorded
}

// Of several errors the first in the order of the service counts: JSON, grammar, nesting, keys, complexity.
func TestRefusalOrder(t *testing.T) {
	many := `"x":[` + strings.TrimSuffix(strings.Repeat("1,", 151), ",") + `]`
	five := `"a":["1"],"b":["1"],"c":["1"],"d":["1"],"e":["1"]`
	for _, c := range []struct{ policy, text string }{
		{`{"n":{"a":["x"]},` + five + `,` + many + `,"k":[]}x`, "failed to parse JSON."},
		{`{"n":{"a":["x"]},` + five + `,` + many + `,"k":[]}`, "Empty arrays"},
		{`{"k":[],"n":{"a":["x"]},"l":[[]]}`, "Empty arrays"},
		{`{"n":{"a":["x"]},` + five + `,` + many + `}`, "Filter policy scope"},
		{`{` + five + `,` + many + `}`, "Filter policy can not have"},
		{`{` + many + `}`, "Filter policy is too complex"},
	} {
		require.True(t, strings.HasPrefix(refusal(t, c.policy, "").Text, c.text), c.policy)
	}
}

func TestParseAccepts(t *testing.T) {
	for _, policy := range []string{
		`{}`, ` { } `, `{"$or":{"a":["x"]}}`, `{"$or":["x"]}`, `{"$or":[{"prefix":"x"},{"suffix":"y"}]}`, `{"$or":[{"a":["x"]},{"b":["y"]}]}`,
		`{"a":{"$or":[{"b":["x"]},{"c":{"d":["y"]}}]}}`, `{"":[""]}`, `{"a":["x",1,-1.5e3,true,false,null]}`, `{"prefix":["x"]}`,
		`{"a":[{"numeric":["=",1]},{"numeric":["<",1]},{"numeric":["<=",1]},{"numeric":[">",1]},{"numeric":[">=",1]}]}`,
		`{"a":[{"numeric":[">",-1,"<=",1.5]},{"numeric":[">=",0,"<",1e300]},{"anything-but":[1,2.5]},{"anything-but":["x"]}]}`,
		`{"a":[{"cidr":"10.0.0.5/24"},{"cidr":"2001:db8::/64"},{"cidr":"0.0.0.0/0"},{"cidr":"::/0"},{"cidr":"10.0.0.0/+8"}]}`,
		`{"a":[{"anything-but":{"prefix":"x"}},{"exists":false},{"exists":true},{"prefix":""},{"suffix":""},{"equals-ignore-case":""}]}`,
		`{"a":["1"],"b":["1"],"c":["1"],"d":["1"],"$or":[{"e":["1"],"f":["1"]},{"g":["1"],"h":["1"]}]}`,
		`{"a":{"b":["1"],"c":["1"],"d":["1"],"e":["1"],"f":["1"],"g":["1"]}}`,
	} {
		p, err := Parse(policy, MessageBody)
		require.NoError(t, err, policy)
		require.Equal(t, MessageBody, p.Scope())
		again, err := Parse(p.String(), MessageBody)
		require.NoError(t, err, policy)
		require.Equal(t, p, again)
	}
	p, err := Parse(`{"a.b":["x"]}`, "")
	require.NoError(t, err)
	require.Equal(t, MessageAttributes, p.Scope())
	var everything *Policy
	require.Equal(t, MessageAttributes, everything.Scope())
	require.Equal(t, "{}", everything.String())
}

// values returns the list of n conditions.
func values(n int) string { return "[" + strings.TrimSuffix(strings.Repeat(`"v",`, n), ",") + "]" }

func TestComplexity(t *testing.T) {
	or := func(source, spaceID int) string {
		return fmt.Sprintf(`{"source":%s,"$or":[{"metricName":%s},{"metricType":%s,"$or":[{"metricId":%s},{"spaceId":%s}]}]}`,
			values(source), values(6), values(4), values(4), values(spaceID))
	}
	nested := fmt.Sprintf(`{"$or":[{"metricName":%s},{"namespace":%s}],"detail":{"scope":%s,"$or":[{"source":%s},{"type":%s}]}}`,
		values(3), values(2), values(2), values(1), values(3))
	for _, c := range []struct {
		policy string
		cost   int
	}{
		{`{"a":` + values(150) + `}`, 150},
		{`{"a":` + values(151) + `}`, 151},                                 // recorded
		{`{"a":` + values(100) + `,"b":` + values(51) + `}`, 5100},         // recorded
		{`{"a":{"b":{"c":[4,4,4,4]}},"d":{"e":[3,3,3]}}`, 72},              // documented
		{`{"a":{"b":{"c":[4,4,4,4]}},"d":{"e":[3,3,3]},"f":[3,3,3]}`, 216}, // recorded
		{or(3, 7), 150}, // recorded
		{or(4, 4), 152}, // recorded
		{nested, 160},   // recorded
		{`{"a":[{"anything-but":` + values(200) + `}]}`, 1}, // inferred
		{`{"a.b.c":[1]}`, 1}, // inferred
		{`{}`, 1},            // of no interest
		{`{"a":` + values(75) + `,"b":[1,2]}`, 150},                                 //
		{`{"a":{"b":` + values(75) + `}}`, 150},                                     //
		{`{"a":{"b":` + values(76) + `}}`, 152},                                     //
		{`{"a":{"b":[1],"c":[1],"d":[1],"e":[1],"f":[1],"g":[1],"h":[1]}}`, 1 << 7}, //
		{`{"$or":[{"a":` + values(100) + `},{"b":` + values(50) + `}]}`, 150},       //
		{`{"$or":[{"a":` + values(100) + `},{"b":` + values(51) + `}]}`, 151},       //
		{strings.Repeat(`{"a":`, 150) + `[1]` + strings.Repeat("}", 150), 150},      //
		{strings.Repeat(`{"a":`, 151) + `[1]` + strings.Repeat("}", 151), 151},      //
	} {
		p, err := Parse(c.policy, MessageBody)
		if c.cost > MaxComplexity {
			require.Equal(t, "FilterPolicy: Filter policy is too complex", refusal(t, c.policy, MessageBody).Reason())
			continue
		}
		require.NoError(t, err, "%d %.200s", c.cost, c.policy)
		require.Equal(t, c.cost, p.root.cost(), "%.200s", c.policy)
	}
}

// Whoever writes the policy, Parse takes time and memory in proportion to its size; else this would not end.
func TestParseOfHostilePolicies(t *testing.T) {
	ors := `["x"]`
	for range 400 { // 2^400 branches
		ors = `{"$or":[{"a":["x"]},{"b":["x"]}],"n":` + ors + `}`
	}
	refusal(t, ors, MessageBody)
	big := func(unit string) string { return strings.TrimSuffix(strings.Repeat(unit, MaxSize/len(unit)-30), ",") }
	branches := `{"$or":[` + strings.TrimSuffix(strings.Repeat(`{"a":["x"]},`, 150), ",") + `]}`
	_, err := Parse(branches, MessageBody)
	require.NoError(t, err)
	for _, policy := range []string{
		strings.Repeat(`{"a":`, 100_000), strings.Repeat("[", 100_000), strings.Repeat(`{"$or":[`, 30_000),
		strings.Repeat(`{"a":`, 1000) + `[1]` + strings.Repeat("}", 1000),
		strings.Repeat(`{"a":`, 999) + `[1]` + strings.Repeat("}", 999),
		`{"a":[` + big(`1,`) + `]}`, `{"a":["` + big(`\u`) + `"]}`, `{` + big(`"a":[],`) + `}`,
		`{"$or":[{"` + big(`a.`) + `":[]},{"b":[1]}]}`, strings.Repeat(" ", MaxSize+1), strings.Repeat("x", 1<<20),
	} {
		refusal(t, policy, MessageBody)
	}
	require.Equal(t, "Filter policy is too large", refusal(t, `{}`+strings.Repeat(" ", MaxSize-1), "").Text) // text inferred
	_, err = Parse(`{}`+strings.Repeat(" ", MaxSize-2), "")
	require.NoError(t, err)
	for _, policy := range []string{
		`{"` + big(`a.`) + `":[1]}`, `{"a":[{"anything-but":[` + big(`1,`) + `]}]}`, `{"a":["` + big(`\n`) + `"]}`,
	} {
		_, err := Parse(policy, MessageBody)
		require.NoError(t, err)
	}
}
