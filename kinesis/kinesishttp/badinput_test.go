package kinesishttp_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/internal/wiretest"
	"github.com/inflight-mq/inflight/kinesis/kinesishttp"
)

// What is no request: refused as the caller's fault, and nothing is done.

// untouched returns a world with a stream whose contents must not change.
func untouched(t *testing.T) *world {
	w := newWorld(t)
	w.stream("s", 1)
	w.ok("PutRecord", obj{"StreamName": "s", "PartitionKey": "k", "Data": []byte("before")})
	t.Cleanup(func() {
		w.ok("PutRecord", obj{"StreamName": "s", "PartitionKey": "k", "Data": []byte("after")})
		require.Equal(t, []string{"before", "after"}, w.held("s"))
		require.Len(t, w.ok("ListStreams", obj{})["StreamNames"], 1)
	})
	return w
}

func TestMalformedJSON(t *testing.T) {
	w := untouched(t)
	deep := strings.Repeat(`{"a":`, 10_000) + "1" + strings.Repeat("}", 10_000)
	const put = `{"StreamName":"s","PartitionKey":"k","Data":"YQ=="`
	for name, body := range map[string]string{
		"text":                     "not json",
		"blank":                    " ",
		"cut":                      put,
		"cut in a text":            `{"StreamName":"s","PartitionKey":"k`,
		"cut in an escape":         `{"StreamName":"s","PartitionKey":"\ud8`,
		"two objects":              put + "}{}",
		"something behind":         put + "}x",
		"array":                    "[" + put + "}]",
		"string":                   `"s"`,
		"null":                     "null",
		"comma at the end":         put + ",}",
		"comment":                  put + "/**/}",
		"control character":        "{\"StreamName\":\"s\",\"PartitionKey\":\"a\nb\",\"Data\":\"\"}",
		"byte order mark":          "\ufeff" + put + "}",
		"invalid UTF-8":            "{\"StreamName\":\"s\",\"PartitionKey\":\"\xff\",\"Data\":\"\"}",
		"lone surrogate":           `{"StreamName":"s","PartitionKey":"\ud800","Data":""}`,
		"half a word":              put + `,"DryRun":tru}`,
		"another word":             put + `,"ExplicitHashKey":nul}`,
		"no number":                put + `,"Unknown":-}`,
		"no number that is looked": `{"Limit":01}`,
		"type error before":        `{"StreamName":1,"PartitionKey":"k"`,
		"deep":                     deep,
		"deep elsewhere":           put + `,"Unknown":` + deep + `}`,
		"deep array":               put + `,"Unknown":` + strings.Repeat("[", 100_000) + `}`,
		"deep in a record":         put + `,"Data":` + strings.Repeat("[", 100_000) + `}`,
	} {
		t.Run(name, func(t *testing.T) {
			op := "PutRecord"
			if strings.Contains(body, "Limit") {
				op = "ListStreams"
			}
			a := w.in(t, false).raw(op, body)
			require.Equal(t, []any{400, malformed}, []any{a.status, a.text})
		})
	}
}

func TestMalformedCBOR(t *testing.T) {
	w := untouched(t)
	put := func(value string) string {
		return "\xbf\x6aStreamName\x61s\x6cPartitionKey\x61k\x64Data\x41a\x61x" + value + "\xff"
	}
	require.Equal(t, 200, w.in(t, true).raw("DescribeLimits", put("\x00")).status, "but for the value these are in order")
	for name, body := range map[string]string{
		"JSON":                  "{}",
		"array":                 "\x80",
		"text":                  "\x60",
		"null":                  "\xf6",
		"tag alone":             "\xc1",
		"tag cut at a tag":      "\xdb\xdb",
		"cut":                   put("\x00")[:20],
		"no break":              "\xbf",
		"something behind":      put("\x00") + "\x00",
		"break alone":           "\xff",
		"break as a value":      "\xbf\x61x\xff",
		"break in a known map":  "\xa1\x61x\xff",
		"name a number":         "\xa1\x00\x00",
		"name a blob":           "\xa1\x41x\x00",
		"name invalid UTF-8":    "\xa1\x61\xff\x00",
		"invalid UTF-8":         put("\x61\xff"),
		"piece invalid UTF-8":   put("\x7f\x61\xc3\x61\xa9\xff"),
		"piece of another kind": put("\x7f\x41x\xff"),
		"piece of pieces":       put("\x7f\x7f\x61x\xff\xff"),
		"reserved length":       put("\x1c"),
		"reserved simple":       put("\xf8\x20"),
		"unassigned simple":     put("\xe0"),
		"indefinite number":     put("\x1f"),
		"indefinite tag":        put("\xdf"),
		"length beyond":         put("\x5b\xff\xff\xff\xff\xff\xff\xff\xff"),
		"map beyond":            put("\xbb\x7f\xff\xff\xff\xff\xff\xff\xff"),
		"list beyond":           put("\x9b\xff\xff\xff\xff\xff\xff\xff\xff"),
		"deep":                  put(strings.Repeat("\x9f", 100_000)),
		"deep known":            put(strings.Repeat("\x81", 100_000) + "\x00"),
		"deep maps":             put(strings.Repeat("\xbf\x60", 100_000)),
		"type error before":     "\xa2\x6aStreamName\x01\x6cPartitionKey",
	} {
		t.Run(name, func(t *testing.T) {
			a := w.in(t, true).raw("PutRecord", body)
			require.Equal(t, []any{400, obj{"__type": "SerializationException"}}, []any{a.status, a.data})
		})
	}
	many := put(strings.Repeat("\xc1", 100_000) + "\x00")
	require.Equal(t, 200, w.in(t, true).raw("DescribeLimits", many).status, "tags cost nothing")
}

