package core

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// script plays steps against a queue, written as the sheet writes them: "send a1 a2; receive 1: a1; delete a1". A message is
// named by its group and a digit, its deduplication id is its name or follows an equals sign. What follows a colon must be
// the answer.
//
//	send a1 b1=x       answers with the originals of duplicates
//	receive 10 60      most and visibility, 30 s if left out; answers with the messages
//	dead 10            the same from the dead-letter queue
//	delete a1          by the newest handle of a1, or one received earlier: a1@1 is the first
//	hide a1 60         likewise; both answer with the standing, valid if left out
//	tick 1s, delay 1s, scope group, purge
//	counts             answers with the messages waiting, in flight and delayed
type script struct {
	t        *testing.T
	q, dlq   *Queue
	now      int64
	ids      map[string]uuid.UUID
	names    map[uuid.UUID]string
	receipts map[string][]Receipt
	loans    map[string]Loan // the last of each message
}

func newScript(t *testing.T, set Settings) *script {
	if set.Retention == 0 {
		set.Retention = 4 * 24 * time.Hour
	}
	dead := Settings{FIFO: set.FIFO, Retention: set.Retention}
	return &script{t: t, q: New("queue", 1, set), dlq: New("dead", 2, dead), now: start, ids: map[string]uuid.UUID{},
		names: map[uuid.UUID]string{}, receipts: map[string][]Receipt{}, loans: map[string]Loan{}}
}

func (s *script) play(steps string) {
	s.t.Helper()
	for step := range strings.SplitSeq(steps, ";") {
		do, want, told := strings.Cut(step, ":")
		words := strings.Fields(do)
		if want = strings.TrimSpace(want); !told && (words[0] == "delete" || words[0] == "hide") {
			want = "valid"
		}
		require.Equal(s.t, want, s.do(words[0], words[1:]), "%s, in %s", step, steps)
	}
}

func (s *script) do(verb string, args []string) string {
	switch verb {
	case "send":
		return s.send(args)
	case "receive":
		return s.receive(s.q, args)
	case "dead":
		return s.receive(s.dlq, args)
	case "delete":
		return standing(s.q.Delete(s.now, s.handle(args[0]), nil))
	case "hide":
		return standing(s.q.ChangeVisibility(s.now, s.handle(args[0]), seconds(args[1])))
	case "tick":
		s.now += int64(duration(args[0]))
	case "delay":
		set := s.q.Settings()
		set.Delay = duration(args[0])
		s.q.Configure(s.now, set)
	case "scope":
		set := s.q.Settings()
		set.GroupScope = args[0] == "group"
		s.q.Configure(s.now, set)
	case "purge":
		s.q.Purge(s.now)
	case "counts":
		c := s.q.Counts(s.now)
		return fmt.Sprint(c.Waiting, c.InFlight, c.Delayed)
	default:
		s.t.Fatalf("no step %q", verb)
	}
	return ""
}

func (s *script) send(args []string) string {
	var originals []string
	for _, arg := range args {
		name, dedup, _ := strings.Cut(arg, "=")
		var id uuid.UUID
		binary.BigEndian.PutUint32(id[:], uint32(len(s.ids)+1))
		s.ids[name], s.names[id] = id, name
		m := &Message{Body: name, Group: name[:1]}
		if s.q.set.FIFO {
			if m.Dedup = dedup; dedup == "" {
				m.Dedup = name
			}
		}
		p := s.q.Send(s.now, id, m)
		require.Equal(s.t, p.Duplicate, p.ID != id)
		if p.Duplicate {
			originals = append(originals, s.names[p.ID])
		}
	}
	return strings.Join(originals, " ")
}

func (s *script) receive(q *Queue, args []string) string {
	most, _ := strconv.Atoi(args[0])
	r := Request{Max: most, Visibility: 30 * time.Second}
	if len(args) > 1 {
		r.Visibility = seconds(args[1])
	}
	dlq := s.dlq
	if q == s.dlq {
		dlq = nil
	}
	loans, _ := q.Receive(s.now, r, nil, dlq)
	var got []string
	for _, l := range loans {
		got = append(got, l.Body)
		s.receipts[l.Body] = append(s.receipts[l.Body], l.Receipt)
		s.loans[l.Body] = l
	}
	return strings.Join(got, " ")
}

func (s *script) handle(arg string) Receipt {
	name, nth, old := strings.Cut(arg, "@")
	all := s.receipts[name]
	if old {
		n, _ := strconv.Atoi(nth)
		return all[n-1]
	}
	return all[len(all)-1]
}

func standing(is Standing) string {
	return [...]string{"valid", "foreign", "gone", "stale", "beyond"}[is]
}

func duration(text string) time.Duration {
	d, err := time.ParseDuration(text)
	if err != nil {
		panic(err)
	}
	return d
}

// seconds reads a number of seconds or a duration.
func seconds(text string) time.Duration {
	if n, err := strconv.Atoi(text); err == nil {
		return time.Duration(n) * time.Second
	}
	return duration(text)
}

type row struct {
	name  string
	set   Settings
	steps string
}

func playRows(t *testing.T, rows []row) {
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) { newScript(t, r.set).play(r.steps) })
	}
}
