package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/inflight-mq/inflight/sqs"
)

var update = flag.Bool("update", false, "rewrite testdata/tour.golden")

// tour plays the shop and returns what it prints.
func tour(t *testing.T, input string, seed uint64) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := playShop(t.Context(), strings.NewReader(input), &out, seed)
	return out.String(), err
}

func TestGolden(t *testing.T) {
	var out bytes.Buffer
	if err := run(t.Context(), bytes.NewReader(shipped), &out, 1); err != nil {
		t.Fatal(err)
	}
	got := out.String()
	golden := filepath.Join("testdata", "tour.golden")
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	gotLines, wantLines := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	for i := range max(len(gotLines), len(wantLines)) {
		if i >= len(gotLines) || i >= len(wantLines) || gotLines[i] != wantLines[i] {
			t.Fatalf("line %d differs; go test -update rewrites the file. The tour prints:\n%s", i+1, got)
		}
	}
}

func TestSameOnEveryRun(t *testing.T) {
	first, err := tour(t, string(shipped), 1)
	if err != nil {
		t.Fatal(err)
	}
	second, err := tour(t, string(shipped), 1)
	if err != nil {
		t.Fatal(err)
	}
	if first != second {
		t.Error("two runs with one seed differ")
	}
	other, err := tour(t, string(shipped), 2)
	if err != nil {
		t.Fatal(err)
	}
	if first == other {
		t.Error("another seed makes no difference")
	}
}

func TestBalancesWhateverTheLuck(t *testing.T) {
	for seed := range uint64(8) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			if out, err := tour(t, string(shipped), seed); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}

const line = `{"at":"2026-03-02T%s:00Z","id":%q,"customer":"ada","channel":%q,"sku":"mug","quantity":1,"amount":%d,` +
	`"priority":%q,"address":%q}` + "\n"

func TestTinyInputs(t *testing.T) {
	fine := fmt.Sprintf(line, "08:30", "o-1", "web", 850, "normal", "1 Mill Lane, Leeds")
	again := fmt.Sprintf(line, "08:31", "o-1", "web", 850, "normal", "1 Mill Lane, Leeds")
	edi := fmt.Sprintf(line, "08:32", "o-2", "edi", 850, "express", "1 Mill Lane, Leeds")
	sample := fmt.Sprintf(line, "08:33", "o-3", "web", 0, "low", "1 Mill Lane, Leeds")
	poison := fmt.Sprintf(line, "08:34", "o-4", "web", -850, "normal", "1 Mill Lane, Leeds")
	fixable := fmt.Sprintf(line, "08:35", "o-5", "web", 850, "normal", "1 Mill Lane Leeds")
	refused := fmt.Sprintf(line, "08:36", "o-6", "edi", 850, "normal", "1 Mill Lane, \uFFFF")
	refusedToo := strings.Replace(refused, `"edi"`, `"web"`, 1)
	for name, c := range map[string]struct {
		input string
		want  []string
	}{
		"one":         {fine, []string{"1 order from 1 customer;", "finds no letters", "2 sent = 2 processed"}},
		"sent twice":  {fine + again, []string{"1 duplicate swallowed", "1 order came to the packers twice", "3 sent = 3 processed"}},
		"batch":       {edi, []string{"2 sent = 2 processed"}},
		"sample":      {sample, []string{"1 sent = 1 processed"}},
		"poison":      {poison, []string{"1 bad amount", "leaves 1 letter", "2 sent = 1 processed + 1 dead-lettered"}},
		"fixable":     {fixable, []string{"1 bad address", "leaves 0 letters", "2 sent = 2 processed + 0 dead-lettered"}},
		"refused":     {refused + fine, []string{"refuses a message", "2 sent = 2 processed", "edi-desk                1   =         0"}},
		"refused web": {refusedToo, []string{"orders refuses a message: InvalidMessageContents", "tea-club                0   =         0"}},
		"empty":       {"", []string{"0 orders from 0 customers;", "0 sent = 0 processed"}},
		"blank lines": {"\n  \r\n\n", []string{"0 orders from 0 customers; 0 lines rejected"}},
		"no orders":   {strings.Repeat("no order\n", 7), []string{"7 lines rejected", "line 5:", "and 2 more", "0 sent = 0 processed"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := tour(t, c.input, 1)
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range append(c.want, "the books balance") {
				if !strings.Contains(got, want) {
					t.Errorf("no %q in:\n%s", want, got)
				}
			}
		})
	}
}

// Far too much at once: it takes days of the shop, and must not lose an order to a retention.
func TestManyOrders(t *testing.T) {
	var input strings.Builder
	for i := range maxOrders {
		fmt.Fprintf(&input, line, "08:30", fmt.Sprintf("o-%d", i), "web", 850, "normal", "1 Mill Lane, Leeds")
	}
	got, err := tour(t, input.String(), 1)
	if want := "8000 sent = 8000 processed"; err != nil || !strings.Contains(got, want) {
		t.Errorf("%v, and no %q in:\n%s", err, want, got)
	}
}

// play runs a shop with the shipped orders in which something else happens too, and returns its report.
func play(t *testing.T, meddle func(*shop)) (string, error) {
	t.Helper()
	return playOrders(t, string(shipped), meddle)
}

