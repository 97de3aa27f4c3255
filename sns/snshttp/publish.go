package snshttp

import (
	"errors"

	"github.com/inflight-mq/inflight/sns"
)

// The operations that publish.

func (c *call) publish() error {
	m := c.message("")
	if err := c.form.Err(); err != nil {
		return err
	}
	p, err := c.b.Publish(c.ctx, sns.Target{
		TopicARN: c.text("TopicArn"), TargetARN: c.text("TargetArn"), PhoneNumber: c.text("PhoneNumber"),
	}, m)
	if err != nil {
		return err
	}
	c.published(p)
	return nil
}

// published writes what an accepted message is answered with.
func (c *call) published(p sns.Published) {
	c.out.Text("MessageId", p.ID.String())
	c.out.Text("SequenceNumber", p.SequenceNumber.String())
}

// message reads the message whose parameters begin with a prefix.
func (c *call) message(prefix string) sns.Message {
	return sns.Message{
		Body: c.text(prefix + "Message"), Subject: c.text(prefix + "Subject"), Structure: c.text(prefix + "MessageStructure"),
		Attributes: c.messageAttributes(prefix + "MessageAttributes.entry"), GroupID: c.text(prefix + "MessageGroupId"),
		DedupID: c.text(prefix + "MessageDeduplicationId"), TraceHeader: c.trace,
		Given: c.given(prefix+"Subject", sns.GivenSubject) | c.given(prefix+"MessageStructure", sns.GivenStructure) |
			c.given(prefix+"MessageGroupId", sns.GivenGroupID) | c.given(prefix+"MessageDeduplicationId", sns.GivenDedupID),
	}
}

func (c *call) messageAttributes(list string) map[string]sns.Attribute {
	var m map[string]sns.Attribute
	for _, item := range c.form.Items(list) {
		if m == nil {
			m = map[string]sns.Attribute{}
		}
		m[c.text(item+".Name")] = sns.Attribute{
			Type: c.text(item + ".Value.DataType"), Text: c.text(item + ".Value.StringValue"),
			Binary: c.form.Binary(item + ".Value.BinaryValue"),
		}
	}
	return m
}

func (c *call) publishBatch() error {
	t, err := c.topic()
	if err != nil {
		return err
	}
	var ms []sns.Message
	for _, item := range c.form.Items("PublishBatchRequestEntries.member") {
		m := c.message(item + ".")
		m.EntryID, m.Given = c.text(item+".Id"), m.Given|sns.GivenEntryID
		ms = append(ms, m)
	}
	if err := c.form.Err(); err != nil {
		return err
	}
	ps, err := t.PublishBatch(c.ctx, ms...)
	if err != nil {
		return err
	}
	c.results(ms, ps)
	return nil
}

// results writes the answer to a batch: the entries that succeeded, and those that failed.
func (c *call) results(ms []sns.Message, ps []sns.Published) {
	c.out.Open("Successful")
	for i, p := range ps {
		if p.Err == nil {
			c.out.Open("member")
			c.out.Text("Id", ms[i].EntryID)
			c.published(p)
			c.out.Close("member")
		}
	}
	c.out.Close("Successful")
	c.out.Open("Failed")
	for i, p := range ps {
		if p.Err != nil {
			c.out.Open("member")
			c.out.Text("Id", ms[i].EntryID)
			c.failed(p.Err)
			c.out.Close("member")
		}
	}
	c.out.Close("Failed")
}

// failed writes what a failed entry shows of its error.
func (c *call) failed(err error) {
	code, message, sender := sns.ErrInternal, err.Error(), false
	if e, ok := errors.AsType[*sns.Error](err); ok {
		code, message, sender = e.Code, e.Message, !e.Code.ServerFault()
	}
	c.out.Text("Code", string(code))
	c.out.Text("Message", message)
	c.out.Bool("SenderFault", sender)
}
