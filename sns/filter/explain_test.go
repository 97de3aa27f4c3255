package filter

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestExplain(t *testing.T) {
	p := parsed(t, `{"store":["a",{"prefix":"b"}],"price":[{"numeric":[">",1]}],"$or":[{"x":["1"],"y":["2"]},{"z":[{"exists":true}],"$or":[{"v":["1"]},{"w":["1"]}]}]}`, "")
	require.Equal(t, []Mismatch{
		{Path: "store", Rule: `["a",{"prefix":"b"}]`, Found: `"c\n"`},
		{Path: "price", Rule: `[{"numeric":[">",1]}]`, Found: `"2", 0.50, null, false`},
		{Path: "$or", Rule: "one of the branches", Found: "none that holds", Branches: [][]Mismatch{
			{{Path: "y", Rule: `["2"]`, Found: `no value`}},
			{{Path: "$or", Rule: "one of the branches", Found: "none that holds", Branches: [][]Mismatch{
				{{Path: "v", Rule: `["1"]`, Found: "no value"}},
				{{Path: "w", Rule: `["1"]`, Found: "a value that cannot be read"}},
			}}},
		}},
	}, p.Explain(attributes("store", "String", "c\n", "price", "String.Array", `["2",0.50,null,false]`, "x", "String", "1", "z", "String", "", "w", "Number", "?")))

	p = parsed(t, `{"a":{"b.c":[1],"$or":[{"d":[1]},{"e":[1],"f":[1]}]}}`, MessageBody)
	wrong := p.Explain(body(`{"a":[{"b":{"c":1},"d":2},{"e":[1,2,3,4,5,6,7,8,9,10,11]}]}`))
	require.Equal(t, []Mismatch{{Path: "a.$or", Rule: "one of the branches", Found: "none that holds", Branches: [][]Mismatch{
		{{Path: "a.d", Rule: "[1]", Found: "2"}}, {{Path: "a.f", Rule: "[1]", Found: "no value"}},
	}}}, wrong)
	require.Equal(t, "a.$or: want one of the branches, found none that holds (a.d: want [1], found 2; or a.f: want [1], found no value)", wrong[0].String())

	wrong = p.Explain(body(`{"a":[{"b":{"c":1}},{"e":[0,1,2,3,4,5,6,7,8,9,10,11],"f":1}]}`))
	require.Equal(t, []Mismatch{{Path: "a.b.c, a.e, a.f", Rule: "all in the same element of an array", Found: "only in different ones"}}, wrong)

	// Of several branches that fail so, the first.
	wrong = p.Explain(body(`{"a":[{"b":{"c":1}},{"d":1,"e":1,"f":1}]}`))
	require.Equal(t, []Mismatch{{Path: "a.b.c, a.d", Rule: "all in the same element of an array", Found: "only in different ones"}}, wrong)

	wrong = p.Explain(body(`{"a":[{"b":{"c":[0,2,3,4,5,6,7,8,9,10,11]}},{"d":1}]}`))
	require.Equal(t, []Mismatch{{Path: "a.b.c", Rule: "[1]", Found: "0, 2, 3, 4, 5, 6, 7, 8, 9, 10, …"}}, wrong)

	wrong = p.Explain(body(`plain text`))
	require.Equal(t, []Mismatch{{Rule: "a message that is a JSON object", Found: "none"}}, wrong)
	require.Equal(t, "want a message that is a JSON object, found none", wrong[0].String())

	wrong = parsed(t, `{"$or":[{"a":[1],"b":[2]},{"c":[3]}]}`, "").Explain(Input{})
	require.Equal(t, "$or: want one of the branches, found none that holds (a: want [1], found no value, and b: want [2], found no value; or c: want [3], found no value)", wrong[0].String())
}
