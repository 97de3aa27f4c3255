package kinesistest

import (
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"math/big"
	"strconv"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/kinesis"
)

// The suite works out numbers in its own way, by math/big and by digits: an implementation is not checked by its own arithmetic.

// bigOf returns a hash key as a number.
func bigOf(k kinesis.HashKey) *big.Int {
	n := new(big.Int).SetUint64(k.Hi)
	return n.Add(n.Lsh(n, 64), new(big.Int).SetUint64(k.Lo))
}

// hashKey returns the number as a hash key, modulo 2^128.
func hashKey(n *big.Int) kinesis.HashKey {
	low := new(big.Int).SetUint64(^uint64(0))
	hi := new(big.Int).And(new(big.Int).Rsh(n, 64), low)
	return kinesis.HashKey{Hi: hi.Uint64(), Lo: new(big.Int).And(n, low).Uint64()}
}

// key returns the hash key of a decimal text.
func key(text string) kinesis.HashKey {
	n, _ := new(big.Int).SetString(text, 10)
	return hashKey(n)
}

// plus returns k+n, modulo 2^128.
func plus(k kinesis.HashKey, n int64) kinesis.HashKey {
	sum := new(big.Int).Add(bigOf(k), big.NewInt(n))
	return hashKey(sum.Mod(sum, space()))
}

// space is the number of hash keys, 2^128.
func space() *big.Int { return new(big.Int).Lsh(big.NewInt(1), 128) }

// middle returns the key at which the halves of a shard's range meet.
func middle(sh kinesis.Shard) kinesis.HashKey {
	sum := new(big.Int).Add(bigOf(sh.Start), bigOf(sh.End))
	return hashKey(sum.Add(sum, big.NewInt(1)).Rsh(sum, 1))
}

// hashOf returns the hash of a partition key: its MD5, read big-endian.
func hashOf(partitionKey string) kinesis.HashKey {
	sum := md5.Sum([]byte(partitionKey))
	return hashKey(new(big.Int).SetBytes(sum[:]))
}

// number is a sequence number of today's format, taken apart into its hexadecimal digits.
type number struct {
	lead    int64 // always 2
	created int64 // second in which the shard was made
	nibble  int64 // of the shard's index, the lowest
	index   int64 // of the record
	zeros   int64
	second  int64 // of the record
	shard   int64
	version int64 // 2
}

// fields are the parts of a number with the places of their digits.
func (n *number) fields() []struct {
	part     *int64
	from, to int
} {
	return []struct {
		part     *int64
		from, to int
	}{{&n.lead, 0, 1}, {&n.created, 1, 10}, {&n.nibble, 10, 11}, {&n.index, 11, 27}, {&n.zeros, 27, 29}, {&n.second, 29, 38},
		{&n.shard, 38, 46}, {&n.version, 46, 47}}
}

// numberOf takes a sequence number apart.
func (e *Env) numberOf(s kinesis.SequenceNumber) number {
	require.Regexp(e, `^[1-9][0-9]{55}$`, s.String(), "a sequence number has 56 digits")
	value, _ := new(big.Int).SetString(s.String(), 10)
	digits := fmt.Sprintf("%047x", value)
	require.Len(e, digits, 47, "a sequence number has 186 bits")
	var n number
	for _, f := range n.fields() {
		part, err := strconv.ParseUint(digits[f.from:f.to], 16, 64)
		require.NoError(e, err)
		*f.part = int64(part)
	}
	return n
}

// String puts the number together in decimal.
func (n number) String() string {
	digits := ""
	for _, f := range n.fields() {
		width := f.to - f.from
		all := fmt.Sprintf("%016x", uint64(*f.part))
		digits += all[16-width:]
	}
	if len(digits)%2 == 1 {
		digits = "0" + digits
	}
	raw, _ := hex.DecodeString(digits)
	return new(big.Int).SetBytes(raw).String()
}

// with returns the number after a change.
func (n number) with(change func(*number)) string {
	change(&n)
	return n.String()
}

// minus returns a-b as a decimal text.
func minus(a, b kinesis.SequenceNumber) string {
	x, _ := new(big.Int).SetString(a.String(), 10)
	y, _ := new(big.Int).SetString(b.String(), 10)
	return x.Sub(x, y).String()
}

// share returns where the i-th of n equal shares of the key space begins.
func share(n, i int) kinesis.HashKey {
	width := new(big.Int).Div(space(), big.NewInt(int64(n)))
	return hashKey(width.Mul(width, big.NewInt(int64(i))))
}
