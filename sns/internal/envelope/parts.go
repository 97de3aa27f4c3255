package envelope

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// bytesOfPart is what one part of an SMS holds: 160 characters of 7 bits, or 70 units of 16.
const bytesOfPart = 140

// narrow are the characters that take 7 bits in an SMS, wide those that take twice as many. (GSM 03.38)
const (
	narrow = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
		"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	wide = "\f^{}\\[~]|€"
)

// Parts returns a text as the parts it is sent in. They end after a blank, where one part holds one, and put together they are the
// text. A text with a single character of no 7 bits takes 16 for each.
func Parts(text string) []string {
	width, room := narrowWidth, bytesOfPart*8/7
	for _, r := range text {
		if narrowWidth(r) == 0 {
			width, room = utf16.RuneLen, bytesOfPart/2
			break
		}
	}
	var parts []string
	for begin, end, blank, used := 0, 0, 0, 0; ; {
		r, size := utf8.DecodeRuneInString(text[end:])
		if size == 0 {
			return append(parts, text[begin:])
		}
		if used += width(r); used > room {
			if blank > begin {
				end = blank
			}
			parts = append(parts, text[begin:end])
			begin, used = end, 0
			continue
		}
		if end += size; r == ' ' {
			blank = end
		}
	}
}

// narrowWidth returns how many times 7 bits a character takes; 0 if it cannot be written so.
func narrowWidth(r rune) int {
	switch {
	case r < utf8.RuneSelf && (r >= 'a' && r <= 'z' || r == ' '), strings.ContainsRune(narrow, r):
		return 1
	case strings.ContainsRune(wide, r):
		return 2
	}
	return 0
}
