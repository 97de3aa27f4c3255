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
	function                       *string
}

// defaultRetries is the policy of those who set none.
func defaultRetries() *retries {
	zero := number{true, 0}
	return &retries{number{true, 20}, number{true, 20}, number{true, 3}, zero, zero, zero, new(Linear.String())}
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

// retries reads a retry policy; nil when there is none.
func (r *reader) retries(path string, raw json.RawMessage) *retries {
	given := r.object(path, raw, "minDelayTarget", "maxDelayTarget", "numRetries", "numMaxDelayRetries", "numNoDelayRetries",
		"numMinDelayRetries", "backoffFunction")
	if given == nil {
		return nil
	}
	p := &retries{function: r.text(path+".backoffFunction", given["backoffFunction"])}
	for _, m := range p.numbers() {
		*m.value = r.number(path+"."+m.name, given[m.name])
	}
	if r.err == nil {
		r.err = p.validate(path + ".")
	}
	return p
}

// validate checks the policy. The path of its members ends with a dot.
func (r *retries) validate(path string) error {
	members := r.numbers()
	for _, m := range members[:3] {
		if !m.value.given {
			return refuse(path + m.name + " must be specified")
		}
	}
	for i, m := range members {
		if least := [6]int{0: 1, 1: 1}[i]; m.value.n < least {
			return refuse(path + m.name + " must be greater than or equal to " + strconv.Itoa(least))
		}
	}
	if most := int(maxTotal / time.Second); r.max.n > most {
		return refuse(path + "maxDelayTarget" + " must be less than or equal to " + strconv.Itoa(most))
	}
	if r.max.n < r.min.n {
		return refuse(path + "maxDelayTarget" + " must be greater than or equal to minDelayTarget")
	}
	if r.all.n > maxRetries {
		return refuse(path + "numRetries" + " must be less than or equal to " + strconv.Itoa(maxRetries))
	}
	if r.post.n+r.none.n+r.pre.n > r.all.n {
		return refuse(path + "numRetries" +
			" must be greater than or equal to total of numMinDelayRetries, numNoDelayRetries and numMaxDelayRetries")
	}
	if _, ok := backoffOf(r.function); !ok {
		return refuse(path + "backoffFunction" + " must be one of arithmetic, exponential, geometric, linear")
	}
	if r.schedule().Total() > maxTotal {
		return refuse(strings.TrimSuffix(path, ".") + " total retry time must be less than or equal to " +
			strconv.Itoa(int(maxTotal/time.Second)))
	}
	return nil
}

// backoffOf reads the name of a function; none is linear.
func backoffOf(name *string) (Backoff, bool) {
	for b := range Exponential + 1 {
		if name != nil && b.String() == *name {
			return b, true
		}
	}
	return Linear, name == nil
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
	if full.function == nil {
		full.function = new(Linear.String())
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

func (r *reader) throttle(path string, raw json.RawMessage) *throttle {
	const name = "maxReceivesPerSecond"
	given := r.object(path, raw, name)
	if given == nil {
		return nil
	}
	n := r.number(path+"."+name, given[name])
	if n.given && n.n < 1 {
		r.fail(refuse(path + "." + name + " must be greater than or equal to 1"))
	}
	return &throttle{n}
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
type request struct{ contentType *string }

func (r *reader) request(path string, raw json.RawMessage) *request {
	const name = "headerContentType"
	given := r.object(path, raw, name)
	if given == nil {
		return nil
	}
	text := r.text(path+"."+name, given[name])
	if text != nil && !knownType(*text, true) {
		r.fail(refuse(path + "." + name + " must be a supported content type"))
	}
	return &request{text}
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
