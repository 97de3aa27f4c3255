package sqs

import (
	"context"
	"iter"
	"time"
)

// Sender is all that a producer needs. Its methods may be called concurrently.
type Sender interface {
	// Send stores one message. On a FIFO queue a duplicate is answered as its original was, and not stored.
	// It does not block. It fails with [ErrMissingParameter], [ErrInvalidParameterValue], [ErrInvalidMessageContents],
	// [ErrRequestThrottled] or [ErrAccessDenied].
	Send(ctx context.Context, m Message) (Sent, error)
	// SendBatch stores up to 10 messages of 1 MiB in total. The answers stand in the order of the messages, each with its own
	// ID or its own Err; the error is not nil only if the request as a whole was refused, and then nothing was stored.
	SendBatch(ctx context.Context, ms ...Message) ([]Sent, error)
}

// Receiver is all that a consumer needs. Its methods may be called concurrently.
type Receiver interface {
	// Receive lends up to opts.Max messages, hiding each for the visibility timeout. With none to lend it waits up to the wait
	// time, and then returns an empty slice and a nil error. When ctx ends while it waits, it returns the context's error,
	// and no message has been lent. It fails with [ErrInvalidParameterValue] for options out of range, and a short poll of a
	// standard queue with [ErrOverLimit] when too many messages are in flight.
	Receive(ctx context.Context, opts ReceiveOptions) ([]*Received, error)
	// Delete deletes the message of a receipt handle. Deleting what is gone already succeeds. What is no handle of this queue
	// fails with [ErrReceiptHandleIsInvalid], on a FIFO queue a handle whose timeout has ended with [ErrInvalidParameterValue].
	Delete(ctx context.Context, r Receipt) error
	// DeleteBatch deletes up to 10 messages. The answers stand in the order of the entries, nil where the entry succeeded.
	DeleteBatch(ctx context.Context, es ...DeleteEntry) ([]error, error)
	// ChangeVisibility hides the message of a receipt handle for d from now, or makes it deliverable at once when d is 0. The
	// message stays hidden for 12 hours after its receive at most. It fails as Delete does, and with
	// [ErrInvalidParameterValue] for a d out of range or a message that is gone.
	ChangeVisibility(ctx context.Context, r Receipt, d time.Duration) error
	// ChangeVisibilityBatch changes up to 10 messages. The answers stand in the order of the entries, nil where the entry
	// succeeded.
	ChangeVisibilityBatch(ctx context.Context, es ...VisibilityEntry) ([]error, error)
}

// Queue is one queue. Its methods may be called concurrently. A Queue is a name, not a thing: after the queue's deletion its
// methods fail with [ErrQueueDoesNotExist], and they work again once a queue of the same name exists.
type Queue interface {
	Sender
	Receiver
	// Name returns the name, which ends in .fifo on a FIFO queue.
	Name() string
	// ARN returns the Amazon Resource Name.
	ARN() string
	// URL returns the queue's URL.
	URL() string
	// Config returns the settings in force. Nil are policies and KMS fields that are not set or have their default, the FIFO
	// fields on a standard queue, and Tags.
	Config(ctx context.Context) (Config, error)
	// SetConfig changes the settings that are not nil, all of them or none. It fails with [ErrInvalidAttributeName],
	// [ErrInvalidAttributeValue] or, for the policies of dead letters, [ErrInvalidParameterValue].
	SetConfig(ctx context.Context, patch Config) error
	// Attributes returns settings and counts by the service's attribute names; "All" stands for every name. Names without a
	// value are left out; unknown ones fail with [ErrInvalidAttributeName].
	Attributes(ctx context.Context, names ...string) (map[string]string, error)
	// Counts counts the messages.
	Counts(ctx context.Context) (Counts, error)
	// Purge drops all messages, visible, in flight and delayed, and what a FIFO queue remembers of deduplication. Within 60 s
	// of the last purge it fails with [ErrPurgeQueueInProgress].
	Purge(ctx context.Context) error
	// Sources lists the queues whose dead-letter queue this one is, in name order. A Max or Token out of form fails with
	// [ErrInvalidParameterValue].
	Sources(ctx context.Context, opts ListOptions) (Page, error)
	// Tags returns the tags, nil when there are none.
	Tags(ctx context.Context) (map[string]string, error)
	// Tag adds tags and overwrites those of the same keys: up to 50, keys of 1 to 128 characters, values of up to 256. None at
	// all fail with [ErrMissingParameter].
	Tag(ctx context.Context, tags map[string]string) error
	// Untag removes tags; keys that the queue does not have are no error, no keys at all are [ErrInvalidParameterValue].
	Untag(ctx context.Context, keys ...string) error
	// AddPermission adds a statement to the queue's policy that allows the accounts the actions, such as "SendMessage" or "*".
	// It fails with [ErrInvalidParameterValue] when the label exists or an account or action is unknown, and with
	// [ErrOverLimit] for more than 7 actions.
	AddPermission(ctx context.Context, label string, accounts, actions []string) error
	// RemovePermission removes the statement of a label, or fails with [ErrInvalidParameterValue].
	RemovePermission(ctx context.Context, label string) error
}

