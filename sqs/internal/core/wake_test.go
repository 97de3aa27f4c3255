package core

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A queue wakes when time alone makes a message deliverable: not later, and then it is.
func TestWake(t *testing.T) {
	short := 50 * time.Second
	for name, c := range map[string]struct {
		set           Settings
		before, after string
		wake          time.Duration // from the end of the steps before
	}{
		"a delay ends":              {fifo, "delay 10s; send a1; tick 4s", "receive 1: a1", 6 * time.Second},
		"a visibility timeout ends": {standard, "send a1 a2; receive 2 20: a1 a2; hide a2 10; tick 4s", "receive 9: a2", 6 * time.Second},
		"a message that blocks its group expires": {Settings{FIFO: true, Retention: short},
			"send a1; tick 4s; send a2; receive 1 600: a1", "receive 1: a2", 46 * time.Second},
		"a lent message expires and makes room": {Settings{InFlight: 1, Retention: short},
			"send a1; tick 4s; send a2; receive 1 600: a1", "receive 1: a2", 46 * time.Second},
		"and does so on a FIFO queue": {Settings{FIFO: true, InFlight: 1, Retention: short},
			"send a1; tick 4s; send b1; receive 1 600: a1", "receive 1: b1", 46 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScript(t, c.set)
			s.play(c.before)
			at, ok := s.q.NextWake()
			require.True(t, ok)
			require.Equal(t, c.wake, time.Duration(at-s.now))
			s.now = at - 1
			s.play("receive 9:")
			s.now = at
			s.play(c.after)
		})
	}
	s := newScript(t, standard)
	s.play("send a1; receive 1: a1; delete a1; send a2")
	_, ok := s.q.NextWake()
	require.False(t, ok, "nothing will change")
}
