package core

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// No name is given a second twice, and what is remembered are the names of the last minute or so.
func TestSeconds(t *testing.T) {
	var s Seconds[string]
	for now := range int64(400) {
		for i := range 100 {
			name := strconv.Itoa(int(now)*100 + i)
			require.Equal(t, now, s.Next(name, now))
			s.Give(name, now, now)
			require.Equal(t, now+1, s.Next(name, now))
			require.Equal(t, now+2, s.Next(name, now+2))
		}
		require.LessOrEqual(t, len(s.last), 3*lateness*100)
	}
	s.Give("a", 2000, 1000)
	c := s.Clone()
	s.Give("a", 2001, 1000)
	s.Give("a", 1500, 1000)
	require.EqualValues(t, 2002, s.Next("a", 1000))
	require.EqualValues(t, 2001, c.Next("a", 1000))
}
