package awswire

import (
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func TestParams(t *testing.T) {
	ps, err := parseParams("b=2&a.x=%31&a=+&&b=1&c&=e&a.y=%C3%A9&a-=z")
	require.NoError(t, err)
	require.Equal(t, Params{{"", "e"}, {"a", " "}, {"a-", "z"}, {"a.x", "1"}, {"a.y", "é"}, {"b", "2"}, {"b", "1"}, {"c", ""}}, ps)
	require.Equal(t, "2", ps.Get("b"), "the first one counts")
	require.True(t, ps.Has("c"))
	require.Empty(t, ps.Get("c"))
	require.False(t, ps.Has("d"))
	require.Empty(t, ps.Get("d"))
	require.Equal(t, Params{{"a.x", "1"}, {"a.y", "é"}}, ps.under("a."))
	require.Empty(t, ps.under("d"))
	require.Equal(t, ps, ps.under(""))

	none, err := parseParams("")
	require.NoError(t, err)
	require.Nil(t, none)
	require.Equal(t, ps, ps.or(none))
	require.Equal(t, ps, none.or(ps))
	require.Equal(t, Params{{"a", "url"}, {"b", "body"}, {"c", "url"}, {"c", "again"}},
		Params{{"b", "body"}}.or(Params{{"a", "url"}, {"b", "url"}, {"c", "url"}, {"c", "again"}}))
	for _, bad := range []string{"%", "a=%g0", "%2=b", "a=%ff", "a=b&c=%e9", strings.Repeat("&", mostParams)} {
		_, err := parseParams(bad)
		require.Equal(t, ErrMalformed, err, bad)
	}
	most, err := parseParams("a" + strings.Repeat("&a", mostParams-1))
	require.NoError(t, err)
	require.Len(t, most, mostParams)
}

// FuzzParams reads any text as the standard library does, but for semicolons, which are text, and for values, which must be UTF-8.
func FuzzParams(f *testing.F) {
	for _, text := range []string{"a=1&b=2&a=3", "&&=&a", "x=%41+%2B;y", "%zz", "a=%ff&%ff=a", "Tag.1.Key=a&Tag.10.Key=b&Tag.2.Key=c"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		want, refused := url.ParseQuery(strings.ReplaceAll(text, ";", "%3B"))
		for _, vs := range want {
			for _, v := range vs {
				if !utf8.ValidString(v) {
					refused = ErrMalformed
				}
			}
		}
		ps, err := parseParams(text)
		if (err != nil) != (refused != nil) {
			t.Fatalf("%q: %v, but %v", text, err, refused)
		}
		if err != nil {
			return
		}
		got := url.Values{}
		for _, p := range ps {
			got.Add(p.Name, p.Value)
		}
		if !maps.EqualFunc(got, want, slices.Equal[[]string]) {
			t.Fatalf("%q: %v, but %v", text, got, want)
		}
		for name, vs := range want {
			if ps.Get(name) != vs[0] || !ps.Has(name) {
				t.Fatalf("%q: %q is %q", text, name, ps.Get(name))
			}
		}
	})
}
