// Package model is what the service's API model says of the members of a request, and the text of the refusal: every member that is
// out of form, not only the first. The Go API and the wire check by it.
package model

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Pattern is a regular expression that a text must match as a whole.
type Pattern struct {
	Text    string
	Matches func(string) bool
}

// most is how many faults one refusal lists.
const most = 10

// Faults collects what is out of form. The zero Faults has none.
type Faults struct{ all []string }

// Any reports whether there are faults.
func (f *Faults) Any() bool { return len(f.all) > 0 }

// String returns the text of the refusal.
func (f *Faults) String() string {
	s := "s"
	if len(f.all) == 1 {
		s = ""
	}
	return fmt.Sprintf("%d validation error%s detected: %s", len(f.all), s, strings.Join(f.all, "; "))
}

func (f *Faults) add(s string) {
	if len(f.all) < most {
		f.all = append(f.all, s)
	}
}

// Null adds a member that is required and absent.
func (f *Faults) Null(path string) {
	f.add("Value null at '" + path + "' failed to satisfy constraint: Member must not be null")
}

// Value adds a member whose value breaks a constraint.
func (f *Faults) Value(path, value, constraint string) {
	f.add("Value '" + value + "' at '" + path + "' failed to satisfy constraint: " + constraint)
}

// Hidden adds a member whose value is not shown, as are blobs and lists of records.
func (f *Faults) Hidden(path, constraint string) {
	f.add("Value at '" + path + "' failed to satisfy constraint: " + constraint + ".")
}

// AtLeast and AtMost are the constraints of lengths; the values of numbers have their own.
func AtLeast(n int) string {
	return "Member must have length greater than or equal to " + strconv.Itoa(n)
}

// AtMost is the other one.
func AtMost(n int) string { return "Member must have length less than or equal to " + strconv.Itoa(n) }

// Text checks the length in characters, and the pattern, unless it is nil.
func (f *Faults) Text(path, value string, p *Pattern, low, high int) {
	if p != nil && !p.Matches(value) {
		f.Value(path, value, "Member must satisfy regular expression pattern: "+p.Text)
	}
	f.length(path, value, Length(value), low, high)
}

// Required is Text for a member that must be there. An empty value is absent unless it was given.
func (f *Faults) Required(path, value string, given bool, p *Pattern, low, high int) {
	if value == "" && !given {
		f.Null(path)
		return
	}
	f.Text(path, value, p, low, high)
}

// Optional is Text for a member that may be absent.
func (f *Faults) Optional(path, value string, given bool, p *Pattern, low, high int) {
	if value != "" || given {
		f.Text(path, value, p, low, high)
	}
}

// List checks the number of elements of a list or map, which is shown as value.
func (f *Faults) List(path, value string, n, low, high int) { f.length(path, value, n, low, high) }

func (f *Faults) length(path, value string, n, low, high int) {
	if n < low {
		f.Value(path, value, AtLeast(low))
	}
	if n > high {
		f.Value(path, value, AtMost(high))
	}
}

// Number checks a range. 0 is absent unless it was given.
func (f *Faults) Number(path string, value int, given bool, low, high int) {
	if value == 0 && !given {
		return
	}
	if value < low {
		f.Value(path, strconv.Itoa(value), "Member must have value greater than or equal to "+strconv.Itoa(low))
	}
	if value > high {
		f.Value(path, strconv.Itoa(value), "Member must have value less than or equal to "+strconv.Itoa(high))
	}
}

// Enum checks that a value is one of a set.
func (f *Faults) Enum(path, value string, set ...string) {
	for _, v := range set {
		if v == value {
			return
		}
	}
	f.Value(path, value, "Member must satisfy enum value set: ["+strings.Join(set, ", ")+"]")
}

// Length counts the UTF-16 units of a text, which the service calls characters.
func Length(s string) int {
	n := 0
	for _, r := range s {
		if r > 0xffff {
			n++
		}
		n++
	}
	return n
}

// Fits reports whether a text has between low and high characters; texts that are short in bytes are not counted.
func Fits(s string, low, high int) bool {
	if len(s) <= high && len(s) >= low*utf8.UTFMax {
		return true
	}
	n := Length(s)
	return low <= n && n <= high
}
