package filter

import (
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

func parsed(t testing.TB, policy string, scope Scope) *Policy {
	t.Helper()
	p, err := Parse(policy, scope)
	require.NoError(t, err, policy)
	return p
}

// attributes makes an input of names, types and texts.
func attributes(fields ...string) Input {
	var list []Attribute
	for ; len(fields) > 0; fields = fields[3:] {
		list = append(list, Attribute{fields[0], fields[1], fields[2]})
	}
	return Input{Attributes: NewAttributes(list)}
}

// body makes an input of a message.
func body(message string) Input { return Input{Body: ParseBody(message)} }

// check checks Match, and that Explain agrees.
func check(t *testing.T, policy string, scope Scope, in Input, want bool) {
	t.Helper()
	p := parsed(t, policy, scope)
	require.Equal(t, want, p.Match(in), "%s %v", policy, p.Explain(in))
	require.Equal(t, want, len(p.Explain(in)) == 0, policy)
}

// Recorded from the service, between 2024-05-14 and 2024-12-04.
func TestRecordedMatches(t *testing.T) {
	const (
		number = `{"attr1":[{"numeric":[">",0,"<=",100]}]}`
		isNull = `{"attr1":[null,{"anything-but":"whatever"}]}`
		stores = `{"store":["value1"]}`
	)
	for _, c := range []struct {
		policy string
		in     Input
		want   bool
	}{
		{number, attributes("attr1", "Number", "99"), true},
		{number, attributes("attr1", "Number", "111"), false},
		{isNull, Input{}, false},
		{`{"store":[{"exists":true}]}`, attributes("store", "Number", "99", "def", "Number", "99"), true},
		{`{"store":[{"exists":true}]}`, attributes("attr1", "Number", "111"), false},
		{`{"store":[{"exists":false}]}`, attributes("def", "Number", "99"), true},
		{`{"store":[{"exists":false}]}`, attributes("store", "Number", "99", "def", "Number", "99"), false},
		{stores, attributes("store", "String", "value1"), true},
		{stores, attributes("store", "String.Array", `["value1","value2"]`), true},
		{stores, attributes("store", "String.Array", `["value2","value3"]`), false},
		{stores, attributes("store", "String", "value2"), false},
	} {
		check(t, c.policy, MessageAttributes, c.in, c.want)
	}
}

func TestRecordedMatchesOfBodies(t *testing.T) {
	const (
		object = `{"object":{"key":[{"prefix":"auto-"},"hardcodedvalue"],"nested_key":[{"exists":false}]},"test":[{"exists":false}]}`
		s3     = `{"Records":{"s3":{"object":{"key":[{"prefix":"auto-"}]}},"eventName":[{"prefix":"ObjectCreated:"}]}}`
		or     = `{"$or":[{"metricName":["CPUUtilization","ReadLatency"]},{"namespace":["AWS/EC2","AWS/ES"]}],` +
			`"detail":{"scope":["Service"],"$or":[{"source":["aws.cloudwatch"]},{"type":["CloudWatch Alarm State Change"]}]}}`
		record = `{"eventName":"NAME","eventSource":"aws:s3","s3":{"object":{"key":"KEY","size":17}}}`
	)
	event := func(name, key string) string { return strings.NewReplacer("NAME", name, "KEY", key).Replace(record) }
	created, removed, home := event("ObjectCreated:Put", "auto-1.xml"), event("ObjectRemoved:Delete", "auto-1.xml"), event("ObjectCreated:Put", "home-1.xml")
	for _, c := range []struct {
		policy, message string
		want            bool
	}{
		{object, `{"object":{"key":"auto-test"}}`, true},
		{object, `{"object":{"key":"hardcodedvalue"}}`, true},
		{object, `{"object":{"key":"test-auto"}}`, false},
		{object, `{"object":{"key":"auto-test"},"test":"x"}`, false},
		{object, `{"object":{"key":"auto-test","nested_key":"x"}}`, false},
		{object, `{"object":{"test":"auto-test"}}`, false},
		{object, `not JSON`, false},
		{object, `"a string"`, false},
		{`{"object.nested":["string.value"]}`, `{"object":{"nested":"string.value"}}`, true},
		{`{"object.nested":["string.value"]}`, `{"object.nested":"string.value"}`, true},
		{`{"object.nested":["string.value"]}`, `{"object":{"nested":"test-auto"}}`, false},
		{`{"a.b.c":["v"]}`, `{"a":{"b":{"c":"v"}}}`, true},
		{`{"a.b.c":["v"]}`, `{"a.b.c":"v"}`, true},
		{`{"a.b.c":["v"]}`, `{"a.b":{"c":"v"}}`, true},
		{`{"a.b.c":["v"]}`, `{"a":{"b.c":"v"}}`, true},
		{`{"a.b.c":["v"]}`, `{"a":{"b":{"c":"w"}}}`, false},
		{`{"headers":{"route-to":["queue1"]}}`, `{"headers":{"route-to":["queue1"]}}`, true},
		{`{"headers":{"route-to":["queue1"]}}`, `{"headers":{"route-to":["queue1","queue2"]}}`, true},
		{`{"headers":{"route-to":["queue1"]}}`, `{"headers":{"route-to":["queue2"]}}`, false},
		{`{"headers":{"route-to":["queue1"]}}`, `{"headers":{"route-to":["queue3"]}}`, false},
		{s3, `{"Records":[` + created + `]}`, true},
		{s3, `{"Records":[` + removed + `]}`, false},
		{s3, `{"Records":[` + home + `]}`, false},
		{s3, `{"Records":[{"eventName":"ObjectCreated:Put","s3":{"object":[[{"key":"auto-1.xml"}]]}},` + event("ObjectRemoved:Delete", "home-1.xml") + `]}`, true},
		{or, `{"metricName":"CPUUtilization","detail":{"scope":"aws.cloudwatch","type":"CloudWatch Alarm State Change"}}`, false},
		{or, `{"metricName":"CPUUtilization","detail":{"scope":"Service","type":"CPUUtilization"}}`, false},
		{or, `{"metricName":"CPUUtilization","detail":{"type":"CloudWatch Alarm State Change"}}`, false},
		{or, `{"metricName":"CPUUtilization","detail":{"scope":"Service"}}`, false},
		{or, `{"metricName":"CPUUtilization","scope":"Service"}`, false},
		{or, `{"metricName":"AWS/EC2","detail":{"scope":"Service","type":"CloudWatch Alarm State Change"}}`, false},
		{or, `{"namespace":"CPUUtilization","detail":{"scope":"Service","type":"CloudWatch Alarm State Change"}}`, false},
		{or, `{"metricName":"CPUUtilization","detail":{"scope":"Service","source":"aws.cloudwatch"}}`, true},
		{or, `{"metricName":"CPUUtilization","detail":{"scope":"Service","type":"CloudWatch Alarm State Change"}}`, true},
		{or, `{"metricName":"ReadLatency","detail":{"scope":"Service","source":"aws.cloudwatch"}}`, true},
		{or, `{"namespace":"AWS/EC2","detail":{"scope":"Service","source":"aws.cloudwatch"}}`, true},
		{or, `{"namespace":"AWS/ES","detail":{"scope":"Service","source":"aws.cloudwatch"}}`, true},
		{`{"detail":{"eventVersion":[""]}}`, `{"account":"123456789012","detail":{"eventVersion":"","responseElements":null},"resources":[],"version":"0"}`, true},
	} {
		check(t, c.policy, MessageBody, body(c.message), c.want)
	}
}

// Every condition against every kind of value, in both scopes.
func TestOperators(t *testing.T) {
	// The columns: the texts "v", "V" and "10.1.2.3", the numbers 100 and 100.1, true, null, absent.
	for condition, want := range map[string]string{
		`"v"`:                             "+.......",
		`"10.1.2.3"`:                      "..+.....",
		`"100"`:                           "........",
		`100`:                             "...+....",
		`1.00e2`:                          "...+....",
		`0`:                               "........",
		`true`:                            ".....+..",
		`false`:                           "........",
		`null`:                            "......+.",
		`{"prefix":"v"}`:                  "+.......",
		`{"prefix":"1"}`:                  "..+.....",
		`{"prefix":""}`:                   "+++.....",
		`{"suffix":"V"}`:                  ".+......",
		`{"suffix":".3"}`:                 "..+.....",
		`{"suffix":"0"}`:                  "........",
		`{"suffix":""}`:                   "+++.....",
		`{"equals-ignore-case":"V"}`:      "++......",
		`{"numeric":["=",100]}`:           "...+....",
		`{"numeric":["<",100.1]}`:         "...+....",
		`{"numeric":["<=",100.1]}`:        "...++...",
		`{"numeric":[">",100]}`:           "....+...",
		`{"numeric":[">=",100]}`:          "...++...",
		`{"numeric":[">",100,"<",100.1]}`: "........",
		`{"numeric":[">",99,"<=",100]}`:   "...+....",
		`{"cidr":"10.0.0.0/8"}`:           "..+.....",
		`{"cidr":"11.0.0.0/8"}`:           "........",
		`{"anything-but":"v"}`:            ".++++++.",
		`{"anything-but":["v","V"]}`:      "..+++++.",
		`{"anything-but":100}`:            "+++.+++.",
		`{"anything-but":[100.1,100]}`:    "+++..++.",
		`{"anything-but":"100"}`:          "+++++++.",
		`{"anything-but":{"prefix":"v"}}`: ".++++++.",
		`{"anything-but":{"prefix":"1"}}`: "++.++++.",
		`{"exists":true}`:                 "+++++++.",
		`{"exists":false}`:                ".......+",
		`null,{"anything-but":"v"}`:       ".++++++.", // recorded for the last column
		`"v",{"exists":false}`:            "+......+",
	} {
		policy := `{"k":[` + condition + `]}`
		for i, v := range []string{`"v"`, `"V"`, `"10.1.2.3"`, `100`, `100.1`, `true`, `null`, ``} {
			message := `{"other":"v","k":` + v + `}`
			in := attributes("other", "String", "v", "k", "String.Array", "["+v+"]")
			if v == "" {
				message, in = `{"other":"v"}`, attributes("other", "String", "v")
			}
			check(t, policy, MessageBody, body(message), want[i] == '+')
			check(t, policy, MessageAttributes, in, want[i] == '+')
			if v != "" {
				check(t, policy, MessageBody, body(`{"k":[`+v+`]}`), want[i] == '+')
			}
		}
	}
}

func TestAttributeTypes(t *testing.T) {
	for _, c := range []struct {
		policy string
		in     Input
		want   bool
	}{
		{`{"k":["1"]}`, attributes("k", "String", "1"), true},
		{`{"k":[1]}`, attributes("k", "String", "1"), false},
		{`{"k":["1"]}`, attributes("k", "String.custom", "1"), true},
		{`{"k":[1]}`, attributes("k", "Number", "1.0"), true},
		{`{"k":[1]}`, attributes("k", "Number.int", "1e0"), true},
		{`{"k":[1]}`, attributes("k", "Number", "+1."), true},
		{`{"k":["1"]}`, attributes("k", "Number", "1"), false},
		{`{"k":[123456789.123456]}`, attributes("k", "Number", "123456789.123456"), true},
		{`{"k":[123456789.123456]}`, attributes("k", "Number", "123456789.123457"), false},
		{`{"k":[{"numeric":["<",1000000000.000002]}]}`, attributes("k", "Number", "1000000000.000001"), true},
		{`{"k":[{"numeric":[">",1e300]}]}`, attributes("k", "Number", "1e999"), true},
		{`{"k":[{"exists":true}]}`, attributes("k", "Binary", "eA=="), false},
		{`{"k":[{"exists":false}]}`, attributes("k", "Binary.gif", "eA=="), true},
		{`{"k":["true"]}`, attributes("k", "String", "true"), true},
		{`{"k":[true]}`, attributes("k", "String", "true"), false},
		{`{"k":["[1]"]}`, attributes("k", "String", "[1]"), true},
		{`{"a.b":["x"]}`, attributes("a.b", "String", "x"), true},
		{`{"a.b":["x"]}`, attributes("a", "String", "x", "b", "String", "x"), false},
		{`{"k":["x"]}`, attributes("K", "String", "x"), false},
		{`{"k":["x"]}`, attributes("k", "String", "x", "k", "String", "y"), true},

		{`{"k":[{"anything-but":["rugby","tennis"]}]}`, attributes("k", "String.Array", `["rugby","baseball"]`), true}, // documented
		{`{"k":[{"anything-but":["rugby","tennis"]}]}`, attributes("k", "String.Array", `["rugby"]`), false},           // documented
		{`{"k":[{"exists":true}]}`, attributes("k", "String.Array", `[]`), false},
		{`{"k":[{"exists":false}]}`, attributes("k", "String.Array", ` [ ] `), true},

		// Nothing can be said of what is no array of scalars, or no number.
		{`{"k":["x",{"exists":true},{"exists":false},{"anything-but":"y"}]}`, attributes("k", "String.Array", `x`), false},
		{`{"k":["x",{"exists":true},{"exists":false},{"anything-but":"y"}]}`, attributes("k", "String.Array", `"x"`), false},
		{`{"k":["x",{"exists":true},{"exists":false},{"anything-but":"y"}]}`, attributes("k", "String.Array", `["x"]]`), false},
		{`{"k":["x",{"exists":true},{"exists":false},{"anything-but":"y"}]}`, attributes("k", "String.Array", `["x",["x"]]`), false},
		{`{"k":["x",{"exists":true},{"exists":false},{"anything-but":"y"}]}`, attributes("k", "String.Array", `[{"x":1}]`), false},
		{`{"k":["x",{"exists":true},{"exists":false},{"anything-but":"y"}]}`, attributes("k", "String.Array", "[\"x\xff\"]"), false},
		{`{"k":[0,{"exists":true},{"exists":false},{"anything-but":"y"}]}`, attributes("k", "Number", "zero"), false},
		{`{"k":[0,{"exists":true},{"exists":false},{"anything-but":"y"}]}`, attributes("k", "Number", "0x0"), false},
		{`{"k":[{"numeric":[">",0]},{"exists":false}]}`, attributes("k", "Number", "Infinity"), false},
	} {
		check(t, c.policy, MessageAttributes, c.in, c.want)
	}
}

func TestManyAttributes(t *testing.T) {
	var fields []string
	for _, name := range strings.Split("z y x w v u t s r q p o n m l k j i h g f e d c b a", " ") {
		fields = append(fields, name, "String", name)
	}
	in := attributes(append(fields, "e", "String", "again")...)
	for name := range strings.SplitSeq("a e m z", " ") {
		check(t, `{"`+name+`":["`+name+`"]}`, "", in, true)
	}
	check(t, `{"e":["again"]}`, "", in, false)
	check(t, `{"zz":[{"exists":true}]}`, "", in, false)
	check(t, `{"A":[{"exists":false}]}`, "", in, true)
}

func TestChoices(t *testing.T) {
	const policy = `{"a":["x"],"$or":[{"b":["y"]},{"c":["z"],"$or":[{"d":["1"]},{"e":["2"]}]}]}`
	for _, c := range []struct {
		in   Input
		want bool
	}{
		{attributes("a", "String", "x", "b", "String", "y"), true},
		{attributes("a", "String", "n", "b", "String", "y"), false},
		{attributes("b", "String", "y"), false},
		{attributes("a", "String", "x", "c", "String", "z"), false},
		{attributes("a", "String", "x", "c", "String", "z", "e", "String", "2"), true},
		{attributes("a", "String", "x", "d", "String", "1", "e", "String", "2"), false},
	} {
		check(t, policy, MessageAttributes, c.in, c.want)
	}
	// A key, not an operator.
	check(t, `{"$or":[{"prefix":"x"},{"suffix":"y"}]}`, MessageAttributes, attributes("$or", "String", "xa"), true)
	check(t, `{"$or":[{"prefix":"x"},{"suffix":"y"}]}`, MessageAttributes, attributes("$or", "String", "ax"), false)
	check(t, `{"$or":{"a":["x"]}}`, MessageBody, body(`{"$or":{"a":"x"}}`), true)
}

func TestBodies(t *testing.T) {
	for _, c := range []struct {
		policy, message string
		want            bool
	}{
		{`{"a":["x"]}`, ` { "a" : "x" } `, true},
		{`{"a":["é😀\n\"\\/"]}`, `{"\u0061":"\u00e9\ud83d\ude00\n\"\\\/"}`, true},
		{`{"a":["x"]}`, `{"a":"x"}x`, false},
		{`{"a":["x"]}`, `[{"a":"x"}]`, false},
		{`{"a":["x"]}`, `{"a":"x"`, false},
		{`{"a":["x"]}`, "{\"a\":\"x\",\"b\":\"\xff\"}", false},
		{`{"a":["\ufffd"]}`, `{"a":"\ud800"}`, true},
		{`{"a":["\ufffdA"]}`, `{"a":"\ud800\u0041"}`, true},
		{`{"a":[{"exists":true}]}`, `{"a":{}}`, false},
		{`{"a":[{"exists":true}]}`, `{"a":{"b":1}}`, false},
		{`{"a":[{"exists":false}]}`, `{"a":{"b":1}}`, true},
		{`{"a":[{"exists":true}]}`, `{"a":[]}`, false},
		{`{"a":[{"exists":true}]}`, `{"a":[[]]}`, false},
		{`{"a":[{"exists":true}]}`, `{"a":[{}]}`, false},
		{`{"a":[{"exists":true}]}`, `{"a":null}`, true},
		{`{"a":[{"exists":true}]}`, `{"a":""}`, true},
		{`{"a":["x"]}`, `{"a":[1,[["x"]]]}`, true},
		{`{"a":[1],"a":["x"]}`, `{"a":"x"}`, true},
		{`{"a":["x"],"b":["y"]}`, `{"a":"n","b":"y","a":"x"}`, true}, // all of equal names count
		{`{"":{"":["x"]}}`, `{".":"x"}`, true},
		{`{".":["x"]}`, `{"":{"":"x"}}`, true},
		{`{"":["x"]}`, `{"":"x"}`, true},
		{`{"a":["x"]}`, `{"a.":"x"}`, false},
		{`{"a":{"b":["x"]}}`, `{"b":"x"}`, false},
		{`{"a":{"b":{"c":["x"]}}}`, `{"a":{"c":"x"}}`, false},
		{`{"a":{"b":["x"]},"a.b":["y"]}`, `{"a":{"b":["x","y"]}}`, true}, // both must hold
		{`{"a":{"b":["x"]},"a.b":["y"]}`, `{"a":{"b":"y"}}`, false},
		{`{"ip":[{"cidr":"10.0.0.0/24"}]}`, `{"ip":"10.0.0.255"}`, true},  // recorded
		{`{"ip":[{"cidr":"10.0.0.0/24"}]}`, `{"ip":"10.0.0.256"}`, false}, // recorded
		{`{"ip":[{"cidr":"10.0.0.77/24"}]}`, `{"ip":"10.0.0.1"}`, true},
		{`{"ip":[{"cidr":"2001:db8:1234:1a00::/64"}]}`, `{"ip":"2001:0db8:1234:1a00:0:0:0:1"}`, true}, // recorded
		{`{"ip":[{"cidr":"::/0"}]}`, `{"ip":"10.0.0.1"}`, false},
		{`{"ip":[{"cidr":"::/0"}]}`, `{"ip":"fe80::1%eth0"}`, false},
		{`{"ip":[{"cidr":"::/0"}]}`, `{"ip":"abad:cafe"}`, false},
		{`{"ip":[{"cidr":"10.0.0.0/8"}]}`, `{"ip":"::ffff:0a00:0001"}`, true},
		{`{"a":[-0]}`, `{"a":0.0}`, true},
		{`{"a":[{"numeric":[">",1e300]}]}`, `{"a":1e999}`, true},
		{`{"a":[1e999]}`, `{"a":1e999}`, true},
		{`{"a":[1e-999]}`, `{"a":0}`, true},
		{`{"a":[{"equals-ignore-case":"ÄPFEL"}]}`, `{"a":"äpfel"}`, true},
	} {
		check(t, c.policy, MessageBody, body(c.message), c.want)
	}
}

func TestMatchWithoutPolicyOrKeys(t *testing.T) {
	var none *Policy
	for _, p := range []*Policy{none, parsed(t, `{}`, MessageAttributes), parsed(t, `{}`, MessageBody)} {
		require.True(t, p.Match(Input{}))
		require.True(t, p.Match(body(`not JSON`)))
		require.Empty(t, p.Explain(Input{}))
	}
	check(t, `{"a":[{"exists":false}]}`, MessageBody, Input{}, false)
	check(t, `{"a":[{"exists":false}]}`, MessageAttributes, Input{}, true)
}

func TestMatchAllocatesNothing(t *testing.T) {
	flat, nested := parsed(t, ordinary, MessageAttributes), parsed(t, ordinaryNested, MessageBody)
	in := ordinaryAttributes()
	in.Body = ParseBody(kilobyte(true))
	require.Zero(t, testing.AllocsPerRun(100, func() { flat.Match(in) }))
	require.Zero(t, testing.AllocsPerRun(100, func() { nested.Match(in) })) // an array, but no key below it
}

// For the race detector.
func TestConcurrentUse(t *testing.T) {
	var x Index[int]
	for i, policy := range []string{ordinaryNested, `{"detail":{"lines":{"sku":["b"],"count":[2]}}}`, `{"event":["placed"]}`} {
		x.Add(i, parsed(t, policy, MessageBody))
	}
	x.Add(3, parsed(t, ordinary, MessageAttributes))
	in := ordinaryAttributes()
	in.Body = ParseBody(kilobyte(true))
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 100 {
				if found := x.Matches(in); len(found) != 4 {
					t.Error(found)
				}
			}
		})
	}
	all.Wait()
}
