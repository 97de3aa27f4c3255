// Package sqs is Amazon SQS in memory: standard and FIFO queues with visibility timeouts, long polls, dead letters,
// deduplication and all the rules around them, behind small Go interfaces. [New] makes a [Broker]; its queues are [Queue]
// values. It is for tests of code that uses queues, for proofs about consumers, and for embedding.
//
//	broker := sqs.New()
//	orders, err := broker.Create(ctx, "orders", sqs.Config{VisibilityTimeout: new(time.Minute)})
//	sent, err := orders.Send(ctx, sqs.Message{Body: "one espresso"})
//	for m, err := range sqs.Messages(ctx, orders, sqs.ReceiveOptions{Max: 10}) {
//		err = m.Ack(ctx)
//	}
//
// The rules are those of API version 2012-11-05. Errors are the service's codes ([Code]) with its texts ([Error]).
//
// # What a queue promises
//
//   - A message that Send accepted is held until it is deleted, purged, moved or expired. Nothing else removes it.
//   - A received message is hidden until its visibility timeout ends; then it can be received again, with the same ID, a new
//     receipt handle and a higher receive count.
//   - A receipt handle of a standard queue works for as long as the message is held, also after its timeout and after later
//     deliveries. One of a FIFO queue works only while its own delivery is hidden.
//   - On a FIFO queue the deliverable messages of a group are the longest run from its start that holds no message in flight
//     or delayed. One receive takes as many as it can from a group before it goes to the next.
//   - On a FIFO queue a deduplication id is accepted once in five minutes, whatever became of the message, unless the queue
//     was purged. A duplicate is answered with the ID and sequence number of the original.
//   - A message that was received MaxReceives times goes to the dead-letter queue at the receive that would be one more: not
//     when its timeout ends, and not on a timer. Its receive count goes on there.
//   - Long polls are served first come, first served, as soon as there is one message, by whatever makes it deliverable: a
//     send, the end of a delay or of a timeout, a change of visibility, the unlocking of a group, a dead letter, a move
//     task. A context that ends while its poll waits ends the poll; no message is lent to it then.
//   - Retention counts from when a message was sent, with the queue's current period. A standard dead-letter queue goes on
//     counting; a FIFO one, and a move task, start anew.
//   - Every refused call changes nothing. A batch does each entry or names its error.
//
// # What it leaves open, and how chance is ruled
//
// The service does not promise the order of a standard queue, does not always answer as many messages as there are, and may
// deliver a message twice or forget a delete. Each of these is a question to the [Chooser]. Without one the answers are tame:
// messages come oldest first, as many as asked for, once, and deletes are remembered. [RandomChooser] answers at random;
// sqstest.Draw lets a property test choose, and shrinks a failure to the tamest schedule that still fails.
//
// Tame order, in full: a standard queue delivers by the time of sending; a message that comes back keeps its place. With
// message groups on a standard queue, tenants are served in turn, one message each, so that the backlog of one does not delay
// the others; messages without a group are one tenant. A FIFO queue serves its groups in turn.
//
// # Differences from the service
//
//   - Everything takes effect at once: attributes, deletions, purges. Counts are exact. The exception is a changed
//     deduplication scope, which rules after 60 s, as recorded of the service.
//   - Times in the Go API may be finer than a second.
//   - Nothing is encrypted: the encryption attributes are state only, and keys are not looked up. The KMS errors exist for
//     [Broker.Intercept].
//   - Rates are not limited unless [WithThrottling] asks for it.
//   - A receive in the Go API returns all system attributes, and all message attributes unless ReceiveOptions.Attributes
//     selects some.
//   - Identities are not verified: a call is made by whom its context names ([WithCaller]), else by the owner. The queue's
//     access policy is evaluated for everyone else, and its Deny statements for named callers of the owner's account too.
//     There are no identity policies.
//   - A cancelled move task is cancelled at once, without a phase of cancelling.
//
// # Operations
//
//	AddPermission                 Queue.AddPermission
//	CancelMessageMoveTask         Queues.CancelMove
//	ChangeMessageVisibility       Queue.ChangeVisibility, Received.Extend, Received.Nack
//	ChangeMessageVisibilityBatch  Queue.ChangeVisibilityBatch
//	CreateQueue                   Queues.Create
//	DeleteMessage                 Queue.Delete, Received.Ack
//	DeleteMessageBatch            Queue.DeleteBatch
//	DeleteQueue                   Queues.Delete
//	GetQueueAttributes            Queue.Attributes, Queue.Config, Queue.Counts
//	GetQueueUrl                   Queues.Open, Queue.URL
//	ListDeadLetterSourceQueues    Queue.Sources
//	ListMessageMoveTasks          Queues.Moves
//	ListQueueTags                 Queue.Tags
//	ListQueues                    Queues.List, All
//	PurgeQueue                    Queue.Purge
//	ReceiveMessage                Queue.Receive, Messages
//	RemovePermission              Queue.RemovePermission
//	SendMessage                   Queue.Send
//	SendMessageBatch              Queue.SendBatch
//	SetQueueAttributes            Queue.SetConfig, with ParseAttributes or ConfigOf for the service's texts
//	StartMessageMoveTask          Queues.StartMove
//	TagQueue                      Queue.Tag
//	UntagQueue                    Queue.Untag
//
// The digests of messages are functions, because nothing here needs them: [MD5OfBody], [MD5OfAttributes] and
// [MD5OfSystemAttributes].
//
// # For the tester
//
// [Broker.Peek] looks at everything a queue holds and changes nothing. [Broker.Explain] says why a message cannot be received
// now. [Broker.Record] keeps a journal of what happens. [Broker.Intercept] makes an exact call or entry of a batch fail
// ([Fault]), before it takes effect or after, when the answer is lost. [Broker.Meter] counts calls as they would be billed.
// [Broker.Snapshot] and [Broker.Restore] go back to a state, or fork it into another broker. [WithSeed] fixes all ids.
//
// # Cost
//
// Every operation takes constant time, or logarithmic time in the number of messages that stand out of order, whatever the
// backlog. A message takes some 120 bytes beside its body and attributes; about 30 more while it is hidden on a FIFO queue, or
// until an earlier time than one hidden before it; and on a FIFO queue 80 more as long as its deduplication id is remembered. A
// message group that holds messages takes 130 of its own. A broker starts no goroutine; a timer runs only for a long poll that
// waits.
package sqs
