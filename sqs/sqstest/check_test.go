package sqstest_test

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"

	"github.com/inflight-mq/inflight/sqs"
	"github.com/inflight-mq/inflight/sqs/sqstest"
)

// script writes histories by hand: one call after the other, a second apart unless time is let pass.
type script struct {
	ops  []sqstest.Op
	call int
	now  time.Time
}

func history() *script { return &script{now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)} }

// id is the message id of a letter.
func id(letter byte) uuid.UUID { return uuid.UUID{0: letter, 15: 1} }

// add adds the ops of one call.
func (s *script) add(ops ...sqstest.Op) *script {
	s.now = s.now.Add(time.Second)
	s.call++
	since := len(s.ops)
	for _, o := range ops {
		if o.Queue == "" {
			o.Queue = "q"
		}
		o.Call, o.Since, o.At, o.Done = s.call, since, s.now, s.now
		if o.Kind == sqstest.OpReceived && o.ID != uuid.Nil {
			o.Receipt = sqs.ReceiptOf(o.ID.String() + string(rune('0'+o.Receives)))
			if o.Until.IsZero() {
				o.Until = s.now.Add(30 * time.Second)
			}
		}
		s.ops = append(s.ops, o)
	}
	return s
}

// overlapping makes the last call begin when the one before it did.
func (s *script) overlapping() *script {
	last := &s.ops[len(s.ops)-1]
	before := s.ops[len(s.ops)-2]
	if !last.Until.IsZero() {
		last.Until = last.Until.Add(before.At.Sub(last.At))
	}
	last.Since, last.At = before.Since, before.At
	return s
}

func (s *script) pass(d time.Duration) *script { s.now = s.now.Add(d); return s }

func (s *script) on(queue string) *script { s.ops[len(s.ops)-1].Queue = queue; return s }

func sentAs(letter byte, group, dedup string) sqstest.Op {
	return sqstest.Op{Kind: sqstest.OpSent, ID: id(letter), Body: string(letter), Group: group, Dedup: dedup}
}

func got(letter byte, group string, receives int) sqstest.Op {
	return sqstest.Op{Kind: sqstest.OpReceived, ID: id(letter), Body: string(letter), Group: group, Receives: receives}
}

// shortly makes a delivery hide for no time.
func shortly(o sqstest.Op) sqstest.Op {
	o.Until = time.Unix(0, 0)
	return o
}

func (s *script) send(letter byte) *script { return s.add(sentAs(letter, "g", string(letter))) }

func (s *script) receive(letter byte, receives int) *script { return s.add(got(letter, "g", receives)) }

func (s *script) delete(letter byte) *script {
	return s.add(sqstest.Op{Kind: sqstest.OpDeleted, ID: id(letter)})
}

func (s *script) hide(letter byte, d time.Duration) *script {
	return s.add(sqstest.Op{Kind: sqstest.OpHidden, ID: id(letter), Until: s.now.Add(time.Second + d)})
}

func (s *script) purge() *script { return s.add(sqstest.Op{Kind: sqstest.OpPurged}) }

func (s *script) fail() *script { s.ops[len(s.ops)-1].Err = assert.AnError; return s }

func (s *script) unknownID() *script { s.ops[len(s.ops)-1].ID = uuid.Nil; return s }

type judged struct {
	name    string
	history *script
	rules   sqstest.Rules
	want    []sqstest.Rule
}

func judge(t *testing.T, cases []judged) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			c.rules.Queue = "q"
			var broken []sqstest.Rule
			for _, v := range sqstest.Check(c.history.ops, c.rules) {
				broken = append(broken, v.Rule)
				assert.NotEmpty(t, v.Ops, "a violation shows what happened")
				assert.Contains(t, v.String(), string(v.Rule))
			}
			assert.Equal(t, c.want, broken)
		})
	}
}

func only(r sqstest.Rule) []sqstest.Rule { return []sqstest.Rule{r} }

