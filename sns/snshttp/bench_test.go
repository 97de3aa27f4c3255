package snshttp_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/inflight-mq/inflight/internal/wiretest"
	"github.com/inflight-mq/inflight/sns"
	"github.com/inflight-mq/inflight/sns/snshttp"
)

// BenchmarkPublish is the handler alone, with a message of 64 bytes to a topic without subscriptions.
func BenchmarkPublish(b *testing.B) {
	broker := sns.New()
	topic, err := broker.Create(b.Context(), "t", sns.Config{})
	if err != nil {
		b.Fatal(err)
	}
	form := url.Values{
		"Action": {"Publish"}, "Version": {"2010-03-31"}, "TopicArn": {topic.ARN()}, "Message": {strings.Repeat("x", 64)},
	}
	header := http.Header{
		"Content-Type":  {"application/x-www-form-urlencoded; charset=utf-8"},
		"Authorization": {"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/sns/aws4_request, SignedHeaders=host, Signature=00"},
	}
	wiretest.Benchmark(b, snshttp.NewHandler(broker), header, form.Encode())
}
