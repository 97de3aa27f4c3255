package filter

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestIndex(t *testing.T) {
	var x Index[string]
	require.Empty(t, x.Matches(Input{}))
	require.Empty(t, x.Matches(attributes("a", "String", "x")))
	require.Empty(t, x.Matches(body(`{"a":"x"}`)))
	require.False(t, x.Remove("nobody"))
	x.Add("by attribute", parsed(t, `{"a":["x","x",1]}`, MessageAttributes))
	x.Add("everything", nil)
	x.Add("by body", parsed(t, `{"a":["x"],"b":[{"exists":true}]}`, MessageBody))
	x.Add("by absence", parsed(t, `{"a":["x",{"exists":false}]}`, MessageAttributes))
	require.Equal(t, 4, x.Len())
	require.Equal(t, []string{"everything", "by absence"}, x.Matches(Input{}))
	require.Equal(t, []string{"by attribute", "everything", "by absence"}, x.Matches(attributes("a", "String.Array", `["x","x",1]`)))
	in := attributes("a", "Number", "1.0")
	in.Body = ParseBody(`{"a":["x","x"],"b":1}`)
	require.Equal(t, []string{"by attribute", "everything", "by body"}, x.Matches(in))
	x.Add("everything", parsed(t, `{"a":["y"]}`, "")) // keeps its place
	require.Len(t, x.rest.list, 1)
	require.Equal(t, []string{"by attribute", "by body"}, x.Matches(in))
	x.Add("everything", parsed(t, `{"a":[1]}`, ""))
	require.Equal(t, []string{"by attribute", "everything", "by body"}, x.Matches(in))
	require.True(t, x.Remove("by attribute"))
	x.Add("by attribute", nil) // goes to the end
	require.Equal(t, []string{"everything", "by body", "by attribute"}, x.Matches(in))
}

// Policies that require a literal are found by it, and by the one that few have.
func TestIndexLooksAtFew(t *testing.T) {
	var x Index[int]
	for i := range 1000 {
		x.Add(i, parsed(t, fmt.Sprintf(`{"kind":["order"],"from":{"customer":["c%d"]},"amount":[{"numeric":[">",1]}]}`, i), MessageBody))
	}
	for i := range 1000 {
		x.Add(1000+i, parsed(t, fmt.Sprintf(`{"kind":["order"],"$or":[{"customer":["c%d"]},{"seller":["s%d"]}]}`, i, i), MessageAttributes))
	}
	require.Less(t, len(x.rest.list), 1)
	most := 0
	for _, root := range []*indexed[int]{x.attributes, x.body} {
		for _, b := range root.below["kind"].buckets {
			most = max(most, len(b.list))
		}
	}
	require.Less(t, most, 10)
	require.Equal(t, []int{77}, x.Matches(body(`{"kind":"order","from.customer":"c77","amount":2}`)))
	require.Equal(t, []int{1003, 1007}, x.Matches(attributes("kind", "String", "order", "customer", "String", "c3", "seller", "String", "s7")))

	for i := range 2000 {
		require.True(t, x.Remove(i))
	}
	require.Zero(t, x.Len())
	require.Empty(t, x.body.below)
	require.Empty(t, x.attributes.below)
}

// What stands above others in the index goes only after them.
func TestIndexKeepsWhatIsBelow(t *testing.T) {
	var x Index[int]
	x.Add(1, parsed(t, `{"a":["x"]}`, MessageBody))
	x.Add(2, parsed(t, `{"a":{"b":["y"]}}`, MessageBody))
	x.Remove(1)
	require.Equal(t, []int{2}, x.Matches(body(`{"a":{"b":"y"}}`)))
}

// A message that repeats a value does not make the index look at its policies again.
func TestIndexAndRepeatedValues(t *testing.T) {
	const n = 2000
	var x Index[int]
	for i := range n {
		x.Add(i, parsed(t, `{"a":["x"]}`, MessageBody))
	}
	in := body(`{"a":[` + strings.Repeat(`"x",`, 10*n) + `"y"]}`)
	require.Len(t, x.body.walk(nil, in.Body), n)
	require.Len(t, x.Matches(in), n)
}

// Whatever is added, replaced and removed, the index finds what a scan finds.
func TestIndexAgainstScan(t *testing.T) {
	type pair struct {
		key    int
		policy *Policy
	}
	attributeNames := []string{"a", "b", "c"}
	rapid.Check(t, func(t *rapid.T) {
		var x Index[int]
		var all []pair
		draw := func(t *rapid.T) *Policy {
			scope := rapid.SampledFrom([]Scope{MessageAttributes, MessageBody, ""}).Draw(t, "scope")
			if scope == "" {
				return nil
			}
			names := bodyNames
			if scope == MessageAttributes {
				names = attributeNames
			}
			p, err := Parse(jsonText(t, drawPolicy(t, names, scope == MessageBody, 1)), scope)
			if err != nil {
				t.Skip(err)
			}
			return p
		}
		t.Repeat(map[string]func(*rapid.T){
			"add": func(t *rapid.T) {
				p := pair{rapid.IntRange(0, 9).Draw(t, "key"), draw(t)}
				x.Add(p.key, p.policy)
				if i := slices.IndexFunc(all, func(q pair) bool { return q.key == p.key }); i >= 0 {
					all[i] = p
				} else {
					all = append(all, p)
				}
			},
			"remove": func(t *rapid.T) {
				key := rapid.IntRange(0, 9).Draw(t, "key")
				i := slices.IndexFunc(all, func(q pair) bool { return q.key == key })
				require.Equal(t, i >= 0, x.Remove(key))
				if i >= 0 {
					all = slices.Delete(all, i, i+1)
				}
			},
			"match": func(t *rapid.T) {
				in, _ := drawAttributes(t, attributeNames)
				in.Body = ParseBody(jsonText(t, drawMessage(t, bodyNames, 0)))
				var want []int
				for _, p := range all {
					if p.policy.Match(in) {
						want = append(want, p.key)
					}
				}
				require.Equal(t, want, x.Matches(in))
				require.Equal(t, len(all), x.Len())
			},
		})
	})
}
