package snshttp_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"

	"github.com/inflight-mq/inflight/sns"
	"github.com/inflight-mq/inflight/sns/snshttp"
)

// show prints an answer without its request id.
func show(r *http.Response, err error) {
	if err != nil {
		fmt.Println(err)
		return
	}
	text, _ := io.ReadAll(r.Body)
	_ = r.Body.Close()
	members, _, _ := strings.Cut(string(text), "<ResponseMetadata>")
	members, _, _ = strings.Cut(members, "<RequestId>")
	fmt.Println(r.Status, members)
}

// The client answers requests inside the process, whatever their host. An SDK takes it as its HTTP client; here it is used as it
// is.
func ExampleClient() {
	client := snshttp.Client(sns.New(sns.WithSeed(1)))
	call := func(action string, parameters url.Values) {
		parameters.Set("Action", action)
		show(client.PostForm("https://sns.us-east-1.amazonaws.com/", parameters))
	}
	call("CreateTopic", url.Values{"Name": {"orders"}})
	call("Publish", url.Values{"TopicArn": {"arn:aws:sns:us-east-1:123456789012:ordres"}, "Message": {"one espresso"}})
	// Output:
	// 200 OK <CreateTopicResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><CreateTopicResult><TopicArn>arn:aws:sns:us-east-1:123456789012:orders</TopicArn></CreateTopicResult>
	// 404 Not Found <ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>NotFound</Code><Message>Topic does not exist</Message></Error>
}

// The handler serves the same broker to other programs, and the URLs in its messages lead to it.
func ExampleNewHandler() {
	var handler http.Handler
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	defer server.Close()
	broker := sns.New(sns.WithEndpoint(server.URL))
	handler = snshttp.NewHandler(broker)

	call := func(action string, parameters url.Values) {
		parameters.Set("Action", action)
		r, err := http.PostForm(server.URL, parameters)
		fmt.Println(r.Status, err)
		_ = r.Body.Close()
	}
	const topic = "arn:aws:sns:us-east-1:123456789012:orders"
	call("CreateTopic", url.Values{"Name": {"orders"}})
	call("Subscribe", url.Values{"TopicArn": {topic}, "Protocol": {"email"}, "Endpoint": {"chef@example.com"}})
	mail := broker.Emails("chef@example.com")[0]
	r, err := http.Get(server.URL + "/?Action=ConfirmSubscription&TopicArn=" + topic + "&Token=" + mail.Token)
	fmt.Println(r.Status, err)
	_ = r.Body.Close()
	call("Publish", url.Values{"TopicArn": {topic}, "Message": {"one espresso"}})
	fmt.Printf("%.12s\n", broker.Emails("chef@example.com")[1].Body)
	// Output:
	// 200 OK <nil>
	// 200 OK <nil>
	// 200 OK <nil>
	// 200 OK <nil>
	// one espresso
}
