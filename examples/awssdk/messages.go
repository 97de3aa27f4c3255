package awssdk

import (
	"cmp"
	"context"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/google/uuid"

	"github.com/inflight-mq/inflight/sqs"
)

func (q *queue) Send(ctx context.Context, m sqs.Message) (sqs.Sent, error) {
	e := entry(&m, 0)
	out, err := q.s.c.SendMessage(ctx, &awssqs.SendMessageInput{
		QueueUrl: &q.url, MessageBody: e.MessageBody, DelaySeconds: e.DelaySeconds, MessageAttributes: e.MessageAttributes,
		MessageSystemAttributes: e.MessageSystemAttributes, MessageGroupId: e.MessageGroupId,
		MessageDeduplicationId: e.MessageDeduplicationId,
	}, saying(func(b body) { b.zero("DelaySeconds", m.Delay) }))
	if err != nil {
		return sqs.Sent{}, q.refusal(ctx, sqs.OpSendMessage, err)
	}
	return sent(out.MessageId, out.SequenceNumber)
}

// entry is a message as the SDK writes it in a batch.
func entry(m *sqs.Message, position int) types.SendMessageBatchRequestEntry {
	e := types.SendMessageBatchRequestEntry{
		Id: entryID(m.EntryID, m.Given, position), MessageBody: &m.Body, DelaySeconds: seconds(m.Delay),
		MessageGroupId:         text(m.GroupID, m.Given&sqs.GivenGroupID != 0),
		MessageDeduplicationId: text(m.DedupID, m.Given&sqs.GivenDedupID != 0),
	}
	for name, a := range m.Attributes {
		if e.MessageAttributes == nil {
			e.MessageAttributes = map[string]types.MessageAttributeValue{}
		}
		e.MessageAttributes[name] = types.MessageAttributeValue{
			DataType: &a.Type, StringValue: text(a.Text, false), BinaryValue: a.Binary,
		}
	}
	system := m.SystemAttributes
	if m.TraceHeader != "" && system == nil {
		system = map[string]sqs.Attribute{"AWSTraceHeader": sqs.String(m.TraceHeader)}
	}
	for name, a := range system {
		if e.MessageSystemAttributes == nil {
			e.MessageSystemAttributes = map[string]types.MessageSystemAttributeValue{}
		}
		e.MessageSystemAttributes[name] = types.MessageSystemAttributeValue{
			DataType: &a.Type, StringValue: text(a.Text, false), BinaryValue: a.Binary,
		}
	}
	return e
}

// entryID is the entry's own id, or its position.
func entryID(id string, g sqs.Given, position int) *string {
	if g&sqs.GivenEntryID == 0 {
		id = cmp.Or(id, strconv.Itoa(position))
	}
	return &id
}

func sent(id, sequence *string) (s sqs.Sent, err error) {
	if s.ID, err = uuid.Parse(aws.ToString(id)); err == nil && sequence != nil {
		s.SequenceNumber, err = sqs.ParseSequenceNumber(*sequence)
	}
	return s, err
}

func (q *queue) SendBatch(ctx context.Context, ms ...sqs.Message) ([]sqs.Sent, error) {
	entries := make([]types.SendMessageBatchRequestEntry, len(ms))
	byID := map[string]int{}
	for i := range ms {
		entries[i] = entry(&ms[i], i)
		byID[*entries[i].Id] = i
	}
	out, err := q.s.c.SendMessageBatch(ctx, &awssqs.SendMessageBatchInput{QueueUrl: &q.url, Entries: entries}, saying(func(b body) {
		for i, e := range b["Entries"].([]any) {
			body(e.(map[string]any)).zero("DelaySeconds", ms[i].Delay)
		}
	}))
	if err != nil {
		return nil, q.refusal(ctx, sqs.OpSendMessageBatch, err)
	}
	all := make([]sqs.Sent, len(ms))
	for _, s := range out.Successful {
		i := byID[*s.Id]
		all[i], all[i].Err = sent(s.MessageId, s.SequenceNumber)
	}
	for _, f := range out.Failed {
		all[byID[*f.Id]].Err = q.failed(sqs.OpSendMessageBatch, f)
	}
	return all, nil
}

func (q *queue) Receive(ctx context.Context, opts sqs.ReceiveOptions) ([]*sqs.Received, error) {
	in := &awssqs.ReceiveMessageInput{
		QueueUrl: &q.url, MaxNumberOfMessages: int32(opts.Max), WaitTimeSeconds: seconds(opts.Wait),
		VisibilityTimeout: seconds(opts.Visibility), MessageAttributeNames: opts.Attributes,
		MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameAll},
		ReceiveRequestAttemptId:     text(opts.AttemptID, opts.Given&sqs.GivenAttemptID != 0),
	}
	if opts.Attributes == nil {
		in.MessageAttributeNames = []string{"All"}
	}
	out, err := q.s.c.ReceiveMessage(ctx, in, saying(func(b body) {
		b.zero("WaitTimeSeconds", opts.Wait)
		b.zero("VisibilityTimeout", opts.Visibility)
		if opts.Given&sqs.GivenMax != 0 && opts.Max == 0 {
			b["MaxNumberOfMessages"] = 0
		}
	}))
	if err != nil {
		return nil, q.refusal(ctx, sqs.OpReceiveMessage, err)
	}
	got := make([]*sqs.Received, len(out.Messages))
	for i := range got {
		if got[i], err = q.received(&out.Messages[i]); err != nil {
			return nil, err
		}
		if opts.Visibility != nil {
			got[i].HiddenUntil = q.s.now().Add(*opts.Visibility)
		}
	}
	return got, nil
}

