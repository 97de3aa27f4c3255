package core

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// A handle is 40 characters and reads back as what it was.
func TestReceiptText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := Receipt{rapid.Uint64().Draw(t, "queue"), rapid.Uint64().Draw(t, "order"), rapid.Uint32().Draw(t, "slot"),
			rapid.Uint32().Draw(t, "delivery")}
		require.Len(t, r.String(), 40)
		back, ok := ParseReceipt(r.String())
		require.True(t, ok)
		require.Equal(t, r, back)
	})
}

// A handle with any one character changed, dropped or doubled is none.
func TestDamagedReceipt(t *testing.T) {
	text := Receipt{1 << 60, 77, 5, 2}.String()
	for i := range text {
		for _, c := range "ABCXYZabcxyz0189+/=\n\r \x00é" {
			if damaged := text[:i] + string(c) + text[i+1:]; damaged != text {
				requireNoReceipt(t, damaged)
			}
		}
		requireNoReceipt(t, text[:i]+text[i+1:])
		requireNoReceipt(t, text[:i]+text[i:i+1]+text[i:])
	}
}

// Line ends are no part of a handle, though the decoder of base64 overlooks them.
func TestReceiptWithLineEnds(t *testing.T) {
	r := Receipt{Queue: 1}
	for !strings.HasSuffix(r.String(), "AAAA") {
		r.Order++
	}
	requireNoReceipt(t, r.String()[:36]+"\n\r\n\n")
}

func requireNoReceipt(t *testing.T, text string) {
	t.Helper()
	_, ok := ParseReceipt(text)
	require.False(t, ok, "%q", text)
}

// No text makes the parser panic, and a text that it accepts is the one that the receipt renders to.
func FuzzParseReceipt(f *testing.F) {
	for _, r := range []Receipt{{}, {1, 2, 3, 4}, {1 << 63, 1 << 62, 1 << 31, 1 << 30}} {
		f.Add(r.String())
		f.Add(r.String()[:36] + "\n\n\n\n")
	}
	f.Add("garbage")
	f.Add("")
	f.Add(strings.Repeat("A", 40))
	f.Fuzz(func(t *testing.T, text string) {
		if r, ok := ParseReceipt(text); ok {
			require.Equal(t, text, r.String())
		}
	})
}

var standard = Settings{}

// What a delete does, by the age of its handle.
func TestDeleteStanding(t *testing.T) {
	playRows(t, []row{
		{"standard: in flight", standard, "send a1; receive 1: a1; delete a1; counts: 0 0 0"},
		{"standard: visibility over", standard, "send a1; receive 1: a1; tick 30s; delete a1; counts: 0 0 0"},
		{"standard: visibility extended", standard, "send a1; receive 1: a1; hide a1 60; tick 45s; delete a1; counts: 0 0 0"},
		{"standard: an older handle", standard, "send a1; receive 1 0: a1; receive 1: a1; delete a1@1; counts: 0 0 0"},
		{"standard: received with 0", standard, "send a1; receive 1 0: a1; tick 1h; delete a1; counts: 0 0 0"},
		{"standard: deleted", standard, "send a1; receive 1: a1; delete a1; delete a1: gone; send a2; delete a1: gone; counts: 1 0 0"},
		{"standard: expired", standard, "send a1; receive 1: a1; tick 96h; delete a1: gone; send a2; delete a1: gone; counts: 1 0 0"},
		{"standard: purged", standard, "send a1; receive 1: a1; purge; delete a1: gone; send a2; delete a1: gone; counts: 1 0 0"},
		{"FIFO: in flight", fifo, "send a1 a2; receive 1: a1; delete a1; receive 1: a2"},
		{"FIFO: in the last moment", fifo, "send a1; receive 1: a1; tick 29.999999999s; delete a1; counts: 0 0 0"},
		{"FIFO: visibility over", fifo, "send a1; receive 1: a1; tick 30s; delete a1: stale; counts: 1 0 0"},
		{"FIFO: visibility extended", fifo, "send a1; receive 1: a1; hide a1 60; tick 45s; delete a1; counts: 0 0 0"},
		{"FIFO: released", fifo, "send a1; receive 1: a1; tick 1ns; hide a1 0; delete a1: stale; counts: 1 0 0"},
		{"FIFO: an older handle", fifo, "send a1; receive 1: a1; tick 30s; receive 1: a1; delete a1@1: stale; counts: 0 1 0"},
		{"FIFO: received with 0, same millisecond", fifo, "send a1; receive 1 0: a1; tick 543210ns; delete a1; counts: 0 0 0"},
		{"FIFO: received with 0, next millisecond", fifo, "send a1; receive 1 0: a1; tick 543211ns; delete a1: stale; counts: 1 0 0"},
		{"FIFO: received with 0 and released as well", fifo, "send a1; receive 1 0: a1; tick 1ns; hide a1 0; delete a1; counts: 0 0 0"},
		{"FIFO: received with 0 twice at once", fifo,
			"send a1; receive 1 0: a1; receive 1 0: a1; delete a1@1: stale; delete a1@2; counts: 0 0 0"},
		{"FIFO: deleted", fifo, "send a1; receive 1: a1; delete a1; delete a1: gone; tick 1h; delete a1: gone"},
		{"FIFO: expired", fifo, "send a1; receive 1: a1; tick 96h; delete a1: gone; send a2; delete a1: gone; counts: 1 0 0"},
		{"FIFO: purged", fifo, "send a1; receive 1: a1; purge; delete a1: gone; send a2; delete a1: gone; counts: 1 0 0"},
	})
}