func TestCheckInvented(t *testing.T) {
	altered := got('a', "g", 1)
	altered.Body = "b"
	judge(t, []judged{
		{"sent", history().send('a').receive('a', 1), sqstest.Rules{}, nil},
		{"never sent", history().receive('a', 1), sqstest.Rules{}, only(sqstest.NothingInvented)},
		{"by others", history().receive('a', 1), sqstest.Rules{Others: true}, nil},
		{"of another queue", history().receive('a', 1).on("other"), sqstest.Rules{}, nil},
		{"sent to another queue", history().send('a').on("other").receive('a', 1), sqstest.Rules{}, nil},
		{"altered", history().send('a').add(altered), sqstest.Rules{}, only(sqstest.NothingInvented)},
		{"sent afterwards", history().receive('a', 1).send('a'), sqstest.Rules{}, only(sqstest.NothingInvented)},
		{"sent meanwhile", history().receive('a', 1).send('a').overlapping(), sqstest.Rules{}, nil},
		{"perhaps sent", history().send('a').unknownID().fail().receive('a', 1), sqstest.Rules{}, nil},
		{"perhaps sent, but other", history().send('b').unknownID().fail().receive('a', 1), sqstest.Rules{}, only(sqstest.NothingInvented)},
	})
}

func TestCheckLost(t *testing.T) {
	drained := sqstest.Rules{Drained: true}
	mortal := sqstest.Rules{Drained: true, Retention: time.Minute}
	judge(t, []judged{
		{"deleted", history().send('a').receive('a', 1).delete('a'), drained, nil},
		{"never seen", history().send('a').send('b').receive('b', 1).delete('b'), drained, only(sqstest.NothingLost)},
		{"not drained", history().send('a'), sqstest.Rules{}, nil},
		{"received only", history().send('a').receive('a', 1), drained, only(sqstest.NothingLost)},
		{"perhaps deleted", history().send('a').receive('a', 1).delete('a').fail(), drained, nil},
		{"deleted as a dead letter", history().send('a').receive('a', 1).on("dlq").delete('a').on("dlq"), drained, nil},
		{"expired", history().send('a').pass(time.Minute).send('b').receive('b', 1).delete('b'), mortal, nil},
		{"not yet expired", history().send('a').pass(50*time.Second).send('b').receive('b', 1).delete('b'), mortal, only(sqstest.NothingLost)},
		{"purged", history().send('a').purge(), drained, nil},
		{"sent after the purge", history().purge().send('a'), drained, only(sqstest.NothingLost)},
		{"perhaps not sent", history().send('a').unknownID().fail(), drained, nil},
	})
}

func TestCheckHolders(t *testing.T) {
	exact := sqstest.Rules{Exact: true}
	twice := history().send('a').receive('a', 1).receive('a', 2)
	judge(t, []judged{
		{"lent twice", twice, exact, only(sqstest.OneHolder)},
		{"lent twice on FIFO", twice, sqstest.Rules{FIFO: true}, only(sqstest.OneHolder)},
		{"a standard queue may", twice, sqstest.Rules{}, nil},
		{"after the timeout", history().send('a').receive('a', 1).pass(30*time.Second).receive('a', 2), exact, nil},
		{"given back", history().send('a').receive('a', 1).hide('a', 0).receive('a', 2), exact, nil},
		{"perhaps given back", history().send('a').receive('a', 1).hide('a', 0).fail().receive('a', 2), exact, nil},
		{"given back meanwhile", history().send('a').receive('a', 1).receive('a', 2).hide('a', 0).overlapping(), exact, nil},
		{"given back too late", history().send('a').receive('a', 1).receive('a', 2).hide('a', 0), exact, only(sqstest.OneHolder)},
		{"extended", history().send('a').receive('a', 1).hide('a', time.Minute).pass(40*time.Second).receive('a', 2), exact,
			only(sqstest.OneHolder)},
		{"perhaps extended", history().send('a').receive('a', 1).hide('a', time.Minute).fail().pass(40*time.Second).receive('a', 2),
			exact, nil},
		{"twice in one answer", history().send('a').add(got('a', "g", 1), got('a', "g", 2)), exact, only(sqstest.OneHolder)},
		{"an attempt repeated for less", history().send('a').receive('a', 1).add(shortly(got('a', "g", 1))).receive('a', 2), exact, nil},
		{"perhaps repeated", history().send('a').receive('a', 1).add(sqstest.Op{Kind: sqstest.OpReceived}).fail().receive('a', 2),
			sqstest.Rules{FIFO: true}, nil},
		{"an attempt repeated", history().send('a').receive('a', 1).receive('a', 1), exact, nil},
	})
}

