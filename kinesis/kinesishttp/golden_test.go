package kinesishttp_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/internal/wiretest"
	"github.com/inflight-mq/inflight/kinesis"
)

// What AWS was recorded to answer, against what the handler answers to the same requests. The requests are not recorded: they are told
// from the names and answers of the scenarios. One scenario, of a subscription in CBOR, was recorded without an answer: what is known of
// it is the status, see TestSubscriptionInCBOR.

// scenario is one recording being replayed.
type scenario struct {
	*world
	*wiretest.Recording
}

func TestRecorded(t *testing.T) {
	replays := map[string]func(*scenario){
		"test_add_tags_to_stream":                                  replayTags,
		"test_resource_policy_crud":                                replayPolicies,
		"test_subscribe_to_shard":                                  replaySubscription,
		"test_subscribe_to_shard_cbor_at_timestamp":                func(*scenario) {},
		"test_subscribe_to_shard_with_at_timestamp":                replaySubscriptionAtTime,
		"test_subscribe_to_shard_with_sequence_number_as_iterator": replaySubscriptionAtNumber,
	}
	recorded := wiretest.Recordings(t, "../testdata/recorded.json")
	require.Len(t, recorded, len(replays))
	for name, answers := range recorded {
		t.Run(name, func(t *testing.T) {
			replay := replays[strings.TrimPrefix(name, "TestKinesis::")]
			require.NotNil(t, replay)
			w := newWorld(t, kinesis.WithAccount("111111111111"))
			s := &scenario{w, wiretest.NewRecording(t, answers)}
			replay(s)
			s.Finish()
		})
	}
}

func replayTags(s *scenario) {
	s.stream("s", 1)
	s.void("AddTagsToStream", obj{"StreamName": "s", "Tags": texts{"foo": "bar"}})
	got := s.ok("ListTagsForStream", obj{"StreamName": "s"})
	s.Match("Tags", got["Tags"].(list)[0])
	require.Len(s.t, got["Tags"], 1)
}

func replayPolicies(s *scenario) {
	s.stream("s", 1)
	const arn = "arn:aws:kinesis:us-east-1:111111111111:stream/s"
	check := func(key, op string, in obj) {
		s.t.Helper()
		in["ResourceARN"] = arn
		a := s.do(op, in)
		if a.data == nil {
			a.data = obj{}
		}
		a.data["ResponseMetadata"] = obj{"HTTPHeaders": obj{}, "HTTPStatusCode": float64(a.status)}
		s.Match(key, a.data)
	}
	policy := func(sid, action string) string {
		return `{"Version":"2012-10-17","Statement":[{"Sid":"` + sid + `","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:root"},` +
			`"Action":` + action + `,"Resource":"` + arn + `"}]}`
	}
	check("default_policy_if_not_set", "GetResourcePolicy", obj{})
	check("put_resource_policy_if_not_set", "PutResourcePolicy", obj{"Policy": policy("AllowCrossAccountWrite", `"kinesis:PutRecord"`)})
	check("get_resource_policy_after_set", "GetResourcePolicy", obj{})
	check("update_resource_policy", "PutResourcePolicy",
		obj{"Policy": policy("AllowCrossAccountReadWrite", `["kinesis:PutRecord","kinesis:GetRecords"]`)})
	check("get_resource_policy_after_update", "GetResourcePolicy", obj{})
	check("delete_resource_policy", "DeleteResourcePolicy", obj{})
	check("get_resource_policy_after_delete", "GetResourcePolicy", obj{})
}

// pushed puts five records, and returns the first event of a subscription at a position. Data is shown as Python shows bytes.
func (s *scenario) pushed(position func(numbers []string) string) obj {
	s.t.Helper()
	s.stream("s", 1)
	consumer := s.ok("RegisterStreamConsumer", obj{"StreamARN": "arn:aws:kinesis:us-east-1:111111111111:stream/s", "ConsumerName": "c"})["Consumer"].(obj)
	var numbers []string
	for i := range 5 {
		got := s.ok("PutRecord", obj{"StreamName": "s", "PartitionKey": "1", "Data": []byte("Hello world_" + strconv.Itoa(i))})
		numbers = append(numbers, got["SequenceNumber"].(string))
	}
	server := wiretest.Serve(s.t.(*testing.T), s.h)
	a := subscribe(s.t.Context(), s.t.(*testing.T), server.Client(), server.URL, consumer["ConsumerARN"].(string), position(numbers))
	require.Equal(s.t, http.StatusOK, a.StatusCode)
	frame(s.t.(*testing.T), a.Body, "event", "initial-response")
	first := event(s.t.(*testing.T), a.Body)
	require.NoError(s.t, a.Body.Close())
	for _, r := range first["Records"].(list) {
		r.(obj)["Data"] = fmt.Sprintf("b'%s'", r.(obj)["Data"])
	}
	require.Greater(s.t, first["ContinuationSequenceNumber"], numbers[4])
	return first
}

func replaySubscription(s *scenario) {
	s.Match("Events", list{s.pushed(func([]string) string { return atHorizon })})
}

func replaySubscriptionAtTime(s *scenario) {
	at := strconv.FormatInt(s.clk.Now().Add(-time.Minute).Unix(), 10)
	s.Match("Records", s.pushed(func([]string) string { return `{"Type":"AT_TIMESTAMP","Timestamp":` + at + `}` })["Records"])
}

func replaySubscriptionAtNumber(s *scenario) {
	s.Match("Records", s.pushed(func(numbers []string) string {
		return `{"Type":"AT_SEQUENCE_NUMBER","SequenceNumber":"` + numbers[0] + `"}`
	})["Records"])
}
