package kinesishttp_test

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/internal/wiretest"
	"github.com/inflight-mq/inflight/kinesis"
	"github.com/inflight-mq/inflight/kinesis/kinesishttp"
)

// Requests and answers in the form that boto3 gives them in Python, which is that of the recordings: one form for both encodings.
// Times are seconds, and data is bytes.
type (
	obj   = wiretest.Obj
	list  = wiretest.List
	texts = map[string]string
	names = []string
	batch = []obj
)

const (
	account   = "123456789012"
	arnPrefix = "arn:aws:kinesis:us-east-1:" + account + ":stream/"
	typeJSON  = "application/x-amz-json-1.1"
	typeCBOR  = "application/x-amz-cbor-1.1"
	highest   = "340282366920938463463374607431768211455"
)

// world is a broker that lives by a fake clock behind a handler, and how a test speaks to it.
type world struct {
	t      testing.TB
	b      *kinesis.Broker
	clk    *inflight.FakeClock
	h      http.Handler
	cbor   bool              // speak CBOR, not JSON
	header map[string]string // added to each request
}

func newWorld(t testing.TB, opts ...kinesis.Option) *world {
	clk := inflight.NewFakeClock(time.Time{})
	b := kinesis.New(append([]kinesis.Option{kinesis.WithClock(clk), kinesis.WithSeed(1)}, opts...)...)
	return &world{t: t, b: b, clk: clk, h: kinesishttp.NewHandler(b)}
}

// in returns the world as seen by a subtest, in another encoding.
func (w *world) in(t testing.TB, cbor bool) *world {
	other := *w
	other.t, other.cbor = t, cbor
	return &other
}

// with returns the world as seen by a client that sends a header, or, with an empty value, does not.
func (w *world) with(name, value string) *world {
	other := *w
	other.header = maps.Clone(w.header)
	if other.header == nil {
		other.header = map[string]string{}
	}
	other.header[name] = value
	return &other
}

// eachEncoding runs a test in both encodings, each in a world of its own.
func eachEncoding(t *testing.T, f func(w *world)) {
	for name, cbor := range map[string]bool{"json": false, "cbor": true} {
		t.Run(name, func(t *testing.T) { f(newWorld(t).in(t, cbor)) })
	}
}

// answer is what a request was answered with.
type answer struct {
	status int
	header http.Header
	text   string
	data   obj // the body; nil if there is none
}

// send sends a request as it is.
func (w *world) send(method, body string) answer {
	w.t.Helper()
	r := httptest.NewRequest(method, "http://localhost/", strings.NewReader(body))
	for name, value := range w.header {
		if value != "" {
			r.Header.Set(name, value)
		}
	}
	rec := httptest.NewRecorder()
	w.h.ServeHTTP(rec, r)
	return answer{status: rec.Code, header: rec.Header(), text: rec.Body.String()}
}

// raw posts a body to an operation, in the world's encoding.
func (w *world) raw(op, body string) answer {
	w.t.Helper()
	kind := typeJSON
	if w.cbor {
		kind = typeCBOR
	}
	a := w.with("Content-Type", kind).with("X-Amz-Target", "Kinesis_20131202."+op).send(http.MethodPost, body)
	a.data = w.decode(a.text)
	return a
}

// decode reads a body, which may be empty.
func (w *world) decode(text string) obj {
	w.t.Helper()
	if text == "" {
		return nil
	}
	if w.cbor {
		v, err := wiretest.DecodeCBOR([]byte(text))
		require.NoError(w.t, err, "%q", text)
		return v.(obj)
	}
	var data obj
	require.NoError(w.t, json.Unmarshal([]byte(text), &data), text)
	decodeBlobs(w.t, data)
	return data
}

// decodeBlobs replaces base64 by what it stands for.
func decodeBlobs(t testing.TB, v any) {
	t.Helper()
	switch v := v.(type) {
	case list:
		for _, item := range v {
			decodeBlobs(t, item)
		}
	case obj:
		for name, member := range v {
			if text, ok := member.(string); ok && name == "Data" {
				b, err := base64.StdEncoding.DecodeString(text)
				require.NoError(t, err)
				v[name] = b
			}
			decodeBlobs(t, member)
		}
	}
}

// encode writes parameters.
func (w *world) encode(in obj) string {
	w.t.Helper()
	if w.cbor {
		return string(wiretest.EncodeCBOR(in))
	}
	body, err := json.Marshal(asJSON(in))
	require.NoError(w.t, err)
	return string(body)
}

// asJSON turns times into numbers.
func asJSON(v any) any {
	switch v := v.(type) {
	case time.Time:
		return float64(v.UnixMilli()) / 1000
	case obj:
		o := obj{}
		for name, member := range v {
			o[name] = asJSON(member)
		}
		return o
	}
	return v
}

// do carries out an operation as boto3 does.
func (w *world) do(op string, in obj) answer {
	w.t.Helper()
	return w.raw(op, w.encode(in))
}

// ok carries out an operation that must succeed.
func (w *world) ok(op string, in obj) obj {
	w.t.Helper()
	a := w.do(op, in)
	require.Equal(w.t, http.StatusOK, a.status, "%s %v: %s", op, in, a.text)
	return a.data
}

// void carries out an operation that must succeed, and has nothing to answer.
func (w *world) void(op string, in obj) {
	w.t.Helper()
	a := w.do(op, in)
	require.Equal(w.t, []any{http.StatusOK, ""}, []any{a.status, a.text}, "%s %v", op, in)
}

// refused carries out an operation that must be refused.
func (w *world) refused(code, message, op string, in obj) {
	w.t.Helper()
	a := w.do(op, in)
	want := obj{"__type": code, "message": message}
	if message == "" {
		delete(want, "message")
	}
	require.Equal(w.t, want, a.data, "%s %v", op, in)
	require.Equal(w.t, http.StatusBadRequest, a.status)
}

// stream makes a stream and returns its ARN.
func (w *world) stream(name string, shards int) string {
	w.t.Helper()
	w.void("CreateStream", obj{"StreamName": name, "ShardCount": shards})
	return arnPrefix + name
}

// iterator returns an iterator at the horizon of a shard.
func (w *world) iterator(stream, shard string) string {
	w.t.Helper()
	got := w.ok("GetShardIterator", obj{"StreamName": stream, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON"})
	return got["ShardIterator"].(string)
}

// held returns the data that a stream holds.
func (w *world) held(name string) []string {
	all := []string{}
	for _, s := range w.b.Peek(name) {
		for _, r := range s.Records {
			all = append(all, string(r.Data))
		}
	}
	return all
}
