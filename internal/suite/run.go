package suite

import (
	"testing"
	"testing/synctest"
)

// Plan is how cases are run.
type Plan struct {
	Bubble   bool              // each in a synctest bubble
	Parallel bool              // all at the same time
	Skip     map[string]string // reasons by name; a name that no case has fails the test
}

// Run runs every case as a subtest that bears its name.
func Run[C any](t *testing.T, p Plan, cases []C, name func(C) string, run func(*testing.T, C)) {
	t.Helper()
	known := map[string]bool{}
	for _, c := range cases {
		known[name(c)] = true
		t.Run(name(c), func(t *testing.T) {
			if why, ok := p.Skip[name(c)]; ok {
				t.Skip(why)
			}
			if p.Parallel {
				t.Parallel()
			}
			if p.Bubble {
				synctest.Test(t, func(t *testing.T) { run(t, c) })
				return
			}
			run(t, c)
		})
	}
	for name := range p.Skip {
		if !known[name] {
			t.Errorf("Skip names %q, and no case has that name", name)
		}
	}
}
