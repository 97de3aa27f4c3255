package sqs

import "strings"

// Op is an operation of the service.
type Op uint8

// The operations of API version 2012-11-05.
const (
	OpNone Op = iota
	OpAddPermission
	OpCancelMessageMoveTask
	OpChangeMessageVisibility
	OpChangeMessageVisibilityBatch
	OpCreateQueue
	OpDeleteMessage
	OpDeleteMessageBatch
	OpDeleteQueue
	OpGetQueueAttributes
	OpGetQueueURL
	OpListDeadLetterSourceQueues
	OpListMessageMoveTasks
	OpListQueueTags
	OpListQueues
	OpPurgeQueue
	OpReceiveMessage
	OpRemovePermission
	OpSendMessage
	OpSendMessageBatch
	OpSetQueueAttributes
	OpStartMessageMoveTask
	OpTagQueue
	OpUntagQueue
	numOps
)

// String returns the operation's name in the service, such as SendMessage.
func (o Op) String() string {
	if o >= numOps {
		return "Unknown"
	}
	return [numOps]string{
		"", "AddPermission", "CancelMessageMoveTask", "ChangeMessageVisibility", "ChangeMessageVisibilityBatch", "CreateQueue",
		"DeleteMessage", "DeleteMessageBatch", "DeleteQueue", "GetQueueAttributes", "GetQueueUrl",
		"ListDeadLetterSourceQueues", "ListMessageMoveTasks", "ListQueueTags", "ListQueues", "PurgeQueue", "ReceiveMessage",
		"RemovePermission", "SendMessage", "SendMessageBatch", "SetQueueAttributes", "StartMessageMoveTask", "TagQueue",
		"UntagQueue",
	}[o]
}

// action returns what a policy calls the operation, in lower case.
func (o Op) action() string {
	switch o.single() { // those that stand on hot paths are not put together
	case OpSendMessage:
		return "sqs:sendmessage"
	case OpReceiveMessage:
		return "sqs:receivemessage"
	case OpDeleteMessage:
		return "sqs:deletemessage"
	}
	return "sqs:" + strings.ToLower(o.single().String())
}

// single returns the operation that a batch covers, which is what permissions name.
func (o Op) single() Op {
	switch o {
	case OpSendMessageBatch:
		return OpSendMessage
	case OpDeleteMessageBatch:
		return OpDeleteMessage
	case OpChangeMessageVisibilityBatch:
		return OpChangeMessageVisibility
	}
	return o
}
