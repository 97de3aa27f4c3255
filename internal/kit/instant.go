package kit

import "time"

// Instant is the nanoseconds of Unix time that t stands for, between 1970 and 2116: what the cores count in. 0 is never one.
func Instant(t time.Time) int64 {
	switch s := t.Unix(); { // UnixNano is undefined far from 1970
	case s < 0:
		return 1
	case s > lastInstant/int64(time.Second):
		return lastInstant
	}
	return max(1, min(lastInstant, t.UnixNano()))
}

const lastInstant = 1 << 62

// TimeOf returns the time of an instant, in UTC; the zero time for 0, which means never.
func TimeOf(instant int64) time.Time {
	if instant == 0 {
		return time.Time{}
	}
	return time.Unix(0, instant).UTC()
}
