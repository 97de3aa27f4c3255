package sqshttp

import (
	"context"

	"github.com/inflight-mq/inflight/internal/awswire"
	"github.com/inflight-mq/inflight/sqs"
)

// call is one request on its way to the broker.
type call struct {
	ctx context.Context
	b   *sqs.Broker
	p   *params
	req *awswire.Request
	out awswire.Out

	trace string // AWSTraceHeader of sent messages that name none
}

// operation returns what the operation of a name does: it asks the broker and writes the members of the answer.
func operation(name string) func(*call) error {
	switch name {
	case "AddPermission":
		return (*call).addPermission
	case "CancelMessageMoveTask":
		return (*call).cancelMove
	case "ChangeMessageVisibility":
		return (*call).changeVisibility
	case "ChangeMessageVisibilityBatch":
		return (*call).changeVisibilityBatch
	case "CreateQueue":
		return (*call).create
	case "DeleteMessage":
		return (*call).deleteMessage
	case "DeleteMessageBatch":
		return (*call).deleteMessageBatch
	case "DeleteQueue":
		return (*call).deleteQueue
	case "GetQueueAttributes":
		return (*call).attributes
	case "GetQueueUrl":
		return (*call).queueURL
	case "ListDeadLetterSourceQueues":
		return (*call).sources
	case "ListMessageMoveTasks":
		return (*call).listMoves
	case "ListQueueTags":
		return (*call).listTags
	case "ListQueues":
		return (*call).list
	case "PurgeQueue":
		return (*call).purge
	case "ReceiveMessage":
		return (*call).receive
	case "RemovePermission":
		return (*call).removePermission
	case "SendMessage":
		return (*call).send
	case "SendMessageBatch":
		return (*call).sendBatch
	case "SetQueueAttributes":
		return (*call).setAttributes
	case "StartMessageMoveTask":
		return (*call).startMove
	case "TagQueue":
		return (*call).tag
	case "UntagQueue":
		return (*call).untag
	}
	return nil
}
