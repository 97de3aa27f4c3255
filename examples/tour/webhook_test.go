package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/inflight-mq/inflight/sns"
	"github.com/inflight-mq/inflight/sqs"
)

// Whoever finds the URL of the webhook can post to it. It believes what its topic signed, and nothing else.
func TestWebhookBelievesItsTopicOnly(t *testing.T) {
	s, err := newShop(t.Context(), io.Discard, nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	genuine := signed(t, s, s.fanout.topic, body(order{ID: "o-1"}))
	foreign, err := s.fanout.broker.Create(t.Context(), "others", sns.Config{})
	if err != nil {
		t.Fatal(err)
	}
	hook := s.fanout.hook
	for _, c := range []struct {
		name, text string
		down       bool
		status     int
	}{
		{"genuine", genuine, false, http.StatusOK},
		{"again, which a topic may do", genuine, false, http.StatusOK},
		{"forged", strings.Replace(genuine, "o-1", "o-2", 1), false, http.StatusForbidden},
		{"another certificate", strings.Replace(genuine, ".pem", "x.pem", 1), false, http.StatusForbidden},
		{"another topic's", signed(t, s, foreign, body(order{ID: "o-1"})), false, http.StatusForbidden},
		{"no envelope", "hello", false, http.StatusForbidden},
		{"nothing", "", false, http.StatusForbidden},
		{"no order", signed(t, s, s.fanout.topic, "psst"), false, http.StatusInternalServerError},
		{"closed", genuine, true, http.StatusServiceUnavailable},
	} {
		hook.down = c.down
		got := len(hook.club.got)
		w := httptest.NewRecorder()
		hook.answer(w, httptest.NewRequest(http.MethodPost, teaClubHook, strings.NewReader(c.text)))
		if w.Code != c.status {
			t.Errorf("%s: answered %d %s, want %d", c.name, w.Code, w.Body, c.status)
		}
		if taken := len(hook.club.got) > got; taken != (c.status == http.StatusOK) {
			t.Errorf("%s: taken is %v", c.name, taken)
		}
	}
}

// signed returns the envelope of a text as a topic sends it, which is what a queue gets without raw delivery.
func signed(t *testing.T, s *shop, topic sns.Topic, text string) string {
	t.Helper()
	q, err := s.broker.Create(t.Context(), "envelopes-of-"+topic.Name(), sqs.Config{})
	if err == nil {
		err = q.SetConfig(t.Context(), sqs.Config{Policy: new(sns.QueuePolicy(q.ARN(), topic.ARN()))})
	}
	if err == nil {
		_, err = topic.Subscribe(t.Context(), sns.ToQueue(q.ARN()), sns.SubscriptionConfig{})
	}
	if err == nil {
		_, err = topic.Publish(t.Context(), sns.Message{Body: text})
	}
	if err != nil {
		t.Fatal(err)
	}
	held := s.broker.Peek(q.Name())
	return held[len(held)-1].Body
}
