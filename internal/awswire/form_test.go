package awswire

import (
	"fmt"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
)

func form(t *testing.T, text string) *Form {
	t.Helper()
	ps, err := parseParams(text)
	require.NoError(t, err)
	return NewForm(ps)
}

func TestScalars(t *testing.T) {
	f := form(t, "text=a&text=b&empty=&number=-7&true=TRUE&false=false&bytes=AP8B")
	require.Equal(t, "a", *f.Text("text"), "the first one counts")
	require.Empty(t, *f.Text("empty"))
	require.Nil(t, f.Text("absent"))
	require.Equal(t, int32(-7), *f.Int32("number"))
	require.Nil(t, f.Int32("empty"))
	require.Nil(t, f.Int32("absent"))
	require.True(t, f.Bool("true"))
	require.False(t, f.Bool("false"))
	require.False(t, f.Bool("empty"))
	require.False(t, f.Bool("absent"))
	require.Equal(t, []byte{0, 255, 1}, f.Binary("bytes"))
	require.Nil(t, f.Binary("absent"))
	require.Equal(t, []byte{}, f.Binary("empty"))
	require.NoError(t, f.Err())
}

func TestScalarsOfAnotherType(t *testing.T) {
	for _, read := range []func(*Form){
		func(f *Form) { f.Int32("x") }, func(f *Form) { f.Bool("x") }, func(f *Form) { f.Binary("x") },
	} {
		f := form(t, "x=?")
		read(f)
		f.Text("x")
		require.Equal(t, ErrMalformed, f.Err())
	}
	f := form(t, "x=2147483648")
	f.Int32("x")
	require.Equal(t, ErrMalformed, f.Err())
}

// Both flattenings, in any order and with gaps. Only numbers from 1, written as usual, number something.
func TestItems(t *testing.T) {
	f := form(t, "Tag.10.Key=c&Tag.2.Key=b&Tag.2.Value=&Tag.1.Value=x&Tag.1.Key=a&Tag.03.Key=no&Tag.0.Key=no&Tag.-4.Key=no&Tag.5x.Key=no"+
		"&Tag.9999999999.Key=no&Tag.=no&Tag..Key=no&Tagged.6.Key=no&Tag=no&Other.member.2=z&Other.member.1=y&Other.7=no&Other.member.3.x=no")
	require.Equal(t, []string{"Tag.1", "Tag.2", "Tag.10"}, f.Items("Tag"))
	require.Equal(t, map[string]string{"a": "x", "b": "", "c": ""}, f.TextMap("Tag", "Key", "Value"))
	require.Equal(t, []string{"y", "z"}, f.Texts("Other.member"))
	require.Nil(t, f.Texts("Absent"))
	require.Nil(t, f.TextMap("Other.member", "Key", "Value"))
	require.Nil(t, f.Items("Tag.1"))
}

// Whatever a client sends, no more is read than any operation could take.
func TestItemsAreBounded(t *testing.T) {
	vs := url.Values{}
	for i := range 3 * mostNumbered {
		vs.Set(fmt.Sprintf("a.%d", 3*mostNumbered-i), "x")
	}
	items := form(t, vs.Encode()).Items("a")
	require.Len(t, items, mostNumbered)
	require.Equal(t, "a.1100", items[len(items)-1])
}
