package awssdk_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/smithy-go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/examples/awssdk"
	"github.com/inflight-mq/inflight/sqs"
)

// Code that handles errors does so by type, by code, or by status: all three are what they are with AWS.

func TestMissingQueueIsATypedError(t *testing.T) {
	_, client, _ := fakeRegion()
	_, err := client.SendMessage(t.Context(), &awssqs.SendMessageInput{
		QueueUrl: aws.String("https://sqs.us-east-1.amazonaws.com/123456789012/no-such"), MessageBody: aws.String("m"),
	})
	var missing *types.QueueDoesNotExist
	require.ErrorAs(t, err, &missing)
	assert.Equal(t, "AWS.SimpleQueueService.NonExistentQueue", missing.ErrorCode())
	assert.Equal(t, "The specified queue does not exist.", missing.ErrorMessage())
	assert.Equal(t, smithy.FaultClient, missing.ErrorFault())
	assert.Equal(t, 400, statusOf(err))
}

func TestSecondPurgeIsATypedError(t *testing.T) {
	_, client, clock := fakeRegion()
	in := &awssqs.PurgeQueueInput{QueueUrl: create(t, client, "q", nil)}
	must(client.PurgeQueue(t.Context(), in))
	_, err := client.PurgeQueue(t.Context(), in)
	var busy *types.PurgeQueueInProgress
	require.ErrorAs(t, err, &busy)
	assert.Equal(t, "AWS.SimpleQueueService.PurgeQueueInProgress", busy.ErrorCode())
	assert.Equal(t, "Only one PurgeQueue operation on q is allowed every 60 seconds.", busy.ErrorMessage())
	assert.Equal(t, 403, statusOf(err))
	clock.Advance(time.Minute)
	must(client.PurgeQueue(t.Context(), in))
}

// refusal is a call that AWS refuses, and how.
type refusal struct {
	name   string
	call   func(context.Context, *awssqs.Client, *string) error // of a FIFO queue's URL
	typed  error                                                // what errors.As finds; nil: the service does not model it
	code   string
	status int
	text   string
}

func TestRefusals(t *testing.T) {
	for _, r := range append(refusedRequests(), refusedBatches()...) {
		t.Run(r.name, func(t *testing.T) {
			_, client, _ := fakeRegion()
			err := r.call(t.Context(), client, createFIFO(t, client, "q.fifo"))
			require.Error(t, err)
			assert.Equal(t, r.code, codeOf(err))
			assert.Equal(t, r.status, statusOf(err))
			api, _ := errors.AsType[smithy.APIError](err)
			assert.Equal(t, r.text, api.ErrorMessage())
			if r.typed != nil {
				assert.IsType(t, r.typed, api)
			} else {
				assert.IsType(t, &smithy.GenericAPIError{}, api)
			}
		})
	}
}

