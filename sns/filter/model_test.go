package filter

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// The model reads policies and messages with encoding/json, writes every $or out into branches and every message into a list of leaves,
// and tries all leaves for all keys.

type modelLeaf struct {
	path  string
	value any
	in    map[int]int // the element of each array around it, if that is an object or an array
}

type modelKey struct {
	path       string
	conditions []any
}

func modelLeaves(message any) []modelLeaf {
	var all []modelLeaf
	arrays := 0
	var visit func(v any, path []string, in map[int]int)
	visit = func(v any, path []string, in map[int]int) {
		switch v := v.(type) {
		case map[string]any:
			for name, item := range v {
				visit(item, append(slices.Clip(path), name), in)
			}
		case []any:
			arrays++
			id := arrays
			for i, item := range v {
				inner := map[int]int{}
				for k, at := range in {
					inner[k] = at
				}
				switch item.(type) {
				case map[string]any, []any:
					inner[id] = i
				}
				visit(item, path, inner)
			}
		default:
			all = append(all, modelLeaf{strings.Join(path, "."), v, in})
		}
	}
	visit(message, nil, nil)
	return all
}

// modelBranches writes an object of a policy out.
func modelBranches(policy map[string]any, path []string) [][]modelKey {
	branches := [][]modelKey{nil}
	times := func(with [][]modelKey) {
		var product [][]modelKey
		for _, a := range branches {
			for _, b := range with {
				product = append(product, slices.Concat(a, b))
			}
		}
		branches = product
	}
	for name, item := range policy {
		here := append(slices.Clip(path), name)
		switch item := item.(type) {
		case map[string]any:
			times(modelBranches(item, here))
		case []any:
			if name != "$or" {
				times([][]modelKey{{{strings.Join(here, "."), item}}})
				continue
			}
			var either [][]modelKey
			for _, branch := range item {
				either = append(either, modelBranches(branch.(map[string]any), path)...)
			}
			times(either)
		}
	}
	return branches
}

func modelMatch(policy map[string]any, leaves []modelLeaf) bool {
	return slices.ContainsFunc(modelBranches(policy, nil), func(keys []modelKey) bool { return modelTry(keys, leaves, map[int]int{}) })
}

func modelTry(keys []modelKey, leaves []modelLeaf, chosen map[int]int) bool {
	if len(keys) == 0 {
		return true
	}
	present := false
	for _, leaf := range leaves {
		if leaf.path != keys[0].path {
			continue
		}
		present = true
		next := map[int]int{}
		fits := slices.ContainsFunc(keys[0].conditions, func(c any) bool { return modelHolds(c, leaf.value) })
		for array, i := range chosen {
			next[array] = i
		}
		for array, i := range leaf.in {
			if j, found := next[array]; found && j != i {
				fits = false
			}
			next[array] = i
		}
		if fits && modelTry(keys[1:], leaves, next) {
			return true
		}
	}
	return !present && modelTry(keys[1:], leaves, chosen) && slices.ContainsFunc(keys[0].conditions, func(c any) bool {
		m, _ := c.(map[string]any)
		return m["exists"] == false
	})
}

func modelHolds(condition, v any) bool {
	match, ok := condition.(map[string]any)
	if !ok {
		return condition == v
	}
	for name, operand := range match {
		s, isText := v.(string)
		f, isNumber := v.(float64)
		pattern, _ := operand.(string)
		list, _ := operand.([]any)
		switch name {
		case "prefix":
			return isText && strings.HasPrefix(s, pattern)
		case "suffix":
			return isText && strings.HasSuffix(s, pattern)
		case "equals-ignore-case":
			return isText && strings.EqualFold(s, pattern)
		case "cidr":
			a, err := netip.ParseAddr(s)
			return err == nil && netip.MustParsePrefix(pattern).Contains(a)
		case "exists":
			return operand == true
		case "numeric":
			for ; isNumber && len(list) > 0; list = list[2:] {
				bound := list[1].(float64)
				if !map[string]bool{"=": f == bound, "<": f < bound, "<=": f <= bound, ">": f > bound, ">=": f >= bound}[list[0].(string)] {
					return false
				}
			}
			return isNumber
		case "anything-but":
			if inner, ok := operand.(map[string]any); ok {
				return !modelHolds(inner, v)
			}
			return v != operand && !slices.Contains(list, v)
		}
	}
	panic("no such condition")
}

// Generators of policies and messages, as JSON.

func jsonText(t *rapid.T, v any) string {
	b, err := json.Marshal(v)
	require.NoError(t, err)
	return string(b)
}

func drawScalar() *rapid.Generator[any] {
	return rapid.SampledFrom([]any{"x", "y", "xy", "X", "10.0.0.1", "", 1.0, 2.0, 1.5, true, false, nil})
}

func drawCondition() *rapid.Generator[any] {
	condition := func(s string) (v any) {
		if err := json.Unmarshal([]byte(s), &v); err != nil {
			panic(err)
		}
		return v
	}
	var all []any
	for _, s := range []string{
		`{"prefix":"x"}`, `{"suffix":"y"}`, `{"equals-ignore-case":"x"}`, `{"cidr":"10.0.0.0/8"}`, `{"exists":true}`, `{"exists":false}`,
		`{"anything-but":"x"}`, `{"anything-but":["x","y"]}`, `{"anything-but":[1,2]}`, `{"anything-but":{"prefix":"x"}}`,
		`{"numeric":["=",1]}`, `{"numeric":[">",1]}`, `{"numeric":[">=",1,"<",2]}`, `{"numeric":["<=",1.5]}`,
	} {
		all = append(all, condition(s))
	}
	return rapid.OneOf(drawScalar(), drawScalar(), rapid.SampledFrom(all))
}

