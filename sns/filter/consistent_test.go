package filter

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Keys below one array must be met by one element.
func TestSameElement(t *testing.T) {
	for _, c := range []struct {
		policy, message string
		want            bool
	}{
		{`{"r":{"a":[1],"b":[1]}}`, `{"r":[{"a":1,"b":1}]}`, true},
		{`{"r":{"a":[1],"b":[1]}}`, `{"r":[{"a":1,"b":2},{"a":2,"b":1}]}`, false},
		{`{"r":{"a":[1],"b":[1]}}`, `{"r":[{"a":1,"b":2},{"a":1,"b":1}]}`, true},
		{`{"r.a":[1],"r":{"b":[1]}}`, `{"r":[{"a":1},{"b":1}]}`, false},
		{`{"r":{"a":[1],"b":[1]}}`, `{"r":[{"a":[0,1],"b":[0,1]}]}`, true},
		{`{"r":{"a":[1],"b":[1]}}`, `{"r":[[{"a":1},{"b":1}]]}`, false},
		{`{"r":{"a":[1],"b":[1]}}`, `{"r":[[{"a":1}],[{"b":1}]]}`, false},
		{`{"r":{"a":[1],"b":[1]}}`, `{"r":[[0],[{"a":1,"b":1}]]}`, true},
		{`{"r":{"a":[1],"b":[{"exists":false}]}}`, `{"r":[{"a":1},{"b":1}]}`, false}, // absent means nowhere
		{`{"r":{"a":[1],"b":[{"exists":false}]}}`, `{"r":[{"a":1},{"a":2}]}`, true},
		{`{"r":{"a":[1],"b":[1]},"s":[1]}`, `{"s":[0,1],"r":[{"a":1,"b":1}]}`, true},
		{`{"r":{"a":[1]},"s":{"b":[1]}}`, `{"r":[{"a":0},{"a":1}],"s":[{"b":1},{"b":0}]}`, true},
		{`{"r":{"a":[1],"q":{"b":[1],"c":[1]}}}`, `{"r":[{"a":1,"q":[{"b":1},{"c":1}]},{"a":0,"q":[{"b":1,"c":1}]}]}`, false},
		{`{"r":{"a":[1],"q":{"b":[1],"c":[1]}}}`, `{"r":[{"a":1,"q":[{"b":1},{"c":1,"b":1}]},{"a":0}]}`, true},
		{`{"r":{"a":[1],"$or":[{"b":[1]},{"c":[1]}]}}`, `{"r":[{"a":1},{"b":1},{"c":1}]}`, false},
		{`{"r":{"a":[1],"$or":[{"b":[1]},{"c":[1]}]}}`, `{"r":[{"a":0,"b":1},{"a":1,"c":1}]}`, true},
		{`{"$or":[{"r":{"a":[1],"b":[1]}},{"x":[1]}]}`, `{"r":[{"a":1},{"b":1}],"x":1}`, true},
		{`{"x":{"$or":[{"a":[1]},{"b":[1]}]},"y":{"$or":[{"a":[1]},{"b":[1]}]}}`, `{"x":[{"b":1}],"y":[{"b":1}]}`, true},
		{`{"r":{"$or":[{"a":[1],"$or":[{"b":[1]},{"c":[1]}]},{"z":[1]}]},"s":{"$or":[{"a":[1],"b":[1]},{"z":[1]}]}}`,
			`{"r":[{"a":1,"b":1}],"s":[{"a":1},{"b":1}]}`, false},

		// With dots, a key has several places. A value outside of arrays goes with everything.
		{`{"r":{"a":[1],"b":[1]}}`, `{"r":[{"a":1},{"b":1}],"r.b":1}`, true},
		{`{"r":{"a":[1],"b":[1]}}`, `{"r.b":1,"r":[{"a":1},{"b":1}]}`, true},
		{`{"r":{"s":{"a":[1],"b":[1]}}}`, `{"r":{"s":[{"a":1},{"b":2}]},"r.s":[{"b":1},{"a":2}]}`, true},
		{`{"r":{"s":{"a":[1],"b":[1],"c":[1]}}}`, `{"r":{"s":[{"a":1},{"b":1}]},"r.s":[{"c":1},{"a":2}]}`, false},
		{`{"r.a":[1],"r.b":[1],"r.c":[1]}`, `{"r":[{"a":1},{"a":1,"c":1}],"r":[{"b":1},{"c":1}]}`, true}, // both of the first two keys are to blame
	} {
		check(t, c.policy, MessageBody, body(c.message), c.want)
	}
}

// rows returns n objects that read is called for.
func rows(n int, read func(i int) string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(read(i) + ",")
	}
	return "[" + strings.TrimSuffix(b.String(), ",") + "]"
}

