package filter

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	ordinary       = `{"store":["berlin","hamburg"],"price":[{"numeric":[">=",10,"<",100]}],"event":[{"anything-but":"cancelled"}]}`
	ordinaryNested = `{"detail":{"store":["berlin","hamburg"],"price":[{"numeric":[">=",10,"<",100]}]},"event":[{"anything-but":"cancelled"}]}`
)

func ordinaryAttributes() Input {
	return attributes("event", "String", "placed", "customer", "String", "c4711", "price", "Number", "42.5", "store", "String", "hamburg")
}

// kilobyte is a message of 1 KiB, with an array of two objects if tied.
func kilobyte(tied bool) string {
	lines := `{"sku":"a","count":1,"note":"first"},{"sku":"b","count":2,"note":"second"}`
	if tied {
		lines = `[` + lines + `]`
	} else {
		lines = `{"sku":["a","b"],"count":[1,2]}`
	}
	message := `{"id":"0190163d-8694-739b-aea5-966c26f8ad91","event":"placed","detail":{"store":"hamburg","price":42.5,"currency":"EUR","paid":true,"lines":` +
		lines + `,"address":{"street":"Reeperbahn 1","zip":"20359","city":"Hamburg","country":"DE"}},"version":3,"tags":["new","mobile","express"],"comment":"`
	return message + strings.Repeat("x", 1024-len(message)-2) + `"}`
}

// The floor of a match in attributes: three look-ups in a map and comparisons of strings.
func BenchmarkMatchAttributes(b *testing.B) {
	b.Run("floor", func(b *testing.B) {
		have := map[string]string{"event": "placed", "customer": "c4711", "price": "42.5", "store": "hamburg"}
		b.ReportAllocs()
		for b.Loop() {
			if have["store"] != "hamburg" || have["price"] != "42.5" || have["event"] != "placed" {
				b.Fatal()
			}
		}
	})
	b.Run("three keys", func(b *testing.B) {
		p, in := parsed(b, ordinary, MessageAttributes), ordinaryAttributes()
		b.ReportAllocs()
		for b.Loop() {
			if !p.Match(in) {
				b.Fatal()
			}
		}
	})
	b.Run("read four attributes", func(b *testing.B) {
		list := []Attribute{{"event", "String", "placed"}, {"customer", "String", "c4711"}, {"price", "Number", "42.5"}, {"store", "String", "hamburg"}}
		b.ReportAllocs()
		for b.Loop() {
			NewAttributes(list)
		}
	})
}

// The peer of reading a body is encoding/json; the floor of a match in it is the same look-ups in what that made.
func BenchmarkMatchBody(b *testing.B) {
	b.Run("floor", func(b *testing.B) {
		var m map[string]any
		require.NoError(b, json.Unmarshal([]byte(kilobyte(false)), &m))
		b.ReportAllocs()
		for b.Loop() {
			detail := m["detail"].(map[string]any)
			if detail["store"] != "hamburg" || detail["price"] != 42.5 || m["event"] != "placed" {
				b.Fatal()
			}
		}
	})
	run := func(name, policy string, tied bool) {
		b.Run(name, func(b *testing.B) {
			p, in := parsed(b, policy, MessageBody), body(kilobyte(tied))
			b.ReportAllocs()
			for b.Loop() {
				if !p.Match(in) {
					b.Fatal()
				}
			}
		})
	}
	run("three keys", ordinaryNested, false)
	run("three keys beside an array", ordinaryNested, true)
	run("two keys in an array", `{"detail":{"lines":{"sku":["b"],"count":[{"numeric":[">",1]}]}}}`, true)
}

func BenchmarkParseBody(b *testing.B) {
	for _, tied := range []bool{false, true} {
		text := kilobyte(tied)
		b.Run(fmt.Sprintf("tied=%v/encoding-json", tied), func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				var v any
				if json.Unmarshal([]byte(text), &v) != nil {
					b.Fatal()
				}
			}
		})
		b.Run(fmt.Sprintf("tied=%v/ParseBody", tied), func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				if ParseBody(text) == nil {
					b.Fatal()
				}
			}
		})
	}
}

func BenchmarkParse(b *testing.B) {
	b.Run("encoding-json", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var v any
			if json.Unmarshal([]byte(ordinary), &v) != nil {
				b.Fatal()
			}
		}
	})
	b.Run("Parse", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := Parse(ordinary, MessageAttributes); err != nil {
				b.Fatal()
			}
		}
	})
}

// Ten policies match, of ten or of a hundred thousand. The floor is ten matches without an index.
func BenchmarkIndex(b *testing.B) {
	for _, scope := range []Scope{MessageAttributes, MessageBody} {
		in := attributes("customer", "String", "c7", "kind", "String", "order")
		in.Body = ParseBody(`{"customer":"c7","kind":"order","amount":12,"lines":[{"sku":"a"},{"sku":"b"}]}`)
		policy := func(i int) *Policy { return parsed(b, fmt.Sprintf(`{"kind":["order"],"customer":["c%d"]}`, i), scope) }
		b.Run(string(scope)+"/floor", func(b *testing.B) {
			p := policy(7)
			b.ReportAllocs()
			for b.Loop() {
				for range 10 {
					if !p.Match(in) {
						b.Fatal()
					}
				}
			}
		})
		for _, n := range []int{10, 100_000} {
			b.Run(fmt.Sprintf("%s/policies=%d", scope, n), func(b *testing.B) {
				var x Index[int]
				for i := range n {
					x.Add(i, policy(7+i%(n/10)))
				}
				b.ReportAllocs()
				for b.Loop() {
					if len(x.Matches(in)) != 10 {
						b.Fatal()
					}
				}
			})
		}
	}
	b.Run("remove and add", func(b *testing.B) {
		var x Index[int]
		p := parsed(b, `{"customer":["c1"]}`, "")
		for i := range 100_000 {
			x.Add(i, p)
		}
		b.ReportAllocs()
		for b.Loop() {
			x.Remove(4711)
			x.Add(4711, p)
		}
	})
}
