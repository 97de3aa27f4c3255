package kinesistest

import (
	"context"
	"strings"

	"github.com/stretchr/testify/assert"

	"github.com/inflight-mq/inflight/kinesis"
)

const stranger = "111111111111"

// statement is a policy of one statement about a stranger.
func statement(effect, action, arn string) string {
	return `{"Version":"2012-10-17","Statement":[{"Sid":"S","Effect":"` + effect + `","Principal":{"AWS":"arn:aws:iam::` + stranger +
		`:root"},"Action":"kinesis:` + action + `","Resource":"` + arn + `"}]}`
}

// visit finds a stream as the stranger, who may look at it.
func (e *Env) visit(s kinesis.Stream) (context.Context, kinesis.Stream) {
	there := e.As(e.Ctx, stranger)
	found, err := e.Streams.Open(there, s.ARN())
	e.ok(err)
	return there, found
}

// look is a policy that lets the stranger look, and do one thing more.
func (e *Env) look(s kinesis.Stream, action string) {
	text := statement("Allow", action, s.ARN())
	text = strings.Replace(text, `"kinesis:`+action+`"`, `["kinesis:DescribeStreamSummary","kinesis:`+action+`"]`, 1)
	e.ok(e.Streams.SetPolicy(e.Ctx, s.ARN(), text))
}

func policyCases() []Case {
	all := []Case{
		recorded("17", "none", "a stream without a policy has an empty one", func(e *Env) {
			text, err := e.Streams.Policy(e.Ctx, e.stream(1).ARN())
			e.ok(err)
			assert.Equal(e, "{}", text)
		}),
		recorded("17", "round-trip", "a policy is read as it was set, and replaced by another", func(e *Env) {
			s := e.stream(1)
			for _, action := range []string{"PutRecord", "GetRecords"} {
				want := statement("Allow", action, s.ARN())
				e.ok(e.Streams.SetPolicy(e.Ctx, s.ARN(), want))
				got, err := e.Streams.Policy(e.Ctx, s.ARN())
				e.ok(err)
				assert.JSONEq(e, want, got)
			}
		}),
		recorded("17", "delete", "a policy that is deleted is none", func(e *Env) {
			s := e.stream(1)
			e.ok(e.Streams.SetPolicy(e.Ctx, s.ARN(), statement("Allow", "PutRecord", s.ARN())))
			e.ok(e.Streams.DeletePolicy(e.Ctx, s.ARN()))
			text, err := e.Streams.Policy(e.Ctx, s.ARN())
			e.ok(err)
			assert.Equal(e, "{}", text)
		}),
		recorded("17", "delete-none", "what is none cannot be deleted", func(e *Env) {
			assert.ErrorIs(e, e.Streams.DeletePolicy(e.Ctx, e.stream(1).ARN()), kinesis.ErrResourceNotFound)
		}),
		recorded("17", "absent", "a stream that is not there cannot have one", func(e *Env) {
			s := e.stream(1)
			e.drop(s)
			assert.ErrorIs(e, e.Streams.SetPolicy(e.Ctx, s.ARN(), statement("Allow", "PutRecord", s.ARN())), kinesis.ErrResourceNotFound)
		}),
		documented("17", "nonsense", "a policy is JSON", func(e *Env) {
			assert.ErrorIs(e, e.Streams.SetPolicy(e.Ctx, e.stream(1).ARN(), "nonsense"), kinesis.ErrInvalidArgument)
		}),
		documented("17", "consumer", "a consumer has a policy of its own", func(e *Env) {
			s := e.stream(1)
			c := e.register(s, "c")
			want := statement("Allow", "SubscribeToShard", c.ARN)
			e.ok(e.Streams.SetPolicy(e.Ctx, c.ARN, want))
			got, err := e.Streams.Policy(e.Ctx, c.ARN)
			e.ok(err)
			assert.JSONEq(e, want, got)
			got, err = e.Streams.Policy(e.Ctx, s.ARN())
			e.ok(err)
			assert.Equal(e, "{}", got)
		}),
	}
	callers := []Case{
		documented("17", "stranger", "another account may do nothing by itself", func(e *Env) {
			_, err := e.Streams.Open(e.As(e.Ctx, stranger), e.stream(1).ARN())
			assert.ErrorIs(e, err, kinesis.ErrAccessDenied)
		}),
		documented("17", "allowed", "it may do what the policy allows, and nothing else", func(e *Env) {
			s := e.stream(1)
			e.look(s, "PutRecord")
			there, found := e.visit(s)
			_, err := found.Put(there, kinesis.Entry{PartitionKey: "a", Data: []byte{1}})
			e.ok(err)
			_, err = found.PutBatch(there, kinesis.Entry{PartitionKey: "a", Data: []byte{1}})
			assert.ErrorIs(e, err, kinesis.ErrAccessDenied)
			e.finds(s, 0, kinesis.Oldest(), "a")
		}),
		documented("17", "reads", "so it is with reading", func(e *Env) {
			s := e.stream(1)
			e.put(s, "a")
			e.look(s, "GetShardIterator")
			there, found := e.visit(s)
			it, err := found.Iterator(there, id(0), kinesis.Oldest())
			e.ok(err)
			_, err = e.Streams.Read(there, it, kinesis.ReadOptions{StreamARN: s.ARN()})
			assert.ErrorIs(e, err, kinesis.ErrAccessDenied)
			e.look(s, "GetRecords")
			_, err = e.Streams.Read(there, it, kinesis.ReadOptions{StreamARN: s.ARN()})
			e.ok(err)
		}),
		documented("17", "no-management", "no policy gives another account the management", func(e *Env) {
			s := e.stream(1)
			e.look(s, "*")
			there, found := e.visit(s)
			assert.ErrorIs(e, found.Split(there, id(0), key("5")), kinesis.ErrAccessDenied)
			assert.ErrorIs(e, e.Streams.Delete(there, s.ARN(), true), kinesis.ErrAccessDenied)
		}),
		documented("17", "own-names", "names are those of the caller's own account", func(e *Env) {
			s := e.stream(1)
			_, err := e.Streams.Open(e.As(e.Ctx, stranger), s.Name())
			assert.ErrorIs(e, err, kinesis.ErrResourceNotFound)
		}),
	}
	for _, c := range callers {
		all = append(all, c.needs(NeedCaller))
	}
	return all
}
