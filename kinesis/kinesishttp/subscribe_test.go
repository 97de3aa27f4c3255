package kinesishttp_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/internal/wiretest"
	"github.com/inflight-mq/inflight/kinesis"
	"github.com/inflight-mq/inflight/kinesis/kinesishttp"
)

// bubble runs a test in virtual time, with a broker that lives by the system's clock and has a stream of one shard with a consumer.
func bubble(t *testing.T, f func(t *testing.T, b *kinesis.Broker, s kinesis.Stream, consumer string)) {
	synctest.Test(t, func(t *testing.T) {
		b := kinesis.New(kinesis.WithSeed(1))
		s, err := b.Create(t.Context(), "s", kinesis.Config{Shards: 1})
		require.NoError(t, err)
		k, err := s.Register(t.Context(), "c", nil)
		require.NoError(t, err)
		f(t, b, s, k.ARN)
	})
}

// subscribe posts SubscribeToShard.
func subscribe(ctx context.Context, t *testing.T, c *http.Client, url, consumer, position string) *http.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url,
		strings.NewReader(`{"ConsumerARN":"`+consumer+`","ShardId":"shardId-000000000000","StartingPosition":`+position+`}`))
	require.NoError(t, err)
	r.Header.Set("Content-Type", typeJSON)
	r.Header.Set("X-Amz-Target", "Kinesis_20131202.SubscribeToShard")
	a, err := c.Do(r)
	require.NoError(t, err)
	return a
}

// frame reads a frame, and requires its headers.
func frame(t *testing.T, r io.Reader, message, kind string) obj {
	t.Helper()
	f, err := wiretest.ReadFrame(r)
	require.NoError(t, err)
	require.Equal(t, map[string]string{":message-type": message, ":" + message + "-type": kind, ":content-type": typeJSON}, f.Headers)
	var data obj
	require.NoError(t, json.Unmarshal(f.Payload, &data))
	decodeBlobs(t, data)
	return data
}

func event(t *testing.T, r io.Reader) obj {
	t.Helper()
	return frame(t, r, "event", "SubscribeToShardEvent")
}

func ends(t *testing.T, r io.Reader) {
	t.Helper()
	_, err := wiretest.ReadFrame(r)
	require.Equal(t, io.EOF, err)
}

const atHorizon = `{"Type":"TRIM_HORIZON"}`

func put(t *testing.T, s kinesis.Stream, data string) {
	t.Helper()
	_, err := s.Put(t.Context(), kinesis.Entry{PartitionKey: "k", Data: []byte(data)})
	require.NoError(t, err)
}

// The life of a subscription in the process, without a goroutine.
func TestSubscription(t *testing.T) {
	bubble(t, func(t *testing.T, b *kinesis.Broker, s kinesis.Stream, consumer string) {
		start := time.Now()
		put(t, s, "a")
		a := subscribe(t.Context(), t, kinesishttp.Client(b), "http://kinesis.test", consumer, atHorizon)
		require.Equal(t, http.StatusOK, a.StatusCode)
		require.Equal(t, "application/vnd.amazon.eventstream", a.Header.Get("Content-Type"))
		require.EqualValues(t, -1, a.ContentLength)
		require.Equal(t, obj{}, frame(t, a.Body, "event", "initial-response"), "at once")
		first := event(t, a.Body)
		require.Zero(t, time.Since(start))
		require.Equal(t, 0.0, first["MillisBehindLatest"])
		require.NotContains(t, first, "ChildShards")
		record := first["Records"].(list)[0].(obj)
		require.Equal(t, []any{[]byte("a"), "k", float64(start.UnixMilli()) / 1000}, []any{record["Data"], record["PartitionKey"], record["ApproximateArrivalTimestamp"]})
		require.NotContains(t, record, "EncryptionType")
		require.Greater(t, first["ContinuationSequenceNumber"], record["SequenceNumber"])

		beat := event(t, a.Body)
		require.Equal(t, 5*time.Second, time.Since(start))
		require.Equal(t, list{}, beat["Records"])
		require.NotEmpty(t, beat["ContinuationSequenceNumber"])
		go func() {
			time.Sleep(time.Second)
			put(t, s, "b")
		}()
		require.Equal(t, []byte("b"), event(t, a.Body)["Records"].(list)[0].(obj)["Data"])
		require.Equal(t, 6*time.Second, time.Since(start), "nobody waits for a record that is there")

		require.NoError(t, s.SplitText(t.Context(), "0", "5"))
		last := event(t, a.Body)
		require.NotContains(t, last, "ContinuationSequenceNumber")
		require.Equal(t, list{}, last["Records"])
		require.Equal(t, obj{
			"ShardId": "shardId-000000000001", "ParentShards": list{"shardId-000000000000"},
			"HashKeyRange": obj{"StartingHashKey": "0", "EndingHashKey": "4"},
		}, last["ChildShards"].(list)[0])
		ends(t, a.Body)
		require.NoError(t, a.Body.Close())
		ends(t, a.Body)
	})
}

