package sqstest

import (
	"slices"
	"strings"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sqs"
)

func lifecycleCases() []Case {
	return []Case{
		recorded("1", "open", "a queue is found by its name, its URL and its ARN", openByAnyReference),
		recorded("1", "open-host", "the scheme and host of a queue's URL do not matter", openByAnyHost),
		recorded("1", "open-unknown", "a queue that does not exist is refused, whatever the reference looks like", openUnknown),
		recorded("1", "names", "a standard queue's name is 1 to 80 letters, digits, hyphens and underscores", standardNames),
		recorded("1", "fifo-names", "a FIFO queue's name ends in .fifo, and no other queue's name does", fifoNames),
		recorded("3.3", "fifo-false", "FifoQueue=false is refused at creation: the attribute is for FIFO queues only",
			fifoFalse),
		recorded("2.1", "create-again", "creating a queue that exists without settings finds it", createAgain),
		recorded("2.1", "create-compares-given", "creation compares only the settings that it names", createComparesGiven),
		recorded("2.1", "create-compares-current", "creation compares with the settings in force, not with the original ones",
			createComparesCurrent).spreads(),
		recorded("2.1", "recreate-at-once", "a name is locked for 60 s after the deletion of its queue", recreateAtOnce),
		recorded("2.1", "recreate-later", "60 s after its deletion a queue can be made anew, and is empty",
			recreateLater).takes(61 * time.Second),
		recorded("2.2", "delete-unknown", "deleting a queue that does not exist is refused", deleteUnknownQueue),
		inferred("2.2", "delete-ends-use", "a deleted queue answers QueueDoesNotExist to everything", deleteEndsUse).exact(),
		inferred("2.2", "delete-ends-poll", "the deletion of a queue ends its long polls", deleteEndsPoll).exact(),
		recorded("2.3", "purge", "a purge drops visible, delayed and lent messages", purgeTakesAll).spreads(),
		recorded("2.3", "purge-again", "a second purge within 60 s is refused; sends are not", purgeAgain),
		recorded("2.3", "purge-later", "60 s after a purge another is accepted", purgeLater).takes(61 * time.Second),
		inferred("2.3", "purge-handles", "handles from before a purge delete nothing, and change nothing",
			purgeHandles).exact(),
		inferred("2.3", "purge-groups", "a purge releases the message groups", purgeGroups).exact(),
		recorded("2.4", "list-prefix", "a listing holds the queues whose names begin with the prefix, by name",
			listPrefix).spreads(),
		recorded("2.4", "list-pages", "a listing gives a token if a page size was given and more remain", listPages).spreads(),
	}
}

const textNoQueue = "The specified queue does not exist."

func openByAnyReference(e *Env) {
	q := e.queue(sqs.Config{})
	for _, ref := range []string{q.Name(), q.URL(), q.ARN()} {
		found, err := e.Queues.Open(e.Ctx, ref)
		require.NoError(e, err, ref)
		assert.Equal(e, q.Name(), found.Name())
		assert.Equal(e, q.URL(), found.URL())
		assert.Equal(e, q.ARN(), found.ARN())
	}
	assert.True(e, strings.HasSuffix(q.ARN(), ":"+q.Name()), q.ARN())
	assert.True(e, strings.HasSuffix(q.URL(), "/"+q.Name()), q.URL())
}

func openByAnyHost(e *Env) {
	q := e.queue(sqs.Config{})
	_, path, ok := strings.Cut(strings.TrimPrefix(q.URL(), "https://"), "/")
	require.True(e, ok, q.URL())
	found, err := e.Queues.Open(e.Ctx, "http://localhost:4566/"+path)
	e.ok(err)
	assert.Equal(e, q.Name(), found.Name())
}

func openUnknown(e *Env) {
	for _, ref := range []string{e.name(), "no/such/queue", "https://example.com/" + e.name()} {
		_, err := e.Queues.Open(e.Ctx, ref)
		e.refused(err, sqs.ErrQueueDoesNotExist, textNoQueue)
	}
}

