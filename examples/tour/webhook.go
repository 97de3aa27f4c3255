package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/inflight-mq/inflight/sns"
)

// webhook is the tea club's server: a handler as it would stand behind any URL. Its requests come while the clock moves, and
// whoever moves it waits for the answer: it runs alone, like everybody else in the shop.
type webhook struct {
	f    *fanout
	club *subscriber
	down bool
}

// envelope is what a topic posts.
type envelope struct {
	Type         string
	TopicARN     string
	Message      string
	SubscribeURL string
	Timestamp    time.Time
}

func envelopeOf(text []byte) (envelope, error) {
	var e envelope
	err := json.Unmarshal(text, &e)
	return e, err
}

// answer serves a request. The topic comes back after an answer of 5xx, by the delivery policy; after one of 4xx it does not.
func (h *webhook) answer(w http.ResponseWriter, r *http.Request) {
	if h.down {
		http.Error(w, "closed", http.StatusServiceUnavailable)
		return
	}
	text, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	// Anybody may post to a URL. What a topic sends is signed.
	if err := sns.Verify(r.Context(), text, h.certificate); err != nil {
		http.Error(w, err.Error(), http.StatusForbidden)
		return
	}
	e, err := envelopeOf(text)
	if err != nil || e.TopicARN != h.f.topic.ARN() { // genuine, and somebody else's
		http.Error(w, "not what the tea club subscribed to", http.StatusForbidden)
		return
	}
	switch e.Type {
	case "SubscriptionConfirmation":
		err = h.visit(r.Context(), e.SubscribeURL)
	case "Notification":
		err = h.note(e)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

// certificate is in place of a GET of the URL that an envelope names.
func (h *webhook) certificate(_ context.Context, url string) ([]byte, error) {
	pem, path := h.f.broker.Certificate()
	if !strings.HasSuffix(url, path) {
		return nil, errors.New("no such certificate")
	}
	return pem, nil
}

// visit is in place of a GET of the URL that confirms the subscription. All that it takes stands in its query.
func (h *webhook) visit(ctx context.Context, link string) error {
	u, err := url.Parse(link)
	if err != nil {
		return err
	}
	q := u.Query()
	if _, err := h.f.broker.Confirm(ctx, sns.Confirmation{
		TopicARN: q.Get("TopicArn"), Token: q.Get("Token"), Unsigned: true,
	}); err != nil {
		return err
	}
	h.f.s.event("the tea club's server confirms its subscription")
	return nil
}

// note takes a notification.
func (h *webhook) note(e envelope) error {
	o, err := orderOf(e.Message)
	if err != nil {
		return err
	}
	if late := h.f.s.clock.Now().Sub(e.Timestamp); late > 0 {
		h.f.s.once("late notification", "%s, %v after it was published", o.ID, late)
	}
	h.club.got = append(h.club.got, e.Message)
	return nil
}

// planOutage takes the server down for an hour.
func (h *webhook) planOutage(from time.Time) {
	s := h.f.s
	s.at(from, func() error {
		h.down = true
		s.event("outage: the tea club's server is down for an hour")
		return nil
	})
	s.at(from.Add(time.Hour), func() error {
		h.down = false
		s.event("outage: the tea club's server is back; %s to come", plural(h.f.waiting(), "notification"))
		return nil
	})
}

// watch looks for the first notification that the topic gave up.
func (h *webhook) watch() error {
	const thing = "undeliverable notification"
	s := h.f.s
	held := s.broker.Peek(h.club.letters.Name())
	if len(held) == 0 || s.told[thing] {
		return nil
	}
	e, err := envelopeOf([]byte(held[0].Body)) // a dead letter is what the endpoint would have got
	if err != nil {
		return err
	}
	o, err := orderOf(e.Message)
	if err != nil {
		return err
	}
	for e := range h.f.journal.Events() {
		if e.Kind == sns.EventDeadLettered {
			s.once(thing, "%s, given up after %d attempts: %s", o.ID, e.Attempt, e.Reason)
			break
		}
	}
	return nil
}
