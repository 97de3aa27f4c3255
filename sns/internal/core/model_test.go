package core

import (
	"encoding/binary"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/inflight-mq/inflight/sns/filter"
	"github.com/inflight-mq/inflight/sns/internal/envelope"
)

const begin = int64(1_000_000 * time.Second)

// pending subscriptions live so long.
const life = int64(72 * time.Hour)

var policies = []*filter.Policy{
	nil,
	policy(`{}`, filter.MessageAttributes),
	policy(`{"color":["red"]}`, filter.MessageAttributes),
	policy(`{"color":[{"anything-but":"red"}]}`, filter.MessageAttributes),
	policy(`{"size":[{"numeric":[">",3]}]}`, filter.MessageAttributes),
	policy(`{"color":[{"exists":false}]}`, filter.MessageAttributes),
	policy(`{"kind":["a"]}`, filter.MessageBody),
	policy(`{"kind":[{"prefix":"b"}],"n":[1,2]}`, filter.MessageBody),
	policy(`{"kind":[{"exists":false}]}`, filter.MessageBody),
}

func policy(text string, scope filter.Scope) *filter.Policy {
	p, err := filter.Parse(text, scope)
	if err != nil {
		panic(err)
	}
	return p
}

func drawMessage(t *rapid.T) *Message {
	m := &Message{
		Group: rapid.SampledFrom([]string{"g", "h"}).Draw(t, "group"),
		Dedup: rapid.SampledFrom([]string{"1", "2", "3", "4", "5", "6"}).Draw(t, "dedup"),
	}
	if color := rapid.SampledFrom([]string{"", "red", "blue"}).Draw(t, "color"); color != "" {
		m.Attributes = append(m.Attributes, envelope.Attribute{Name: "color", Type: "String", Text: color})
	}
	if size := rapid.SampledFrom([]string{"", "3", "4"}).Draw(t, "size"); size != "" {
		m.Attributes = append(m.Attributes, envelope.Attribute{Name: "size", Type: "Number", Text: size})
	}
	body := rapid.SampledFrom([]string{"text", `{"kind":"a"}`, `{"kind":"b","n":2}`, `{"n":1}`, `[]`})
	m.Texts = envelope.Plain(body.Draw(t, "body"))
	if rapid.Bool().Draw(t, "structured") {
		texts := map[string]string{"default": body.Draw(t, "default")}
		for _, group := range groups {
			if rapid.Bool().Draw(t, "own") {
				texts[group] = body.Draw(t, group)
			}
		}
		m.Texts, m.Structured = structured(texts), true
	}
	return m
}

var groups = []string{"sqs", "http", "lambda"}

func structured(texts map[string]string) envelope.Texts {
	text := "{"
	for name, body := range texts {
		if text != "{" {
			text += ","
		}
		text += `"` + name + `":` + quoted(body)
	}
	s, err := envelope.ParseStructure(text+"}", "")
	if err != nil {
		panic(err)
	}
	return s
}

