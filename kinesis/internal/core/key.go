package core

import (
	"encoding/binary"
	"math/bits"

	"github.com/inflight-mq/inflight/internal/uint128"
)

func lastKey() uint128.Uint128 { return uint128.Uint128{Hi: ^uint64(0), Lo: ^uint64(0)} }

func fromBytes(b [16]byte) uint128.Uint128 {
	return uint128.Uint128{Hi: binary.BigEndian.Uint64(b[:8]), Lo: binary.BigEndian.Uint64(b[8:])}
}

// plus returns k + n, modulo 2^128.
func plus(k uint128.Uint128, n uint64) uint128.Uint128 {
	lo, carry := bits.Add64(k.Lo, n, 0)
	return uint128.Uint128{Hi: k.Hi + carry, Lo: lo}
}

// minus returns k - n, modulo 2^128.
func minus(k uint128.Uint128, n uint64) uint128.Uint128 {
	lo, borrow := bits.Sub64(k.Lo, n, 0)
	return uint128.Uint128{Hi: k.Hi - borrow, Lo: lo}
}

// distance returns b - a, modulo 2^128.
func distance(a, b uint128.Uint128) uint128.Uint128 {
	lo, borrow := bits.Sub64(b.Lo, a.Lo, 0)
	hi, _ := bits.Sub64(b.Hi, a.Hi, borrow)
	return uint128.Uint128{Hi: hi, Lo: lo}
}

// middle returns the key between a and b.
func middle(a, b uint128.Uint128) uint128.Uint128 {
	d := distance(a, b)
	half := uint128.Uint128{Hi: d.Hi >> 1, Lo: d.Hi<<63 | d.Lo>>1}
	lo, carry := bits.Add64(a.Lo, half.Lo, 0)
	return uint128.Uint128{Hi: a.Hi + half.Hi + carry, Lo: lo}
}
