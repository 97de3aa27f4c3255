package sqshttp_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/inflight-mq/inflight/internal/wiretest"
	"github.com/inflight-mq/inflight/sqs"
	"github.com/inflight-mq/inflight/sqs/sqshttp"
)

// The handler alone: decode, core, encode. Budget of a 64-byte SendMessage in JSON: 5 µs and 25 allocations.

// benchmark sends the same request over and over.
func benchmark(b *testing.B, header http.Header, body string) {
	broker := sqs.New()
	q, err := broker.Create(b.Context(), "q", sqs.Config{})
	if err == nil {
		_, err = q.Send(b.Context(), sqs.Message{Body: strings.Repeat("x", 64)})
	}
	if err != nil {
		b.Fatal(err)
	}
	wiretest.Benchmark(b, sqshttp.NewHandler(broker), header, body)
}

func jsonHeader(op string) http.Header {
	return http.Header{
		"X-Amz-Target": {"AmazonSQS." + op}, "Content-Type": {"application/x-amz-json-1.0"}, "X-Amzn-Query-Mode": {"true"},
		"Authorization": {"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=00"},
	}
}

const benchURL = "http://localhost:4566/123456789012/q"

func BenchmarkSendMessage(b *testing.B) {
	text := strings.Repeat("x", 64)
	b.Run("JSON", func(b *testing.B) {
		benchmark(b, jsonHeader("SendMessage"), `{"QueueUrl":"`+benchURL+`","MessageBody":"`+text+`"}`)
	})
	b.Run("Query", func(b *testing.B) {
		form := url.Values{"Action": {"SendMessage"}, "Version": {"2012-11-05"}, "QueueUrl": {benchURL}, "MessageBody": {text}}
		benchmark(b, http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, form.Encode())
	})
}

// BenchmarkReceiveMessage receives one message again and again.
func BenchmarkReceiveMessage(b *testing.B) {
	b.Run("JSON", func(b *testing.B) {
		benchmark(b, jsonHeader("ReceiveMessage"), `{"QueueUrl":"`+benchURL+`","VisibilityTimeout":0}`)
	})
	b.Run("JSON-all", func(b *testing.B) {
		benchmark(b, jsonHeader("ReceiveMessage"), `{"QueueUrl":"`+benchURL+`","VisibilityTimeout":0,"MessageSystemAttributeNames":["All"]}`)
	})
	b.Run("Query", func(b *testing.B) {
		form := url.Values{"Action": {"ReceiveMessage"}, "QueueUrl": {benchURL}, "VisibilityTimeout": {"0"}}
		benchmark(b, http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, form.Encode())
	})
}