func drawPolicy(t *rapid.T, names []string, nested bool, depth int) map[string]any {
	policy := map[string]any{}
	for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom(names), 1, 3, rapid.ID).Draw(t, "names") {
		if nested && depth < 3 && rapid.IntRange(0, 3).Draw(t, "object") == 0 {
			policy[name] = drawPolicy(t, names, nested, depth+1)
		} else {
			policy[name] = rapid.SliceOfN(drawCondition(), 1, 3).Draw(t, "conditions")
		}
	}
	if depth < 3 && rapid.IntRange(0, 3).Draw(t, "or") == 0 {
		var branches []any
		for range rapid.IntRange(2, 3).Draw(t, "branches") {
			branches = append(branches, drawPolicy(t, names, nested, depth+1))
		}
		policy["$or"] = branches
	}
	return policy
}

func drawMessage(t *rapid.T, names []string, depth int) map[string]any {
	message := map[string]any{}
	for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom(names), 0, 3, rapid.ID).Draw(t, "members") {
		message[name] = drawValue(t, names, depth)
	}
	return message
}

func drawValue(t *rapid.T, names []string, depth int) any {
	switch rapid.IntRange(0, 5-depth).Draw(t, "kind") {
	case 0, 1:
		return drawScalar().Draw(t, "scalar")
	case 2, 3:
		items := []any{}
		for range rapid.IntRange(0, 3).Draw(t, "items") {
			items = append(items, drawValue(t, names, depth+1))
		}
		return items
	}
	return drawMessage(t, names, depth+1)
}

var bodyNames = []string{"a", "b", "c", "a.b", "b.c", "a.b.c", ""}

// again gives a generated value the types of encoding/json.
func again(t *rapid.T, text string) (m map[string]any) {
	require.NoError(t, json.Unmarshal([]byte(text), &m))
	return m
}

func TestBodiesAgainstModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		policy := jsonText(t, drawPolicy(t, bodyNames, true, 0))
		p, err := Parse(policy, MessageBody)
		if err != nil {
			require.Equal(t, "Filter policy is too complex", err.Error())
			return
		}
		for range 5 {
			message := jsonText(t, drawMessage(t, bodyNames, 0))
			in := body(message)
			want := modelMatch(again(t, policy), modelLeaves(again(t, message)))
			require.Equal(t, want, p.Match(in), "%s\n%s\n%v", policy, message, p.Explain(in))
			require.Equal(t, want, len(p.Explain(in)) == 0)
		}
	})
}

// Rows of the same shape below two arrays, and policies that tie keys together: the search must often go back.
func TestRowsAgainstModel(t *testing.T) {
	rows := func(t *rapid.T) (list []any) {
		for range rapid.IntRange(1, 4).Draw(t, "rows") {
			row := map[string]any{}
			for _, name := range []string{"a", "b", "c"} {
				row[name] = rapid.IntRange(0, 2).Draw(t, name)
			}
			if rapid.Bool().Draw(t, "deeper") {
				row["r"] = []any{map[string]any{"a": 0, "b": 1}, map[string]any{"a": 1, "b": rapid.IntRange(0, 2).Draw(t, "b")}}
			}
			list = append(list, row)
		}
		return list
	}
	rapid.Check(t, func(t *rapid.T) {
		wanted := map[string]any{}
		paths := []string{"r.a", "r.b", "r.c", "r.r.a", "r.r.b", "s.a", "s.b", "s.c", "s.r.a", "s.r.b"}
		for _, path := range rapid.SliceOfNDistinct(rapid.SampledFrom(paths), 2, 5, rapid.ID).Draw(t, "keys") {
			wanted[path] = rapid.SliceOfN(rapid.IntRange(0, 2), 1, 2).Draw(t, path)
		}
		policy := jsonText(t, wanted)
		message := jsonText(t, map[string]any{"r": rows(t), "s": rows(t), "s.r": rows(t)})
		p, err := Parse(policy, MessageBody)
		require.NoError(t, err)
		want := modelMatch(again(t, policy), modelLeaves(again(t, message)))
		require.Equal(t, want, p.Match(body(message)), "%s\n%s", policy, message)
	})
}

func TestAttributesAgainstModel(t *testing.T) {
	names := []string{"a", "b", "c", "a.b"}
	rapid.Check(t, func(t *rapid.T) {
		policy := jsonText(t, drawPolicy(t, names, false, 0))
		p, err := Parse(policy, MessageAttributes)
		if err != nil {
			require.Equal(t, "Filter policy is too complex", err.Error())
			return
		}
		for range 5 {
			in, leaves := drawAttributes(t, names)
			want := modelMatch(again(t, policy), leaves)
			require.Equal(t, want, p.Match(in), "%s\n%v\n%v", policy, leaves, p.Explain(in))
			require.Equal(t, want, len(p.Explain(in)) == 0)
		}
	})
}

func drawAttributes(t *rapid.T, names []string) (Input, []modelLeaf) {
	var list []Attribute
	var leaves []modelLeaf
	for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom(names), 0, 4, rapid.ID).Draw(t, "attributes") {
		values := rapid.SliceOfN(drawScalar(), 1, 3).Draw(t, "values")
		switch v := values[0].(type) {
		case string:
			list = append(list, Attribute{name, "String", v})
		case float64:
			list = append(list, Attribute{name, "Number", fmt.Sprintf("%.2f", v)})
		case bool:
			list = append(list, Attribute{name, "Binary", "x"})
			continue
		default:
			list = append(list, Attribute{name, "String.Array", jsonText(t, values)})
			for _, v := range values {
				leaves = append(leaves, modelLeaf{path: name, value: v})
			}
			continue
		}
		leaves = append(leaves, modelLeaf{path: name, value: values[0]})
	}
	return Input{Attributes: NewAttributes(list)}, leaves
}
