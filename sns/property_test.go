package sns_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/inflight-mq/inflight/sns"
	"github.com/inflight-mq/inflight/sqs"
)

// Whatever is done with a broker, the journal says of each message and each subscription that was confirmed when it was published what
// became of it: published × confirmed = delivered + skipped + dead-lettered + lost + waiting. What is delivered is what was published
// and matches, each once; a FIFO queue that never fails gets it in order; nothing is invented.

type party struct {
	sub       sns.Subscription
	name      string
	confirmed bool
	red       bool // its filter takes red messages only
	solid     bool // its endpoint never fails
	fifo      bool
}

type machine struct {
	*world
	topics  [2]sns.Topic
	parties []*party
	broken  map[string]bool // endpoints by name
	journal *sns.Journal
	want    map[uuid.UUID]map[string]bool // by message, the confirmed subscriptions and whether they match
	order   map[string][]string           // bodies that a solid queue should have, in order
	bodies  int
	made    int // parties
}

func newMachine(t *rapid.T) *machine {
	m := &machine{broken: map[string]bool{}, want: map[uuid.UUID]map[string]bool{}, order: map[string][]string{}}
	s := &site{}
	m.world = withSite(s)
	s.answer = func(_ int, w http.ResponseWriter, r *http.Request) {
		if m.broken[r.Host] {
			w.WriteHeader(503)
		}
	}
	m.queues.Intercept(func(_ context.Context, c sqs.Call) error {
		if m.broken[c.Queue] && c.Op == sqs.OpSendMessage {
			return sqs.ErrInternal
		}
		return nil
	})
	for i, name := range []string{"x", "x.fifo"} {
		topic, err := m.Create(context.Background(), name, sns.Config{FIFO: new(i == 1)})
		require.NoError(t, err)
		m.topics[i] = topic
	}
	_, err := m.queues.Create(context.Background(), "dlq", sqs.Config{})
	require.NoError(t, err)
	m.journal = m.Record()
	return m
}

func (m *machine) subscribe(t *rapid.T) {
	m.made++
	p := &party{name: fmt.Sprint("p", m.made), red: rapid.Bool().Draw(t, "red"), confirmed: true}
	cfg := sns.SubscriptionConfig{}
	if p.red {
		cfg.FilterPolicy = new(`{"color":["red"]}`)
	}
	if rapid.Bool().Draw(t, "dead letters") {
		cfg.DeadLetter = new(queuePrefix + "dlq")
	}
	var to sns.Endpoint
	switch kind := rapid.SampledFrom([]string{"queue", "solid", "fifo", "function", "web", "missing"}).Draw(t, "kind"); kind {
	case "fifo":
		p.fifo, cfg.DeadLetter = true, nil
		p.name += ".fifo"
		fallthrough
	case "solid":
		p.solid = true
		fallthrough
	case "queue":
		cfg.Raw = new(true)
		queue := sqs.Config{}
		if p.fifo {
			queue.FIFO = new(true)
		}
		_, err := m.queues.Create(context.Background(), p.name, queue)
		require.NoError(t, err)
		to = sns.ToQueue(queuePrefix + p.name)
	case "function":
		to = m.Function(p.name, func(context.Context, sns.FunctionEvent) error {
			if m.broken[p.name] {
				return errors.New("broken")
			}
			return nil
		})
	case "web":
		to, p.confirmed = sns.ToURL("http://"+p.name), false
	case "missing":
		to = sns.ToQueue(queuePrefix + p.name)
	}
	topic := m.topics[0]
	if p.fifo {
		topic = m.topics[1]
	}
	var err error
	p.sub, err = topic.Subscribe(context.Background(), to, cfg)
	require.NoError(t, err)
	m.parties = append(m.parties, p)
}

func (m *machine) draw(t *rapid.T) *party {
	if len(m.parties) == 0 {
		t.Skip()
	}
	return rapid.SampledFrom(m.parties).Draw(t, "party")
}

func (m *machine) publish(t *rapid.T) {
	n := rapid.IntRange(0, 1).Draw(t, "topic")
	m.bodies++
	msg := sns.Message{Body: fmt.Sprint("body ", m.bodies)}
	if n == 1 {
		msg.GroupID, msg.DedupID = "g", fmt.Sprint(m.bodies)
	}
	red := rapid.Bool().Draw(t, "red")
	if red {
		msg.Attributes = map[string]sns.Attribute{"color": sns.String("red")}
	}
	p, err := m.topics[n].Publish(context.Background(), msg)
	require.NoError(t, err)
	to := map[string]bool{}
	for _, party := range m.parties {
		if party.fifo != (n == 1) || !party.confirmed {
			continue
		}
		matches := red || !party.red
		if to[party.sub.ARN()] = matches; matches {
			m.order[party.name] = append(m.order[party.name], msg.Body)
		}
	}
	m.want[p.ID] = to
}

