package awssdk

import (
	"cmp"
	"context"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssns "github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/google/uuid"

	"github.com/inflight-mq/inflight/sns"
)

func (t *topic) Publish(ctx context.Context, m sns.Message) (sns.Published, error) {
	return t.s.publish(ctx, &awssns.PublishInput{TopicArn: &t.arn}, &m)
}

// publish publishes a message to the target that is given.
func (s *TopicService) publish(ctx context.Context, in *awssns.PublishInput, m *sns.Message) (sns.Published, error) {
	e := publishEntry(m, 0)
	in.Message, in.Subject, in.MessageStructure, in.MessageAttributes = e.Message, e.Subject, e.MessageStructure, e.MessageAttributes
	in.MessageGroupId, in.MessageDeduplicationId = e.MessageGroupId, e.MessageDeduplicationId
	out, err := s.c.Publish(ctx, in, traced(m.TraceHeader))
	if err != nil {
		return sns.Published{}, refused(ctx, sns.OpPublish, nameIn(aws.ToString(in.TopicArn)), err)
	}
	return publishedAs(out.MessageId, out.SequenceNumber)
}

// traced sends a trace header along.
func traced(header string) func(*awssns.Options) {
	return func(o *awssns.Options) {
		if header != "" {
			o.APIOptions = append(o.APIOptions, smithyhttp.AddHeaderValue("X-Amzn-Trace-Id", header))
		}
	}
}

// publishEntry is a message as the SDK writes it in a batch.
func publishEntry(m *sns.Message, position int) types.PublishBatchRequestEntry {
	id := m.EntryID
	if m.Given&sns.GivenEntryID == 0 {
		id = cmp.Or(id, strconv.Itoa(position))
	}
	e := types.PublishBatchRequestEntry{
		Id: &id, Message: &m.Body, Subject: text(m.Subject, m.Given&sns.GivenSubject != 0),
		MessageStructure:       text(m.Structure, m.Given&sns.GivenStructure != 0),
		MessageGroupId:         text(m.GroupID, m.Given&sns.GivenGroupID != 0),
		MessageDeduplicationId: text(m.DedupID, m.Given&sns.GivenDedupID != 0),
	}
	for name, a := range m.Attributes {
		if e.MessageAttributes == nil {
			e.MessageAttributes = map[string]types.MessageAttributeValue{}
		}
		e.MessageAttributes[name] = types.MessageAttributeValue{DataType: &a.Type, StringValue: text(a.Text, false), BinaryValue: a.Binary}
	}
	return e
}

func publishedAs(id, sequence *string) (p sns.Published, err error) {
	if p.ID, err = uuid.Parse(aws.ToString(id)); err == nil && sequence != nil {
		p.SequenceNumber, err = sns.ParseSequenceNumber(*sequence)
	}
	return p, err
}

func (t *topic) PublishBatch(ctx context.Context, ms ...sns.Message) ([]sns.Published, error) {
	entries := make([]types.PublishBatchRequestEntry, len(ms))
	byID := map[string]int{}
	for i := range ms {
		entries[i] = publishEntry(&ms[i], i)
		byID[*entries[i].Id] = i
	}
	out, err := t.s.c.PublishBatch(ctx, &awssns.PublishBatchInput{TopicArn: &t.arn, PublishBatchRequestEntries: entries})
	if err != nil {
		return nil, t.refused(ctx, sns.OpPublishBatch, err)
	}
	all := make([]sns.Published, len(ms))
	for _, s := range out.Successful {
		i := byID[*s.Id]
		all[i], all[i].Err = publishedAs(s.MessageId, s.SequenceNumber)
	}
	for _, f := range out.Failed {
		all[byID[*f.Id]].Err = &sns.Error{
			Op: sns.OpPublishBatch, Resource: t.Name(), Code: sns.Code(aws.ToString(f.Code)), Message: aws.ToString(f.Message),
		}
	}
	return all, nil
}
