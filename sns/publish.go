package sns

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"github.com/inflight-mq/inflight/internal/kit"
	"github.com/inflight-mq/inflight/sns/internal/core"
	"github.com/inflight-mq/inflight/sns/internal/envelope"
)

// Target is where a message goes: exactly one of its fields.
type Target struct {
	TopicARN    string
	TargetARN   string // of a platform endpoint, or of a topic
	PhoneNumber string
}

// Publish publishes one message; see [Publisher].
func (h handle) Publish(ctx context.Context, m Message) (Published, error) {
	return h.b.publish(ctx, Target{TopicARN: h.ref}, true, m)
}

// Publish publishes one message to a topic, or directly to a phone or to one installation of an app. Beside the errors of
// [Publisher] it fails with [ErrEndpointDisabled] and [ErrPlatformApplicationDisabled].
func (b *Broker) Publish(ctx context.Context, to Target, m Message) (Published, error) {
	return b.publish(ctx, to, to.TopicARN != "", m)
}

func (b *Broker) publish(ctx context.Context, to Target, toTopic bool, m Message) (Published, error) {
	k := keyOf(to.topic(), "", "")
	t := b.find(k)
	meter := b.meter
	if t != nil {
		meter = t.meter
	}
	c, err := b.begin(ctx, OpPublish, k.name, meter)
	var p Published
	if err == nil {
		p, err = c.publish(t, to, toTopic, &m)
	}
	if err = c.end(err); err != nil {
		return Published{}, err
	}
	return p, nil
}

// topic returns the ARN that may be a topic's.
func (to Target) topic() string {
	if to.TopicARN != "" {
		return to.TopicARN
	}
	return to.TargetARN
}

// publish publishes to a topic, which was found if it exists, or directly.
func (c *call) publish(t *topic, to Target, toTopic bool, m *Message) (Published, error) {
	given := count(toTopic) + count(to.TargetARN != "") + count(to.PhoneNumber != "")
	switch {
	case given == 0:
		return Published{}, invalid("TopicArn or TargetArn Reason: no value for required parameter")
	case given > 1:
		return Published{}, invalid("TopicArn Reason: only one of TopicArn, TargetArn and PhoneNumber can be given")
	}
	rules := rulesOf(to.topic(), t)
	if to.PhoneNumber != "" && !isPhoneNumber(to.PhoneNumber) {
		// The subject and the body are looked at before the number.
		if err := (&Message{Body: m.Body, Subject: m.Subject, Given: m.Given & GivenSubject}).validate(rules, 0); err != nil {
			return Published{}, err
		}
		return Published{}, invalid("PhoneNumber Reason: %s is not valid to publish to", to.PhoneNumber)
	}
	if err := m.validate(rules, 0); err != nil {
		return Published{}, err
	}
	stored, err := m.stored(c.platform(to))
	if err != nil {
		return Published{}, err
	}
	c.meter[c.op].Payload(m.size())
	switch {
	case to.PhoneNumber != "":
		return c.publishToPhone(to.PhoneNumber, stored)
	case c.platform(to) != "":
		return c.publishToApp(to.TargetARN, stored)
	}
	parameter := "TopicArn"
	if to.TargetARN != "" {
		parameter = "TargetArn"
	}
	if t, err = c.topic(parameter, to.topic()); err != nil {
		return Published{}, err
	}
	ps, err := t.publish(c, []*core.Message{stored})
	if err != nil {
		return Published{}, err
	}
	return ps[0], nil
}

// platform returns the platform of a direct publish to an endpoint's ARN; "" for all other targets.
func (c *call) platform(to Target) string { return envelope.Platform(to.TargetARN) }

// stored is the message as the core keeps it: copied, texts and deduplication id resolved.
func (m *Message) stored(platform string) (*core.Message, error) {
	s := &core.Message{Texts: envelope.Plain(m.Body), Subject: m.Subject, Group: m.GroupID, Dedup: m.DedupID, Trace: m.TraceHeader}
	if m.Structure == "json" {
		var err error
		if s.Texts, err = envelope.ParseStructure(m.Body, platform); err != nil {
			return nil, invalid("%s", err)
		}
		s.Structured = true
	}
	if len(m.Attributes) > 0 {
		s.Attributes = make([]envelope.Attribute, 0, len(m.Attributes))
	}
	for name, a := range m.Attributes {
		s.Attributes = append(s.Attributes, envelope.Attribute{Name: name, Type: a.Type, Text: a.Text, Binary: slices.Clone(a.Binary)})
	}
	slices.SortFunc(s.Attributes, func(a, b envelope.Attribute) int { return strings.Compare(a.Name, b.Name) })
	if s.Group != "" && s.Dedup == "" {
		s.Body = m.Body // for deduplication by content
	}
	return s, nil
}

