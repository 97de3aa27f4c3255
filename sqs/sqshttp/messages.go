package sqshttp

import (
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/inflight-mq/inflight/sqs"
)

// The operations on messages.

func (c *call) send() error {
	q, err := c.queue()
	if err != nil {
		return err
	}
	m := c.described(&c.p.entry)
	sent, err := q.Send(c.ctx, m)
	if err != nil {
		return err
	}
	c.sent(&m, sent)
	return nil
}

// sent writes what a sent message is answered with.
func (c *call) sent(m *sqs.Message, s sqs.Sent) {
	c.out.Text("MD5OfMessageBody", sqs.MD5OfBody(m.Body))
	c.out.Text("MD5OfMessageAttributes", sqs.MD5OfAttributes(m.Attributes))
	c.out.Text("MD5OfMessageSystemAttributes", sqs.MD5OfAttributes(m.SystemAttributes))
	c.out.Text("MessageId", s.ID.String())
	c.out.Text("SequenceNumber", s.SequenceNumber.String())
}

// described is the message that the parameters describe. Its trace may come with the request instead.
func (c *call) described(e *entry) sqs.Message {
	return sqs.Message{
		TraceHeader: c.trace,
		EntryID:     text(e.ID), Body: text(e.MessageBody), Attributes: attributes(e.MessageAttributes),
		SystemAttributes: attributes(e.SystemAttributes), GroupID: text(e.GroupID), DedupID: text(e.DedupID),
		Delay: duration(e.DelaySeconds),
		Given: given(e.GroupID, sqs.GivenGroupID) | given(e.DedupID, sqs.GivenDedupID) | sqs.GivenEntryID,
	}
}

func attributes(vs map[string]value) map[string]sqs.Attribute {
	if len(vs) == 0 {
		return nil
	}
	as := make(map[string]sqs.Attribute, len(vs))
	for name, v := range vs {
		as[name] = sqs.Attribute{Type: text(v.DataType), Text: text(v.StringValue), Binary: v.BinaryValue}
		if len(v.StringListValues)+len(v.BinaryListValues) > 0 {
			as[name] = sqs.Attribute{Type: text(v.DataType)} // reserved: no value, which the queue refuses
		}
	}
	return as
}

func (c *call) sendBatch() error {
	q, err := c.queue()
	if err != nil {
		return err
	}
	ms := make([]sqs.Message, len(c.p.Entries))
	for i := range ms {
		ms[i] = c.described(&c.p.Entries[i])
	}
	sent, err := q.SendBatch(c.ctx, ms...)
	if err != nil {
		return err
	}
	errs := make([]error, len(sent))
	for i := range sent {
		errs[i] = sent[i].Err
	}
	c.results("SendMessageBatchResultEntry", errs, func(i int) { c.sent(&ms[i], sent[i]) })
	return nil
}

// results writes the answer to a batch: the entries that succeeded, each with what more writes, and those that failed.
func (c *call) results(element string, errs []error, more func(i int)) {
	var good, bad []int
	for i, err := range errs {
		if err == nil {
			good = append(good, i)
		} else {
			bad = append(bad, i)
		}
	}
	if len(good) > 0 {
		c.out.List("Successful", element, len(good), func(k int) {
			c.out.Text("Id", text(c.p.Entries[good[k]].ID))
			if more != nil {
				more(good[k])
			}
		})
	}
	if len(bad) > 0 {
		c.out.List("Failed", "BatchResultErrorEntry", len(bad), func(k int) {
			code, message, sender := describe(errs[bad[k]])
			c.out.Text("Id", text(c.p.Entries[bad[k]].ID))
			c.out.Bool("SenderFault", sender)
			c.out.Text("Code", code)
			c.out.Text("Message", message)
		})
	}
}

// describe returns what a failed entry shows of its error.
func describe(err error) (code, message string, sender bool) {
	if e, ok := errors.AsType[*sqs.Error](err); ok {
		return e.Code.QueryCode(), e.Message, !e.Code.ServerFault()
	}
	return sqs.ErrInternal.QueryCode(), err.Error(), false
}

func (c *call) receive() error {
	q, err := c.queue()
	if err != nil {
		return err
	}
	names := c.p.MessageNames
	if names == nil {
		names = []string{} // absent means none here
	}
	got, err := q.Receive(c.ctx, sqs.ReceiveOptions{
		Max: number(c.p.MaxNumberOfMessages), Wait: duration(c.p.WaitTimeSeconds), Visibility: duration(c.p.VisibilityTimeout),
		Attributes: names, AttemptID: text(c.p.ReceiveRequestAttemptID),
		Given: given(c.p.MaxNumberOfMessages, sqs.GivenMax) | given(c.p.ReceiveRequestAttemptID, sqs.GivenAttemptID),
	})
	if err != nil || len(got) == 0 {
		return err
	}
	wanted := append(c.p.AttributeNames, c.p.SystemNames...)
	c.out.List("Messages", "Message", len(got), func(i int) { c.message(got[i], wanted) })
	return nil
}