func refusedRequests() []refusal {
	return []refusal{
		{
			"value", func(ctx context.Context, c *awssqs.Client, url *string) error {
				_, err := c.ReceiveMessage(ctx, &awssqs.ReceiveMessageInput{QueueUrl: url, MaxNumberOfMessages: 11})
				return err
			}, nil, "InvalidParameterValue", 400,
			"Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.",
		}, {
			"missing parameter", func(ctx context.Context, c *awssqs.Client, url *string) error {
				_, err := c.SendMessage(ctx, &awssqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("m")})
				return err
			}, nil, "MissingParameter", 400, "The request must contain the parameter MessageGroupId.",
		}, {
			"queue exists", func(ctx context.Context, c *awssqs.Client, _ *string) error {
				_, err := c.CreateQueue(ctx, &awssqs.CreateQueueInput{QueueName: aws.String("q.fifo"), Attributes: map[string]string{
					"FifoQueue": "true", "VisibilityTimeout": "61",
				}})
				return err
			}, &types.QueueNameExists{}, "QueueAlreadyExists", 400,
			"A queue already exists with the same name and a different value for attribute VisibilityTimeout",
		}, {
			"deleted recently", func(ctx context.Context, c *awssqs.Client, url *string) error {
				must(c.DeleteQueue(ctx, &awssqs.DeleteQueueInput{QueueUrl: url}))
				_, err := c.CreateQueue(ctx, &awssqs.CreateQueueInput{
					QueueName: aws.String("q.fifo"), Attributes: map[string]string{"FifoQueue": "true"},
				})
				return err
			}, &types.QueueDeletedRecently{}, "AWS.SimpleQueueService.QueueDeletedRecently", 400,
			"You must wait 60 seconds after deleting a queue before you can create another with the same name.",
		}, {
			"attribute name", func(ctx context.Context, c *awssqs.Client, url *string) error {
				_, err := c.GetQueueAttributes(ctx, &awssqs.GetQueueAttributesInput{
					QueueUrl: url, AttributeNames: []types.QueueAttributeName{"Foo"},
				})
				return err
			}, &types.InvalidAttributeName{}, "InvalidAttributeName", 400, "Unknown Attribute Foo.",
		}, {
			"attribute value", func(ctx context.Context, c *awssqs.Client, url *string) error {
				_, err := c.SetQueueAttributes(ctx, &awssqs.SetQueueAttributesInput{
					QueueUrl: url, Attributes: map[string]string{"FifoQueue": "false"},
				})
				return err
			}, &types.InvalidAttributeValue{}, "InvalidAttributeValue", 400,
			"Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.",
		}, {
			"receipt handle", func(ctx context.Context, c *awssqs.Client, url *string) error {
				_, err := c.DeleteMessage(ctx, &awssqs.DeleteMessageInput{QueueUrl: url, ReceiptHandle: aws.String("garbage")})
				return err
			}, &types.ReceiptHandleIsInvalid{}, "ReceiptHandleIsInvalid", 404,
			`The input receipt handle "garbage" is not a valid receipt handle.`,
		}, {
			"move task", func(ctx context.Context, c *awssqs.Client, _ *string) error {
				_, err := c.ListMessageMoveTasks(ctx, &awssqs.ListMessageMoveTasksInput{
					SourceArn: aws.String("arn:aws:sqs:us-east-1:123456789012:no-such"),
				})
				return err
			}, &types.ResourceNotFoundException{}, "ResourceNotFoundException", 404,
			"The resource that you specified for the SourceArn parameter doesn't exist.",
		}, {
			"limit", func(ctx context.Context, c *awssqs.Client, url *string) error {
				_, err := c.AddPermission(ctx, &awssqs.AddPermissionInput{
					QueueUrl: url, Label: aws.String("l"), AWSAccountIds: []string{"111122223333"}, Actions: make([]string, 8),
				})
				return err
			}, &types.OverLimit{}, "OverLimit", 403, "8 Actions were found, maximum allowed is 7.",
		},
	}
}

// batch sends entries of a body and these ids to a queue.
func batch(body string, ids ...string) func(context.Context, *awssqs.Client, *string) error {
	return func(ctx context.Context, c *awssqs.Client, url *string) error {
		entries := []types.SendMessageBatchRequestEntry{}
		for _, id := range ids {
			entries = append(entries, types.SendMessageBatchRequestEntry{
				Id: &id, MessageBody: &body, MessageGroupId: aws.String("g"),
			})
		}
		_, err := c.SendMessageBatch(ctx, &awssqs.SendMessageBatchInput{QueueUrl: url, Entries: entries})
		return err
	}
}