func standardNames(e *Env) {
	base := e.name()
	for _, bad := range []string{"", base + "/x", base + "!", base + " x", base + ".fifo", base + strings.Repeat("x", 81-len(base))} {
		_, err := e.Queues.Create(e.Ctx, bad, sqs.Config{})
		e.refused(err, sqs.ErrInvalidParameterValue, "")
	}
	longest := base + "_-X9" + strings.Repeat("x", 76-len(base))
	assert.Equal(e, longest, e.create(longest, sqs.Config{}).Name())
}

func fifoNames(e *Env) {
	base := e.name()
	fifo := sqs.Config{FIFO: new(true)}
	for _, bad := range []string{base, ".fifo", base + "!.fifo", base + ".FIFO", base + strings.Repeat("x", 76-len(base)) + ".fifo"} {
		_, err := e.Queues.Create(e.Ctx, bad, fifo)
		e.refused(err, sqs.ErrInvalidParameterValue, "")
	}
	longest := base + strings.Repeat("x", 75-len(base)) + ".fifo"
	assert.Equal(e, longest, e.create(longest, fifo).Name())
}

func fifoFalse(e *Env) {
	_, err := e.Queues.Create(e.Ctx, e.name(), sqs.Config{FIFO: new(false)})
	e.refused(err, sqs.ErrInvalidAttributeName, "Unknown Attribute FifoQueue.")
}

func createAgain(e *Env) {
	q := e.queue(sqs.Config{VisibilityTimeout: new(40 * time.Second)})
	again := e.create(q.Name(), sqs.Config{})
	assert.Equal(e, q.URL(), again.URL())
	assert.Equal(e, "40", e.attribute(again, "VisibilityTimeout"))
}

func createComparesGiven(e *Env) {
	q := e.queue(sqs.Config{VisibilityTimeout: new(40 * time.Second), Delay: new(5 * time.Second)})
	e.create(q.Name(), sqs.Config{VisibilityTimeout: new(40 * time.Second)})
	_, err := e.Queues.Create(e.Ctx, q.Name(), sqs.Config{VisibilityTimeout: new(41 * time.Second)})
	e.refused(err, sqs.ErrQueueNameExists,
		"A queue already exists with the same name and a different value for attribute VisibilityTimeout")
}

func createComparesCurrent(e *Env) {
	q := e.queue(sqs.Config{Delay: new(1 * time.Second)})
	e.set(q, sqs.Config{Delay: new(2 * time.Second)})
	_, err := e.Queues.Create(e.Ctx, q.Name(), sqs.Config{Delay: new(1 * time.Second)})
	e.refused(err, sqs.ErrQueueNameExists,
		"A queue already exists with the same name and a different value for attribute DelaySeconds")
	e.create(q.Name(), sqs.Config{Delay: new(2 * time.Second)})
}

func recreateAtOnce(e *Env) {
	q := e.queue(sqs.Config{})
	e.ok(e.Queues.Delete(e.Ctx, q.URL()))
	_, err := e.Queues.Create(e.Ctx, q.Name(), sqs.Config{})
	e.refused(err, sqs.ErrQueueDeletedRecently,
		"You must wait 60 seconds after deleting a queue before you can create another with the same name.")
}

func recreateLater(e *Env) {
	q := e.queue(sqs.Config{})
	e.send(q, "old")
	e.ok(e.Queues.Delete(e.Ctx, q.URL()))
	e.Wait(61 * time.Second)
	e.none(e.create(q.Name(), sqs.Config{}))
}

func deleteUnknownQueue(e *Env) {
	e.refused(e.Queues.Delete(e.Ctx, e.name()), sqs.ErrQueueDoesNotExist, textNoQueue)
}

func deleteEndsUse(e *Env) {
	q := e.queue(sqs.Config{})
	e.send(q, "m")
	r := e.lend(q, time.Minute)
	e.ok(e.Queues.Delete(e.Ctx, q.Name()))
	_, err := q.Send(e.Ctx, sqs.Message{Body: "m"})
	e.refused(err, sqs.ErrQueueDoesNotExist, textNoQueue)
	_, err = q.Receive(e.Ctx, sqs.ReceiveOptions{})
	e.refused(err, sqs.ErrQueueDoesNotExist, textNoQueue)
	_, err = q.Attributes(e.Ctx, "All")
	e.refused(err, sqs.ErrQueueDoesNotExist, textNoQueue)
	_, err = q.Tags(e.Ctx)
	e.refused(err, sqs.ErrQueueDoesNotExist, textNoQueue)
	e.refused(q.Delete(e.Ctx, r.Receipt), sqs.ErrQueueDoesNotExist, textNoQueue)
	e.refused(q.Purge(e.Ctx), sqs.ErrQueueDoesNotExist, textNoQueue)
	_, err = e.Queues.Open(e.Ctx, q.Name())
	e.refused(err, sqs.ErrQueueDoesNotExist, textNoQueue)
}

