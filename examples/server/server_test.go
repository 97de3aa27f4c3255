package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// server is a run of the command.
type server struct {
	t    *testing.T
	url  string
	stop context.CancelFunc // what a signal does
	done chan error         // what run returned
	log  *buffer
}

// buffer may be written to and read from at the same time.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// start runs the command on a free port, as another program would: it learns the address from the first line.
func start(t *testing.T, args ...string) *server {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	s := &server{t: t, stop: stop, done: make(chan error, 1), log: &buffer{}}
	r, w := io.Pipe()
	go func() {
		err := run(ctx, append([]string{"-addr", "127.0.0.1:0"}, args...), w, s.log)
		s.done <- err
		_ = w.Close()
	}()
	out := bufio.NewReader(r)
	line, err := out.ReadString('\n')
	if err != nil {
		t.Fatal("no first line:", err, <-s.done)
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	_, s.url, _ = strings.Cut(strings.TrimSpace(line), "listening on ")
	t.Cleanup(stop)
	return s
}

// end stops the server and waits for it.
func (s *server) end() {
	s.t.Helper()
	s.stop()
	select {
	case err := <-s.done:
		if err != nil {
			s.t.Fatal("run returned", err)
		}
	case <-time.After(1500 * time.Millisecond):
		s.t.Fatal("the server does not stop")
	}
}

// send sends a request and returns status and body.
func (s *server) send(method, path, target, body string) (int, string) {
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, strings.NewReader(body))
	if err != nil {
		return 0, err.Error()
	}
	if target != "" {
		r.Header.Set("X-Amz-Target", "AmazonSQS."+target)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err.Error()
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, err.Error()
	}
	return resp.StatusCode, string(answer)
}

// sqs calls an operation that must succeed.
func (s *server) sqs(operation, body string) string {
	s.t.Helper()
	status, answer := s.send(http.MethodPost, "/", operation, body)
	if status != http.StatusOK {
		s.t.Fatalf("%s: %d %s", operation, status, answer)
	}
	return answer
}

func (s *server) health() health {
	s.t.Helper()
	status, body := s.send(http.MethodGet, "/_inflight/health", "", "")
	var h health
	if err := json.Unmarshal([]byte(body), &h); err != nil || status != http.StatusOK {
		s.t.Fatal(status, body, err)
	}
	return h
}

// poll begins a long poll of queue q, and returns when it waits. The channel gets its answer.
func (s *server) poll() <-chan string {
	s.t.Helper()
	answer := make(chan string, 1)
	go func() {
		_, body := s.send(http.MethodPost, "/", "ReceiveMessage", `{"QueueUrl":"q","WaitTimeSeconds":20}`)
		answer <- body
	}()
	for deadline := time.Now().Add(time.Second); *s.health().Timers == 0; {
		if time.Now().After(deadline) {
			s.t.Fatal("the poll does not begin")
		}
	}
	return answer
}

func (s *server) expect(answer <-chan string, part string) {
	s.t.Helper()
	select {
	case body := <-answer:
		if !strings.Contains(body, part) {
			s.t.Errorf("the poll was answered %q, want %q", body, part)
		}
	case <-time.After(time.Second):
		s.t.Fatal("the poll goes on")
	}
}

