// Package snstest checks topics: any implementation of [sns.Topics] with a conformance suite, any history of publishes and
// deliveries with a checker, and the subscribers of topics with whatever the service is allowed to do.
//
// # The suite
//
// It runs against an implementation of your own, together with the queues that its topics deliver to:
//
//	func TestConformance(t *testing.T) {
//		snstest.Run(t, snstest.Harness{
//			Bubble: true, // the implementation opens no socket: time is virtual
//			New: func(t testing.TB) snstest.Instance {
//				service := mine.New()
//				return snstest.Instance{Topics: service.Topics(), Queues: service.Queues(), Exact: true}
//			},
//			Skip: map[string]string{"archive/replay-end": "replays never end"},
//		})
//	}
//
// Each case is a rule of the service and the program that checks it. A failure prints both, and where the rule comes from:
// whether AWS itself was recorded answering so, documents it, or it was inferred; see [Case]. [Cases] lists them all, and
// [Case.Try] runs one without a test. The messages of refusals are compared word for word where they are known from AWS.
//
// # What an instance can do
//
// Topics and queues are enough for most cases. The others need more, each its own field of [Instance]: a [Web] where HTTP
// deliveries arrive, a way to follow the URLs of envelopes, calls of other accounts, functions and streams in the process, mobile
// push and SMS, and an account that is in the SMS sandbox. Cases that need what the instance has not are skipped, and say so.
//
// Rules are also about time: five minutes of deduplication, three days until a subscription is given up, archives of a year.
// Where Instance.Wait moves a clock, an instance is Virtual, and all cases run in milliseconds: in a testing/synctest bubble
// (Harness.Bubble), or with a clock that the instance takes, such as inflight.FakeClock. In real time, cases that would take
// longer than Harness.Patience are skipped, and Harness.Parallel makes the others overlap.
//
// # Exact
//
// AWS leaves much open. It delivers when it likes, and from standard topics more than once and in any order; it takes a quarter of
// an hour to apply a filter policy, and counts late. An instance that is not Exact is spared the cases that pin such things; the
// other cases ask patiently and in any order. An instance that is Exact makes the tame choice everywhere, as sns.New does by
// default: it must pass every case, and the cases lose no time.
//
// Against a real service the cases make their topics and queues under random names, see Instance.Prefix, and delete them.
//
// # Histories
//
// [History.Topics] wraps a service in a recorder, and [History.Queue] a queue that subscribes; [History.Delivered] takes what
// other endpoints got. What is published, subscribed and delivered becomes a [History], and [Check] judges it by the promises of
// a topic: nothing invented, nobody missed, nobody served who is pending, over or filtered out; on FIFO topics each message once,
// groups in one order for all, numbers rising, and duplicates found. It knows what it cannot know: where calls overlapped, or
// failed without an answer, it finds in the topic's favour. A [Violation] shows the operations that prove it.
//
// A call that failed with an error of the service ([sns.Code]) other than a server fault counts as refused, with nothing done. So
// a lost answer is best simulated with an error that is no Code, at the stage [sns.AfterCommit].
//
// # Drawn misbehaviour
//
// [Draw] makes a [sns.Chooser] out of rapid's random data. A property of your subscriber then runs against a broker that repeats
// and reorders deliveries, and a failure shrinks to the fewest liberties that it takes. [Script] replays such a schedule for a test
// of its own.
package snstest
