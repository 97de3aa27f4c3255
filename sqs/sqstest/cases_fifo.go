package sqstest

import (
	"fmt"
	"strings"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sqs"
)

func fifoCases() []Case {
	return []Case{
		recorded("16.1", "one-answer", "a receive lends several messages of a group at once, in order", fifoOneAnswer),
		recorded("16.1", "locked", "while messages of a group are lent nothing more of it is; other groups are served",
			fifoLocked),
		recorded("16.1", "part-deleted", "a group stays locked until all its lent messages are gone", fifoPartDeleted),
		recorded("16.1", "prefix-released", "a released message is deliverable alone while a later one of its group is lent",
			fifoPrefixReleased),
		recorded("16.1", "prefix-extended", "when all but one of a group's messages come back, those before it are deliverable",
			fifoPrefixExtended),
		recorded("16.1", "all-back", "messages that come back come in the same order, each time", fifoAllBack),
		recorded("16.1", "send-while-locked", "sending to a locked group does not unlock it", fifoSendWhileLocked),
		recorded("16.1", "visibility-zero", "a group received with a visibility timeout of 0 is deliverable at once",
			fifoVisibilityZero),
		recorded("16.1", "reuse", "a group that was emptied works again", fifoReuse),
		documented("16.1", "order", "one by one the messages of a group come in the order of sending", fifoOrder),
		recorded("16.2", "groups-together", "one answer keeps the messages of a group together", fifoGroupsTogether),
		recorded("16.2", "groups-in-turn", "the group that was served goes to the back", fifoGroupsInTurn).exact(),
		recorded("16.2", "groups-in-turn-zero", "it does so too with a visibility timeout of 0", fifoGroupsInTurnZero).exact(),
		recorded("16.4", "sequence", "sequence numbers increase within a group, and come with the message", fifoSequence),
		recorded("11", "counts", "messages that their group blocks count as visible", fifoCounts),
		documented("9.3", "fields", "a message shows its group and its deduplication id", fifoFields),
	}
}

// inOrder demands that one receive of up to ten lends exactly these messages, in this order, for a minute.
func (e *Env) inOrder(q sqs.Queue, want ...string) []*sqs.Received {
	got := e.receive(q, lentFor(10, time.Minute))
	require.Equal(e, want, bodies(got))
	return got
}

func fifoOneAnswer(e *Env) {
	q := e.fifo(sqs.Config{})
	e.group(q, "g", "m1", "m2", "m3")
	e.inOrder(q, "m1", "m2", "m3")
}

func fifoLocked(e *Env) {
	q := e.fifo(sqs.Config{})
	e.group(q, "g", "m1", "m2", "m3", "m4")
	require.Equal(e, []string{"m1", "m2"}, bodies(e.receive(q, lentFor(2, time.Minute))))
	e.group(q, "h", "other")
	e.inOrder(q, "other")
	e.none(q)
}

func fifoPartDeleted(e *Env) {
	q := e.fifo(sqs.Config{})
	e.group(q, "g", "m1", "m2", "m3", "m4")
	got := e.receive(q, lentFor(2, time.Minute))
	require.Len(e, got, 2)
	e.delete(q, got[0])
	e.none(q)
	e.delete(q, got[1])
	e.inOrder(q, "m3", "m4")
}

func fifoPrefixReleased(e *Env) {
	q := e.fifo(sqs.Config{})
	e.group(q, "g", "m1", "m2", "m3")
	got := e.receive(q, lentFor(2, time.Minute))
	require.Len(e, got, 2)
	e.hide(q, got[0], 0)
	e.inOrder(q, "m1")
}

func fifoPrefixExtended(e *Env) {
	for extended, want := range [][]string{{}, {"m1"}, {"m1", "m2"}} {
		q := e.fifo(sqs.Config{})
		e.group(q, "g", "m1", "m2", "m3")
		got := e.receive(q, lentFor(10, 2*time.Second))
		require.Len(e, got, 3)
		e.hide(q, got[extended], time.Minute)
		e.Wait(3 * time.Second)
		e.inOrder(q, want...)
	}
}

func fifoAllBack(e *Env) {
	q := e.fifo(sqs.Config{})
	e.group(q, "g", "m1", "m2", "m3")
	for range 3 {
		assert.Equal(e, []string{"m1", "m2", "m3"}, bodies(e.receive(q, lentFor(10, 2*time.Second))))
		e.Wait(3 * time.Second)
	}
}

