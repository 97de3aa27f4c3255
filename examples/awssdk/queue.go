package awssdk

import (
	"context"
	"strconv"

	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/inflight-mq/inflight/sqs"
)

// queue is a queue of the SDK's service. This file has what concerns the queue itself, messages.go what concerns its messages.
type queue struct {
	s              *queues
	url, name, arn string
}

var _ sqs.Queue = (*queue)(nil)

func (q *queue) Name() string { return q.name }
func (q *queue) ARN() string  { return q.arn }
func (q *queue) URL() string  { return q.url }

func (q *queue) refusal(ctx context.Context, op sqs.Op, err error) error {
	return refusal(ctx, op, q.name, err)
}

func (q *queue) Attributes(ctx context.Context, names ...string) (map[string]string, error) {
	in := &awssqs.GetQueueAttributesInput{QueueUrl: &q.url}
	for _, n := range names {
		in.AttributeNames = append(in.AttributeNames, types.QueueAttributeName(n))
	}
	out, err := q.s.c.GetQueueAttributes(ctx, in)
	if err != nil {
		return nil, q.refusal(ctx, sqs.OpGetQueueAttributes, err)
	}
	return out.Attributes, nil
}

func (q *queue) Config(ctx context.Context) (sqs.Config, error) {
	all, err := q.Attributes(ctx, "All")
	if err != nil {
		return sqs.Config{}, err
	}
	for _, computed := range []string{"QueueArn", "CreatedTimestamp", "LastModifiedTimestamp", visible, inFlight, delayed} {
		delete(all, computed)
	}
	return sqs.ParseAttributes(all)
}

func (q *queue) SetConfig(ctx context.Context, patch sqs.Config) error {
	as := attributesOf(patch)
	if patch.Tags != nil {
		as["Tags"] = "" // no attribute: the service says so
	}
	_, err := q.s.c.SetQueueAttributes(ctx, &awssqs.SetQueueAttributesInput{QueueUrl: &q.url, Attributes: as})
	return q.refusal(ctx, sqs.OpSetQueueAttributes, err)
}

const (
	visible  = "ApproximateNumberOfMessages"
	inFlight = "ApproximateNumberOfMessagesNotVisible"
	delayed  = "ApproximateNumberOfMessagesDelayed"
)

func (q *queue) Counts(ctx context.Context) (sqs.Counts, error) {
	m, err := q.Attributes(ctx, visible, inFlight, delayed)
	if err != nil {
		return sqs.Counts{}, err
	}
	var n [3]int
	for i, name := range []string{visible, inFlight, delayed} {
		if n[i], err = strconv.Atoi(m[name]); err != nil {
			return sqs.Counts{}, err
		}
	}
	return sqs.Counts{Visible: n[0], InFlight: n[1], Delayed: n[2]}, nil
}

func (q *queue) Purge(ctx context.Context) error {
	_, err := q.s.c.PurgeQueue(ctx, &awssqs.PurgeQueueInput{QueueUrl: &q.url})
	return q.refusal(ctx, sqs.OpPurgeQueue, err)
}

func (q *queue) Sources(ctx context.Context, opts sqs.ListOptions) (sqs.Page, error) {
	out, err := q.s.c.ListDeadLetterSourceQueues(ctx, &awssqs.ListDeadLetterSourceQueuesInput{
		QueueUrl: &q.url, MaxResults: maxResults(opts), NextToken: text(opts.Token, false),
	})
	if err != nil {
		return sqs.Page{}, q.refusal(ctx, sqs.OpListDeadLetterSourceQueues, err)
	}
	return q.s.page(out.QueueUrls, out.NextToken), nil
}

func (q *queue) Tags(ctx context.Context) (map[string]string, error) {
	out, err := q.s.c.ListQueueTags(ctx, &awssqs.ListQueueTagsInput{QueueUrl: &q.url})
	if err != nil {
		return nil, q.refusal(ctx, sqs.OpListQueueTags, err)
	}
	return out.Tags, nil
}

func (q *queue) Tag(ctx context.Context, tags map[string]string) error {
	if tags == nil {
		tags = map[string]string{} // the service refuses it; the SDK would not ask
	}
	_, err := q.s.c.TagQueue(ctx, &awssqs.TagQueueInput{QueueUrl: &q.url, Tags: tags})
	return q.refusal(ctx, sqs.OpTagQueue, err)
}

func (q *queue) Untag(ctx context.Context, keys ...string) error {
	_, err := q.s.c.UntagQueue(ctx, &awssqs.UntagQueueInput{QueueUrl: &q.url, TagKeys: present(keys)})
	return q.refusal(ctx, sqs.OpUntagQueue, err)
}

func (q *queue) AddPermission(ctx context.Context, label string, accounts, actions []string) error {
	_, err := q.s.c.AddPermission(ctx, &awssqs.AddPermissionInput{
		QueueUrl: &q.url, Label: &label, AWSAccountIds: present(accounts), Actions: present(actions),
	})
	return q.refusal(ctx, sqs.OpAddPermission, err)
}

func (q *queue) RemovePermission(ctx context.Context, label string) error {
	_, err := q.s.c.RemovePermission(ctx, &awssqs.RemovePermissionInput{QueueUrl: &q.url, Label: &label})
	return q.refusal(ctx, sqs.OpRemovePermission, err)
}