// What a lenient service takes.
func TestUnusualJSON(t *testing.T) {
	w := newWorld(t)
	w.stream("s", 1)
	const put = `"StreamName":"s","Data":"YQ==",`
	for body, want := range map[string]string{
		`{` + put + `"PartitionKey":"x","PartitionKey":"the last one counts"}`:                     "the last one counts",
		`{"Unknown":{"a":[1,{}]},` + put + `"PartitionKey":"unknown members"}`:                     "unknown members",
		`{` + put + `"PartitionKey":"null is absent","ExplicitHashKey":null,"DryRun":null}`:        "null is absent",
		`{` + put + `"PartitionKey":"\ud83d\ude00\u00e9\u2028\/\"\\ud800"}`:                        "😀é\u2028/\"\\ud800",
		" {\n" + put + `"PartitionKey":"white space"}` + "\t":                                      "white space",
		`{` + put + `"PartitionKey":"other operations' members","Limit":"x","Records":1,"data":1}`: "other operations' members",
	} {
		a := w.raw("PutRecord", body)
		require.Equal(t, http.StatusOK, a.status, a.text)
		records := w.b.Peek("s")[0].Records
		require.Equal(t, want, records[len(records)-1].PartitionKey)
	}
}

// Nothing of a batch is stored if one of its records is out of form.
func TestNothingIsHalfDone(t *testing.T) {
	w := untouched(t)
	good := `{"PartitionKey":"k","Data":"YQ=="}`
	for _, bad := range []string{
		`{"PartitionKey":"k","Data":"?"}`, `{"PartitionKey":"k"}`, `{"Data":""}`, `{"PartitionKey":"k","Data":"","ExplicitHashKey":"x"}`,
		`{"PartitionKey":"k","Data":"","ExplicitHashKey":"340282366920938463463374607431768211456"}`, `[]`, `1`, `{"PartitionKey":"k","Data":"`,
		`{"PartitionKey":"k","Data":"` + strings.Repeat("AAAA", 400_000) + `"}`,
	} {
		a := w.in(t, false).raw("PutRecords", `{"StreamName":"s","Records":[`+good+`,`+bad+`]}`)
		require.Equal(t, http.StatusBadRequest, a.status, a.text)
	}
	for op, body := range map[string]string{
		"CreateStream":    `{"StreamName":"t","ShardCount":1,"Tags":{"a":"%"}}`,
		"AddTagsToStream": `{"StreamName":"s","Tags":{"a":"b","c":"<"}}`,
	} {
		require.Equal(t, http.StatusBadRequest, w.raw(op, body).status)
	}
	require.Equal(t, list{}, w.ok("ListTagsForStream", obj{"StreamName": "s"})["Tags"])
}

func TestSizes(t *testing.T) {
	eachEncoding(t, func(w *world) {
		w.stream("s", 1)
		record := func(size int) obj { return obj{"StreamName": "s", "PartitionKey": "k", "Data": make([]byte, size)} }
		w.ok("PutRecord", record(1<<20-1))
		w.refused("ValidationException", "1 validation error detected: Value at 'data' failed to satisfy constraint: Member must have length "+
			"less than or equal to 1048576.", "PutRecord", record(1<<20))
		if !w.cbor {
			return // larger ones take the test long in base64
		}
		w.void("UpdateMaxRecordSize", obj{"StreamARN": arnPrefix + "s", "MaxRecordSizeInKiB": 10240})
		w.ok("PutRecord", record(10<<20-1))
		w.refused("ValidationException", "1 validation error detected: Value at 'data' failed to satisfy constraint: Member must have length "+
			"less than or equal to 10485760.", "PutRecord", record(10<<20+1))
		w.refused("ValidationException", "2 validation errors detected: Value at 'records.1.member.data' failed to satisfy constraint: Member must "+
			"have length less than or equal to 10485760.; Value '?' at 'streamName' "+badName, "PutRecords",
			obj{"StreamName": "?", "Records": batch{{"PartitionKey": "k", "Data": make([]byte, 10<<20+1)}}})
		got := w.ok("GetRecords", obj{"ShardIterator": w.iterator("s", "0")})
		require.Len(t, got["Records"], 1, "10 MiB at most")
		require.Len(t, w.b.Peek("s")[0].Records, 2)
	})
}

