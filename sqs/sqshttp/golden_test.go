package sqshttp_test

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

// What AWS was recorded to answer (testdata/recorded.json), against what the handler answers to the same requests. The requests
// are not recorded: golden_send_test.go and golden_queues_test.go tell them from the names and answers of the scenarios.

// scenario is one recording being replayed.
type scenario struct {
	*world
	variant  string // what stands in brackets behind the name, without the protocol
	answers  obj
	open     map[string]bool   // answers that nothing was compared with yet
	bound    map[string]string // what placeholders stand for
	inQuery  bool
	tolerate map[string]bool // paths at which a difference is documented
}

func TestRecorded(t *testing.T) {
	text, err := os.ReadFile("testdata/recorded.json")
	require.NoError(t, err)
	var recorded map[string]struct{ Answers obj }
	require.NoError(t, json.Unmarshal(text, &recorded))
	require.Len(t, recorded, 88)
	replays := replays()
	used := map[string]bool{}
	for name, r := range recorded {
		t.Run(name, func(t *testing.T) {
			base, protocol, variant := splitName(name)
			used[base] = true
			require.Contains(t, replays, base)
			w := newWorld(t).with("Authorization",
				"AWS4-HMAC-SHA256 Credential=111111111111/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=00")
			w.host, w.query = "sqs.us-east-1.localhost.localstack.cloud:4566", protocol == "sqs_query"
			s := &scenario{world: w, variant: variant, answers: r.Answers, inQuery: w.query, open: map[string]bool{},
				bound: map[string]string{}, tolerate: map[string]bool{}}
			for key := range r.Answers {
				s.open[key] = true
			}
			replays[base](s)
			require.Empty(t, s.open, "recorded, and not replayed")
		})
	}
	require.Len(t, used, len(replays), "every replay has its recording")
}

// splitName splits TestClass::test_name[protocol-variant].
func splitName(s string) (name, protocol, variant string) {
	if _, after, ok := strings.Cut(s, "::"); ok {
		s = after
	}
	name, rest, _ := strings.Cut(s, "[")
	rest = strings.TrimSuffix(rest, "]")
	protocol, variant, _ = strings.Cut(rest, "-")
	if protocol != "sqs" && protocol != "sqs_query" {
		return name, "sqs", rest
	}
	return name, protocol, variant
}

// check carries out an operation and compares the answer with the recorded one.
func (s *scenario) check(key, op string, in obj) obj {
	s.t.Helper()
	a := s.in(s.t, s.inQuery && !s.wasJSON(key)).do(op, in)
	s.match(key, a.data)
	return a.data
}

// wasJSON reports whether an error was recorded in JSON, as some are in scenarios that are named for Query.
func (s *scenario) wasJSON(key string) bool {
	answer, _ := s.answers[key].(obj)
	e, _ := answer["Error"].(obj)
	return e["QueryErrorCode"] != nil
}

// match compares what was got with a recorded answer, or with a part of one that the recording shows under a name of its own.
func (s *scenario) match(key string, got any) {
	s.t.Helper()
	require.Contains(s.t, s.answers, key)
	delete(s.open, key)
	want := s.answers[key]
	if o, ok := want.(obj); ok && o["message"] != nil { // boto3 shows the text of some errors twice
		require.Equal(s.t, o["Error"].(obj)["Message"], o["message"])
		delete(o, "message")
	}
	s.compare(key, want, got)
}

// compare compares in everything but ids, times, receipts and tokens, for which placeholders stand.
func (s *scenario) compare(path string, want, got any) {
	s.t.Helper()
	if s.tolerate[path] {
		return
	}
	switch want := want.(type) {
	case obj:
		s.compareObjects(path, want, got)
	case list:
		got, _ := got.(list)
		require.Len(s.t, got, len(want), path)
		if strings.HasSuffix(path, ".Principal.AWS") { // of no stable order
			slices.SortFunc(want, compareTexts)
			slices.SortFunc(got, compareTexts)
		}
		for i := range want {
			s.compare(fmt.Sprintf("%s[%d]", path, i), want[i], got[i])
		}
	case string:
		if want == "timestamp" || strings.HasSuffix(path, ".NextToken") {
			require.NotEmpty(s.t, got, path)
			return
		}
		s.compareTexts(path, want, got)
	default:
		require.Equal(s.t, want, got, path)
	}
}

func compareTexts(a, b any) int { return strings.Compare(a.(string), b.(string)) }

func (s *scenario) compareObjects(path string, want obj, got any) {
	s.t.Helper()
	if text, ok := got.(string); ok { // JSON in a text, which the recording shows parsed
		var parsed obj
		require.NoError(s.t, json.Unmarshal([]byte(text), &parsed), path)
		got = parsed
	}
	have, ok := got.(obj)
	require.True(s.t, ok, "%s: %v", path, got)
	for name := range have {
		require.Contains(s.t, want, name, "%s: %v is not in the recording", path, have[name])
	}
	for name, v := range want {
		require.Contains(s.t, have, name, "%s: the recording has it", path)
		s.compare(path+"."+name, v, have[name])
	}
}

var placeholder = regexp.MustCompile(`<([a-z-]+)(:\d+)?>`)

// compareTexts compares texts, in which the same placeholder stands for the same text and another one of its kind for another.
func (s *scenario) compareTexts(path, want string, got any) {
	s.t.Helper()
	have, ok := got.(string)
	require.True(s.t, ok, "%s: %v", path, got)
	pattern, end := "^", 0
	for _, at := range placeholder.FindAllStringIndex(want, -1) {
		pattern += regexp.QuoteMeta(want[end:at[0]]) + "(.+?)"
		end = at[1]
	}
	found := regexp.MustCompile(pattern + regexp.QuoteMeta(want[end:]) + "$").FindStringSubmatch(have)
	require.NotNil(s.t, found, "%s: want %s, got %s", path, want, have)
	for i, p := range placeholder.FindAllStringSubmatch(want, -1) {
		name, value := p[0], found[i+1]
		if bound, ok := s.bound[name]; ok {
			require.Equal(s.t, bound, value, "%s: %s", path, name)
			continue
		}
		for other, bound := range s.bound {
			if strings.HasPrefix(other, "<"+p[1]+":") {
				require.NotEqual(s.t, bound, value, "%s: %s and %s", path, name, other)
			}
		}
		s.bound[name] = value
	}
}
