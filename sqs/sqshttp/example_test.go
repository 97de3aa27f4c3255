package sqshttp_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"

	"github.com/inflight-mq/inflight/sqs"
	"github.com/inflight-mq/inflight/sqs/sqshttp"
)

// show prints an answer.
func show(r *http.Response, err error) {
	if err != nil {
		fmt.Println(err)
		return
	}
	text, _ := io.ReadAll(r.Body)
	_ = r.Body.Close()
	fmt.Println(r.Status, string(text))
}

// The client answers requests inside the process, whatever their host. An SDK takes it as its HTTP client; here it is used as it
// is, in the JSON protocol.
func ExampleClient() {
	client := sqshttp.Client(sqs.New(sqs.WithSeed(1)))
	call := func(operation, body string) {
		r, _ := http.NewRequest(http.MethodPost, "https://sqs.us-east-1.amazonaws.com/", strings.NewReader(body))
		r.Header.Set("X-Amz-Target", "AmazonSQS."+operation)
		show(client.Do(r))
	}
	call("CreateQueue", `{"QueueName":"orders"}`)
	call("SendMessage", `{"QueueUrl":"orders","MessageBody":"one espresso"}`)
	call("DeleteQueue", `{"QueueUrl":"ordres"}`)
	// Output:
	// 200 OK {"QueueUrl":"https://sqs.us-east-1.amazonaws.com/123456789012/orders"}
	// 200 OK {"MD5OfMessageBody":"7262638c41463d37516c0fc26f6a305d","MessageId":"7df3d954-6aae-45ba-beac-ca9fb63ea5a1"}
	// 400 Bad Request {"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"The specified queue does not exist."}
}

// The handler serves the same broker to other programs. This one speaks the older Query protocol.
func ExampleNewHandler() {
	broker := sqs.New()
	server := httptest.NewServer(sqshttp.NewHandler(broker))
	defer server.Close()
	r, err := http.PostForm(server.URL, url.Values{"Action": {"CreateQueue"}, "QueueName": {"orders"}})
	fmt.Println(r.Status, err)
	_ = r.Body.Close()
	r, err = http.Get(server.URL + "/123456789012/orders?Action=SendMessage&MessageBody=one+espresso")
	fmt.Println(r.Status, err)
	_ = r.Body.Close()
	for m := range sqs.Messages(context.Background(), broker.Queue(context.Background(), "orders"), sqs.ReceiveOptions{}) {
		fmt.Println(m.Body)
		break
	}
	// Output:
	// 200 OK <nil>
	// 200 OK <nil>
	// one espresso
}

// With credentials the handler refuses who does not sign as their owner.
func ExampleWithCredentials() {
	broker := sqs.New()
	client := sqshttp.Client(broker, sqshttp.WithCredentials(sqshttp.Credential{AccessKey: "AKIDEXAMPLE", Secret: "secret"}))
	r, _ := http.NewRequest(http.MethodPost, "https://sqs.us-east-1.amazonaws.com/", strings.NewReader(`{"QueueName":"orders"}`))
	r.Header.Set("X-Amz-Target", "AmazonSQS.CreateQueue")
	r.Header.Set("X-Amzn-Query-Mode", "true")
	show(client.Do(r))
	// Output:
	// 403 Forbidden {"__type":"com.amazon.coral.service#MissingAuthenticationToken","message":"Request is missing Authentication Token"}
}