// Arrays of thousands, and none of their elements has both: found out in linear time, and within the steps allowed.
func TestSearchIsFastWhereItCanBe(t *testing.T) {
	const n = 20_000
	odd := rows(n, func(i int) string { return fmt.Sprintf(`{"a":%d,"b":%d}`, i%2, (i+1)%2) })
	last := rows(n, func(i int) string { return fmt.Sprintf(`{"a":%d,"b":%d}`, i%2, (i+1)%2+i/(n-1)) })
	both := `{"r":` + last + `,"s":` + odd + `}`
	same := `[` + strings.TrimSuffix(strings.Repeat("1,", n), ",") + `]`
	for _, c := range []struct {
		policy, message string
		want            bool
	}{
		{`{"r":{"a":[1],"b":[1]}}`, `{"r":` + odd + `}`, false},
		{`{"r":{"a":[1],"b":[1]}}`, `{"r":` + last + `}`, true},
		// Two arrays: what fails in the second is not tried again for every element of the first, in whichever order.
		{`{"r":{"a":[0,1],"b":[0,1]},"s":{"a":[1],"b":[1]}}`, both, false},
		{`{"r.a":[0,1],"s.a":[1],"r.b":[0,1],"s.b":[1]}`, both, false},
		{`{"s.a":[1],"r.a":[0,1],"s.b":[1],"r.b":[0,1]}`, both, false},
		// An element that has a value many times is tried once.
		{`{"r":{"a":[1],"b":[2]}}`, `{"r":[{"a":` + same + `,"b":` + same + `},{"b":2}]}`, false},
	} {
		in := body(c.message)
		check(t, c.policy, MessageBody, in, c.want)
		s := search{body: in.Body, steps: maxSteps}
		require.Equal(t, c.want, s.group(&parsed(t, c.policy, MessageBody).root, nil))
		require.Positive(t, s.steps, c.policy)
	}
}

// The worst there is: more pigeons than holes. Each hole is an array, by its own member of the same name, and takes one pigeon;
// each pigeon is a key. The search gives up after so many steps, and says no.
func TestSearchGivesUp(t *testing.T) {
	const pigeons, holes = 12, 11
	hole := `"w":` + rows(pigeons, func(i int) string { return fmt.Sprintf(`{"p%d":1}`, i) }) + `,`
	var keys []string
	for i := range pigeons {
		keys = append(keys, fmt.Sprintf(`"w.p%d":[1]`, i))
	}
	policy := `{"$or":[{` + strings.Join(keys, ",") + `},{"never":[1]}]}`
	in := body(`{` + strings.Repeat(hole, holes) + `"x":1}`)
	check(t, policy, MessageBody, in, false)
	s := search{body: in.Body, steps: maxSteps}
	require.False(t, s.group(&parsed(t, policy, MessageBody).root, nil))
	require.Negative(t, s.steps)
	check(t, policy, MessageBody, body(`{`+strings.Repeat(hole, pigeons)+`"x":1}`), true)
}

// Any of these would take minutes, or more memory than there is, if something took more than time in proportion.
func TestHostileBodies(t *testing.T) {
	const size = 1 << 18
	deep := func(open, inner, end string, n int) string {
		return strings.Repeat(open, n) + inner + strings.Repeat(end, n)
	}
	fill := func(unit string) string { return strings.TrimSuffix(strings.Repeat(unit, size/len(unit)), ",") }
	p := parsed(t, `{"a":{"a":["x",{"prefix":"y"},{"anything-but":["z",""]}],"b":[1]},"$or":[{"a":{"a":[2]}},{"b":[{"cidr":"::/0"}]}]}`, MessageBody)
	for _, message := range []string{
		deep(`{"a":`, `1`, `}`, 100_000), deep(`{"a":`, ``, ``, 200_000), deep(`[`, ``, ``, 1<<20), `{"a":` + deep(`[`, `1`, `]`, 100_000) + `}`,
		deep(`{"b":1,"a":`, `1`, `}`, 999), deep(`{"b":1,"a":[`, `1`, `]}`, 499), `{"a":[` + deep(`[`, `1`, `]`, 900) + `,{"a":2}]}`,
		`{"` + fill("a.") + `":1}`, `{"a":[` + fill("1,") + `]}`, `{"a":[` + fill("{},") + `]}`, `{"a":{"a":[` + fill(`"x",`) + `],"b":[` + fill(`1,`) + `]}}`,
		`{"a":[` + fill(`{"a":2},`) + `,{"b":1}],"b":"::1"}`, `{` + fill(`"a":{"a":2},`) + `}`, `{"a":"` + fill(`\u0041`) + `"}`,
		`{"a":` + fill(`1`) + `}`, `{"a":1e` + fill(`9`) + `}`, `{"a":"` + fill("\xff") + `"}`, fill("\x00"), fill(`"`), fill(`{"`), "",
	} {
		in := body(message)
		require.Equal(t, p.Match(in), len(p.Explain(in)) == 0, "%.50s", message)
	}
	require.Nil(t, ParseBody(deep(`{"a":`, `1`, `}`, 1001)))
	require.NotNil(t, ParseBody(deep(`{"a":`, `1`, `}`, 1000)))
}
