package main

import (
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"encoding/xml"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// Topics behind the server: what they deliver leads back to it.

// sns calls an operation that must succeed, and returns its answer.
func (s *server) sns(action string, parameters url.Values) string {
	s.t.Helper()
	parameters.Set("Action", action)
	parameters.Set("Version", "2010-03-31")
	resp, err := http.PostForm(s.url, parameters)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		s.t.Fatalf("%s: %s %s %v", action, resp.Status, body, err)
	}
	return string(body)
}

// envelope is what an HTTP endpoint gets.
type envelope struct {
	Type, Message, SubscribeURL, UnsubscribeURL, SigningCertURL string
}

// subscriber is an HTTP endpoint.
type subscriber struct {
	*httptest.Server
	got  chan envelope
	down atomic.Bool
}

func subscribe(t *testing.T) *subscriber {
	s := &subscriber{got: make(chan envelope, 10)}
	s.Server = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if s.down.Load() {
			rw.WriteHeader(http.StatusBadGateway)
			return
		}
		var e envelope
		if err := json.NewDecoder(r.Body).Decode(&e); err != nil {
			t.Error(err)
		}
		s.got <- e
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *subscriber) next(t *testing.T, kind string) envelope {
	t.Helper()
	select {
	case e := <-s.got:
		if e.Type != kind {
			t.Fatalf("got %+v, want a %s", e, kind)
		}
		return e
	case <-time.After(time.Second):
		t.Fatalf("no %s comes", kind)
		return envelope{}
	}
}

// visit opens a URL and returns the body.
func visit(t *testing.T, url string) string {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatal(url, resp.Status, string(body), err)
	}
	return string(body)
}

const topic = "arn:aws:sns:us-east-1:123456789012:t"

func TestEndpointsOfTopics(t *testing.T) {
	s := start(t, "-v")
	to := subscribe(t)
	s.sns("CreateTopic", url.Values{"Name": {"t"}})
	s.sns("Subscribe", url.Values{"TopicArn": {topic}, "Protocol": {"http"}, "Endpoint": {to.URL}})
	asked := to.next(t, "SubscriptionConfirmation")
	if !strings.HasPrefix(asked.SubscribeURL, s.url+"/?Action=ConfirmSubscription&") {
		t.Fatal("the endpoint is to visit", asked.SubscribeURL)
	}
	visit(t, asked.SubscribeURL)
	s.sns("Publish", url.Values{"TopicArn": {topic}, "Message": {"hello"}})
	got := to.next(t, "Notification")
	if got.Message != "hello" {
		t.Errorf("got %+v", got)
	}
	block, _ := pem.Decode([]byte(visit(t, got.SigningCertURL)))
	if _, err := x509.ParseCertificate(block.Bytes); err != nil {
		t.Error(err)
	}
	visit(t, got.UnsubscribeURL)
	visit(t, to.next(t, "UnsubscribeConfirmation").SubscribeURL)
	s.sns("Publish", url.Values{"TopicArn": {topic}, "Message": {"back again"}})
	to.next(t, "Notification")
	s.end()
	for _, part := range []string{
		"msg=delivery type=SubscriptionConfirmation url=" + to.URL, "msg=delivery type=Notification", "status=200",
		"method=GET operation=ConfirmSubscription status=200", "operation=Publish status=200",
	} {
		if !strings.Contains(s.log.String(), part) {
			t.Errorf("the log lacks %q:\n%s", part, s.log)
		}
	}
}

// With a virtual clock an endpoint that is down is tried again when its time has come, and not before.
func TestEndpointsInVirtualTime(t *testing.T) {
	s := start(t, "-clock", "virtual")
	to := subscribe(t)
	s.sns("CreateTopic", url.Values{"Name": {"t"}})
	s.sns("Subscribe", url.Values{"TopicArn": {topic}, "Protocol": {"http"}, "Endpoint": {to.URL}})
	advance := func(by string) {
		t.Helper()
		if status, body := s.send(http.MethodPost, "/_inflight/clock/advance?by="+by, "", ""); status != http.StatusOK {
			t.Fatal(status, body)
		}
	}
	if len(to.got) > 0 {
		t.Error("time stands still, and the endpoint was asked")
	}
	advance("0s")
	visit(t, to.next(t, "SubscriptionConfirmation").SubscribeURL)
	to.down.Store(true)
	s.sns("Publish", url.Values{"TopicArn": {topic}, "Message": {"hello"}})
	advance("0s")
	to.down.Store(false)
	advance("19s")
	if len(to.got) > 0 {
		t.Error("it was tried again too early")
	}
	advance("1s")
	to.next(t, "Notification")
	s.end()
}

// A reset forgets topics, and what they still had to deliver.
func TestResetForgetsTopics(t *testing.T) {
	s := start(t, "-clock", "virtual")
	to := subscribe(t)
	s.sns("CreateTopic", url.Values{"Name": {"t"}})
	s.sns("Subscribe", url.Values{"TopicArn": {topic}, "Protocol": {"http"}, "Endpoint": {to.URL}})
	s.send(http.MethodPost, "/_inflight/reset", "", "")
	s.send(http.MethodPost, "/_inflight/clock/advance?by=1h", "", "")
	var list struct {
		Topics []string `xml:"ListTopicsResult>Topics>member>TopicArn"`
	}
	if err := xml.Unmarshal([]byte(s.sns("ListTopics", url.Values{})), &list); err != nil || len(list.Topics) > 0 || len(to.got) > 0 {
		t.Error("left after a reset:", list, len(to.got), err)
	}
	s.end()
}

// Who listens at all addresses can be reached at one.
func TestReachableAddress(t *testing.T) {
	s := start(t, "-addr", ":0")
	if !strings.HasPrefix(s.url, "http://localhost:") {
		t.Error("the server says that it is at", s.url)
	}
	s.health()
	s.end()
}
