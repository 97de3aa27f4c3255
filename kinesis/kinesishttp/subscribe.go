package kinesishttp

import (
	"context"
	"errors"
	"io"
	"net/http"

	"github.com/inflight-mq/inflight/internal/awswire"
	"github.com/inflight-mq/inflight/kinesis"
)

func (c *call) subscribe() error {
	if c.cbor {
		return &kinesis.Error{Code: kinesis.ErrInternal} // as recorded
	}
	arn := text(c.p.ConsumerARN)
	ctx, end := context.WithCancel(c.ctx)
	sub, err := c.b.Stream(ctx, arn).Subscribe(ctx, arn, text(c.p.ShardID), c.p.StartingPosition.at())
	if err != nil {
		end()
		return err
	}
	first := awswire.AppendEvent(nil, "initial-response", typeJSON, []byte("{}"))
	c.pushed = &events{request: c.ctx, sub: sub, end: end, rest: first}
	return nil
}

// events is a subscription as the body of an answer. Whoever reads it waits for the events: there is no goroutine.
type events struct {
	request context.Context
	sub     *kinesis.Subscription
	end     context.CancelFunc // of the subscription
	frame   []byte             // memory of the last frame
	rest    []byte             // of that frame, which is still to be read
	over    error              // nil while there may be more
}

// Read returns the next piece of a frame, and waits for an event if there is none. It ends when the request's context does, with the
// context's error.
func (e *events) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for len(e.rest) == 0 {
		if e.over != nil {
			return 0, e.over
		}
		e.next()
	}
	n := copy(p, e.rest)
	e.rest = e.rest[n:]
	return n, nil
}

// Close ends the subscription, and a Read that waits.
func (e *events) Close() error {
	e.end()
	return nil
}

// next waits for an event and makes a frame of it.
func (e *events) next() {
	event, more, err := e.sub.Next()
	switch {
	case err != nil:
		e.frame, e.over = appendException(e.frame[:0], err), io.EOF
	case more:
		e.frame = appendEvent(e.frame[:0], &event)
	default:
		e.frame, e.over = nil, e.ending()
	}
	e.rest = e.frame
	if e.over != nil {
		e.end()
	}
}

// ending returns how a body ends whose subscription has ended without an error.
func (e *events) ending() error {
	if err := e.request.Err(); err != nil {
		return err
	}
	return io.EOF
}

func appendEvent(frame []byte, e *kinesis.ShardEvent) []byte {
	o := awswire.NewOut(false)
	o.Open("")
	writeRecords(&o, e.Records)
	o.Text("ContinuationSequenceNumber", e.Continuation.String())
	o.Int("MillisBehindLatest", e.Behind.Milliseconds())
	if e.Continuation.IsZero() {
		writeChildren(&o, e.Children)
	}
	o.Close("")
	return awswire.AppendEvent(frame, "SubscribeToShardEvent", typeJSON, o.Bytes())
}

func appendException(frame []byte, err error) []byte {
	code, message := kinesis.ErrInternal, err.Error()
	if e, ok := errors.AsType[*kinesis.Error](err); ok {
		code, message = e.Code, e.Message
	}
	kind := string(code)
	if code.Status() == http.StatusInternalServerError {
		kind = "InternalFailureException" // which has a name of its own here
	}
	o := awswire.NewOut(false)
	o.Open("")
	o.ForceText("message", message)
	o.Close("")
	return awswire.AppendException(frame, kind, typeJSON, o.Bytes())
}
