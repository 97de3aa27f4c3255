package kinesishttp_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/internal/wiretest"
	"github.com/inflight-mq/inflight/kinesis"
	"github.com/inflight-mq/inflight/kinesis/kinesishttp"
)

const (
	deniedXML  = "<AccessDeniedException>\n  <Message>Unable to determine service/operation name to be authorized</Message>\n</AccessDeniedException>\n"
	unknownXML = "<UnknownOperationException/>"
	malformed  = `{"__type":"SerializationException"}`
	unknown    = `{"__type":"UnknownOperationException"}`
)

// Section 20.2: what is answered before an operation is looked at.
func TestBeforeDispatch(t *testing.T) {
	const list, none = "Kinesis_20131202.ListStreams", "Kinesis_20131202.Foo"
	wrapped := func(code string) string {
		return `{"Output":{"__type":"com.amazon.coral.service#` + code + `"},"Version":"1.0"}`
	}
	for _, row := range []struct {
		name, method, kind, target, body string
		status                           int
		answer, answerKind               string
	}{
		{"GET", "GET", typeJSON, list, "{}", 403, deniedXML, "text/xml"},
		{"PUT", "PUT", typeJSON, list, "{}", 403, deniedXML, "text/xml"},
		{"OPTIONS without Origin", "OPTIONS", typeJSON, list, "", 403, deniedXML, "text/xml"},
		{"no body", "POST", typeJSON, list, "", 400, malformed, typeJSON},
		{"no body, CBOR", "POST", typeCBOR, list, "", 400, "\xa1\x66__type\x76SerializationException", typeCBOR},
		{"no body, other type", "POST", "text/plain", list, "", 400, "\xa1\x66__type\x76SerializationException", typeCBOR},
		{"no body, other target", "POST", typeJSON, none, "", 400, unknown, typeJSON},
		{"no body, nothing", "POST", "", "", "", 400, "\xa1\x66__type\x78\x19UnknownOperationException", typeCBOR},
		{"no type", "POST", "", list, "{}", 404, unknownXML, "text/xml"},
		{"odd type", "POST", "application/x-amz-json-1.0", list, "{}", 404, unknownXML, "text/xml"},
		{"odd type, no target", "POST", "text/plain", "", "{}", 403, deniedXML, "text/xml"},
		{"a form", "POST", "application/x-www-form-urlencoded", "", "a=%zz", 403, deniedXML, "text/xml"},
		{"odd target", "POST", "text/plain", "Kinesis_20131202", "{}", 403, deniedXML, "text/xml"},
		{"not JSON", "POST", typeJSON, list, "x", 400, malformed, typeJSON},
		{"no object", "POST", typeJSON, list, "[]", 400, malformed, typeJSON},
		{"no object, other target", "POST", typeJSON, none, `"x"`, 400, malformed, typeJSON},
		{"not JSON, other target", "POST", typeJSON, none, `{"a":}`, 400, malformed, typeJSON},
		{"not CBOR", "POST", typeCBOR, list, "{}", 400, "\xa1\x66__type\x76SerializationException", typeCBOR},
		{"older", "POST", "application/json", list, "{}", 404, wrapped("UnknownOperationException"), "application/json"},
		{"older, malformed", "POST", "application/json", list, "[", 400, wrapped("SerializationException"), "application/json"},
		{"unknown", "POST", typeJSON, none, "{}", 400, unknown, typeJSON},
		{"unknown service", "POST", typeJSON, "DynamoDB_20120810.ListStreams", "{}", 400, unknown, typeJSON},
		{"unknown version", "POST", typeJSON, "Kinesis_20131203.ListStreams", "{}", 400, unknown, typeJSON},
		{"two dots", "POST", typeJSON, "Kinesis_20131202..ListStreams", "{}", 400, unknown, typeJSON},
		{"no target", "POST", typeJSON, "", "{}", 400, unknown, typeJSON},
		{"unknown, CBOR", "POST", typeCBOR, none, "\xa0", 400, "\xa1\x66__type\x78\x19UnknownOperationException", typeCBOR},
		{"parameters of a type", "POST", " Application/X-Amz-JSON-1.1 ; charset=utf-8", list, "{}", 200,
			`{"StreamNames":[],"HasMoreStreams":false,"StreamSummaries":[]}`, typeJSON},
	} {
		t.Run(row.name, func(t *testing.T) {
			w := newWorld(t).with("Content-Type", row.kind).with("X-Amz-Target", row.target)
			a := w.send(row.method, row.body)
			require.Equal(t, []any{row.status, row.answer, row.answerKind}, []any{a.status, a.text, a.header.Get("Content-Type")})
			require.Regexp(t, wiretest.UUID, a.header.Get("x-amzn-RequestId"))
			require.NotEmpty(t, a.header.Get("x-amz-id-2"))
			require.Empty(t, a.header.Get("Access-Control-Allow-Origin"))
		})
	}
}

