package kinesistest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/internal/suite"
	"github.com/inflight-mq/inflight/kinesis"
)

// Env is what a running case has: the instance, a context, and the methods of a test that the assertions of testify need. It is made by
// [Case.Try], which also ends it. Its methods are for the case's own goroutine.
type Env struct {
	Instance
	suite.Findings
	Ctx context.Context // ends with the case

	cancel  context.CancelFunc
	id      string // part of all names of this run
	numbers int    // numbers used for names
	made    []string
	loops   sync.WaitGroup // that still read
}

var (
	_ assert.TestingT  = (*Env)(nil)
	_ require.TestingT = (*Env)(nil)
)

func newEnv(ctx context.Context, in Instance) *Env {
	ctx, cancel := context.WithCancel(ctx)
	return &Env{Instance: in.withDefaults(), Ctx: ctx, cancel: cancel, id: uuid.NewString()[:8]}
}

// close ends the loops that still wait, and deletes the streams.
func (e *Env) close() {
	e.cancel()
	e.loops.Wait()
	ctx := context.WithoutCancel(e.Ctx)
	for _, name := range e.made {
		_ = e.Streams.Delete(ctx, name, true) // the case may have deleted it
	}
}

// name invents a name. Those of one case sort in the order in which they were invented.
func (e *Env) name() string {
	e.numbers++
	return fmt.Sprintf("%s%s-%03d", e.Prefix, e.id, e.numbers)
}

// begin makes a stream of a name, and does not wait for it.
func (e *Env) begin(name string, cfg kinesis.Config) kinesis.Stream {
	s, err := e.Streams.Create(e.Ctx, name, cfg)
	require.NoError(e, err, "Create %s", name)
	if !slices.Contains(e.made, name) {
		e.made = append(e.made, name)
	}
	return s
}

// create makes an active stream of a name.
func (e *Env) create(name string, cfg kinesis.Config) kinesis.Stream {
	s := e.begin(name, cfg)
	e.active(s)
	return s
}

// stream makes an active, provisioned stream.
func (e *Env) stream(shards int) kinesis.Stream {
	return e.create(e.name(), kinesis.Config{Shards: shards})
}

// onDemand makes an active stream whose shards the service manages.
func (e *Env) onDemand() kinesis.Stream { return e.create(e.name(), kinesis.Config{}) }

// patience is how many seconds a change may take.
const patience = 180

// active waits until a stream is active.
func (e *Env) active(s kinesis.Stream) {
	for range patience {
		sum, err := s.Summary(e.Ctx)
		require.NoError(e, err, "Summary")
		if sum.Status == kinesis.Active {
			return
		}
		e.Wait(time.Second)
	}
	require.Fail(e, "the stream does not become active")
}

// did demands that a change of a stream succeeded, and waits until it is made.
func (e *Env) did(s kinesis.Stream, err error) {
	require.NoError(e, err)
	e.active(s)
}

// drop deletes a stream, and waits until it is gone.
func (e *Env) drop(s kinesis.Stream) {
	e.ok(e.Streams.Delete(e.Ctx, s.Name(), true))
	e.gone(s)
}

// gone waits until a stream is gone.
func (e *Env) gone(s kinesis.Stream) {
	for range patience {
		if _, err := s.Summary(e.Ctx); errors.Is(err, kinesis.ErrResourceNotFound) {
			return
		}
		e.Wait(time.Second)
	}
	require.Fail(e, "the stream is not deleted")
}

// split splits a shard in the middle of its range.
func (e *Env) split(s kinesis.Stream, shard int) {
	e.did(s, s.Split(e.Ctx, id(shard), middle(e.shard(s, shard))))
}

// merge merges two shards.
func (e *Env) merge(s kinesis.Stream, shard, adjacent int) {
	e.did(s, s.Merge(e.Ctx, id(shard), id(adjacent)))
}

// ok demands that a call succeeded.
func (e *Env) ok(err error) { require.NoError(e, err) }

// refused demands an error of a code and, unless it is empty, of a text, in which {N} is the name of the stream, {A} its account, {R} its
// region.
func (e *Env) refused(err error, s kinesis.Stream, code kinesis.Code, text string) {
	if !assert.ErrorIs(e, err, code) || text == "" {
		return
	}
	ke, ok := errors.AsType[*kinesis.Error](err)
	if !assert.True(e, ok, "%v should be a *kinesis.Error", err) {
		return
	}
	if s != nil {
		text = strings.NewReplacer("{N}", s.Name(), "{A}", part(s.ARN(), 4), "{R}", part(s.ARN(), 3)).Replace(text)
	}
	assert.Equal(e, text, ke.Message)
}

const (
	textNoStream = "Stream {N} under account {A} not found."
	textExists   = "Stream {N} under account {A} already exists."
)

// notFound demands that a stream was not found.
func (e *Env) notFound(s kinesis.Stream, err error) {
	e.refused(err, s, kinesis.ErrResourceNotFound, textNoStream)
}

// noShard demands that a shard was not found by one of those calls that say it so.
func (e *Env) noShard(s kinesis.Stream, shard string, err error) {
	e.refused(err, s, kinesis.ErrResourceNotFound, "Could not find shard "+shard+" in stream {N} under account {A}.")
}

// argument demands the refusal of an argument.
func (e *Env) argument(s kinesis.Stream, err error, text string) {
	e.refused(err, s, kinesis.ErrInvalidArgument, text)
}

// invalid demands the refusal of members that are out of form.
func (e *Env) invalid(err error, faults ...string) {
	plural := ""
	if len(faults) > 1 {
		plural = "s"
	}
	text := fmt.Sprintf("%d validation error%s detected: %s", len(faults), plural, strings.Join(faults, "; "))
	e.refused(err, nil, kinesis.ErrValidation, text)
}

// value is the fault of a member that must be otherwise.
func value(v any, path, must string) string {
	return fmt.Sprintf("Value '%v' at '%s' failed to satisfy constraint: Member must %s", v, path, must)
}

// null is the fault of a member that is missing.
func null(path string) string {
	return "Value null at '" + path + "' failed to satisfy constraint: Member must not be null"
}

// tooLong is the fault of a value that is not shown.
func tooLong(path string, most int) string {
	return fmt.Sprintf("Value at '%s' failed to satisfy constraint: Member must have length less than or equal to %d.", path, most)
}

const (
	mustBeName   = "satisfy regular expression pattern: [a-zA-Z0-9_.-]+"
	mustBeLonger = "have length greater than or equal to 1"
)

func shorterThan(n int) string { return fmt.Sprintf("have length less than or equal to %d", n) }

func atMost(n int) string { return fmt.Sprintf("have value less than or equal to %d", n) }

func atLeast(n int) string { return fmt.Sprintf("have value greater than or equal to %d", n) }

// id returns the id of the shard of a number.
func id(shard int) string { return fmt.Sprintf("shardId-%012d", shard) }

// part returns the n-th part of an ARN, from 0.
func part(arn string, n int) string { return strings.SplitN(arn, ":", 6)[n] }

// is reports whether an error is of a code.
func is(err error, code kinesis.Code) bool { return errors.Is(err, code) }