func quoted(s string) string {
	q := `"`
	for _, c := range s {
		if c == '"' {
			q += `\`
		}
		q += string(c)
	}
	return q + `"`
}

// machine runs the topic and the model side by side.
type machine struct {
	topic *Topic
	model *naive
	id    uint64
}

func newMachine(set Settings) *machine {
	return &machine{topic: New(begin, set), model: &naive{set: set, now: begin, since: begin}}
}

func (m *machine) newID() (id uuid.UUID) {
	m.id++
	binary.BigEndian.PutUint64(id[8:], m.id)
	return id
}

// number draws one of the numbers given out so far, or one that was not.
func (m *machine) number(t *rapid.T) uint64 {
	return uint64(rapid.IntRange(0, len(m.model.subs)+1).Draw(t, "number"))
}

// sub returns the model of a subscription that lives, or nil.
func (m *machine) sub(n uint64) *naiveSub {
	if n == 0 || n > uint64(len(m.model.subs)) || !m.model.subs[n-1].alive {
		return nil
	}
	return m.model.subs[n-1]
}

func (m *machine) actions() map[string]func(*rapid.T) {
	return map[string]func(*rapid.T){
		"add": func(t *rapid.T) {
			s := &naiveSub{alive: true, pending: rapid.Bool().Draw(t, "pending"), group: rapid.SampledFrom(groups).Draw(t, "group")}
			s.ends = m.model.now + life
			m.model.subs = append(m.model.subs, s)
			require.Equal(t, uint64(len(m.model.subs)), m.topic.Add(m.model.now, s.group, s.pending, life))
		},
		"confirm": func(t *rapid.T) {
			n := m.number(t)
			m.topic.Confirm(n)
			if s := m.sub(n); s != nil {
				s.pending = false
			}
		},
		"remove": func(t *rapid.T) {
			n := m.number(t)
			m.topic.Remove(m.model.now, n)
			if s := m.sub(n); s != nil {
				s.alive = false
				if !s.pending {
					m.model.deleted++
				}
			}
		},
		"restore": func(t *rapid.T) {
			n := m.number(t)
			group, p := rapid.SampledFrom(groups).Draw(t, "group"), rapid.SampledFrom(policies).Draw(t, "policy")
			m.topic.Restore(m.model.now, n, group, p)
			if n > 0 && n <= uint64(len(m.model.subs)) && m.sub(n) == nil {
				m.model.subs[n-1] = &naiveSub{alive: true, group: group, policy: p}
			}
		},
		"filter": func(t *rapid.T) {
			n, p := m.number(t), rapid.SampledFrom(policies).Draw(t, "policy")
			m.topic.SetFilter(n, p)
			if s := m.sub(n); s != nil {
				s.policy = p
			}
		},
		"publish": m.publish, "publish again": m.publish, "and again": m.publish,
		"scope": func(t *rapid.T) {
			set := m.model.set
			set.GroupScope = !set.GroupScope
			m.configure(set)
		},
		"archive": func(t *rapid.T) {
			set := m.model.set
			set.Archive = time.Duration(rapid.SampledFrom([]int{0, 1, 2, 10}).Draw(t, "days")) * 24 * time.Hour
			if !set.FIFO {
				set.Archive = 0
			}
			m.configure(set)
		},
		"replay": func(t *rapid.T) {
			n := m.number(t)
			from := m.model.now - rapid.Int64Range(-5, int64(50*time.Hour)).Draw(t, "from")
			to := int64(0)
			if rapid.Bool().Draw(t, "ends") {
				to = from + rapid.Int64Range(0, int64(100*time.Hour)).Draw(t, "long")
			}
			if len(m.model.kept) > 0 && rapid.Bool().Draw(t, "exact") { // both ends are included
				from = rapid.SampledFrom(m.model.kept).Draw(t, "first").At
				to = max(from, rapid.SampledFrom(m.model.kept).Draw(t, "last").At)
			}
			var want []uuid.UUID
			if m.sub(n) != nil {
				want = m.model.replay(n, from, to)
			}
			var got []uuid.UUID
			for _, again := range m.topic.Replay(m.model.now, n, from, to) {
				require.True(t, again.Replayed)
				got = append(got, again.ID)
			}
			require.Equal(t, want, got)
			for _, kept := range m.model.kept {
				require.False(t, kept.Replayed, "the original is not touched")
			}
		},
		"stop replay": func(t *rapid.T) {
			n := m.number(t)
			m.topic.StopReplay(n)
			if s := m.sub(n); s != nil {
				s.until = 0
			}
		},
		"time": func(t *rapid.T) {
			step := rapid.SampledFrom([]time.Duration{
				1, time.Minute, 5*time.Minute - 1, 5 * time.Minute, time.Hour, 24 * time.Hour, 72*time.Hour - 1, 72 * time.Hour, -time.Hour,
			}).Draw(t, "step")
			now := m.model.now + int64(step)
			require.Equal(t, m.model.advance(now), m.topic.Advance(now))
		},
		"clone": func(t *rapid.T) {
			old := m.topic
			m.topic = old.Clone()
			for _, n := range old.All() { // what happens to the original does not show in the copy
				old.SetFilter(n, policies[2])
				old.Remove(m.model.now, n)
			}
			old.Publish(m.model.now, m.newID(), &Message{Dedup: "1", Group: "g"}, nil)
			old.Advance(m.model.now + int64(1000*time.Hour))
			old.Configure(m.model.now, Settings{FIFO: m.model.set.FIFO})
		},
		"": m.check,
	}
}

func (m *machine) publish(t *rapid.T) {
	msg, id := drawMessage(t), m.newID()
	p, to, duplicate := m.topic.Publish(m.model.now, id, msg, nil)
	wantP, wantTo, wantDuplicate := m.model.publish(id, msg)
	require.Equal(t, wantDuplicate, duplicate)
	require.Equal(t, wantP, p)
	require.Equal(t, append([]uint64{}, wantTo...), append([]uint64{}, to...))
	if !duplicate {
		require.Equal(t, m.model.now, msg.At)
		require.Equal(t, p, Placed{msg.ID, msg.Order})
	}
}

func (m *machine) configure(set Settings) {
	m.model.configure(set)
	m.topic.Configure(m.model.now, set)
}

func (m *machine) check(t *rapid.T) {
	require.Equal(t, m.model.counts(), m.topic.Counts())
	require.Equal(t, m.model.all(), m.topic.All())
	require.Equal(t, m.model.begin(), m.topic.ArchiveBegin(m.model.now))
	require.Equal(t, len(m.model.kept), len(m.topic.Archived()))
	require.Equal(t, m.model.set, m.topic.Settings())
	for i, s := range m.model.subs {
		n := uint64(i + 1)
		state := m.topic.Sub(n)
		require.Equal(t, s.alive, state != nil)
		if state == nil {
			require.Zero(t, m.topic.ReplayEnds(n))
			continue
		}
		require.Equal(t, s.pending, state.Pending)
		ends := s.until
		if ends != 0 {
			ends++
		}
		require.Equal(t, ends, m.topic.ReplayEnds(n))
	}
}

// Whatever is done in whatever order: the same recipients in the same order, the same answers, counts, replays and expiries as by
// looking at everything.
func TestTopicIsTheModel(t *testing.T) {
	for name, set := range map[string]Settings{
		"standard": {}, "FIFO": {FIFO: true}, "archived": {FIFO: true, GroupScope: true, Archive: 48 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) { t.Repeat(newMachine(set).actions()) })
		})
	}
}

// Pages are all subscriptions, in order, whatever their size and whatever ended meanwhile.
func TestPages(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		topic := New(begin, Settings{})
		want := []uint64{}
		for range rapid.IntRange(0, 60).Draw(t, "subscriptions") {
			want = append(want, topic.Add(begin, "sqs", false, life))
		}
		want = slices.DeleteFunc(want, func(n uint64) bool {
			gone := rapid.Bool().Draw(t, "gone")
			if gone {
				topic.Remove(begin, n)
			}
			return gone
		})
		size := rapid.IntRange(1, 7).Draw(t, "size")
		got := []uint64{}
		for after := uint64(0); ; after = got[len(got)-1] {
			page := topic.Page(after, size)
			require.LessOrEqual(t, len(page), size)
			if got = append(got, page...); len(page) == 0 {
				break
			}
		}
		require.Equal(t, want, got)
	})
}