// message writes one received message.
func (c *call) message(m *sqs.Received, wanted []string) {
	c.out.Text("MessageId", m.ID.String())
	c.out.Text("ReceiptHandle", m.Receipt.String())
	c.out.Text("MD5OfBody", sqs.MD5OfBody(m.Body))
	c.out.Text("Body", m.Body)
	c.out.Map("Attributes", "Attribute", "Name", "Value", systemAttributes(m, wanted))
	c.out.Text("MD5OfMessageAttributes", sqs.MD5OfAttributes(m.Attributes))
	c.out.Objects("MessageAttributes", "MessageAttribute", slices.Sorted(maps.Keys(m.Attributes)), func(name string) {
		a := m.Attributes[name]
		if strings.HasPrefix(a.Type, "Binary") {
			c.out.Binary("BinaryValue", a.Binary)
		} else {
			c.out.ForceText("StringValue", a.Text)
		}
		c.out.Text("DataType", a.Type)
	})
}

// systemAttributes returns the wanted system attributes that the message has.
func systemAttributes(m *sqs.Received, wanted []string) map[string]string {
	if len(wanted) == 0 {
		return nil
	}
	all := map[string]string{
		"SenderId":                         m.SenderID,
		"SentTimestamp":                    milliseconds(m.SentAt),
		"ApproximateReceiveCount":          strconv.Itoa(m.Receives),
		"ApproximateFirstReceiveTimestamp": milliseconds(m.FirstReceivedAt),
		"MessageGroupId":                   m.GroupID,
		"MessageDeduplicationId":           m.DedupID,
		"SequenceNumber":                   m.SequenceNumber.String(),
		"AWSTraceHeader":                   m.TraceHeader,
		"DeadLetterQueueSourceArn":         m.DeadLetteredBy,
	}
	maps.DeleteFunc(all, func(name, v string) bool {
		return v == "" || !slices.Contains(wanted, "All") && !slices.Contains(wanted, name)
	})
	return all
}

func milliseconds(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) }

func (c *call) deleteMessage() error {
	q, err := c.queue()
	if err != nil {
		return err
	}
	return q.Delete(c.ctx, sqs.ReceiptOf(text(c.p.ReceiptHandle)))
}

func (c *call) deleteMessageBatch() error {
	q, err := c.queue()
	if err != nil {
		return err
	}
	es := make([]sqs.DeleteEntry, len(c.p.Entries))
	for i, e := range c.p.Entries {
		es[i] = sqs.DeleteEntry{EntryID: text(e.ID), Receipt: sqs.ReceiptOf(text(e.ReceiptHandle)), Given: sqs.GivenEntryID}
	}
	errs, err := q.DeleteBatch(c.ctx, es...)
	if err != nil {
		return err
	}
	c.results("DeleteMessageBatchResultEntry", errs, nil)
	return nil
}

func (c *call) changeVisibility() error {
	q, err := c.queue()
	if err != nil {
		return err
	}
	if c.p.ReceiptHandle != nil && c.p.VisibilityTimeout == nil {
		return missing("VisibilityTimeout")
	}
	return q.ChangeVisibility(c.ctx, sqs.ReceiptOf(text(c.p.ReceiptHandle)), *orZero(duration(c.p.VisibilityTimeout)))
}

func (c *call) changeVisibilityBatch() error {
	q, err := c.queue()
	if err != nil {
		return err
	}
	es := make([]sqs.VisibilityEntry, len(c.p.Entries))
	for i, e := range c.p.Entries {
		es[i] = sqs.VisibilityEntry{
			EntryID: text(e.ID), Receipt: sqs.ReceiptOf(text(e.ReceiptHandle)), Given: sqs.GivenEntryID,
			Timeout: *orZero(duration(e.VisibilityTimeout)),
		}
	}
	errs, err := q.ChangeVisibilityBatch(c.ctx, es...)
	if err != nil {
		return err
	}
	c.results("ChangeMessageVisibilityBatchResultEntry", errs, nil)
	return nil
}

func orZero(d *time.Duration) *time.Duration {
	if d == nil {
		return new(time.Duration)
	}
	return d
}