func deleteEndsPoll(e *Env) {
	q := e.queue(sqs.Config{})
	p := e.poll(q, 20*time.Second, sqs.ReceiveOptions{})
	p.open()
	e.ok(e.Queues.Delete(e.Ctx, q.Name()))
	_, err := p.answer()
	e.refused(err, sqs.ErrQueueDoesNotExist, "")
}

func purgeTakesAll(e *Env) {
	q := e.queue(sqs.Config{})
	e.send(q, "lent")
	e.lend(q, 2*time.Second)
	e.send(q, "visible")
	e.put(q, sqs.Message{Body: "delayed", Delay: new(2 * time.Second)})
	e.ok(q.Purge(e.Ctx))
	e.spread()
	e.Wait(3 * time.Second)
	e.none(q)
	e.counts(q, sqs.Counts{})
}

func purgeAgain(e *Env) {
	q := e.queue(sqs.Config{})
	e.ok(q.Purge(e.Ctx))
	e.refused(q.Purge(e.Ctx), sqs.ErrPurgeQueueInProgress,
		"Only one PurgeQueue operation on "+q.Name()+" is allowed every 60 seconds.")
	e.send(q, "m")
}

func purgeLater(e *Env) {
	q := e.queue(sqs.Config{})
	e.ok(q.Purge(e.Ctx))
	e.Wait(61 * time.Second)
	e.ok(q.Purge(e.Ctx))
}

func purgeHandles(e *Env) {
	q := e.queue(sqs.Config{})
	e.send(q, "m")
	r := e.lend(q, time.Minute)
	e.ok(q.Purge(e.Ctx))
	e.ok(q.Delete(e.Ctx, r.Receipt))
	e.refused(q.ChangeVisibility(e.Ctx, r.Receipt, time.Minute), sqs.ErrInvalidParameterValue, textGone(r))
}

func purgeGroups(e *Env) {
	q := e.fifo(sqs.Config{})
	e.group(q, "g", "m1", "m2")
	e.lend(q, time.Minute)
	e.ok(q.Purge(e.Ctx))
	e.group(q, "g", "m3")
	e.drained(q, "m3")
}

func listPrefix(e *Env) {
	base := e.name()
	for _, suffix := range []string{"-b", "-a", "-B"} {
		e.create(base+suffix, sqs.Config{})
	}
	e.spread()
	list := func(prefix string) []string {
		names, page := []string{}, e.list(sqs.ListOptions{Prefix: prefix})
		for _, q := range page.Queues {
			names = append(names, strings.TrimPrefix(q.Name(), base))
		}
		assert.Empty(e, page.Next)
		return names
	}
	assert.Equal(e, []string{"-B", "-a", "-b"}, list(base))
	assert.Equal(e, []string{"-b"}, list(base+"-b"))
	assert.Empty(e, list(base+"-c"))
}

func listPages(e *Env) {
	base := e.name()
	var want, got []string
	for _, suffix := range []string{"-1", "-2", "-3"} {
		want = append(want, e.create(base+suffix, sqs.Config{}).Name())
	}
	e.spread()
	opts := sqs.ListOptions{Prefix: base, Max: 2}
	for pages := 1; ; pages++ {
		page := e.list(opts)
		require.LessOrEqual(e, len(page.Queues), 2)
		for _, q := range page.Queues {
			got = append(got, q.Name())
		}
		if opts.Token = page.Next; opts.Token == "" || pages == 5 {
			break
		}
	}
	assert.Equal(e, want, slices.Sorted(slices.Values(got)))
}

func (e *Env) list(opts sqs.ListOptions) sqs.Page {
	page, err := e.Queues.List(e.Ctx, opts)
	e.ok(err)
	return page
}