// Queues is the control plane. [*Broker] implements it in memory. Its methods may be called concurrently.
type Queues interface {
	// Create makes a queue, or returns the existing one when the settings that cfg names equal its own. With other settings
	// it fails with [ErrQueueNameExists], and within 60 s of the deletion of a queue of that name with
	// [ErrQueueDeletedRecently].
	Create(ctx context.Context, name string, cfg Config) (Queue, error)
	// Open finds a queue by name, URL (whatever its scheme and host) or ARN, or fails with [ErrQueueDoesNotExist], for a caller
	// whom the queue's policy does not allow GetQueueUrl with [ErrAccessDenied].
	Open(ctx context.Context, ref string) (Queue, error)
	// Delete deletes a queue with all it holds. Long polls on it end with [ErrQueueDoesNotExist], as does the deletion of a
	// queue that does not exist.
	Delete(ctx context.Context, ref string) error
	// List lists queues by name, up to opts.Max. A Max or Token out of form fails with [ErrInvalidParameterValue].
	List(ctx context.Context, opts ListOptions) (Page, error)
	// StartMove starts a move task, which empties a dead-letter queue. It fails with [ErrResourceNotFound] for unknown queues
	// and with [ErrInvalidParameterValue] when the source is nobody's dead-letter queue or has a running task.
	StartMove(ctx context.Context, opts MoveOptions) (MoveTask, error)
	// Moves lists up to limit move tasks of a dead-letter queue, newest first. It fails with [ErrInvalidParameterValue] for
	// a limit that is not 1 to 10 or a source that is no ARN, and with [ErrResourceNotFound] for an unknown queue.
	Moves(ctx context.Context, source string, limit int) ([]MoveTask, error)
	// CancelMove cancels a running move task by its handle. What has moved stays moved. It fails with
	// [ErrInvalidParameterValue] for what is no handle, and with [ErrResourceNotFound] when no such task runs.
	CancelMove(ctx context.Context, handle string) (MoveTask, error)
}

// ListOptions selects a page of queues.
type ListOptions struct {
	Prefix string // of the queue's name, case-sensitive
	Max    int    // 1 to 1,000; 0 means all, up to 1,000, without a token
	Token  string // Page.Next of the page before
	Given  Given
}

// Page is one page of queues.
type Page struct {
	Queues []Queue // in name order
	Next   string  // token of the next page, empty after the last
}

// Counts counts the messages of a queue, exactly.
type Counts struct {
	Visible  int // deliverable; on a FIFO queue also those that their group blocks
	InFlight int // lent, and neither deleted nor visible again
	Delayed  int // not visible for the first time yet
}

// Given marks fields as present though they hold their zero value, as a request on the wire can. Go code leaves it zero.
type Given uint8

// The fields that can be present and zero.
const (
	GivenGroupID   Given = 1 << iota // Message.GroupID
	GivenDedupID                     // Message.DedupID
	GivenEntryID                     // EntryID of a message or an entry
	GivenMax                         // Max of ReceiveOptions or ListOptions
	GivenAttemptID                   // ReceiveOptions.AttemptID
	GivenPerSecond                   // MoveOptions.PerSecond
)

// Messages yields messages one by one, receiving anew when they run out, until ctx ends or the loop stops. Without a wait in
// opts it polls for 20 s at a time; with a wait of 0 it drains: it ends with the first empty answer. An error other than the end
// of ctx is yielded, and ends the sequence: whether to begin anew, and after what pause, is the caller's to say.
//
// Each message's From is the given Receiver, so that Ack and Nack pass through a wrapper. Messages that were received and not yet
// yielded when the loop stops become visible again when their visibility timeout ends; with Max above 1 that runs for all of them
// while the first is worked on.
func Messages(ctx context.Context, from Receiver, opts ReceiveOptions) iter.Seq2[*Received, error] {
	if opts.Wait == nil {
		opts.Wait = new(MaxWait)
	}
	return func(yield func(*Received, error) bool) {
		for {
			ms, err := from.Receive(ctx, opts)
			if err != nil {
				if ctx == nil || ctx.Err() == nil {
					yield(nil, err)
				}
				return
			}
			for _, m := range ms {
				m.From = from
				if !yield(m, nil) {
					return
				}
			}
			if len(ms) == 0 && *opts.Wait == 0 {
				return
			}
		}
	}
}

// All yields every queue of qs whose name begins with prefix, in name order.
func All(ctx context.Context, qs Queues, prefix string) iter.Seq2[Queue, error] {
	return func(yield func(Queue, error) bool) {
		opts := ListOptions{Prefix: prefix, Max: MaxListed}
		for {
			page, err := qs.List(ctx, opts)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, q := range page.Queues {
				if !yield(q, nil) {
					return
				}
			}
			if page.Next == "" {
				return
			}
			opts.Token = page.Next
		}
	}
}
