package kit

import (
	crand "crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"math/rand/v2"

	"github.com/google/uuid"
)

// Seed is what all ids of a broker are a function of.
type Seed [32]byte

// RandomSeed returns a seed that nobody can foretell.
func RandomSeed() (s Seed) {
	_, _ = crand.Read(s[:]) // never fails
	return s
}

// SeedOf returns the seed of a number.
func SeedOf(n uint64) Seed { return sha256.Sum256(binary.BigEndian.AppendUint64(nil, n)) }

// Generator returns the seed's own generator.
func (s Seed) Generator() *rand.ChaCha8 { return rand.NewChaCha8(s) }

// Derive returns the generator of the n-th resource, of a name, so that its ids do not depend on what others do meanwhile.
func (s Seed) Derive(name string, n uint64) *rand.ChaCha8 {
	h := sha256.New()
	h.Write(s[:])
	h.Write(binary.BigEndian.AppendUint64([]byte(name), n))
	return rand.NewChaCha8([32]byte(h.Sum(nil)))
}

// NewID draws a random UUID of version 4.
func NewID(r *rand.ChaCha8) uuid.UUID {
	var id uuid.UUID
	binary.LittleEndian.PutUint64(id[:8], r.Uint64())
	binary.LittleEndian.PutUint64(id[8:], r.Uint64())
	id[6] = id[6]&0x0f | 0x40
	id[8] = id[8]&0x3f | 0x80
	return id
}
