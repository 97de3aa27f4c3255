package snstest

import (
	"encoding/json"

	"github.com/inflight-mq/inflight/sns"
	"github.com/inflight-mq/inflight/sns/filter"
	"github.com/inflight-mq/inflight/sns/internal/envelope"
)

// settings are those of a subscription that decide what it gets and where.
type settings struct {
	filter, scope, deadLetter *string
	replay                    bool
}

// settingsOf returns the settings that a change names.
func settingsOf(cfg sns.SubscriptionConfig) settings {
	s := settings{filter: cfg.FilterPolicy, scope: (*string)(cfg.FilterScope), deadLetter: cfg.DeadLetter, replay: cfg.Replay != nil}
	for name, value := range cfg.Attributes {
		switch {
		case name == "FilterPolicy" && s.filter == nil:
			s.filter = &value
		case name == "FilterPolicyScope" && s.scope == nil:
			s.scope = &value
		case name == "RedrivePolicy" && s.deadLetter == nil:
			var p struct{ DeadLetterTargetArn string }
			_ = json.Unmarshal([]byte(value), &p)
			s.deadLetter = &p.DeadLetterTargetArn
		case name == "ReplayPolicy":
			s.replay = true
		}
	}
	return s
}

// apply puts the settings that are named into force.
func (s *settings) apply(named settings) {
	if named.filter != nil {
		s.filter = named.filter
	}
	if named.scope != nil {
		s.scope = named.scope
	}
	if named.deadLetter != nil {
		s.deadLetter = named.deadLetter
	}
}

// state is what is known of a subscription at the time of a publish.
type state struct {
	on, sure bool
	settings
	endpoint sns.Endpoint
}

// at returns the state of a subscription during a publish. It is sure if nothing changed it meanwhile.
func (c *checker) at(s *sub, publish int) state {
	now := state{sure: true}
	for _, i := range s.ops {
		o := c.ops[i]
		if now.endpoint == (sns.Endpoint{}) {
			now.endpoint = o.Endpoint
			now.sure = !c.maybeSubscribed(now.endpoint) // with other settings
		}
		switch {
		case c.before(publish, i):
			return now
		case !c.before(i, publish), o.Err != nil:
			now.sure = false
		}
		now.apply(settingsOf(o.Config))
		switch o.Kind {
		case OpSubscribed:
			now.on = now.on || !o.Pending
		case OpConfirmed:
			now.on = true
		case OpUnsubscribed, OpTopicDeleted:
			now.on = false
		case OpPublished, OpChanged, OpDelivered:
		}
	}
	return now
}

// wants reports whether a subscription gets what is published, and whether that is sure.
func (c *checker) wants(s *sub, publish int) (yes, sure bool) {
	now := c.at(s, publish)
	if !now.sure || s.replayed {
		return false, false
	}
	if !now.on {
		return false, true
	}
	return matches(now, c.ops[publish].Message), true
}

// matches reports whether a message passes the filter policy of a subscription.
func matches(now state, m sns.Message) bool {
	if now.filter == nil || *now.filter == "" {
		return true
	}
	scope := filter.MessageAttributes
	if now.scope != nil {
		scope = filter.Scope(*now.scope)
	}
	p, err := filter.Parse(*now.filter, scope)
	if err != nil {
		return true // the service took it, so it is for the service to know
	}
	var in filter.Input
	if scope == filter.MessageBody {
		in.Body = filter.ParseBody(textFor(m, now.endpoint))
	} else {
		var as []filter.Attribute
		for name, a := range m.Attributes {
			as = append(as, filter.Attribute{Name: name, Type: a.Type, Text: a.Text})
		}
		in.Attributes = filter.NewAttributes(as)
	}
	return p.Match(in)
}

// textFor returns the text of a message for an endpoint.
func textFor(m sns.Message, to sns.Endpoint) string {
	if m.Structure != "json" {
		return m.Body
	}
	texts, err := envelope.ParseStructure(m.Body, "")
	if err != nil {
		return m.Body
	}
	text, _ := texts.For(string(to.Protocol))
	return text
}
