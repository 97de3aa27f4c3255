package retry

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// The limits of delivery policies.
const (
	maxRetries = 100
	maxTotal   = 3600 * time.Second
)

// retries is a retry policy as it was given.
type retries struct {
	min, max, all, post, none, pre number
	function                       string // empty: absent
}

// defaultRetries is the policy of those who set none.
func defaultRetries() *retries {
	zero := number{true, 0}
	return &retries{number{true, 20}, number{true, 20}, number{true, 3}, zero, zero, zero, "linear"}
}

// numbers lists the members that are numbers, in the order of the service.
func (r *retries) numbers() [6]struct {
	name  string
	value *number
} {
	return [6]struct {
		name  string
		value *number
	}{
		{"minDelayTarget", &r.min}, {"maxDelayTarget", &r.max}, {"numRetries", &r.all},
		{"numMaxDelayRetries", &r.post}, {"numNoDelayRetries", &r.none}, {"numMinDelayRetries", &r.pre},
	}
}

// readRetries reads a retry policy; nil when there is none.
func readRetries(path string, raw json.RawMessage) (*retries, error) {
	if isNull(raw) {
		return nil, nil
	}
	r := &retries{}
	members := r.numbers()
	given, err := object(path, raw, "minDelayTarget", "maxDelayTarget", "numRetries", "numMaxDelayRetries",
		"numNoDelayRetries", "numMinDelayRetries", "backoffFunction")
	if err != nil {
		return nil, err
	}
	for _, m := range members {
		if *m.value, err = readNumber(join(path, m.name), given[m.name]); err != nil {
			return nil, err
		}
	}
	if r.function, err = readText(join(path, "backoffFunction"), given["backoffFunction"]); err != nil {
		return nil, err
	}
	return r, r.validate(path)
}

func (r *retries) validate(path string) error {
	members := r.numbers()
	for _, m := range members[:3] {
		if !m.value.given {
			return refuse(join(path, m.name) + " must be specified")
		}
	}
	for i, m := range members {
		if least := [6]int{0: 1, 1: 1}[i]; m.value.n < least {
			return refuse(join(path, m.name) + " must be greater than or equal to " + strconv.Itoa(least))
		}
	}
	if most := int(maxTotal / time.Second); r.max.n > most {
		return refuse(join(path, "maxDelayTarget") + " must be less than or equal to " + strconv.Itoa(most))
	}
	if r.max.n < r.min.n {
		return refuse(join(path, "maxDelayTarget") + " must be greater than or equal to minDelayTarget")
	}
	if r.all.n > maxRetries {
		return refuse(join(path, "numRetries") + " must be less than or equal to " + strconv.Itoa(maxRetries))
	}
	if r.post.n+r.none.n+r.pre.n > r.all.n {
		return refuse(join(path, "numRetries") +
			" must be greater than or equal to total of numMinDelayRetries, numNoDelayRetries and numMaxDelayRetries")
	}
	if _, ok := backoffOf(r.function); !ok {
		return refuse(join(path, "backoffFunction") + " must be one of arithmetic, exponential, geometric, linear")
	}
	if r.schedule().Total() > maxTotal {
		return refuse(path + " total retry time must be less than or equal to " + strconv.Itoa(int(maxTotal/time.Second)))
	}
	return nil
}

// backoffOf reads the name of a function; none is linear.
func backoffOf(name string) (Backoff, bool) {
	for b := range Exponential + 1 {
		if b.String() == name {
			return b, true
		}
	}
	return Linear, name == ""
}

func (r *retries) schedule() Schedule {
	function, _ := backoffOf(r.function)
	return Schedule{
		Immediate: r.none.n, PreBackoff: r.pre.n, PostBackoff: r.post.n, Backoff: r.all.n - r.none.n - r.pre.n - r.post.n,
		Min: time.Duration(r.min.n) * time.Second, Max: time.Duration(r.max.n) * time.Second, Function: function,
	}
}

// complete returns the policy with nothing absent, or the default for nil.
func (r *retries) complete() *retries {
	if r == nil {
		return defaultRetries()
	}
	full := *r
	for _, m := range full.numbers() {
		m.value.given = true
	}
	if full.function == "" {
		full.function = Linear.String()
	}
	return &full
}

func (w *writer) retries(name string, r *retries) {
	if r == nil {
		w.absent(name)
		return
	}
	w.name(name)
	w.raw("{")
	for _, m := range r.numbers() {
		w.number(m.name, *m.value)
	}
	w.text("backoffFunction", r.function)
	w.raw("}")
}

// throttle is a throttle policy as it was given; without a number nothing is throttled.
type throttle struct{ perSecond number }

func readThrottle(path string, raw json.RawMessage) (*throttle, error) {
	if isNull(raw) {
		return nil, nil
	}
	const name = "maxReceivesPerSecond"
	members, err := object(path, raw, name)
	if err != nil {
		return nil, err
	}
	n, err := readNumber(join(path, name), members[name])
	if err != nil {
		return nil, err
	}
	if n.given && n.n < 1 {
		return nil, refuse(join(path, name) + " must be greater than or equal to 1")
	}
	return &throttle{n}, nil
}

func (w *writer) throttle(name string, t *throttle) {
	if t == nil {
		w.absent(name)
		return
	}
	w.name(name)
	w.raw("{")
	w.number("maxReceivesPerSecond", t.perSecond)
	w.raw("}")
}

// request is a request policy as it was given; without a content type it changes nothing.
type request struct{ contentType string }

func readRequest(path string, raw json.RawMessage) (*request, error) {
	if isNull(raw) {
		return nil, nil
	}
	const name = "headerContentType"
	members, err := object(path, raw, name)
	if err != nil {
		return nil, err
	}
	text, err := readText(join(path, name), members[name])
	if err != nil {
		return nil, err
	}
	if !isNull(members[name]) && !knownType(text, true) {
		return nil, refuse(join(path, name) + " must be a supported content type")
	}
	return &request{text}, nil
}

func (w *writer) request(name string, r *request) {
	if r == nil {
		w.absent(name)
		return
	}
	w.name(name)
	w.raw("{")
	w.text("headerContentType", r.contentType)
	w.raw("}")
}

// knownType reports whether the service sends a content type: with raw delivery more than in envelopes. A charset may follow, if
// it is UTF-8.
func knownType(contentType string, raw bool) bool {
	kind, parameter, found := strings.Cut(contentType, ";")
	if found && !strings.EqualFold(strings.TrimSpace(parameter), "charset=utf-8") {
		return false
	}
	switch kind {
	case "text/plain", "application/json":
		return true
	case "text/css", "text/csv", "text/html", "text/xml",
		"application/atom+xml", "application/octet-stream", "application/soap+xml", "application/x-www-form-urlencoded",
		"application/xhtml+xml", "application/xml":
		return raw
	}
	return false
}