func TestHealth(t *testing.T) {
	s := start(t)
	h := s.health()
	if h.Status != "ok" || h.Clock != "system" || h.Timers != nil || time.Since(h.Now).Abs() > time.Minute {
		t.Errorf("health is %+v", h)
	}
	for _, path := range []string{"/_inflight", "/_inflight/", "/_inflight/healthy", "/_inflight/clock"} {
		if status, body := s.send(http.MethodGet, path, "", ""); status != http.StatusNotFound || !strings.Contains(body, path) {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
	if status, body := s.send(http.MethodGet, "/_inflight/reset", "", ""); status != http.StatusNotFound {
		t.Errorf("a GET resets: %d %s", status, body)
	}
	s.end()
}

func TestReset(t *testing.T) {
	s := start(t, "-clock", "virtual", "-seed", "7")
	s.sqs("CreateQueue", `{"QueueName":"q"}`)
	first := s.sqs("SendMessage", `{"QueueUrl":"q","MessageBody":"hello"}`)
	s.sqs("ReceiveMessage", `{"QueueUrl":"q"}`)
	answer := s.poll()
	if status, body := s.send(http.MethodPost, "/_inflight/reset", "", ""); status != http.StatusOK {
		t.Fatal(status, body)
	}
	s.expect(answer, "ServiceUnavailable")
	if got := s.sqs("ListQueues", `{}`); got != "{}" {
		t.Error("after a reset there is", got)
	}
	s.sqs("CreateQueue", `{"QueueName":"q"}`)
	if again := s.sqs("SendMessage", `{"QueueUrl":"q","MessageBody":"hello"}`); again != first {
		t.Errorf("the seed does not fix the ids: %s, then %s", first, again)
	}
	s.end()
}

func TestAdvance(t *testing.T) {
	s := start(t, "-clock", "virtual")
	began := s.health().Now
	s.sqs("CreateQueue", `{"QueueName":"q"}`)
	s.sqs("SendMessage", `{"QueueUrl":"q","MessageBody":"hello","DelaySeconds":200}`)
	for _, r := range []struct{ query, body string }{{"", `{"seconds": 90}`}, {"?seconds=89.5", ""}, {"?by=20s", ""}} {
		if got := s.sqs("ReceiveMessage", `{"QueueUrl":"q"}`); got != "{}" {
			t.Error("received before its time:", got)
		}
		if status, body := s.send(http.MethodPost, "/_inflight/clock/advance"+r.query, "", r.body); status != http.StatusOK {
			t.Error(r, status, body)
		}
	}
	answer := s.poll()
	want := began.Add(200 * time.Second)
	status, body := s.send(http.MethodPost, "/_inflight/clock/advance", "", `{"by":"500ms"}`)
	if status != http.StatusOK || !strings.Contains(body, want.Format(time.RFC3339)) {
		t.Error(status, body)
	}
	s.expect(answer, "hello")
	s.end()
}

func TestAdvanceRefuses(t *testing.T) {
	s := start(t, "-clock", "virtual")
	for _, r := range []struct{ query, body string }{
		{"", ""}, {"", "{}"}, {"", "seconds=3"}, {"", `{"second":3}`}, {"?seconds=1&by=1s", ""}, {"?by=1s", `{"seconds":3}`},
		{"?seconds=1m", ""}, {"?seconds=-1", ""}, {"?seconds=NaN", ""}, {"?seconds=1e300", ""}, {"?by=10", ""}, {"?by=-1s", ""},
		{"?by=2000000h", ""},
	} {
		status, body := s.send(http.MethodPost, "/_inflight/clock/advance"+r.query, "", r.body)
		if status != http.StatusBadRequest || !strings.Contains(body, `"error"`) {
			t.Errorf("%+v: %d %s", r, status, body)
		}
	}
	status, body := start(t).send(http.MethodPost, "/_inflight/clock/advance?seconds=1", "", "")
	if status != http.StatusConflict || !strings.Contains(body, "-clock virtual") {
		t.Error("by the system's clock:", status, body)
	}
}

func TestStopEndsLongPolls(t *testing.T) {
	s := start(t, "-clock", "virtual") // its time stands still: the poll would never end
	s.sqs("CreateQueue", `{"QueueName":"q"}`)
	answer := s.poll()
	s.end()
	s.expect(answer, "ServiceUnavailable")
}

func TestVerbose(t *testing.T) {
	s := start(t, "-v")
	s.sqs("CreateQueue", `{"QueueName":"q"}`)
	s.send(http.MethodGet, "/?Action=ListQueues", "", "")
	s.send(http.MethodPost, "/", "ReceiveMessage", `{"QueueUrl":"none"}`)
	s.send(http.MethodPost, "/_inflight/reset", "", "")
	form := "Action=SendMessage&MessageBody=" + strings.Repeat("x", 10_000)
	resp, err := http.Post(s.url+"/q", "application/x-www-form-urlencoded", strings.NewReader(form))
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	s.end()
	for _, part := range []string{
		"method=POST operation=CreateQueue status=200 duration=", "method=GET operation=ListQueues status=200",
		"operation=ReceiveMessage status=400", "operation=/_inflight/reset status=200", "operation=SendMessage status=400",
	} {
		if !strings.Contains(s.log.String(), part) {
			t.Errorf("the log lacks %q:\n%s", part, s.log)
		}
	}
}

func TestSilent(t *testing.T) {
	s := start(t)
	s.sqs("ListQueues", `{}`)
	s.end()
	if got := s.log.String(); got != "" {
		t.Error("logged without -v:", got)
	}
}

// A form is read as well after the log has looked into it.
func TestPeekKeepsBody(t *testing.T) {
	want := "Action=SendMessage&MessageBody=" + strings.Repeat("x", 10_000)
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(want))
	if got := operation(r); got != "SendMessage" {
		t.Errorf("the operation is %q", got)
	}
	if got, err := io.ReadAll(r.Body); err != nil || string(got) != want {
		t.Errorf("%d bytes are left, %v", len(got), err)
	}
}

func TestAccountAndRegion(t *testing.T) {
	s := start(t, "-account", "111122223333", "-region", "eu-west-1")
	s.sqs("CreateQueue", `{"QueueName":"q"}`)
	got := s.sqs("GetQueueAttributes", `{"QueueUrl":"q","AttributeNames":["QueueArn"]}`)
	if !strings.Contains(got, "arn:aws:sqs:eu-west-1:111122223333:q") {
		t.Error("the queue is", got)
	}
}

func TestFlags(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for _, args := range [][]string{
		{"-clock", "sundial"}, {"-seed", "x"}, {"-account", "12"}, {"-region", "EU west"}, {"-port", "1"}, {"serve"},
		{"-addr", taken.Addr().String()},
	} {
		if err := run(t.Context(), args, io.Discard, io.Discard); err == nil || !strings.Contains(err.Error(), args[len(args)-1]) &&
			!strings.Contains(err.Error(), args[0]) {
			t.Errorf("%v: %v", args, err)
		}
	}
	var help bytes.Buffer
	if err := run(t.Context(), []string{"-h"}, &help, io.Discard); err != nil || !strings.Contains(help.String(), "-clock") {
		t.Errorf("help is %q, %v", help.String(), err)
	}
}
