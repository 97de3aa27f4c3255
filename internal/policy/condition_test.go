package policy

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// held reports whether a statement with the condition matches when key k has the given values.
func held(t *testing.T, effect, condition string, values ...string) bool {
	t.Helper()
	text := one(`"Effect":"` + effect + `","Principal":"*","Action":"*","Condition":{` + condition + `}`)
	return decide(t, text, Request{Context: map[string][]string{"k": values}}) != NoMatch
}

// Each row holds for the values in yes and not for those in no. A negated operator is the exact opposite.
func TestOperators(t *testing.T) {
	for _, c := range []struct {
		operator, negated, wants string
		yes, no                  []string
	}{
		{"StringEquals", "StringNotEquals", `"a*"`, []string{"a*"}, []string{"ab", "A*", ""}},
		{"StringEquals", "StringNotEquals", `["a","b"]`, []string{"a", "b"}, []string{"c", "ab"}},
		{"StringEquals", "StringNotEquals", `[]`, nil, []string{"", "a"}},
		{"StringEquals", "StringNotEquals", `123`, []string{"123"}, []string{"124"}},
		{"StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", `"Ab"`, []string{"ab", "AB"}, []string{"a", "abc"}},
		{"StringLike", "StringNotLike", `"a*c?"`, []string{"acd", "abbcc", "a:c:"}, []string{"ac", "Acd", "xacd"}},
		{"ArnEquals", "ArnNotEquals", `"` + topic + `"`, []string{topic}, []string{topic + "2", "events", ""}},
		{"ArnEquals", "ArnNotEquals", `"arn:aws:sns:*:1?:*"`, []string{"arn:aws:sns::12:t", "arn:aws:sns:r:12:t:s"},
			[]string{"arn:aws:sns:r:1:t", "arn:aws:sqs:r:12:t", "arn:aws:sns:r:12", "arn:aws:sns:r:x:12:t"}},
		{"ArnLike", "ArnNotLike", `"arn:*:sns:*:1:a*b"`, []string{"arn:aws:sns:r:1:ab", "arn:aws:sns:r:1:a:b"},
			[]string{"arn:aws:x:sns:r:1:ab", "arn:aws:sns:r:1:abc"}},
		{"ArnLike", "ArnNotLike", `["*","arn:*","arn:aws:sns:*:t"]`, nil, []string{topic, "arn:aws:sns:r:1:t", "x"}},
		{"NumericEquals", "NumericNotEquals", `"10"`, []string{"10", "10.0", "1e1"}, []string{"9", "11", "", "ten", "NaN"}},
		{"NumericLessThan", "NumericGreaterThanEquals", `10`, []string{"9.9", "-1"}, []string{"10", "11"}},
		{"NumericLessThanEquals", "NumericGreaterThan", `10`, []string{"9", "10"}, []string{"10.1"}},
		{"DateEquals", "DateNotEquals", `"2026-01-01T00:00:00Z"`,
			[]string{"2026-01-01", "2026-01-01T00:00Z", "2026-01-01T01:00:00+01:00", "1767225600"},
			[]string{"2025-12-31T23:59:59Z", "2026-01-01T00:00:00.5Z", "2026-01-01T00:00:00", "", "9223372036854775807"}},
		{"DateLessThan", "DateGreaterThanEquals", `"2026-01-01"`, []string{"2025-12-31T23:59:59Z", "0"}, []string{"2026-01-01", "1767225601"}},
		{"DateLessThanEquals", "DateGreaterThan", `1767225600`, []string{"2025-12-31", "2026-01-01"}, []string{"2026-01-02"}},
		{"Bool", "", `"true"`, []string{"true", "TRUE"}, []string{"false", "1", ""}},
		{"Bool", "", `false`, []string{"false"}, []string{"true"}},
		{"BinaryEquals", "", `"QQ=="`, []string{"QQ=="}, []string{"Qg==", "A", "QQ"}},
		{"BinaryEquals", "", `""`, []string{""}, []string{"*"}},
		{"IpAddress", "NotIpAddress", `"10.1.0.0/16"`, []string{"10.1.2.3", "::ffff:10.1.2.3"}, []string{"10.2.0.0", "::1", "host", "10.1.0.0/16"}},
		{"IpAddress", "NotIpAddress", `["192.0.2.1","2001:db8::/32"]`, []string{"192.0.2.1", "2001:db8::7"}, []string{"192.0.2.2", "2001:db9::"}},
	} {
		for _, v := range c.yes {
			require.True(t, held(t, "Allow", `"`+c.operator+`":{"k":`+c.wants+`}`, v), "%s %s %q", c.operator, c.wants, v)
			require.False(t, c.negated != "" && held(t, "Allow", `"`+c.negated+`":{"k":`+c.wants+`}`, v), "%s %s %q", c.negated, c.wants, v)
		}
		for _, v := range c.no {
			require.False(t, held(t, "Allow", `"`+c.operator+`":{"k":`+c.wants+`}`, v), "%s %s %q", c.operator, c.wants, v)
			require.True(t, c.negated == "" || held(t, "Allow", `"`+c.negated+`":{"k":`+c.wants+`}`, v), "%s %s %q", c.negated, c.wants, v)
		}
	}
}