func fifoSendWhileLocked(e *Env) {
	q := e.fifo(sqs.Config{})
	e.group(q, "g", "m1")
	e.inOrder(q, "m1")
	e.group(q, "g", "m2")
	e.none(q)
}

func fifoVisibilityZero(e *Env) {
	q := e.fifo(sqs.Config{})
	e.group(q, "g", "m1", "m2")
	assert.Equal(e, []string{"m1", "m2"}, bodies(e.receive(q, lentFor(10, 0))))
	e.inOrder(q, "m1", "m2")
}

func fifoReuse(e *Env) {
	q := e.fifo(sqs.Config{})
	for _, body := range []string{"m1", "m2", "m3"} {
		e.group(q, "g", body)
		e.delete(q, e.inOrder(q, body)...)
		e.none(q)
	}
}

func fifoOrder(e *Env) {
	q := e.fifo(sqs.Config{})
	var want, got []string
	for i := range 6 {
		body := fmt.Sprint("m", i)
		want = append(want, body)
		e.group(q, "g", body)
	}
	for range want {
		r := e.one(q, forMinutes(1))
		got = append(got, r.Body)
		e.delete(q, r)
	}
	assert.Equal(e, want, got)
}

func fifoGroupsTogether(e *Env) {
	q := e.fifo(sqs.Config{})
	e.group(q, "g1", "g1-m1")
	e.group(q, "g2", "g2-m1")
	e.group(q, "g1", "g1-m2", "g1-m3")
	if e.Exact {
		e.inOrder(q, "g1-m1", "g1-m2", "g1-m3", "g2-m1")
		return
	}
	assert.Contains(e, []string{"g1-m1 g1-m2 g1-m3 g2-m1", "g2-m1 g1-m1 g1-m2 g1-m3"},
		strings.Join(bodies(e.receive(q, upTo(10))), " "))
}

// threeGroups sends two messages to each of g1, g2 and g3.
func (e *Env) threeGroups(q sqs.Queue) {
	for _, g := range []string{"g1", "g2", "g3"} {
		e.group(q, g, g+"-m1", g+"-m2")
	}
}

func fifoGroupsInTurn(e *Env) {
	q := e.fifo(sqs.Config{})
	e.threeGroups(q)
	require.Equal(e, []string{"g1-m1", "g1-m2"}, bodies(e.receive(q, lentFor(2, 2*time.Second))))
	require.Equal(e, []string{"g2-m1"}, bodies(e.receive(q, lentFor(1, 2*time.Second))))
	e.Wait(3 * time.Second)
	e.inOrder(q, "g3-m1", "g3-m2", "g1-m1", "g1-m2", "g2-m1", "g2-m2")
}

func fifoGroupsInTurnZero(e *Env) {
	q := e.fifo(sqs.Config{})
	for _, g := range []string{"g1", "g2"} {
		e.group(q, g, g+"-m1", g+"-m2")
	}
	e.group(q, "g3", "g3-m1")
	require.Equal(e, []string{"g1-m1", "g1-m2", "g2-m1"}, bodies(e.receive(q, lentFor(3, 0))))
	e.inOrder(q, "g3-m1", "g1-m1", "g1-m2", "g2-m1", "g2-m2")
}

func fifoSequence(e *Env) {
	q := e.fifo(sqs.Config{})
	sent := e.group(q, "g", "m1", "m2", "m3")
	for i := 1; i < len(sent); i++ {
		assert.Equal(e, 1, sent[i].SequenceNumber.Compare(sent[i-1].SequenceNumber))
	}
	for i, r := range e.inOrder(q, "m1", "m2", "m3") {
		assert.Equal(e, sent[i].SequenceNumber, r.SequenceNumber)
	}
}

func fifoCounts(e *Env) {
	q := e.fifo(sqs.Config{})
	e.threeGroups(q)
	e.lend(q, 10*time.Minute)
	e.lend(q, 10*time.Minute)
	e.counts(q, sqs.Counts{Visible: 4, InFlight: 2})
}

func fifoFields(e *Env) {
	q := e.fifo(sqs.Config{})
	e.put(q, sqs.Message{Body: "m", GroupID: "the-group", DedupID: "the-id"})
	r := e.one(q, sqs.ReceiveOptions{})
	assert.Equal(e, "the-group", r.GroupID)
	assert.Equal(e, "the-id", r.DedupID)
	assert.Equal(e, 1, r.Receives)
}