// PublishBatch publishes up to ten messages; see [Publisher].
func (h handle) PublishBatch(ctx context.Context, ms ...Message) ([]Published, error) {
	k := keyOf(h.ref, "", "")
	t := h.b.find(k)
	meter := h.b.meter
	if t != nil {
		meter = t.meter
	}
	c, err := h.b.begin(ctx, OpPublishBatch, k.name, meter)
	var ps []Published
	if err == nil {
		ps, err = c.publishBatch(t, h.ref, ms)
	}
	if err = c.end(err); err != nil {
		return nil, err
	}
	return ps, nil
}

func (c *call) publishBatch(t *topic, ref string, ms []Message) ([]Published, error) {
	rules := rulesOf(ref, t)
	size, err := validateBatch(ms, max(rules.maxSize, MaxBatchSize))
	if err != nil {
		return nil, err
	}
	stored := make([]*core.Message, len(ms))
	for i := range ms {
		if err := ms[i].validate(rules, i+1); err != nil {
			return nil, err
		}
		if stored[i], err = ms[i].stored(""); err != nil {
			return nil, err
		}
	}
	if t, err = c.topic("TopicArn", ref); err != nil {
		return nil, err
	}
	c.meter[c.op].Payload(size)
	all := make([]Published, len(ms))
	var good []int
	var accepted []*core.Message
	for i := range ms {
		if all[i].Err = c.askEntry(i, BeforeCommit); all[i].Err == nil {
			good, accepted = append(good, i), append(accepted, stored[i])
		}
	}
	ps, err := t.publish(c, accepted)
	if err != nil {
		return nil, err
	}
	for k, i := range good {
		if all[i] = ps[k]; all[i].Err == nil {
			if err := c.askEntry(i, AfterCommit); err != nil {
				all[i] = Published{Err: err}
			}
		}
	}
	return all, nil
}

// publish accepts messages, all or none, and delivers them one after the other.
func (t *topic) publish(c *call, ms []*core.Message) ([]Published, error) {
	t.takeTurn()
	defer t.endTurn()
	set := t.settings.Load()
	for _, m := range ms {
		if set.fifo && m.Dedup == "" {
			if !set.contentDedup { // switched off meanwhile
				return nil, noDedup()
			}
			sum := sha256.Sum256([]byte(m.Body))
			m.Dedup = hex.EncodeToString(sum[:])
		}
		m.Body = ""
	}
	ps := make([]Published, len(ms))
	var panicked any
	for i, m := range ms {
		p, to, panics, err := t.accept(c.now, m)
		if err != nil {
			return nil, err // the topic was deleted meanwhile
		}
		if panicked == nil {
			panicked = panics
		}
		ps[i].ID = p.ID
		if set.fifo {
			ps[i].SequenceNumber = sequenceOf(p.Order)
		}
		if len(to) > 0 {
			t.render(m, set).deliver(to)
		}
	}
	if panicked != nil {
		panic(panicked)
	}
	return ps, nil
}

// accept has the core accept a message, and returns who gets it, and what the Chooser panicked with.
func (t *topic) accept(now int64, m *core.Message) (p core.Placed, to []*subscription, panicked any, err error) {
	if err := t.lock(now); err != nil {
		return core.Placed{}, nil, nil, err
	}
	defer t.mu.Unlock()
	p, numbers, duplicate := t.state.Publish(now, kit.NewID(t.ids), m, t.chooser())
	t.recordPublish(now, p, m, numbers, duplicate)
	return p, t.recipients(numbers), t.asks.TakePanic(), nil
}

// validateBatch refuses a batch as a whole, in the service's order of checks, and returns its size in bytes.
func validateBatch(ms []Message, most int) (size int, err error) {
	switch {
	case len(ms) == 0:
		return 0, fail(ErrEmptyBatchRequest, "The batch request doesn't contain any entries.")
	case len(ms) > MaxBatchEntries:
		return 0, fail(ErrTooManyEntriesInBatchRequest, "The batch request contains more entries than permissible.")
	}
	ids := make([]string, len(ms))
	for i := range ms {
		ids[i] = ms[i].EntryID
		if ids[i] == "" && ms[i].Given&GivenEntryID == 0 {
			ids[i] = strconv.Itoa(i)
		}
		if slices.Contains(ids[:i], ids[i]) {
			return 0, fail(ErrBatchEntryIDsNotDistinct, "Two or more batch entries in the request have the same Id.")
		}
		size += ms[i].size()
	}
	for _, id := range ids {
		switch {
		case len(id) > 80:
			return 0, fail(ErrInvalidBatchEntryID, "The Id of a batch entry in the batch request is too long: %s", id)
		case !isPlain(id):
			return 0, fail(ErrInvalidBatchEntryID, "The Id of a batch entry in the batch request contains an impermissible character: %s", id)
		}
	}
	if size > most {
		return 0, fail(ErrBatchRequestTooLong, "The length of all the messages put together is more than the limit.")
	}
	return size, nil
}
