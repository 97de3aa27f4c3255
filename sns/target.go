package sns

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/inflight-mq/inflight/internal/arn"
	"github.com/inflight-mq/inflight/internal/identity"
	"github.com/inflight-mq/inflight/sns/internal/envelope"
)

// QueueTarget is where messages for queues go. It is all that topics need of a queue service; [github.com/inflight-mq/inflight]
// has it of the SQS broker. It must be safe for concurrent use, and must not call the broker that calls it.
type QueueTarget interface {
	// SendTo stores a message in the queue of an ARN. The context names the topic as its caller, see sqs.WithCaller: the
	// queue's policy decides whether it may. An error with a method ServerFault() bool that returns false, as those of package
	// sqs have, gives the delivery up at once; every other one makes it try again later.
	SendTo(ctx context.Context, queueARN string, m QueueMessage) error
}

// QueueMessage is what a queue gets.
type QueueMessage struct {
	Body        string
	Attributes  map[string]Attribute // of raw deliveries; shared, not to be changed
	GroupID     string
	DedupID     string
	TraceHeader string
}

// FunctionEvent is what a function gets: the event that the service invokes Lambda functions with. Its JSON is that event's, so
// that it decodes into the types of other libraries.
type FunctionEvent = envelope.LambdaEvent

// Function is a function endpoint. The service has handed a message over once a function was invoked; here a function that returns
// an error or panics has not got it, and is tried again by the schedule for functions.
type Function func(ctx context.Context, e FunctionEvent) error

// Stream is a Firehose delivery stream. It gets one record per message, without the line break that divides records.
type Stream func(ctx context.Context, record []byte) error

// handlers are the functions and streams of this process by ARN.
type handlers struct {
	mu        sync.RWMutex
	functions map[string]Function
	streams   map[string]Stream
}

// Function makes f the Lambda function of a name, in the broker's own account and region, and returns its endpoint. A nil f is as
// if it had been deleted. f is called while Publish runs, on its goroutine, and holds no lock; it may call the broker.
func (b *Broker) Function(name string, f Function) Endpoint {
	ref := arn.New("lambda", b.region, b.account, "function:"+name).String()
	b.handlers.mu.Lock()
	defer b.handlers.mu.Unlock()
	if b.handlers.functions == nil {
		b.handlers.functions = map[string]Function{}
	}
	b.handlers.functions[ref] = f
	return ToFunction(ref)
}

// Stream makes f the Firehose delivery stream of a name, in the broker's own account and region, and returns its endpoint. A nil f
// is as if it had been deleted. It is called as functions are.
func (b *Broker) Stream(name string, f Stream) Endpoint {
	ref := arn.New("firehose", b.region, b.account, "deliverystream/"+name).String()
	b.handlers.mu.Lock()
	defer b.handlers.mu.Unlock()
	if b.handlers.streams == nil {
		b.handlers.streams = map[string]Stream{}
	}
	b.handlers.streams[ref] = f
	return ToStream(ref)
}

// gone is a failure that no later attempt can mend.
type gone string

func (g gone) Error() string { return string(g) }

// isFinal reports whether a failed delivery is not worth another attempt: the service calls it a client-side error.
func isFinal(err error) bool {
	if _, ok := errors.AsType[gone](err); ok {
		return true
	}
	fault, ok := errors.AsType[interface {
		error
		ServerFault() bool
	}](err)
	return ok && !fault.ServerFault()
}

// invoke calls a function, whatever it does.
func (b *Broker) invoke(ref string, e FunctionEvent) (err error) {
	b.handlers.mu.RLock()
	f := b.handlers.functions[ref]
	b.handlers.mu.RUnlock()
	if f == nil {
		return gone("the function does not exist")
	}
	defer recovered(&err)
	return f(context.Background(), e)
}

// feed hands a record to a stream, whatever it does.
func (b *Broker) feed(ref, record string) (err error) {
	b.handlers.mu.RLock()
	f := b.handlers.streams[ref]
	b.handlers.mu.RUnlock()
	if f == nil {
		return gone("the delivery stream does not exist")
	}
	defer recovered(&err)
	return f(context.Background(), []byte(record))
}

// recovered makes a panic of the caller's an error.
func recovered(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("panic: %v", p)
	}
}

// senderID is whom messages from topics show as their sender.
const senderID = "AIDAIT2UOQQY3AUEKVGXU"

// sendTo sends a message to a queue, in the name of the topic.
func (t *topic) sendTo(queueARN string, m QueueMessage) error {
	if t.b.queues == nil {
		return gone("there are no queues: see WithQueues")
	}
	return t.b.queues.SendTo(t.identity(queueARN), queueARN, m)
}

// identity is the context of a send to a queue. It is made once for all of a topic's.
func (t *topic) identity(queueARN string) context.Context {
	if !t.b.trusting {
		return t.asService
	}
	a, _ := arn.Parse(queueARN)
	if a.Account == t.key.account && a.Region == t.key.region {
		return t.asOwner
	}
	return ownerContext(a.Account, a.Region)
}

// ownerContext is the context in which a topic sends to queues whose policies are not asked.
func ownerContext(account, region string) context.Context {
	return identity.NewContext(context.Background(), identity.Caller{Account: account, Region: region, UserID: senderID})
}

// serviceContext is the context in which a topic calls other services. Its conditions stand in the form that policies ask for.
func serviceContext(k key, topicARN string) context.Context {
	return identity.NewContext(context.Background(), identity.Caller{
		Service: "sns.amazonaws.com", UserID: senderID, Account: k.account, Region: k.region,
		Conditions: map[string][]string{"aws:sourcearn": {topicARN}, "aws:sourceaccount": {k.account}},
	})
}