// Orderings are not negated operators: what cannot be read is on neither side, and an absent key never holds.
func TestOrderingsNeedAValue(t *testing.T) {
	for _, kind := range []string{"Numeric", "Date"} {
		for _, order := range []string{"LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"} {
			require.False(t, held(t, "Allow", `"`+kind+order+`":{"k":"10"}`, "x", "NaN", "-Inf", "Inf"))
			require.False(t, held(t, "Allow", `"`+kind+order+`":{"k":"10"}`))
			require.True(t, held(t, "Allow", `"`+kind+order+`IfExists":{"k":"10"}`))
		}
	}
}

func TestAbsentKeysAndSeveralValues(t *testing.T) {
	for _, c := range []struct {
		operator string
		// What ["a","b"] means for: no value, a, c, a and b, a and c, c and d.
		none, a, c, ab, ac, cd bool
	}{
		{"StringEquals", false, true, false, true, true, false},
		{"StringNotEquals", true, false, true, false, false, true},
		{"StringEqualsIfExists", true, true, false, true, true, false},
		{"StringNotEqualsIfExists", true, false, true, false, false, true},
		{"ForAnyValue:StringEquals", false, true, false, true, true, false},
		{"ForAllValues:StringEquals", true, true, false, true, false, false},
		{"ForAnyValue:StringNotEquals", false, false, true, false, true, true},
		{"ForAllValues:StringNotEquals", true, false, true, false, false, true},
		{"ForAnyValue:StringEqualsIfExists", true, true, false, true, true, false},
		{"ForAnyValue:StringNotEqualsIfExists", true, false, true, false, true, true},
	} {
		condition := `"` + c.operator + `":{"k":["a","b"]}`
		got := []bool{held(t, "Allow", condition), held(t, "Allow", condition, "a"), held(t, "Allow", condition, "c"),
			held(t, "Allow", condition, "a", "b"), held(t, "Allow", condition, "a", "c"), held(t, "Allow", condition, "c", "d")}
		require.Equal(t, []bool{c.none, c.a, c.c, c.ab, c.ac, c.cd}, got, c.operator)
	}
}

func TestNull(t *testing.T) {
	for condition, want := range map[string][2]bool{ // absent, present
		`"Null":{"k":"true"}`:           {true, false},
		`"Null":{"k":true}`:             {true, false},
		`"Null":{"k":"false"}`:          {false, true},
		`"Null":{"k":["true","false"]}`: {true, true},
		`"Null":{"k":"maybe"}`:          {false, false},
		`"NullIfExists":{"k":"true"}`:   {false, false},
	} {
		got := [2]bool{held(t, "Allow", condition), held(t, "Allow", condition, "v")}
		require.Equal(t, want, got, condition)
	}
}