// The channels of 2026 are not served: whatever is asked of them is unknown, in both encodings.
func TestChannelsAreUnknown(t *testing.T) {
	for _, op := range []string{"CreateChannel", "DeleteChannel", "DescribeChannel", "ListChannels", "UpdateChannel"} {
		w := newWorld(t).with("Content-Type", typeJSON).with("X-Amz-Target", "Kinesis_20131202."+op)
		a := w.send("POST", `{"ChannelName":"c"}`)
		require.Equal(t, 400, a.status)
		require.Equal(t, unknown, a.text)
		a = w.with("Content-Type", typeCBOR).send("POST", "\xa0")
		require.Equal(t, 400, a.status)
		require.Equal(t, "\xa1\x66__type\x78\x19UnknownOperationException", a.text)
	}
}

func TestBrowsers(t *testing.T) {
	w := newWorld(t).with("Origin", "http://x.test")
	a := w.with("Access-Control-Request-Headers", "a,b").with("Access-Control-Request-Method", "POST").send(http.MethodOptions, "")
	require.Equal(t, http.StatusOK, a.status)
	require.Empty(t, a.text)
	a.header.Del("Content-Length")
	require.Equal(t, http.Header{
		"Access-Control-Allow-Origin": {"*"}, "Access-Control-Allow-Headers": {"a,b"}, "Access-Control-Allow-Methods": {"POST"},
		"Access-Control-Max-Age": {"172800"}, "Content-Type": nil,
	}, a.header)
	for _, op := range []string{"ListStreams", "Foo"} {
		a = w.raw(op, "{}")
		require.Equal(t, "*", a.header.Get("Access-Control-Allow-Origin"))
		require.Equal(t, "x-amzn-RequestId,x-amzn-ErrorType,x-amz-request-id,x-amz-id-2,x-amzn-ErrorMessage,Date",
			a.header.Get("Access-Control-Expose-Headers"))
	}
}

// The host and the path are not looked at.
func TestAnyHostAndPath(t *testing.T) {
	w := newWorld(t)
	for _, url := range []string{"https://123456789012.data-kinesis.us-east-1.amazonaws.com/", "http://x/a/b?c=d"} {
		r := httptest.NewRequest(http.MethodPost, url, strings.NewReader("{}"))
		r.Header.Set("Content-Type", typeJSON)
		r.Header.Set("X-Amz-Target", "Kinesis_20131202.ListStreams")
		rec := httptest.NewRecorder()
		w.h.ServeHTTP(rec, r)
		require.Equal(t, http.StatusOK, rec.Code)
	}
}

// signed posts a request that a key signed.
func signed(t *testing.T, h http.Handler, accessKey, secret, op, body string) answer {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, "http://kinesis.test/", strings.NewReader(body))
	r.Header.Set("Content-Type", typeJSON)
	r.Header.Set("X-Amz-Target", "Kinesis_20131202."+op)
	if accessKey != "" {
		wiretest.Sign(r, body, accessKey, secret, "eu-west-1", "kinesis")
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	return answer{status: rec.Code, header: rec.Header(), text: rec.Body.String()}
}

func TestSignatures(t *testing.T) {
	w := newWorld(t)
	w.h = kinesishttp.NewHandler(w.b, kinesishttp.WithCredentials(
		kinesishttp.Credential{AccessKey: "AKID", Secret: "secret"},
		kinesishttp.Credential{AccessKey: "OTHER", Secret: "secret", Account: "111122223333", ARN: "arn:aws:iam::111122223333:user/u"},
	))
	refused := func(a answer, code, message string) {
		t.Helper()
		require.Equal(t, []any{400, `{"__type":"` + code + `","message":"` + message + `"}`}, []any{a.status, a.text})
	}
	const create = `{"StreamName":"s","ShardCount":1}`
	require.Equal(t, 200, signed(t, w.h, "AKID", "secret", "CreateStream", create).status)
	require.NotEmpty(t, w.b.Peek("arn:aws:kinesis:eu-west-1:"+account+":stream/s"), "the scope names the region")
	refused(signed(t, w.h, "", "", "ListStreams", "{}"), "MissingAuthenticationTokenException", "Missing Authentication Token")
	refused(signed(t, w.h, "NOBODY", "secret", "ListStreams", "{}"), "UnrecognizedClientException",
		"The security token included in the request is invalid.")
	refused(signed(t, w.h, "AKID", "wrong", "ListStreams", "{}"), "InvalidSignatureException", "The request signature we calculated does "+
		"not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.")
	refused(w.with("Authorization", "X").raw("ListStreams", "{}"), "IncompleteSignatureException",
		"Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header "+
			"requires 'SignedHeaders' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. Authorization=X")
	refused(w.with("X-Amz-Date", "20260101T000000Z").with("Authorization", "AWS4-HMAC-SHA256 Credential=AKID/20260101/us-east-1/kinesis/aws4_request, Signature=0").
		raw("ListStreams", "{}"), "IncompleteSignatureException", "Authorization header requires 'SignedHeaders' parameter. "+
		"Authorization=AWS4-HMAC-SHA256 Credential=AKID/20260101/us-east-1/kinesis/aws4_request, Signature=0")
	r := httptest.NewRequest(http.MethodPost, "http://kinesis.test/?X-Amz-Algorithm=AWS4-HMAC-SHA256", strings.NewReader("{}"))
	r.Header = http.Header{"Content-Type": {typeJSON}, "X-Amz-Target": {"Kinesis_20131202.ListStreams"}, "Authorization": {"X"}}
	rec := httptest.NewRecorder()
	w.h.ServeHTTP(rec, r)
	refused(answer{status: rec.Code, text: rec.Body.String()}, "InvalidSignatureException",
		"Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.")

	arn := "arn:aws:kinesis:eu-west-1:" + account + ":stream/s"
	put := `{"StreamARN":"` + arn + `","PartitionKey":"k","Data":""}`
	refused(signed(t, w.h, "OTHER", "secret", "PutRecord", put), "AccessDeniedException", "User: arn:aws:iam::111122223333:user/u is not "+
		"authorized to perform: kinesis:PutRecord on resource: "+arn+" because no resource-based policy allows the kinesis:PutRecord action")
	require.NoError(t, w.b.SetPolicy(t.Context(), arn, `{"Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},`+
		`"Action":"kinesis:PutRecord","Resource":"`+arn+`"}]}`))
	require.Equal(t, 200, signed(t, w.h, "OTHER", "secret", "PutRecord", put).status)
}

