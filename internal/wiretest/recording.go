// Package wiretest is what the tests of all services' wires share.
package wiretest

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Requests and answers in the form that boto3 gives them in Python, which is that of the recordings.
type (
	Obj  = map[string]any
	List = []any
)

// Recordings reads the answers of AWS by the name of their scenario.
func Recordings(t *testing.T, file string) map[string]Obj {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	var recorded map[string]struct{ Answers Obj }
	require.NoError(t, json.Unmarshal(text, &recorded))
	all := map[string]Obj{}
	for name, r := range recorded {
		all[name] = r.Answers
	}
	return all
}

// Recording is the recorded answers of one scenario, which is being replayed.
type Recording struct {
	t        testing.TB
	Answers  Obj
	Tolerate map[string]bool   // paths at which a difference is documented
	open     map[string]bool   // answers that nothing was compared with yet
	bound    map[string]string // what placeholders stand for
}

// NewRecording returns a recording that nothing was compared with yet.
func NewRecording(t testing.TB, answers Obj) *Recording {
	r := &Recording{t: t, Answers: answers, Tolerate: map[string]bool{}, open: map[string]bool{}, bound: map[string]string{}}
	for key := range answers {
		r.open[key] = true
	}
	return r
}

// Finish requires that every answer was compared.
func (r *Recording) Finish() {
	r.t.Helper()
	require.Empty(r.t, r.open, "recorded, and not replayed")
}

// Skip leaves an answer out.
func (r *Recording) Skip(key string) { delete(r.open, key) }

// Match compares what was got with a recorded answer, or with a part of one that the recording shows under a name of its own.
func (r *Recording) Match(key string, got any) {
	r.t.Helper()
	require.Contains(r.t, r.Answers, key)
	delete(r.open, key)
	want := r.Answers[key]
	if o, ok := want.(Obj); ok && o["message"] != nil { // boto3 shows the text of some errors twice
		require.Equal(r.t, o["Error"].(Obj)["Message"], o["message"])
		delete(o, "message")
	}
	if o, ok := want.(Obj); ok && o["Error"] != nil {
		delete(o["Error"].(Obj), "_normalized") // which the recorder added
	}
	r.compare(key, want, got)
}

// compare compares in everything but ids, times, receipts and tokens, for which placeholders stand.
func (r *Recording) compare(path string, want, got any) {
	r.t.Helper()
	if r.Tolerate[path] {
		return
	}
	switch want := want.(type) {
	case Obj:
		r.compareObjects(path, want, got)
	case List:
		got, _ := got.(List)
		require.Len(r.t, got, len(want), path)
		if strings.HasSuffix(path, ".Principal.AWS") { // of no stable order
			slices.SortFunc(want, compareTexts)
			slices.SortFunc(got, compareTexts)
		}
		for i := range want {
			r.compare(fmt.Sprintf("%s[%d]", path, i), want[i], got[i])
		}
	case string:
		if want == "timestamp" || want == "date" || strings.HasSuffix(path, ".NextToken") {
			require.NotEmpty(r.t, got, path)
			return
		}
		r.compareTexts(path, want, got)
	default:
		require.Equal(r.t, want, got, path)
	}
}

func compareTexts(a, b any) int { return strings.Compare(a.(string), b.(string)) }

func (r *Recording) compareObjects(path string, want Obj, got any) {
	r.t.Helper()
	if text, ok := got.(string); ok { // JSON in a text, which the recording shows parsed
		var parsed Obj
		require.NoError(r.t, json.Unmarshal([]byte(text), &parsed), path)
		got = parsed
	}
	have, ok := got.(Obj)
	require.True(r.t, ok, "%s: %v", path, got)
	for name := range have {
		require.Contains(r.t, want, name, "%s: %v is not in the recording", path, have[name])
	}
	for name, v := range want {
		require.Contains(r.t, have, name, "%s: the recording has it", path)
		r.compare(path+"."+name, v, have[name])
	}
}

var placeholder = regexp.MustCompile(`<([a-z0-9_-]+)(:\d+)?>`)

// varies reports whether a placeholder stands for another text each time.
func varies(placeholder string) bool {
	return placeholder == "<md5-hash>" || placeholder == "<signature>" || placeholder == "<time-ms>"
}

// compareTexts compares texts, in which the same placeholder stands for the same text and another one of its kind for another.
func (r *Recording) compareTexts(path, want string, got any) {
	r.t.Helper()
	have, ok := got.(string)
	require.True(r.t, ok, "%s: %v", path, got)
	pattern, end := "^", 0
	for _, at := range placeholder.FindAllStringIndex(want, -1) {
		pattern += regexp.QuoteMeta(want[end:at[0]]) + "(.+?)"
		end = at[1]
	}
	found := regexp.MustCompile(pattern + regexp.QuoteMeta(want[end:]) + "$").FindStringSubmatch(have)
	require.NotNil(r.t, found, "%s: want %s, got %s", path, want, have)
	for i, p := range placeholder.FindAllStringSubmatch(want, -1) {
		if !varies(p[0]) {
			r.bind(path, p[0], p[1], found[i+1])
		}
	}
}

// bind has a placeholder stand for a value from now on.
func (r *Recording) bind(path, name, kind, value string) {
	r.t.Helper()
	if bound, ok := r.bound[name]; ok {
		require.Equal(r.t, bound, value, "%s: %s", path, name)
		return
	}
	for other, bound := range r.bound {
		if strings.HasPrefix(other, "<"+kind+":") {
			require.NotEqual(r.t, bound, value, "%s: %s and %s", path, name, other)
		}
	}
	r.bound[name] = value
}