func TestConditionsAreAnded(t *testing.T) {
	require.True(t, held(t, "Allow", `"StringLike":{"k":"a*"},"StringNotLike":{"k":"*z","other":"x"}`, "ab"))
	require.False(t, held(t, "Allow", `"StringLike":{"k":"a*"},"StringNotLike":{"k":"*b","other":"x"}`, "ab"))
	require.False(t, held(t, "Allow", `"StringLike":{"k":"b*"},"StringNotLike":{"k":"*z","other":"x"}`, "ab"))
	require.False(t, held(t, "Allow", `"StringLike":{"k":"a*","other":"x"}`, "ab"))
	require.False(t, held(t, "Allow", `"StringEquals":{"k":"a","K":"b"}`, "a"), "two spellings are two conditions")
	require.True(t, held(t, "Allow", `"StringEquals":{"K":"a"}`, "a"), "keys have no case")
}

// What cannot be decided must neither open an Allow nor lift a Deny; the other conditions of the statement still count.
func TestUndecidableIsStrict(t *testing.T) {
	for _, condition := range []string{
		`"Sounds":{"k":"v"}`, `"stringequals":{"k":"v"}`, `"NotSounds":{"k":"v"}`, `"SoundsIfExists":{"other":"v"}`,
		`"ForAnyValue:ForAllValues:StringEquals":{"k":"v"}`, `"ForAllValues:Null":{"k":"false"}`, `"":{"k":"v"}`,
		`"NumericEquals":{"k":"ten"}`, `"NumericNotEquals":{"k":["1","Inf"]}`, `"DateNotEquals":{"k":"soon"}`,
		`"DateEquals":{"k":"253402300800"}`, `"Bool":{"k":"yes"}`, `"BinaryEquals":{"k":"*"}`, `"NotIpAddress":{"k":"10.0.0.0/33"}`,
	} {
		require.False(t, held(t, "Allow", condition, "v"), condition)
		require.True(t, held(t, "Deny", condition, "v"), condition)
		require.False(t, held(t, "Deny", condition+`,"StringLike":{"k":"w"}`, "v"), condition)
	}
}

func TestClockKeysFollowNow(t *testing.T) {
	now := time.Date(2026, 1, 1, 12, 0, 0, 0, time.FixedZone("", 3600))
	given := map[string][]string{"aws:currenttime": {"1999-01-01"}, "aws:epochtime": {"915148800"}}
	for condition, want := range map[string][2]bool{ // from Now, with the values given
		`"DateEquals":{"aws:CurrentTime":"2026-01-01T11:00:00Z"}`:      {true, false},
		`"DateLessThan":{"AWS:CURRENTTIME":"2026-01-01T11:00:00Z"}`:    {false, true},
		`"DateGreaterThan":{"aws:CurrentTime":"2026-01-01T10:59:59Z"}`: {true, false},
		`"StringLike":{"aws:CurrentTime":"2026-01-01T11:00:??Z"}`:      {true, false},
		`"NumericEquals":{"aws:EpochTime":"1767265200"}`:               {true, false},
		`"DateEquals":{"aws:EpochTime":"2026-01-01T11:00:00Z"}`:        {true, false},
		`"DateEquals":{"aws:EpochTime":"1999-01-01"}`:                  {false, true},
		`"Null":{"aws:CurrentTime":"false"}`:                           {true, true},
	} {
		text := one(minimal + `,"Condition":{` + condition + `}`)
		r := Request{Action: "sqs:SendMessage", Now: now}
		fromNow := decide(t, text, r) == Allow
		r.Context = given
		require.Equal(t, want, [2]bool{fromNow, decide(t, text, r) == Allow}, condition)
	}
}
