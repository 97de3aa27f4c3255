package awssdk

import (
	"context"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/inflight-mq/inflight/sqs"
)

// Queues is this library's interface on top of the SDK: what is written for [sqs.Queues] then runs against AWS, or against
// whatever else c talks to. Refusals are [*sqs.Error] values as a [sqs.Broker] returns them; other failures are the SDK's own.
//
// The wire knows whole seconds: longer times are rounded up to them. It does not tell when a received message becomes visible
// again: HiddenUntil is set where ReceiveOptions.Visibility is, and counts from the answer. Over a network, a receive that is
// cancelled may have been answered already; its messages then come back when their visibility timeout ends.
func Queues(c *awssqs.Client) sqs.Queues { return QueuesAt(c, time.Now) }

// QueuesAt is Queues for a service that lives by another clock than the system's.
func QueuesAt(c *awssqs.Client, now func() time.Time) sqs.Queues { return &queues{c, now} }

type queues struct {
	c   *awssqs.Client
	now func() time.Time
}

// at returns the queue of a URL.
func (s *queues) at(u string) *queue {
	account, name := split(u)
	region := s.c.Options().Region
	partition := "aws"
	switch {
	case strings.HasPrefix(region, "cn-"):
		partition = "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		partition = "aws-us-gov"
	}
	return &queue{s, u, name, strings.Join([]string{"arn", partition, "sqs", region, account, name}, ":")}
}

// split returns the account, if there is one, and the name in a queue's name, URL or ARN.
func split(ref string) (account, name string) {
	if parts := strings.Split(ref, ":"); len(parts) == 6 && parts[0] == "arn" {
		return parts[4], parts[5]
	}
	if u, err := url.Parse(ref); err == nil {
		ref = u.Path
	}
	parts := strings.Split(strings.Trim(ref, "/"), "/")
	if len(parts) > 1 {
		account = parts[len(parts)-2]
	}
	return account, parts[len(parts)-1]
}

func (s *queues) Create(ctx context.Context, name string, cfg sqs.Config) (sqs.Queue, error) {
	out, err := s.c.CreateQueue(ctx, &awssqs.CreateQueueInput{QueueName: &name, Attributes: attributesOf(cfg), Tags: cfg.Tags})
	if err != nil {
		return nil, refusal(ctx, sqs.OpCreateQueue, name, err)
	}
	return s.at(*out.QueueUrl), nil
}

func (s *queues) Open(ctx context.Context, ref string) (sqs.Queue, error) {
	account, name := split(ref)
	out, err := s.c.GetQueueUrl(ctx, &awssqs.GetQueueUrlInput{QueueName: &name, QueueOwnerAWSAccountId: text(account, false)})
	if err != nil {
		return nil, refusal(ctx, sqs.OpGetQueueURL, name, err)
	}
	return s.at(*out.QueueUrl), nil
}

func (s *queues) Delete(ctx context.Context, ref string) error {
	account, name := split(ref)
	if strings.HasPrefix(ref, "arn:") { // the service takes URLs and names only; of a URL it reads the path
		ref = "https://sqs.amazonaws.com/" + account + "/" + name
	}
	_, err := s.c.DeleteQueue(ctx, &awssqs.DeleteQueueInput{QueueUrl: &ref})
	return refusal(ctx, sqs.OpDeleteQueue, name, err)
}

func (s *queues) List(ctx context.Context, opts sqs.ListOptions) (sqs.Page, error) {
	out, err := s.c.ListQueues(ctx, &awssqs.ListQueuesInput{
		QueueNamePrefix: text(opts.Prefix, false), MaxResults: maxResults(opts), NextToken: text(opts.Token, false),
	})
	if err != nil {
		return sqs.Page{}, refusal(ctx, sqs.OpListQueues, "", err)
	}
	return s.page(out.QueueUrls, out.NextToken), nil
}

func maxResults(opts sqs.ListOptions) *int32 { return number(opts.Max, opts.Given&sqs.GivenMax != 0) }

func (s *queues) page(urls []string, next *string) sqs.Page {
	p := sqs.Page{Next: aws.ToString(next)}
	for _, u := range urls {
		p.Queues = append(p.Queues, s.at(u))
	}
	return p
}

func (s *queues) StartMove(ctx context.Context, opts sqs.MoveOptions) (sqs.MoveTask, error) {
	out, err := s.c.StartMessageMoveTask(ctx, &awssqs.StartMessageMoveTaskInput{
		SourceArn: &opts.Source, DestinationArn: text(opts.Destination, false),
		MaxNumberOfMessagesPerSecond: number(opts.PerSecond, opts.Given&sqs.GivenPerSecond != 0),
	})
	if err != nil {
		return sqs.MoveTask{}, refusal(ctx, sqs.OpStartMessageMoveTask, "", err)
	}
	task := sqs.MoveTask{Source: opts.Source, Destination: opts.Destination, PerSecond: opts.PerSecond, Status: sqs.MoveRunning}
	if tasks, err := s.Moves(ctx, opts.Source, 1); err == nil && len(tasks) == 1 {
		task = tasks[0] // the answer to the start tells the handle only
	}
	task.Handle = *out.TaskHandle
	return task, nil
}

func (s *queues) Moves(ctx context.Context, source string, limit int) ([]sqs.MoveTask, error) {
	out, err := s.c.ListMessageMoveTasks(ctx, &awssqs.ListMessageMoveTasksInput{SourceArn: &source, MaxResults: number(limit, true)})
	if err != nil {
		return nil, refusal(ctx, sqs.OpListMessageMoveTasks, "", err)
	}
	tasks := make([]sqs.MoveTask, len(out.Results))
	for i, r := range out.Results {
		tasks[i] = sqs.MoveTask{
			Handle: aws.ToString(r.TaskHandle), Source: aws.ToString(r.SourceArn), Destination: aws.ToString(r.DestinationArn),
			PerSecond: int(aws.ToInt32(r.MaxNumberOfMessagesPerSecond)), Status: sqs.MoveStatus(aws.ToString(r.Status)),
			StartedAt: time.UnixMilli(r.StartedTimestamp).UTC(), Moved: int(r.ApproximateNumberOfMessagesMoved),
			ToMove: int(aws.ToInt64(r.ApproximateNumberOfMessagesToMove)), Failure: aws.ToString(r.FailureReason),
		}
	}
	return tasks, nil
}

func (s *queues) CancelMove(ctx context.Context, handle string) (sqs.MoveTask, error) {
	out, err := s.c.CancelMessageMoveTask(ctx, &awssqs.CancelMessageMoveTaskInput{TaskHandle: &handle})
	if err != nil {
		return sqs.MoveTask{}, refusal(ctx, sqs.OpCancelMessageMoveTask, "", err)
	}
	return sqs.MoveTask{Status: sqs.MoveCancelled, Moved: int(out.ApproximateNumberOfMessagesMoved)}, nil
}