func TestSubscriptionEndsAfterFiveMinutes(t *testing.T) {
	bubble(t, func(t *testing.T, b *kinesis.Broker, _ kinesis.Stream, consumer string) {
		start := time.Now()
		a := subscribe(t.Context(), t, kinesishttp.Client(b), "http://kinesis.test", consumer, `{"Type":"LATEST"}`)
		_, err := io.Copy(io.Discard, a.Body)
		require.NoError(t, err)
		require.Equal(t, 5*time.Minute, time.Since(start))
	})
}

// Another subscription in its place is an exception in the stream; a refusal is an answer of the usual kind.
func TestSubscriptionsOfOneConsumer(t *testing.T) {
	bubble(t, func(t *testing.T, b *kinesis.Broker, s kinesis.Stream, consumer string) {
		c := kinesishttp.Client(b)
		a := subscribe(t.Context(), t, c, "http://kinesis.test", consumer, atHorizon)
		frame(t, a.Body, "event", "initial-response")
		time.Sleep(2 * time.Second)
		refused := subscribe(t.Context(), t, c, "http://kinesis.test", consumer, atHorizon)
		require.Equal(t, http.StatusBadRequest, refused.StatusCode)
		require.Equal(t, `{"__type":"ResourceInUseException","message":"Another active subscription exists for this consumer: `+account+
			`:s:shardId-000000000000:c"}`, wiretest.Body(t, refused))
		time.Sleep(3 * time.Second)
		again := subscribe(t.Context(), t, c, "http://kinesis.test", consumer, atHorizon)
		frame(t, again.Body, "event", "initial-response")
		require.Equal(t, obj{"message": "Another active subscription exists for this consumer: " + account + ":s:shardId-000000000000:c"},
			frame(t, a.Body, "exception", "ResourceInUseException"))
		ends(t, a.Body)
		require.NoError(t, b.Delete(t.Context(), "s", true))
		require.Equal(t, obj{"message": "Stream s under account " + account + " not found."}, frame(t, again.Body, "exception", "ResourceNotFoundException"))
		ends(t, again.Body)
	})
}

// A stream that is there no more ends its subscriptions.
func TestSubscriptionToWhatIsGone(t *testing.T) {
	bubble(t, func(t *testing.T, b *kinesis.Broker, _ kinesis.Stream, consumer string) {
		a := subscribe(t.Context(), t, kinesishttp.Client(b), "http://kinesis.test", consumer, atHorizon)
		frame(t, a.Body, "event", "initial-response")
		snapshot := kinesis.New().Snapshot() // of a broker in which there is no such stream
		b.Restore(snapshot)
		require.Equal(t, obj{"message": "Stream s under account " + account + " not found."}, frame(t, a.Body, "exception", "ResourceNotFoundException"))
		ends(t, a.Body)
	})
}

// A reader that waits is ended by its context, or by whoever closes the body.
func TestSubscriptionEndsWithItsReader(t *testing.T) {
	bubble(t, func(t *testing.T, b *kinesis.Broker, _ kinesis.Stream, consumer string) {
		ctx, cancel := context.WithCancel(t.Context())
		a := subscribe(ctx, t, kinesishttp.Client(b), "http://kinesis.test", consumer, atHorizon)
		frame(t, a.Body, "event", "initial-response")
		time.AfterFunc(time.Second, cancel)
		_, err := a.Body.Read(make([]byte, 1))
		require.ErrorIs(t, err, context.Canceled)
		require.Zero(t, b.Peek("s")[0].Waiting)

		time.Sleep(10 * time.Second)
		a = subscribe(t.Context(), t, kinesishttp.Client(b), "http://kinesis.test", consumer, atHorizon)
		frame(t, a.Body, "event", "initial-response")
		time.AfterFunc(time.Second, func() { _ = a.Body.Close() })
		ends(t, a.Body)
		require.Zero(t, b.Peek("s")[0].Waiting)
		n, err := a.Body.Read(nil)
		require.Equal(t, []any{0, nil}, []any{n, err})
	})
}

