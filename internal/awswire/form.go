package awswire

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
)

// Form reads the parameters of the Query protocol. Whoever reads asks for what a parameter must be; [Form.Err] tells whether one
// was something else.
//
// Items of lists and maps are numbered: Tag.1.Key with the older services, Tags.member.1.Key or Attributes.entry.1.key with the
// newer ones. A list's name is all that stands before the number.
type Form struct {
	params Params
	err    error
}

// NewForm returns a reader of a form.
func NewForm(ps Params) *Form { return &Form{params: ps} }

// Err returns [ErrMalformed] if a parameter was not of the type that it was read as.
func (f *Form) Err() error { return f.err }

// Text reads a text, nil if it is absent.
func (f *Form) Text(name string) *string { return f.params.text(name) }

// Int32 reads a whole number of 32 bits. An empty one is absent.
func (f *Form) Int32(name string) *int32 {
	s := f.Text(name)
	if s == nil || *s == "" {
		return nil
	}
	n, err := strconv.ParseInt(*s, 10, 32)
	if err != nil {
		f.err = ErrMalformed
		return nil
	}
	return new(int32(n))
}

// Bool reads true or false, in any case. What is absent or empty is false.
func (f *Form) Bool(name string) bool {
	switch s := strings.ToLower(orEmpty(f.Text(name))); s {
	case "", "false":
	case "true":
		return true
	default:
		f.err = ErrMalformed
	}
	return false
}

// Binary reads bytes in base64, nil if they are absent.
func (f *Form) Binary(name string) []byte {
	s := f.Text(name)
	if s == nil {
		return nil
	}
	b, err := base64.StdEncoding.DecodeString(*s)
	if err != nil {
		f.err = ErrMalformed
	}
	return b
}

// mostNumbered bounds how many items of a list are read; no operation takes as many.
const mostNumbered = 1100

// Items returns the names of a list's items, such as Tag.1, in the order of their numbers. The parameters may come in any order,
// and numbers may be left out.
func (f *Form) Items(list string) []string {
	var numbers []int
	prefix := list + "."
	for _, p := range f.params.under(prefix) {
		if n := leadingNumber(p.Name[len(prefix):]); n > 0 {
			numbers = append(numbers, n)
		}
	}
	if numbers == nil {
		return nil
	}
	slices.Sort(numbers)
	numbers = slices.Compact(numbers)
	items := make([]string, min(len(numbers), mostNumbered))
	for i := range items {
		items[i] = list + "." + strconv.Itoa(numbers[i])
	}
	return items
}

// leadingNumber returns the number before the first dot, written as strconv.Itoa writes it, or 0.
func leadingNumber(s string) int {
	digits, _, _ := strings.Cut(s, ".")
	if digits == "" || len(digits) > 9 || digits[0] == '0' {
		return 0
	}
	n := 0
	for _, c := range []byte(digits) {
		if c < '0' || c > '9' {
			return 0
		}
		n = n*10 + int(c-'0')
	}
	return n
}

// Texts reads a list of texts, nil if it is absent.
func (f *Form) Texts(list string) []string {
	var l []string
	for _, item := range f.Items(list) {
		if s := f.Text(item); s != nil {
			l = append(l, *s)
		}
	}
	return l
}

// TextMap reads a map of texts, whose items have a key and a value under these names. It is nil if it is absent.
func (f *Form) TextMap(list, key, value string) map[string]string {
	var m map[string]string
	for _, item := range f.Items(list) {
		k := f.Text(item + "." + key)
		if k == nil {
			continue
		}
		if m == nil {
			m = map[string]string{}
		}
		m[*k] = orEmpty(f.Text(item + "." + value))
	}
	return m
}