func TestCheckOrder(t *testing.T) {
	fifo := sqstest.Rules{FIFO: true}
	mortal := sqstest.Rules{FIFO: true, Retention: time.Minute}
	poisonous := sqstest.Rules{FIFO: true, MaxReceives: 1}
	two := func() *script { return history().send('a').send('b') }
	judge(t, []judged{
		{"one by one", two().receive('a', 1).delete('a').receive('b', 1), fifo, nil},
		{"in one answer", two().add(got('a', "g", 1), got('b', "g", 1)), fifo, nil},
		{"backwards in one answer", two().add(got('b', "g", 1), got('a', "g", 1)), fifo, only(sqstest.GroupOrder)},
		{"overtaken", two().receive('b', 1), fifo, only(sqstest.GroupOrder)},
		{"overtaken while lent", two().receive('a', 1).receive('b', 1), fifo, only(sqstest.GroupOrder)},
		{"overtaken while back", two().receive('a', 1).hide('a', 0).receive('b', 1), fifo, only(sqstest.GroupOrder)},
		{"an earlier one comes back", two().add(got('a', "g", 1), got('b', "g", 1)).hide('a', 0).receive('a', 2), fifo, nil},
		{"a standard queue may", two().receive('b', 1), sqstest.Rules{}, nil},
		{"another group", history().send('a').add(sentAs('b', "h", "b")).add(got('b', "h", 1)), fifo, nil},
		{"deleted meanwhile", two().receive('a', 1).receive('b', 1).delete('a').overlapping(), fifo, nil},
		{"deleted too late", two().receive('a', 1).receive('b', 1).delete('a'), fifo, only(sqstest.GroupOrder)},
		{"perhaps deleted", two().receive('a', 1).delete('a').fail().receive('b', 1), fifo, nil},
		{"expired", history().send('a').pass(time.Minute).send('b').receive('b', 1), mortal, nil},
		{"not yet expired", history().send('a').pass(50*time.Second).send('b').receive('b', 1), mortal, only(sqstest.GroupOrder)},
		{"purged", history().send('a').purge().send('b').receive('b', 1), fifo, nil},
		{"perhaps the duplicate of a lost answer", history().add(sentAs('x', "h", "a")).unknownID().fail().send('a').send('b').
			receive('b', 1), fifo, nil},
		{"dead-lettered", two().receive('a', 1).receive('b', 1), poisonous, nil},
		{"perhaps dead-lettered", two().add(sqstest.Op{Kind: sqstest.OpReceived}).fail().receive('b', 1), poisonous, nil},
		{"not yet dead-lettered", two().receive('b', 1), poisonous, only(sqstest.GroupOrder)},
	})
}

func TestCheckSequence(t *testing.T) {
	number := func(o sqstest.Op, text string) sqstest.Op {
		o.Sequence, _ = sqs.ParseSequenceNumber(text)
		return o
	}
	a, b := sentAs('a', "g", "a"), sentAs('b', "g", "b")
	fifo := sqstest.Rules{FIFO: true}
	judge(t, []judged{
		{"rising", history().add(number(a, "18849496460467696128")).add(number(b, "18849496460467696384")), fifo, nil},
		{"falling", history().add(number(a, "2")).add(number(b, "1")), fifo, only(sqstest.GroupOrder)},
		{"sent at the same time", history().add(number(a, "2")).add(number(b, "1")).overlapping(), fifo, nil},
		{"the numbers decide", history().add(number(a, "2")).add(number(b, "1")).overlapping().receive('a', 1), fifo,
			only(sqstest.GroupOrder)},
	})
}