// What a change of visibility does, by the age of its handle.
func TestVisibilityStanding(t *testing.T) {
	playRows(t, []row{
		{"counts from now", standard, "send a1; receive 1: a1; tick 20s; hide a1 30; tick 29.999999999s; receive 1:; tick 1ns; receive 1: a1"},
		{"shorter", standard, "send a1; receive 1 60: a1; hide a1 10; tick 10s; receive 1: a1"},
		{"0 releases at once", standard, "send a1; receive 1: a1; hide a1 0; counts: 1 0 0; receive 1: a1"},
		{"for this delivery only", standard, "send a1; receive 1: a1; hide a1 60; tick 60s; receive 1: a1; tick 30s; receive 1: a1"},
		{"standard: over, hides again from now", standard,
			"send a1; receive 1: a1; tick 40s; hide a1 10; counts: 0 1 0; receive 1:; tick 10s; receive 1: a1"},
		{"standard: over, 0 changes nothing", standard, "send a1; receive 1: a1; tick 40s; hide a1 0; counts: 1 0 0; receive 1: a1"},
		{"standard: an older handle rules the new delivery", standard,
			"send a1; receive 1: a1; tick 30s; receive 1: a1; hide a1@1 0; receive 1: a1"},
		{"standard: deleted", standard, "send a1; receive 1: a1; delete a1; hide a1 0: gone; hide a1 10: gone"},
		{"standard: expired", standard, "send a1; receive 1: a1; tick 96h; hide a1 10: gone"},
		{"standard: purged", standard, "send a1; receive 1: a1; purge; send a2; hide a1 10: gone; counts: 1 0 0"},
		{"FIFO: over", fifo, "send a1; receive 1: a1; tick 30s; hide a1 10: stale; counts: 1 0 0"},
		{"FIFO: an older handle", fifo, "send a1; receive 1: a1; tick 30s; receive 1: a1; hide a1@1 0: stale; counts: 0 1 0"},
		{"FIFO: received with 0, same millisecond", fifo, "send a1 a2; receive 1 0: a1; hide a1 10; receive 10:; tick 10s; receive 10: a1 a2"},
		{"FIFO: received with 0, next millisecond", fifo, "send a1; receive 1 0: a1; tick 1ms; hide a1 10: stale"},
		{"FIFO: deleted", fifo, "send a1; receive 1: a1; delete a1; hide a1 10: gone"},
	})
}

// A message is hidden for 12 hours from its receive at most, however often that is extended.
func TestVisibilityCeiling(t *testing.T) {
	for name, set := range map[string]Settings{"standard": standard, "FIFO": fifo} {
		playRows(t, []row{
			{name + ": exactly 12 hours", set, "send a1; tick 1h; receive 1: a1; hide a1 43200; tick 43199.999999999s; receive 1:; tick 1ns; receive 1: a1"},
			{name + ": one nanosecond more", set, "send a1; receive 1: a1; hide a1 12h0m0.000000001s: beyond; tick 30s; receive 1: a1"},
			{name + ": a nanosecond later", set, "send a1; receive 1: a1; tick 1ns; hide a1 43200: beyond; hide a1 11h59m59.999999999s"},
			{name + ": extending does not reset it", set, "send a1; receive 1 3600: a1; tick 30m; hide a1 2h; hide a1 11h30m; hide a1 11h30m0.000000001s: beyond"},
			{name + ": the next receive does", set, "send a1; receive 1 3600: a1; tick 1h; receive 1: a1; hide a1 43200"},
		})
	}
}

// A change of visibility is no receive.
func TestVisibilityCountsNothing(t *testing.T) {
	s := newScript(t, standard)
	s.play("send a1; receive 1: a1; hide a1 0; hide a1 60; hide a1 0; receive 1: a1")
	require.Equal(t, 2, s.loans["a1"].Receives)
	require.Equal(t, start, s.loans["a1"].First)
}

// A handle of another queue, or of no message, has no effect, whatever it would mean there.
func TestForeignReceipt(t *testing.T) {
	for _, set := range []Settings{standard, fifo} {
		s := newScript(t, set)
		s.play("send a1; receive 1: a1")
		r := s.handle("a1")
		r.Queue++
		require.Equal(t, Foreign, s.q.Delete(s.now, r, nil))
		require.Equal(t, Foreign, s.q.ChangeVisibility(s.now, r, 0))
		s.play("counts: 0 1 0")
		r = s.handle("a1")
		r.Slot = 1 << 30 // of this queue, but no slot of it
		require.Equal(t, Gone, s.q.Delete(s.now, r, nil))

		r = s.handle("a1")
		s.play("delete a1")
		r.Order = 0 // made up: that of a slot which is free
		for r.Delivery = range 2 {
			require.Equal(t, Gone, s.q.Delete(s.now, r, nil))
			require.Equal(t, Gone, s.q.ChangeVisibility(s.now, r, time.Minute))
		}
		s.play("counts: 0 0 0; send a2; counts: 1 0 0")
	}
}
