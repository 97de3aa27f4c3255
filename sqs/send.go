package sqs

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strconv"

	"github.com/inflight-mq/inflight/internal/identity"
	"github.com/inflight-mq/inflight/internal/kit"
	"github.com/inflight-mq/inflight/sqs/internal/core"
)

// Send stores one message; see [Sender].
func (q *queue) Send(ctx context.Context, m Message) (Sent, error) {
	c, err := q.begin(ctx, OpSendMessage)
	if err != nil {
		return Sent{}, c.end(err)
	}
	sent, err := c.send(&m)
	if err = c.end(err); err != nil {
		return Sent{}, err
	}
	return sent, nil
}

func (c *call) send(m *Message) (Sent, error) {
	q := c.q
	set := q.settings.Load()
	if err := m.validate(set, false); err != nil {
		return Sent{}, err
	}
	var stored core.Message
	m.store(&stored, set, c.caller, q.key.account)
	if err := q.lock(); err != nil {
		return Sent{}, err
	}
	if err := q.allow(c.op, c.now, stored.Group); err != nil {
		q.unlock(c.now)
		return Sent{}, err
	}
	sent := q.put(c.now, &stored)
	q.unlock(c.now)
	c.meter[c.op].Payload(m.size())
	return sent, nil
}

// put stores a valid message. The caller holds q.mu.
func (q *queue) put(now int64, m *core.Message) Sent {
	p := q.state.Send(now, kit.NewID(q.ids), m)
	sent := Sent{ID: p.ID}
	if q.state.Settings().FIFO {
		sent.SequenceNumber = sequenceOf(p.Order)
	}
	return sent
}

// store writes the message into an empty s as the core keeps it: copied, defaults resolved.
func (m *Message) store(s *core.Message, set *settings, caller *identity.Caller, owner string) {
	s.Body, s.Trace, s.Group, s.Dedup, s.Delay = m.Body, m.trace(), m.GroupID, m.DedupID, set.delay
	if m.Delay != nil {
		s.Delay = *m.Delay
	}
	if len(m.Attributes) > 0 {
		s.Attributes = sortedAttributes(m.Attributes)
	}
	if set.fifo && s.Dedup == "" {
		sum := sha256.Sum256([]byte(m.Body))
		s.Dedup = hex.EncodeToString(sum[:])
	}
	if caller != nil {
		s.Sender = cmp.Or(caller.UserID, caller.Account)
	}
	if s.Sender == owner { // which an empty sender means
		s.Sender = ""
	}
}

// SendBatch stores up to ten messages; see [Sender].
func (q *queue) SendBatch(ctx context.Context, ms ...Message) ([]Sent, error) {
	c, err := q.begin(ctx, OpSendMessageBatch)
	if err != nil {
		return nil, c.end(err)
	}
	sent, err := c.sendBatch(ms)
	if err = c.end(err); err != nil {
		return nil, err
	}
	return sent, nil
}

func (c *call) sendBatch(ms []Message) ([]Sent, error) {
	q := c.q
	set := q.settings.Load()
	size, err := validateBatch(ms, set, q.b.limits.BatchSize)
	if err != nil {
		return nil, err
	}
	sent := make([]Sent, len(ms))
	stored := make([]core.Message, len(ms), MaxBatchEntries) // on the stack
	for i := range ms {
		if err := c.askEntry(i, BeforeCommit); err != nil {
			sent[i].Err = err
		} else if err := ms[i].validate(set, true); err != nil {
			sent[i].Err = c.named(err)
		} else {
			ms[i].store(&stored[i], set, c.caller, q.key.account)
		}
	}
	if err := c.putAll(stored, sent); err != nil {
		return nil, err
	}
	for i := range sent {
		if sent[i].Err == nil {
			if err := c.askEntry(i, AfterCommit); err != nil {
				sent[i] = Sent{Err: err}
			}
		}
	}
	c.meter[c.op].Payload(size)
	return sent, nil
}

// putAll stores the messages that have no error yet, in order.
func (c *call) putAll(stored []core.Message, sent []Sent) error {
	q := c.q
	if err := q.lock(); err != nil {
		return err
	}
	defer q.unlock(c.now)
	if err := q.allow(c.op, c.now, ""); err != nil {
		return err
	}
	for i := range stored {
		if sent[i].Err != nil {
			continue
		}
		if sent[i].Err = c.allowEntry(stored, sent, i); sent[i].Err == nil {
			sent[i] = q.put(c.now, &stored[i])
		}
	}
	return nil
}

// allowEntry counts the i-th entry for its group's rate: a batch counts once for each group, and once a group was refused, the
// group's later entries are too, so that they keep their order.
func (c *call) allowEntry(stored []core.Message, sent []Sent, i int) error {
	if c.q.rates == nil {
		return nil
	}
	for j := range i {
		if stored[j].Group == stored[i].Group { // one that was refused before has none
			return sent[j].Err
		}
	}
	return c.named(c.q.allowGroup(c.now, stored[i].Group))
}

// validateBatch refuses a batch as a whole, in the service's order of checks, and returns its size in bytes.
func validateBatch(ms []Message, set *settings, most int) (size int, err error) {
	id := func(i int) (string, Given) { return ms[i].EntryID, ms[i].Given }
	if err := validateEntries(OpSendMessageBatch, len(ms), id); err != nil {
		return 0, err
	}
	for i := range ms {
		m := &ms[i]
		switch {
		case set.fifo && m.GroupID == "" && m.Given&GivenGroupID == 0:
			return 0, fail(ErrInvalidParameterValue, "The request must contain the parameter MessageGroupId.")
		case set.fifo && !set.contentDedup && m.DedupID == "" && m.Given&GivenDedupID == 0:
			return 0, noDedupID()
		}
		size += m.size()
	}
	if size > most {
		return 0, fail(ErrBatchRequestTooLong, "Batch requests cannot be longer than %d bytes. You have sent %d bytes.", most, size)
	}
	return size, nil
}

// validateEntries makes the checks that all batches share. id returns what an entry says about its id.
func validateEntries(op Op, n int, id func(i int) (string, Given)) error {
	switch {
	case n == 0:
		return fail(ErrEmptyBatchRequest, "There should be at least one %sRequestEntry in the request.", op)
	case n > MaxBatchEntries:
		return fail(ErrTooManyEntriesInBatchRequest, "Maximum number of entries per request are %d. You have sent %d.",
			MaxBatchEntries, n)
	}
	for i := range n {
		if v, g := id(i); v != "" || g&GivenEntryID != 0 {
			return validateEntryIDs(n, id)
		}
	}
	return nil // all have their position for an id
}

// validateEntryIDs refuses ids out of form, and those that repeat one before them. An entry without one has its position.
func validateEntryIDs(n int, id func(i int) (string, Given)) error {
	ids := make([]string, n)
	for i := range ids {
		v, g := id(i)
		if ids[i] = v; v == "" && g&GivenEntryID == 0 {
			ids[i] = strconv.Itoa(i)
		}
	}
	for _, id := range ids {
		if !isPlain(id, 80) {
			return fail(ErrInvalidBatchEntryID, "A batch entry id can only contain alphanumeric characters, hyphens and "+
				"underscores. It can be at most 80 letters long.")
		}
	}
	for i, id := range ids {
		for _, before := range ids[:i] {
			if before == id {
				return fail(ErrBatchEntryIDsNotDistinct, "Id %s repeated.", id)
			}
		}
	}
	return nil
}