// Without credentials, an access key of twelve digits names the account.
func TestAccountsAndRegions(t *testing.T) {
	w := newWorld(t)
	require.Equal(t, 200, signed(t, w.h, "210987654321", "any", "CreateStream", `{"StreamName":"s","ShardCount":1}`).status)
	require.NotEmpty(t, w.b.Peek("arn:aws:kinesis:eu-west-1:210987654321:stream/s"))
	w.refused("ResourceNotFoundException", "Stream s under account "+account+" not found.", "DescribeStream", obj{"StreamName": "s"})
}

type errorRow struct {
	code   kinesis.Code
	status int
}

// Section 19.
func errorRows() []errorRow {
	return []errorRow{
		{"ResourceNotFoundException", 400}, {"ResourceInUseException", 400}, {"LimitExceededException", 400}, {"InvalidArgumentException", 400},
		{"ValidationException", 400}, {"ProvisionedThroughputExceededException", 400}, {"ExpiredIteratorException", 400},
		{"ExpiredNextTokenException", 400}, {"AccessDeniedException", 400}, {"KMSAccessDeniedException", 400}, {"KMSDisabledException", 400},
		{"KMSInvalidStateException", 400}, {"KMSNotFoundException", 400}, {"KMSOptInRequired", 400}, {"KMSThrottlingException", 400},
		{"InternalFailure", 500}, {"ServiceUnavailable", 503}, {"DryRunOperationException", 400},
	}
}

func TestErrors(t *testing.T) {
	for _, row := range errorRows() {
		eachEncoding(t, func(w *world) {
			w.stream("s", 1)
			w.b.Intercept(kinesis.Fault{Op: kinesis.OpPutRecord, Err: &kinesis.Error{Code: row.code, Message: "a \"text\"\r\n"}}.Inject)
			a := w.do("PutRecord", obj{"StreamName": "s", "PartitionKey": "k", "Data": []byte{}})
			require.Equal(t, row.status, a.status, row.code)
			require.Equal(t, obj{"__type": string(row.code), "message": "a \"text\"\r\n"}, a.data)
			require.Empty(t, w.held("s"))
		})
	}
	w := newWorld(t)
	w.stream("s", 1)
	w.b.Intercept(kinesis.Fault{Op: kinesis.OpPutRecord, Err: kinesis.ErrInternal}.Inject)
	a := w.do("PutRecord", obj{"StreamName": "s", "PartitionKey": "k", "Data": []byte{}})
	require.Equal(t, []any{500, `{"__type":"InternalFailure"}`}, []any{a.status, a.text})
}

// Failed records of a batch have a code and a text and nothing else.
func TestFailedRecords(t *testing.T) {
	eachEncoding(t, func(w *world) {
		w.stream("s", 1)
		w.b.Intercept(kinesis.Fault{Op: kinesis.OpPutRecords, Entry: 1, Err: kinesis.ErrThroughputExceeded}.Inject)
		w.b.Intercept(kinesis.Fault{Op: kinesis.OpPutRecords, Entry: 3, Err: kinesis.ErrKMSDisabled}.Inject)
		got := w.ok("PutRecords", obj{"StreamName": "s", "Records": manyRecords(3)})
		require.Equal(t, 2.0, got["FailedRecordCount"])
		all := got["Records"].(list)
		require.Equal(t, obj{
			"ErrorCode": "ProvisionedThroughputExceededException", "ErrorMessage": "Rate exceeded for shard shardId-000000000000 in stream s under account " + account + ".",
		}, all[0])
		require.Len(t, all[1], 2)
		require.Equal(t, "shardId-000000000000", all[1].(obj)["ShardId"])
		require.Equal(t, obj{"ErrorCode": "InternalFailure", "ErrorMessage": "Internal service failure."}, all[2])
	})
}
