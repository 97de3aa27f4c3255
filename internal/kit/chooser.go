package kit

import (
	"math/rand/v2"
	"sync"
)

// Chooser decides what a service leaves open; Q names its questions. It returns a number in [0,n).
type Chooser[Q any] interface {
	Choose(what Q, n int) int
}

// RandomChooser returns a Chooser that answers at random, the same for the same seed and the same questions.
func RandomChooser[Q any](seed uint64) Chooser[Q] {
	return &randomChooser[Q]{rand.New(rand.NewPCG(seed, 0))}
}

type randomChooser[Q any] struct{ r *rand.Rand }

func (c *randomChooser[Q]) Choose(_ Q, n int) int { return c.r.IntN(n) }

// OneAtATime makes a Chooser safe for concurrent use.
func OneAtATime[Q any](ch Chooser[Q]) Chooser[Q] { return &oneAtATime[Q]{ch: ch} }

type oneAtATime[Q any] struct {
	mu sync.Mutex
	ch Chooser[Q]
}

func (o *oneAtATime[Q]) Choose(what Q, n int) int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.ch.Choose(what, n)
}

// Guard puts the questions of one resource. A Chooser that panics, as property tests do to end a run, must not leave the resource
// locked and half changed: the operation goes on tamely, and the panic goes on when the locks are released. A nil Guard has no
// Chooser: nobody is asked.
type Guard[Q any] struct {
	ch       Chooser[Q]
	panicked any
}

// NewGuard returns a guard of ch, nil when ch is nil.
func NewGuard[Q any](ch Chooser[Q]) *Guard[Q] {
	if ch == nil {
		return nil
	}
	return &Guard[Q]{ch: ch}
}

// Choose asks, and answers tamely from the first panic until TakePanic.
func (g *Guard[Q]) Choose(what Q, n int) (answer int) {
	if g.panicked != nil {
		return 0
	}
	defer func() {
		if p := recover(); p != nil {
			g.panicked, answer = p, 0
		}
	}()
	return g.ch.Choose(what, n)
}

// Panicking reports whether the running operation ends with a panic.
func (g *Guard[Q]) Panicking() bool { return g != nil && g.panicked != nil }

// TakePanic returns what the Chooser panicked with since the last call.
func (g *Guard[Q]) TakePanic() any {
	if g == nil {
		return nil
	}
	p := g.panicked
	g.panicked = nil
	return p
}
