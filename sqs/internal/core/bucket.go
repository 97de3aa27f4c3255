package core

import "time"

// Bucket allows a number of calls a second, and as many at once after a second of rest: a token bucket in whole numbers, so
// that it is exact at every rate. The zero bucket is full.
type Bucket struct {
	spent int64 // tokens spent, times one second
	at    int64
}

// Take takes a token, or reports that there is none.
func (b *Bucket) Take(now int64, perSecond int) bool {
	b.refill(now, perSecond)
	if b.spent+int64(time.Second) > int64(perSecond)*int64(time.Second) {
		return false
	}
	b.spent += int64(time.Second)
	return true
}

func (b *Bucket) refill(at int64, perSecond int) {
	if at <= b.at {
		return
	}
	// A second refills it all, so a longer rest must not overflow the product.
	rest := min(at-b.at, int64(time.Second))
	b.spent = max(0, b.spent-rest*int64(perSecond))
	b.at = at
}

// Full reports whether nothing is spent at the time now.
func (b *Bucket) Full(now int64, perSecond int) bool {
	b.refill(now, perSecond)
	return b.spent == 0
}
