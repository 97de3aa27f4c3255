// Package sqstest checks queues: any implementation of [sqs.Queues] with a conformance suite, any history of operations with a
// checker, and the consumers of queues with whatever the service is allowed to do.
//
// # The suite
//
// Ten lines run it against an implementation of your own:
//
//	func TestConformance(t *testing.T) {
//		sqstest.Run(t, sqstest.Harness{
//			Bubble: true, // the implementation opens no socket: time is virtual
//			New: func(t testing.TB) sqstest.Instance {
//				return sqstest.Instance{Queues: mine.New(), Exact: true}
//			},
//			Skip: map[string]string{"move/rate": "moves everything at once"},
//		})
//	}
//
// Each case is a rule of the service and the program that checks it. A failure prints both, and where the rule comes from:
// whether AWS itself was recorded answering so, documents it, or it was inferred; see [Case]. [Cases] lists them all, and
// [Case.Try] runs one without a test. The messages of refusals are compared word for word where they are known from AWS.
//
// # Virtual and real time
//
// Rules of queues are about time: 30 s of visibility, 5 minutes of deduplication, 12 hours of this, 4 days of that. Where
// Instance.Wait moves a clock, an instance is Virtual, and all cases run in milliseconds. There are three ways:
//
//   - in a testing/synctest bubble (Harness.Bubble), for what lives in the process and opens no socket;
//   - with a clock that the instance takes, such as inflight.FakeClock: Wait is its Advance, Now its Now, Settle its BlockUntil;
//   - in real time, which is what is left for real services: Wait is time.Sleep, and cases that would take longer than
//     Harness.Patience are skipped. Harness.Parallel makes the others overlap.
//
// # Exact
//
// AWS leaves much open. It may answer a receive with fewer messages than there are, reorder a standard queue, take a minute to
// apply a setting, and count roughly. An instance that is not Exact is spared the cases that pin such things; the other cases
// ask patiently and in any order. An instance that is Exact makes the tame choice everywhere, as sqs.New does by default: it must
// pass every case, and the cases lose no time.
//
// Against a real service the cases make their queues under random names, see Instance.Prefix, and delete them.
//
// # Histories
//
// [History.Record] wraps a queue in a [Recorder]; what producers and consumers do through it becomes a [History], and [Check]
// judges it by the promises of the queue: nothing invented, nothing lost, one holder at a time, groups in order, duplicates found,
// counts rising, and what is deleted gone. It knows what it cannot know: where calls overlapped, or failed without an answer,
// it finds in the queue's favour. A [Violation] shows the operations that prove it.
//
// A call that failed with an error of the service ([sqs.Code]) other than a server fault counts as refused, with nothing done. So
// a lost answer is best simulated with an error that is no Code, at the stage [sqs.AfterCommit].
//
// # Drawn misbehaviour
//
// [Draw] makes a [sqs.Chooser] out of rapid's random data. A property of your consumer then runs against a broker that repeats,
// reorders, answers little and forgets deletes, and a failure shrinks to the fewest liberties that it takes:
//
//	rapid.Check(t, func(t *rapid.T) {
//		broker := sqs.New(sqs.WithClock(clk), sqs.WithChooser(sqstest.Draw(t)))
//		if n := charges(broker); n > 1 {
//			t.Fatalf("charged %d times", n)
//		}
//	})
//
// [Script] replays such a schedule for a test of its own.
package sqstest
