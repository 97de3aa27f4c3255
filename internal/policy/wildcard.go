package policy

import "unicode/utf8"

// wildcard reports whether pattern covers the whole of text: * stands for any characters or none, ? for exactly one.
//
// Only the last * seen is ever widened: whatever an earlier one could give up, the last one can take instead. So the
// time is at most the product of the lengths.
func wildcard(pattern, text string) bool {
	p, t := 0, 0
	star, end := -1, 0 // where the last * is, and where in text its part ends
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, end = p, t
			p++
		case p < len(pattern) && pattern[p] == '?':
			p++
			t += runeLen(text[t:])
		case p < len(pattern) && pattern[p] == text[t]:
			p++
			t++
		case star >= 0:
			end += runeLen(text[end:])
			p, t = star+1, end
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}

func runeLen(s string) int {
	_, n := utf8.DecodeRuneInString(s)
	return n
}