// A large batch fits into a request in JSON, which is larger than those of other services may be.
func TestALargeBatch(t *testing.T) {
	w := newWorld(t)
	w.stream("s", 1)
	var body strings.Builder
	for i := range 7 {
		fmt.Fprintf(&body, `,{"PartitionKey":"%d","Data":"%s"}`, i, strings.Repeat("AAAA", (1<<20-1)/3))
	}
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(`{"StreamName":"s","Records":[`+body.String()[1:]+`]}`))
	r.Header = http.Header{"X-Amz-Target": {"Kinesis_20131202.PutRecords"}, "Content-Type": {typeJSON}}
	rec := httptest.NewRecorder()
	w.h.ServeHTTP(rec, r)
	require.Equal(t, http.StatusOK, rec.Code)
	require.Len(t, w.b.Peek("s")[0].Records, 7)
}

func TestBodiesOverTheLimit(t *testing.T) {
	w := newWorld(t)
	const limit = 16 << 20
	for size, want := range map[int]int{limit: 200, limit + 1: 413} {
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader("{}"+strings.Repeat(" ", size-2)))
		r.Header.Set("X-Amz-Target", "Kinesis_20131202.ListStreams")
		r.Header.Set("Content-Type", typeJSON)
		rec := httptest.NewRecorder()
		w.h.ServeHTTP(rec, r)
		require.Equal(t, want, rec.Code)
		if want != 200 {
			require.Equal(t, `{"__type":"RequestEntityTooLargeException","message":"Request size exceeded the limit."}`, rec.Body.String())
		}
	}
}

const jsonHead = "POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: Kinesis_20131202.PutRecord\r\nContent-Type: application/x-amz-json-1.1\r\n"

func TestTheConnectionSurvivesBadRequests(t *testing.T) {
	w := newWorld(t)
	w.stream("s", 1)
	c := wiretest.Serve(t, w.h).Dial(t)
	for i, request := range []string{
		jsonHead + "Content-Length: 4\r\n\r\nnope",
		jsonHead + "Transfer-Encoding: chunked\r\n\r\n3\r\n{\"a\r\n0\r\n\r\n",
		strings.Replace(jsonHead, "PutRecord", "Unknown", 1) + "Content-Length: 2\r\n\r\n{}",
		strings.Replace(jsonHead, "json", "cbor", 1) + "Content-Length: 2\r\n\r\n\xbf\xbf",
		strings.Replace(jsonHead, "x-amz-json", "x", 1) + "Content-Length: 2\r\n\r\n{}",
		"PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\na=b",
		"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
	} {
		c.Send(request)
		status, answer := c.Answer()
		require.Contains(t, []int{400, 403, 404}, status, answer)
		text := fmt.Sprintf(`{"StreamName":"s","PartitionKey":"%d","Data":""}`, i)
		c.Send(fmt.Sprintf("%sContent-Length: %d\r\n\r\n%s", jsonHead, len(text), text))
		status, answer = c.Answer()
		require.Equal(t, http.StatusOK, status, answer)
	}
	require.Len(t, w.held("s"), 7)
}

// A server may end a request whose client still listens.
func TestARequestThatIsEndedForItsClient(t *testing.T) {
	w := newWorld(t)
	w.stream("s", 1)
	r := httptest.NewRequest(http.MethodPost, "http://x/", strings.NewReader(`{"StreamName":"s","PartitionKey":"k","Data":""}`))
	r.Header.Set("X-Amz-Target", "Kinesis_20131202.PutRecord")
	r.Header.Set("Content-Type", typeJSON)
	ended, end := context.WithCancel(t.Context())
	end()
	rec := httptest.NewRecorder()
	w.h.ServeHTTP(rec, r.WithContext(ended))
	require.Equal(t, http.StatusServiceUnavailable, rec.Code)
	require.Equal(t, `{"__type":"ServiceUnavailable","message":"The request was ended before it was done."}`, rec.Body.String())
	r = r.WithContext(ended)
	r.RequestURI = ""
	r.Body = http.NoBody
	r.ContentLength = 0
	_, err := kinesishttp.Client(w.b).Transport.RoundTrip(r)
	require.NoError(t, err, "an empty body is wrong whether the request was ended or not")
	require.Empty(t, w.held("s"))
}