func TestCheckDuplicates(t *testing.T) {
	fifo := sqstest.Rules{FIFO: true}
	a, again, b := sentAs('a', "g", "d"), sentAs('a', "g", "d"), sentAs('b', "g", "d")
	other := sentAs('b', "h", "d")
	judge(t, []judged{
		{"found", history().add(a).add(again), fifo, nil},
		{"not found", history().add(a).add(b), fifo, only(sqstest.SentOnce)},
		{"not found in one batch", history().add(a, b), fifo, only(sqstest.SentOnce)},
		{"just in the window", history().add(a).pass(298 * time.Second).add(b), fifo, only(sqstest.SentOnce)},
		{"after the window", history().add(a).pass(299 * time.Second).add(b), fifo, nil},
		{"remembered too long", history().add(a).pass(299 * time.Second).add(again), fifo, only(sqstest.SentOnce)},
		{"prolonged", history().add(a).pass(200 * time.Second).add(again).pass(200 * time.Second).add(again), fifo, only(sqstest.SentOnce)},
		{"anew, and found", history().add(a).pass(5 * time.Minute).add(b).pass(time.Minute).add(b), fifo, nil},
		{"other group, same queue", history().add(a).add(other), fifo, only(sqstest.SentOnce)},
		{"other group, own scope", history().add(a).add(other), sqstest.Rules{FIFO: true, GroupScope: true}, nil},
		{"perhaps the duplicate of a lost answer", history().add(a).unknownID().fail().pass(4 * time.Minute).add(a).
			pass(2 * time.Minute).add(b), fifo, nil},
		{"purged", history().add(a).purge().add(b), fifo, nil},
		{"purged before", history().purge().add(a).add(b), fifo, only(sqstest.SentOnce)},
		{"other ids", history().send('a').send('b'), fifo, nil},
		{"a standard queue has none", history().add(a).add(b), sqstest.Rules{}, nil},
	})
}

func TestCheckCounts(t *testing.T) {
	again := func() *script { return history().send('a').receive('a', 1).pass(time.Minute) }
	judge(t, []judged{
		{"rising", again().receive('a', 2), sqstest.Rules{}, nil},
		{"with a gap, where an answer was lost", again().receive('a', 4), sqstest.Rules{}, nil},
		{"falling", history().send('a').receive('a', 2).pass(time.Minute).receive('a', 1), sqstest.Rules{}, only(sqstest.CountsRise)},
		{"at the same time", history().send('a').receive('a', 2).receive('a', 1).overlapping(), sqstest.Rules{}, nil},
		{"zero", history().send('a').receive('a', 0), sqstest.Rules{}, only(sqstest.CountsRise)},
		{"anew as a dead letter", history().send('a').receive('a', 2).on("source").receive('a', 1), sqstest.Rules{}, only(sqstest.CountsRise)},
	})
}

func TestCheckDeleted(t *testing.T) {
	back := func() *script {
		return history().send('a').receive('a', 1).delete('a').pass(time.Minute).receive('a', 2)
	}
	judge(t, []judged{
		{"back on FIFO", back(), sqstest.Rules{FIFO: true}, only(sqstest.DeletedForGood)},
		{"back on an exact queue", back(), sqstest.Rules{Exact: true}, only(sqstest.DeletedForGood)},
		{"a standard queue may", back(), sqstest.Rules{}, nil},
		{"the delete failed", history().send('a').receive('a', 1).delete('a').fail().pass(time.Minute).receive('a', 2),
			sqstest.Rules{FIFO: true}, nil},
		{"the delete came later", history().send('a').receive('a', 1).pass(time.Minute).receive('a', 2).delete('a'),
			sqstest.Rules{FIFO: true}, nil},
		{"the delete ran meanwhile", history().send('a').receive('a', 1).pass(time.Minute).delete('a').receive('a', 2).overlapping(),
			sqstest.Rules{FIFO: true}, nil},
	})
}
