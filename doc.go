// Package inflight is the root of a library that offers the messaging primitives of Amazon SQS, SNS and Kinesis inside a Go
// process: in memory, exact, fast, and driven by a clock that the caller may own.
//
// The services are packages of their own. Today there are three:
//
//   - [github.com/inflight-mq/inflight/sqs]: standard and FIFO queues, with
//     [github.com/inflight-mq/inflight/sqs/sqshttp], the protocols of the wire, and
//     [github.com/inflight-mq/inflight/sqs/sqstest], a conformance suite for every implementation of its interfaces.
//   - [github.com/inflight-mq/inflight/sns]: standard and FIFO topics, every kind of subscriber, mobile push and SMS, with
//     [github.com/inflight-mq/inflight/sns/filter], the language of filter policies, usable alone,
//     [github.com/inflight-mq/inflight/sns/snshttp], the protocol of the wire, and
//     [github.com/inflight-mq/inflight/sns/snstest], a conformance suite as for queues.
//   - [github.com/inflight-mq/inflight/kinesis]: streams of shards, resharding, replay and enhanced fan-out, with
//     [github.com/inflight-mq/inflight/kinesis/kinesishttp], the protocols of the wire, and
//     [github.com/inflight-mq/inflight/kinesis/kinesistest], a conformance suite as for queues.
//
// This package holds what they share: [Region], which is all services behind one HTTP client, with topics that deliver to queues,
// and [FakeClock], a clock that moves only when told to.
//
// # Real clients
//
// Code that calls an AWS SDK runs unchanged. Three lines turn an aws.Config into one that this process answers, without a socket:
//
//	region := inflight.New()
//	cfg := aws.Config{Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider("any", "thing", "")}
//	cfg.HTTPClient = region.HTTPClient()
//
// [Region.Handler] serves everything else: the aws CLI, SDKs of other languages.
//
// # Time
//
// A broker has no goroutine and no timer of its own. What time alone changes, such as the end of a visibility timeout, is
// worked out when the state is next looked at; only these arm a timer: a long poll that waits, a reader of a stream that waits
// for a time, and a topic's delivery that is to be tried again or goes out over HTTP, which has a goroutine as long as it is
// under way. So there are three ways to run time:
//
//   - The system's clock, the default, for embedding.
//   - The system's clock inside a [testing/synctest] bubble, where it is virtual: code under test sleeps and waits as it
//     always does, and hours pass in microseconds.
//   - A [FakeClock] handed to the broker, for tests that move time step by step. [FakeClock.Advance] returns when all that
//     was due on the way has happened, in order.
//
// # Chance and faults
//
// Whatever the real service leaves open (which message comes first, whether one is delivered twice, whether a delete is
// forgotten) is a question to a Chooser. The default always gives the tame answer; a seeded one and one that the property
// testing library rapid drives are included. Faults are exact: the third call of an operation, one entry of a batch, before it
// takes effect or after, when the answer is lost.
//
// # Stability
//
// The module is at version 0: its API may change between minor versions, and CHANGELOG.md says how.
package inflight
