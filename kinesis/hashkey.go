package kinesis

import (
	"crypto/md5"
	"encoding/binary"
	"unsafe"

	"github.com/cespare/xxhash/v2"

	"github.com/inflight-mq/inflight/internal/uint128"
)

// HashKey is a place in the key space that the shards of a stream divide: a number of 128 bits, Hi<<64 + Lo.
type HashKey struct{ Hi, Lo uint64 }

// MaxHashKey returns the largest hash key, 2^128-1.
func MaxHashKey() HashKey { return HashKey{^uint64(0), ^uint64(0)} }

// HashOf returns the hash key of a partition key as the service computes it: the MD5 of its bytes, read big-endian.
func HashOf(partitionKey string) HashKey {
	// md5.Sum only reads: the bytes of the string are not copied.
	sum := md5.Sum(unsafe.Slice(unsafe.StringData(partitionKey), len(partitionKey)))
	return HashKey{binary.BigEndian.Uint64(sum[:8]), binary.BigEndian.Uint64(sum[8:])}
}

// ParseHashKey reads a decimal number from 0 to 2^128-1. Its errors are those of package strconv.
func ParseHashKey(s string) (HashKey, error) {
	n, err := uint128.Parse(s)
	return HashKey(n), err
}

// Compare returns -1, 0 or 1 as h is less than, equal to or greater than o.
func (h HashKey) Compare(o HashKey) int { return uint128.Uint128(h).Compare(uint128.Uint128(o)) }

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
