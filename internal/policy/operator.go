package policy

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"math"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// operator is a condition operator without prefix and suffix.
type operator struct {
	negated bool
	// read turns a value of the policy into a test of a value of the request, or returns nil if it cannot be read.
	// Tests are false for request values that cannot be read.
	read func(want string) (accept func(have string) bool)
}

// operators holds all operators but Null. It is never changed.
var operators = map[string]operator{
	"StringEquals":              {false, equalText},
	"StringNotEquals":           {true, equalText},
	"StringEqualsIgnoreCase":    {false, equalFold},
	"StringNotEqualsIgnoreCase": {true, equalFold},
	"StringLike":                {false, likeText},
	"StringNotLike":             {true, likeText},

	"ArnEquals":    {false, likeARN},
	"ArnLike":      {false, likeARN},
	"ArnNotEquals": {true, likeARN},
	"ArnNotLike":   {true, likeARN},

	"NumericEquals":            {false, numeric(func(order int) bool { return order == 0 })},
	"NumericNotEquals":         {true, numeric(func(order int) bool { return order == 0 })},
	"NumericLessThan":          {false, numeric(func(order int) bool { return order < 0 })},
	"NumericLessThanEquals":    {false, numeric(func(order int) bool { return order <= 0 })},
	"NumericGreaterThan":       {false, numeric(func(order int) bool { return order > 0 })},
	"NumericGreaterThanEquals": {false, numeric(func(order int) bool { return order >= 0 })},

	"DateEquals":            {false, date(func(order int) bool { return order == 0 })},
	"DateNotEquals":         {true, date(func(order int) bool { return order == 0 })},
	"DateLessThan":          {false, date(func(order int) bool { return order < 0 })},
	"DateLessThanEquals":    {false, date(func(order int) bool { return order <= 0 })},
	"DateGreaterThan":       {false, date(func(order int) bool { return order > 0 })},
	"DateGreaterThanEquals": {false, date(func(order int) bool { return order >= 0 })},

	"Bool":         {false, equalBool},
	"BinaryEquals": {false, equalBytes},
	"IpAddress":    {false, inNetwork},
	"NotIpAddress": {true, inNetwork},
}

func equalText(want string) func(string) bool {
	return func(have string) bool { return have == want }
}

func equalFold(want string) func(string) bool {
	return func(have string) bool { return strings.EqualFold(have, want) }
}

func likeText(want string) func(string) bool {
	return func(have string) bool { return wildcard(want, have) }
}

// likeARN compares the six parts one by one, so that a wildcard stays within its part.
func likeARN(want string) func(string) bool {
	patterns := strings.SplitN(want, ":", 6)
	return func(have string) bool {
		parts := strings.SplitN(have, ":", 6)
		if len(parts) != 6 || len(patterns) != 6 {
			return false
		}
		for i, part := range parts {
			if !wildcard(patterns[i], part) {
				return false
			}
		}
		return true
	}
}

func equalBool(want string) func(string) bool {
	if !strings.EqualFold(want, "true") && !strings.EqualFold(want, "false") {
		return nil
	}
	return equalFold(want)
}

func equalBytes(want string) func(string) bool {
	wanted, err := base64.StdEncoding.DecodeString(want)
	if err != nil {
		return nil
	}
	return func(have string) bool {
		b, err := base64.StdEncoding.DecodeString(have)
		return err == nil && bytes.Equal(b, wanted)
	}
}

// inNetwork takes a single address for a network of one.
func inNetwork(want string) func(string) bool {
	network, err := netip.ParsePrefix(want)
	if err != nil {
		a, err := netip.ParseAddr(want)
		if err != nil {
			return nil
		}
		network = netip.PrefixFrom(a.Unmap(), a.Unmap().BitLen())
	}
	return func(have string) bool {
		a, err := netip.ParseAddr(have)
		return err == nil && network.Contains(a.Unmap())
	}
}

func numeric(holds func(order int) bool) func(string) func(string) bool {
	return ordered(readNumber, cmp.Compare[float64], holds)
}

func date(holds func(order int) bool) func(string) func(string) bool {
	return ordered(readDate, time.Time.Compare, holds)
}

// ordered makes the reader of an operator that reads both sides and judges their order: request before policy is negative.
func ordered[T any](
	read func(string) (T, bool), compare func(have, want T) int, holds func(order int) bool,
) func(string) func(string) bool {
	return func(want string) func(string) bool {
		wanted, ok := read(want)
		if !ok {
			return nil
		}
		return func(have string) bool {
			v, ok := read(have)
			return ok && holds(compare(v, wanted))
		}
	}
}

// readNumber reads a number with the precision of a float64.
func readNumber(s string) (float64, bool) {
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil && !math.IsNaN(f) && !math.IsInf(f, 0)
}

// readDate reads seconds since 1970, a date, or a date and time with zone, to the minute or finer.
func readDate(s string) (time.Time, bool) {
	if seconds, err := strconv.ParseInt(s, 10, 64); err == nil {
		// Up to the year 9999, as in the textual forms: further out the time package overflows.
		const limit = 253402300799
		return time.Unix(seconds, 0), -limit <= seconds && seconds <= limit
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00", time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}