func (m *machine) check(t *rapid.T) {
	type key struct {
		id  uuid.UUID
		sub string
	}
	ends, attempts := map[key][]sns.EventKind{}, map[key]int{}
	for e := range m.journal.Events() {
		k := key{e.ID, e.Subscription}
		switch e.Kind {
		case sns.EventSkipped:
			if strings.Contains(e.Reason, "pending") {
				continue
			}
			require.NotEmpty(t, e.Reason)
			ends[k] = append(ends[k], e.Kind)
		case sns.EventDelivered, sns.EventDeadLettered, sns.EventLost:
			if e.ID != uuid.Nil {
				ends[k] = append(ends[k], e.Kind)
			}
		case sns.EventFailed:
			attempts[k]++
			require.Equal(t, attempts[k], e.Attempt)
		}
	}
	waiting := map[key]int{}
	for _, topic := range []string{"x", "x.fifo"} {
		for _, w := range m.Peek(topic).Waiting {
			if w.ID != uuid.Nil {
				waiting[key{w.ID, w.Subscription}]++
			}
		}
	}
	n := 0
	for id, to := range m.want {
		for sub, matches := range to {
			k := key{id, sub}
			require.Equal(t, 1, len(ends[k])+waiting[k], "%v %v", ends[k], waiting[k])
			require.Equal(t, matches, len(ends[k]) == 0 || ends[k][0] != sns.EventSkipped)
			n++
		}
	}
	total := len(waiting)
	for _, kinds := range ends {
		total += len(kinds)
	}
	require.Equal(t, n, total, "nothing else")
	for _, p := range m.parties {
		var got []string
		for _, held := range m.queues.Peek(p.name) {
			got = append(got, held.Body)
		}
		if p.solid {
			require.Equal(t, append([]string{}, m.order[p.name]...), append([]string{}, got...), "each once, in order")
		}
		for i, body := range got {
			require.Contains(t, m.order[p.name], body)
			require.NotContains(t, got[:i], body)
		}
	}
}

func TestNothingIsLostUnseen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := newMachine(t)
		t.Repeat(map[string]func(*rapid.T){
			"subscribe": m.subscribe,
			"publish":   m.publish, "publish again": m.publish,
			"confirm": func(t *rapid.T) {
				p := m.draw(t)
				token := m.PendingToken(p.sub.ARN())
				if p.confirmed || token == "" {
					t.Skip()
				}
				_, err := m.Confirm(context.Background(), sns.Confirmation{TopicARN: topicOf(p.sub), Token: token})
				require.NoError(t, err)
				p.confirmed = true
			},
			"unsubscribe": func(t *rapid.T) {
				p := m.draw(t)
				if err := p.sub.Unsubscribe(context.Background()); err == nil {
					p.confirmed = false
					m.parties = slices.DeleteFunc(m.parties, func(o *party) bool { return o == p })
				}
			},
			"filter": func(t *rapid.T) {
				p := m.draw(t)
				p.red = rapid.Bool().Draw(t, "red")
				policy := ""
				if p.red {
					policy = `{"color":["red"]}`
				}
				err := p.sub.SetConfig(context.Background(), sns.SubscriptionConfig{FilterPolicy: &policy})
				require.True(t, err == nil || !p.confirmed, "it may have ended in vain")
			},
			"break": func(t *rapid.T) {
				p := m.draw(t)
				if m.broken[p.name] = !p.solid && !m.broken[p.name]; p.solid {
					t.Skip()
				}
			},
			"time": func(t *rapid.T) {
				m.clk.Advance(rapid.SampledFrom([]time.Duration{0, time.Second, 20 * time.Second, time.Minute}).Draw(t, "step"))
			},
			"": m.check,
		})
		m.broken = map[string]bool{} // in the end everything recovers, and nothing waits
		m.clk.Advance(time.Hour)
		m.check(t)
		require.Empty(t, m.Peek("x").Waiting)
		require.Empty(t, m.Peek("x.fifo").Waiting)
	})
}
