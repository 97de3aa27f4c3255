// Package bucket is the token bucket that the rates of all services are counted with.
package bucket

import "time"

// Bucket allows a number of calls, or bytes, a second, and as many at once after a rest: a token bucket in whole numbers, so that
// it is exact at every rate. The zero bucket is full.
type Bucket struct {
	spent int64 // tokens spent, times one second
	at    int64
}

// Take takes a token of a bucket that holds those of a second, or reports that there is none.
func (b *Bucket) Take(now int64, perSecond int) bool { return b.TakeN(now, 1, perSecond, perSecond) }

// TakeN takes n tokens of a bucket that holds burst, or none if there are fewer. n, perSecond and burst are up to 2^30.
func (b *Bucket) TakeN(now int64, n, perSecond, burst int) bool {
	if !b.Has(now, n, perSecond, burst) {
		return false
	}
	b.spent += int64(n) * int64(time.Second)
	return true
}

// Has reports whether TakeN would succeed.
func (b *Bucket) Has(now int64, n, perSecond, burst int) bool {
	b.refill(now, perSecond, burst)
	return b.spent+int64(n)*int64(time.Second) <= int64(burst)*int64(time.Second)
}

func (b *Bucket) refill(at int64, perSecond, burst int) {
	if at <= b.at {
		return
	}
	// A longer rest than what refills it all must not overflow the product.
	all := (int64(burst)/int64(max(1, perSecond)) + 1) * int64(time.Second)
	b.spent = max(0, b.spent-min(at-b.at, all)*int64(perSecond))
	b.at = at
}

// Full reports whether nothing is spent at the time now.
func (b *Bucket) Full(now int64, perSecond int) bool {
	b.refill(now, perSecond, perSecond)
	return b.spent == 0
}