func refusedBatches() []refusal {
	const prefix = "AWS.SimpleQueueService."
	return []refusal{
		{
			"empty batch", batch("m"), &types.EmptyBatchRequest{}, prefix + "EmptyBatchRequest", 400,
			"There should be at least one SendMessageBatchRequestEntry in the request.",
		}, {
			"many entries", batch("m", strings.Split("abcdefghijk", "")...), &types.TooManyEntriesInBatchRequest{},
			prefix + "TooManyEntriesInBatchRequest", 400, "Maximum number of entries per request are 10. You have sent 11.",
		}, {
			"entry id", batch("m", "a:b"), &types.InvalidBatchEntryId{}, prefix + "InvalidBatchEntryId", 400,
			"A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.",
		}, {
			"repeated entry id", batch("m", "1", "2", "2", "1"), &types.BatchEntryIdsNotDistinct{}, prefix + "BatchEntryIdsNotDistinct",
			400, "Id 2 repeated.",
		}, {
			"large batch", batch(strings.Repeat("m", 600_000), "1", "2"), &types.BatchRequestTooLong{}, prefix + "BatchRequestTooLong", 400,
			"Batch requests cannot be longer than 1048576 bytes. You have sent 1200000 bytes.",
		},
	}
}

// An entry that fails does not fail the batch: the call succeeds, and the answer names the entry.
func TestFailedEntriesOfABatch(t *testing.T) {
	_, client, _ := fakeRegion()
	url := create(t, client, "q", map[string]string{"MaximumMessageSize": "1024"})
	entry := func(id, body string, delay int32) types.SendMessageBatchRequestEntry {
		return types.SendMessageBatchRequestEntry{Id: &id, MessageBody: &body, DelaySeconds: delay}
	}
	out, err := client.SendMessageBatch(t.Context(), &awssqs.SendMessageBatchInput{
		QueueUrl: url, Entries: []types.SendMessageBatchRequestEntry{
			entry("large", strings.Repeat("m", 1025), 0), entry("fits", strings.Repeat("m", 1024), 0),
			entry("control", "\x0b", 0), entry("late", "m", 901),
		},
	})
	require.NoError(t, err)
	require.Len(t, out.Successful, 1)
	assert.Equal(t, "fits", *out.Successful[0].Id)
	var failed []string
	for _, f := range out.Failed {
		assert.True(t, f.SenderFault)
		failed = append(failed, fmt.Sprintf("%s %s: %s", *f.Id, *f.Code, *f.Message))
	}
	assert.Equal(t, []string{
		"large InvalidParameterValue: One or more parameters cannot be validated. Reason: Message must be shorter than 1024 bytes.",
		"control InvalidMessageContents: Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | " +
			"#xE000 to #xFFFD | #x10000 to #x10FFFF",
		"late InvalidParameterValue: Value 901 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.",
	}, failed)
}

// What the service never does by itself can be injected, for code that has to bear it.
func TestInjectedErrorsArriveAsTyped(t *testing.T) {
	region, _, _ := fakeRegion()
	client := awssdk.Client(region, func(o *awssqs.Options) { o.RetryMaxAttempts = 1 })
	url := create(t, client, "q", nil)
	for _, want := range []struct {
		inject sqs.Code
		typed  error
		code   string
	}{
		{sqs.ErrKMSAccessDenied, &types.KmsAccessDenied{}, "KMS.AccessDeniedException"},
		{sqs.ErrKMSThrottled, &types.KmsThrottled{}, "KMS.ThrottledException"},
		{sqs.ErrRequestThrottled, &types.RequestThrottled{}, "RequestThrottled"},
		{sqs.ErrOverLimit, &types.OverLimit{}, "OverLimit"},
		{sqs.ErrInternal, &smithy.GenericAPIError{}, "InternalError"},
	} {
		remove := region.SQS().Intercept(sqs.Fault{Op: sqs.OpReceiveMessage, Err: want.inject}.Inject)
		_, err := client.ReceiveMessage(t.Context(), &awssqs.ReceiveMessageInput{QueueUrl: url})
		remove()
		assert.Equal(t, want.code, codeOf(err))
		assert.Equal(t, want.inject.Status(), statusOf(err))
		api, _ := errors.AsType[smithy.APIError](err)
		assert.IsType(t, want.typed, api)
	}
}
