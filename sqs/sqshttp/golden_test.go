package sqshttp_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/internal/wiretest"
)

// What AWS was recorded to answer (testdata/recorded.json), against what the handler answers to the same requests. The requests
// are not recorded: golden_send_test.go and golden_queues_test.go tell them from the names and answers of the scenarios.

// scenario is one recording being replayed.
type scenario struct {
	*world
	*wiretest.Recording
	variant string // what stands in brackets behind the name, without the protocol
	inQuery bool
}

func TestRecorded(t *testing.T) {
	recorded := wiretest.Recordings(t, "testdata/recorded.json")
	require.Len(t, recorded, 88)
	replays := replays()
	used := map[string]bool{}
	for name, answers := range recorded {
		t.Run(name, func(t *testing.T) {
			base, protocol, variant := splitName(name)
			used[base] = true
			require.Contains(t, replays, base)
			w := newWorld(t).with("Authorization",
				"AWS4-HMAC-SHA256 Credential=111111111111/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=00")
			w.host, w.query = "sqs.us-east-1.localhost.localstack.cloud:4566", protocol == "sqs_query"
			s := &scenario{world: w, Recording: wiretest.NewRecording(t, answers), variant: variant, inQuery: w.query}
			replays[base](s)
			s.Finish()
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
	s.Match(key, a.data)
	return a.data
}

// wasJSON reports whether an error was recorded in JSON, as some are in scenarios that are named for Query.
func (s *scenario) wasJSON(key string) bool {
	answer, _ := s.Answers[key].(obj)
	e, _ := answer["Error"].(obj)
	return e["QueryErrorCode"] != nil
}