func playOrders(t *testing.T, input string, meddle func(*shop)) (string, error) {
	t.Helper()
	orders, _, err := readOrders(strings.NewReader(input))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	s, err := newShop(t.Context(), &out, orders, 1)
	if err != nil {
		t.Fatal(err)
	}
	meddle(s)
	if err := s.play(); err != nil {
		return out.String(), err
	}
	err = s.report(&out)
	return out.String(), err
}

// steal takes one message from a queue, just before somebody else would have received it. An interceptor holds no lock, so it
// may call the broker; its own calls are asked about too.
func steal(s *shop, from sqs.Queue) {
	stealing, stolen := false, false
	s.broker.Intercept(func(ctx context.Context, c sqs.Call) error {
		if stealing || stolen || c.Op != sqs.OpReceiveMessage || c.Queue != from.Name() {
			return nil
		}
		stealing = true
		defer func() { stealing = false }()
		ms, err := from.Receive(ctx, sqs.ReceiveOptions{})
		if err != nil || len(ms) == 0 {
			return err
		}
		stolen = true
		return ms[0].Ack(ctx)
	})
}

func TestMeddlingIsFound(t *testing.T) {
	for name, c := range map[string]struct {
		meddle func(*shop)
		want   string
	}{
		"a stolen order":   {func(s *shop) { steal(s, s.orders) }, "overall: sent = processed"},
		"a stolen booking": {func(s *shop) { steal(s, s.bookings) }, "customers.fifo: processed by the consumers' books"},
		"a purge": {func(s *shop) {
			s.at(s.clock.Now().Add(8*time.Hour+30*time.Minute), func() error { return s.orders.Purge(s.ctx) })
		}, "overall: sent = processed"},
		"a packer who forgets to write down": {func(s *shop) {
			s.at(s.clock.Now().Add(9*time.Hour), func() error { s.books["orders"].done--; return nil })
		}, "orders: processed by the consumers' books"},
		"a producer who makes one up": {func(s *shop) {
			s.books["samples"].stored["made up"] = true
		}, "samples: sent by the producers' books"},
		"a booking out of order": {func(s *shop) {
			s.at(s.clock.Now().Add(20*time.Hour), func() error {
				slices.Reverse(s.ledger["megamart"])
				return nil
			})
		}, "bookings of megamart are not those"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, err := play(t, c.meddle)
			if !errors.Is(err, errUnbalanced) || !strings.Contains(out, "!!! THE BOOKS DO NOT BALANCE !!!") {
				t.Errorf("the books balance: %v", err)
			}
			if !strings.Contains(out, c.want) {
				t.Errorf("no %q in:\n%s", c.want, out)
			}
		})
	}
}

// A call that fails for the service's sake ends the tour: it says so, and balances nothing.
func TestFaultsEndTheTour(t *testing.T) {
	for _, op := range []sqs.Op{
		sqs.OpSendMessage, sqs.OpSendMessageBatch, sqs.OpReceiveMessage, sqs.OpDeleteMessage, sqs.OpChangeMessageVisibility,
		sqs.OpGetQueueAttributes, sqs.OpStartMessageMoveTask, sqs.OpListMessageMoveTasks,
	} {
		t.Run(op.String(), func(t *testing.T) {
			t.Parallel()
			_, err := play(t, func(s *shop) {
				s.broker.Intercept(sqs.Fault{Op: op, Err: sqs.ErrServiceUnavailable}.Inject)
			})
			if !errors.Is(err, sqs.ErrServiceUnavailable) {
				t.Errorf("the tour ends with %v", err)
			}
		})
	}
}

func TestCommand(t *testing.T) {
	tiny := fmt.Sprintf(line, "08:30", "o-1", "web", 850, "normal", "1 Mill Lane, Leeds")
	file := filepath.Join(t.TempDir(), "orders.jsonl")
	if err := os.WriteFile(file, []byte(tiny), 0o644); err != nil {
		t.Fatal(err)
	}
	century := tiny + strings.Replace(tiny, "2026", "2099", 1)
	for _, c := range []struct {
		args  []string
		stdin string
		code  int
		want  string // in what is printed, to either side
	}{
		{nil, "", exitFine, "344 orders"},
		{[]string{"-seed", "7", "-"}, tiny, exitFine, "seed 7: 1 order"},
		{[]string{file}, "", exitFine, "1 order from"},
		{[]string{file + "x"}, "", exitUnusable, "no such file"},
		{[]string{"-"}, century, exitUnusable, "span more than 14 days"},
		{[]string{"-"}, "\n" + strings.Repeat("x", maxLine+1), exitUnusable, "after line 1: "},
		{[]string{"-"}, strings.Repeat(tiny, maxOrders+1), exitUnusable, "more than 4000 orders"},
		{[]string{"a", "b"}, "", exitUnusable, "usage:"},
		{[]string{"-seed", "x"}, "", exitUnusable, "usage:"},
		{[]string{"-h"}, "", exitFine, "usage:"},
	} {
		var out, errs bytes.Buffer
		code := command(c.args, strings.NewReader(c.stdin), &out, &errs)
		if all := out.String() + errs.String(); code != c.code || !strings.Contains(all, c.want) {
			t.Errorf("tour %v: exit code %d, want %d and %q in:\n%s", c.args, code, c.code, c.want, all)
		}
	}
}
