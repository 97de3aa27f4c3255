package kinesis

import (
	"crypto/md5"
	"encoding/binary"
	"math/bits"

	"github.com/cespare/xxhash/v2"

	"github.com/inflight-mq/inflight/internal/uint128"
)

// HashKey is a place in the key space that the shards of a stream divide: a number of 128 bits, Hi<<64 + Lo.
type HashKey struct{ Hi, Lo uint64 }

// MaxHashKey returns the largest hash key, 2^128-1.
func MaxHashKey() HashKey { return HashKey{^uint64(0), ^uint64(0)} }

// HashOf returns the hash key of a partition key as the service computes it: the MD5 of its bytes, read big-endian.
func HashOf(partitionKey string) HashKey {
	var few [128]byte // on the stack: keys are rarely longer
	sum := md5.Sum(append(few[:0], partitionKey...))
	return HashKey{binary.BigEndian.Uint64(sum[:8]), binary.BigEndian.Uint64(sum[8:])}
}

// ParseHashKey reads a decimal number from 0 to 2^128-1. Its errors are those of package strconv.
func ParseHashKey(s string) (HashKey, error) {
	n, err := uint128.Parse(s)
	return HashKey(n), err
}

// Compare returns -1, 0 or 1 as h is less than, equal to or greater than o.
func (h HashKey) Compare(o HashKey) int { return uint128.Uint128(h).Compare(uint128.Uint128(o)) }

// Between returns the key halfway from h to o, rounded down: where a split divides a shard's range evenly. Of keys in the wrong order
// it returns the key halfway round.
func (h HashKey) Between(o HashKey) HashKey {
	lo, borrow := bits.Sub64(o.Lo, h.Lo, 0)
	hi, _ := bits.Sub64(o.Hi, h.Hi, borrow)
	lo, carry := bits.Add64(h.Lo, hi<<63|lo>>1, 0)
	hi, _ = bits.Add64(h.Hi, hi>>1, carry)
	return HashKey{hi, lo}
}

// String returns the decimal number.
func (h HashKey) String() string { return uint128.Uint128(h).String() }

// Partitioner places partition keys in the key space. It must be a pure function, and safe for concurrent use.
type Partitioner func(partitionKey string) HashKey

// XXHash is a [Partitioner] for embedders: several times faster than MD5 on long keys, and not what the service does. Both halves
// are xxhash, the second with a seed of its own, so that equal upper halves do not make equal keys.
func XXHash(partitionKey string) HashKey {
	d := xxhash.NewWithSeed(1)
	_, _ = d.WriteString(partitionKey) // never fails
	return HashKey{xxhash.Sum64String(partitionKey), d.Sum64()}
}