// A frame may be read byte by byte.
func TestSubscriptionInSmallPieces(t *testing.T) {
	bubble(t, func(t *testing.T, b *kinesis.Broker, s kinesis.Stream, consumer string) {
		put(t, s, strings.Repeat("x", 1000))
		a := subscribe(t.Context(), t, kinesishttp.Client(b), "http://kinesis.test", consumer, atHorizon)
		slow := oneByte{a.Body}
		frame(t, slow, "event", "initial-response")
		require.Len(t, event(t, slow)["Records"].(list)[0].(obj)["Data"], 1000)
	})
}

type oneByte struct{ io.Reader }

func (o oneByte) Read(p []byte) (int, error) { return o.Reader.Read(p[:min(1, len(p))]) }

// Over a socket: the first frame comes before there is any record, and a client that leaves ends its subscription.
func TestSubscriptionOverASocket(t *testing.T) {
	w := newWorld(t)
	w.stream("s", 1)
	s := w.b.Stream(t.Context(), "s")
	k, err := s.Register(t.Context(), "c", nil)
	require.NoError(t, err)
	server := wiretest.Serve(t, w.h)
	ctx, leave := context.WithCancel(t.Context())
	a := subscribe(ctx, t, server.Client(), server.URL, k.ARN, atHorizon)
	require.Equal(t, []string{"chunked"}, a.TransferEncoding)
	frame(t, a.Body, "event", "initial-response")
	require.NoError(t, w.clk.BlockUntil(t.Context(), 1), "it waits")
	put(t, s, "a")
	require.Equal(t, []byte("a"), event(t, a.Body)["Records"].(list)[0].(obj)["Data"])
	require.NoError(t, w.clk.BlockUntil(t.Context(), 1))
	w.clk.Advance(5 * time.Second)
	require.Equal(t, list{}, event(t, a.Body)["Records"])
	leave()
	<-server.Done
	require.Zero(t, w.clk.Timers())
	require.Zero(t, w.b.Peek("s")[0].Waiting)

	a = subscribe(t.Context(), t, server.Client(), server.URL, k.ARN, atHorizon)
	frame(t, a.Body, "event", "initial-response")
	event(t, a.Body)
	require.NoError(t, w.clk.BlockUntil(t.Context(), 1))
	w.clk.Advance(5 * time.Minute)
	ends(t, a.Body)
}

// In CBOR there are no subscriptions, as recorded.
func TestSubscriptionInCBOR(t *testing.T) {
	w := newWorld(t).in(t, true)
	a := w.do("SubscribeToShard", obj{"ConsumerARN": arnPrefix + "s/consumer/c:1", "ShardId": "0", "StartingPosition": obj{"Type": "LATEST"}})
	require.Equal(t, []any{500, obj{"__type": "InternalFailure"}}, []any{a.status, a.data})
}

func TestRefusedSubscriptions(t *testing.T) {
	w := newWorld(t)
	w.stream("s", 2)
	k, err := w.b.Stream(t.Context(), "s").Register(t.Context(), "c", nil)
	require.NoError(t, err)
	in := func(shard string, position obj) obj {
		return obj{"ConsumerARN": k.ARN, "ShardId": shard, "StartingPosition": position}
	}
	w.refused("ResourceNotFoundException", "Shard shardId-000000000007 in stream s under account "+account+" does not exist", "SubscribeToShard",
		in("7", obj{"Type": "LATEST"}))
	other := w.ok("PutRecord", obj{"StreamName": "s", "PartitionKey": "k", "Data": []byte{}, "ExplicitHashKey": highest})["SequenceNumber"]
	w.clk.Advance(time.Second)
	w.refused("InvalidArgumentException", "Invalid StartingSequenceNumber. It encodes shardId-000000000001, while it was used in a call to a "+
		"shard with shardId-000000000000", "SubscribeToShard", in("0", obj{"Type": "AT_SEQUENCE_NUMBER", "SequenceNumber": other}))
	dry := in("0", obj{"Type": "LATEST"})
	dry["DryRun"] = true
	w.clk.Advance(time.Second)
	w.refused("DryRunOperationException", "Request would have succeeded, but DryRun flag is set.", "SubscribeToShard", dry)
}
