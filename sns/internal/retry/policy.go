package retry

import "encoding/json"

// DefaultContentType is the content type where no policy sets one.
const DefaultContentType = "text/plain; charset=UTF-8"

// Topic is the delivery policy of a topic. A nil *Topic is that of a topic which sets none.
type Topic struct {
	healthy  *retries
	throttle *throttle
	request  *request
	deaf     bool // subscriptions override nothing
}

// ParseTopic reads the attribute DeliveryPolicy of a topic. Every error is an [Error]; an empty text, which removes the policy, is
// the caller's to know.
func ParseTopic(text string) (*Topic, error) {
	r := reader{}
	top := r.object("", json.RawMessage(text), "http")
	http := r.object("http", top["http"], "defaultHealthyRetryPolicy", "defaultSicklyRetryPolicy", "disableSubscriptionOverrides",
		"defaultThrottlePolicy", "defaultRequestPolicy")
	t := &Topic{
		healthy:  r.retries("http.defaultHealthyRetryPolicy", http["defaultHealthyRetryPolicy"]),
		deaf:     r.bool("http.disableSubscriptionOverrides", http["disableSubscriptionOverrides"]),
		throttle: r.throttle("http.defaultThrottlePolicy", http["defaultThrottlePolicy"]),
		request:  r.request("http.defaultRequestPolicy", http["defaultRequestPolicy"]),
	}
	r.retries("http.defaultSicklyRetryPolicy", http["defaultSicklyRetryPolicy"]) // known of old, and without effect
	if r.err != nil {
		return nil, r.err
	}
	return t, nil
}

// String returns the attribute as it is stored: what was given, and disableSubscriptionOverrides. It is empty for nil.
func (t *Topic) String() string {
	if t == nil {
		return ""
	}
	return t.json()
}

// Effective returns the attribute EffectiveDeliveryPolicy: what is set, and the defaults for the rest.
func (t *Topic) Effective() string { return t.effective().json() }

// effective returns the policy with nothing absent but the throttle.
func (t *Topic) effective() *Topic {
	full := Topic{}
	if t != nil {
		full = *t
	}
	full.healthy = full.healthy.complete()
	if full.request == nil || full.request.contentType == nil {
		full.request = &request{new(DefaultContentType)}
	}
	return &full
}

func (t *Topic) json() string {
	w := writer{buf: make([]byte, 0, 320)}
	w.raw(`{"http":{`)
	w.retries("defaultHealthyRetryPolicy", t.healthy)
	w.bool("disableSubscriptionOverrides", t.deaf)
	w.throttle("defaultThrottlePolicy", t.throttle)
	w.request("defaultRequestPolicy", t.request)
	w.raw("}}")
	return string(w.buf)
}

// Subscription is the delivery policy of a subscription. A nil *Subscription is that of one which sets none.
type Subscription struct {
	healthy, sickly *retries
	throttle        *throttle
	request         *request
	guaranteed      bool
}

// ParseSubscription reads the attribute DeliveryPolicy of a subscription, like [ParseTopic].
func ParseSubscription(text string) (*Subscription, error) {
	r := reader{}
	given := r.object("", json.RawMessage(text),
		"healthyRetryPolicy", "sicklyRetryPolicy", "throttlePolicy", "requestPolicy", "guaranteed")
	s := &Subscription{
		healthy:    r.retries("healthyRetryPolicy", given["healthyRetryPolicy"]),
		sickly:     r.retries("sicklyRetryPolicy", given["sicklyRetryPolicy"]),
		throttle:   r.throttle("throttlePolicy", given["throttlePolicy"]),
		request:    r.request("requestPolicy", given["requestPolicy"]),
		guaranteed: r.bool("guaranteed", given["guaranteed"]),
	}
	if r.err != nil {
		return nil, r.err
	}
	return s, nil
}

// String returns the attribute as it is stored: all members, null for what was not given. It is empty for nil.
func (s *Subscription) String() string {
	if s == nil {
		return ""
	}
	w := writer{buf: make([]byte, 0, 320), nulls: true}
	w.raw("{")
	w.retries("healthyRetryPolicy", s.healthy)
	w.retries("sicklyRetryPolicy", s.sickly)
	w.throttle("throttlePolicy", s.throttle)
	w.request("requestPolicy", s.request)
	w.bool("guaranteed", s.guaranteed)
	w.raw("}")
	return string(w.buf)
}