func (q *queue) received(m *types.Message) (*sqs.Received, error) {
	as := m.Attributes
	r := &sqs.Received{
		Body: aws.ToString(m.Body), GroupID: as["MessageGroupId"], DedupID: as["MessageDeduplicationId"],
		TraceHeader: as["AWSTraceHeader"], Receipt: sqs.ReceiptOf(aws.ToString(m.ReceiptHandle)), SenderID: as["SenderId"],
		SentAt: milliseconds(as["SentTimestamp"]), FirstReceivedAt: milliseconds(as["ApproximateFirstReceiveTimestamp"]),
		DeadLetteredBy: as["DeadLetterQueueSourceArn"], From: q,
	}
	r.Receives, _ = strconv.Atoi(as["ApproximateReceiveCount"])
	for name, v := range m.MessageAttributes {
		if r.Attributes == nil {
			r.Attributes = map[string]sqs.Attribute{}
		}
		r.Attributes[name] = sqs.Attribute{Type: aws.ToString(v.DataType), Text: aws.ToString(v.StringValue), Binary: v.BinaryValue}
	}
	s, err := sent(m.MessageId, text(as["SequenceNumber"], false))
	r.ID, r.SequenceNumber = s.ID, s.SequenceNumber
	return r, err
}

func milliseconds(s string) time.Time {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.UnixMilli(n).UTC()
}

func (q *queue) Delete(ctx context.Context, r sqs.Receipt) error {
	_, err := q.s.c.DeleteMessage(ctx, &awssqs.DeleteMessageInput{QueueUrl: &q.url, ReceiptHandle: aws.String(r.String())})
	return q.refusal(ctx, sqs.OpDeleteMessage, err)
}

func (q *queue) DeleteBatch(ctx context.Context, es ...sqs.DeleteEntry) ([]error, error) {
	in := &awssqs.DeleteMessageBatchInput{QueueUrl: &q.url, Entries: []types.DeleteMessageBatchRequestEntry{}}
	ids := map[string]int{}
	for i, e := range es {
		id := entryID(e.EntryID, e.Given, i)
		ids[*id] = i
		in.Entries = append(in.Entries, types.DeleteMessageBatchRequestEntry{Id: id, ReceiptHandle: aws.String(e.Receipt.String())})
	}
	out, err := q.s.c.DeleteMessageBatch(ctx, in)
	if err != nil {
		return nil, q.refusal(ctx, sqs.OpDeleteMessageBatch, err)
	}
	return q.failures(sqs.OpDeleteMessageBatch, ids, out.Failed), nil
}

func (q *queue) ChangeVisibility(ctx context.Context, r sqs.Receipt, d time.Duration) error {
	_, err := q.s.c.ChangeMessageVisibility(ctx, &awssqs.ChangeMessageVisibilityInput{
		QueueUrl: &q.url, ReceiptHandle: aws.String(r.String()), VisibilityTimeout: seconds(&d),
	})
	return q.refusal(ctx, sqs.OpChangeMessageVisibility, err)
}

func (q *queue) ChangeVisibilityBatch(ctx context.Context, es ...sqs.VisibilityEntry) ([]error, error) {
	in := &awssqs.ChangeMessageVisibilityBatchInput{
		QueueUrl: &q.url, Entries: []types.ChangeMessageVisibilityBatchRequestEntry{},
	}
	ids := map[string]int{}
	for i, e := range es {
		id := entryID(e.EntryID, e.Given, i)
		ids[*id] = i
		in.Entries = append(in.Entries, types.ChangeMessageVisibilityBatchRequestEntry{
			Id: id, ReceiptHandle: aws.String(e.Receipt.String()), VisibilityTimeout: seconds(&e.Timeout),
		})
	}
	out, err := q.s.c.ChangeMessageVisibilityBatch(ctx, in)
	if err != nil {
		return nil, q.refusal(ctx, sqs.OpChangeMessageVisibilityBatch, err)
	}
	return q.failures(sqs.OpChangeMessageVisibilityBatch, ids, out.Failed), nil
}

// failures returns the errors of a batch's entries, by position.
func (q *queue) failures(op sqs.Op, ids map[string]int, failed []types.BatchResultErrorEntry) []error {
	errs := make([]error, len(ids))
	for _, f := range failed {
		errs[ids[*f.Id]] = q.failed(op, f)
	}
	return errs
}
