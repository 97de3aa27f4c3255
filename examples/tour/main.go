// Command tour plays two days in a small shop that works with queues and a topic, and a day of a hundred trucks that report to a
// stream, in about a second.
//
// The shop lives by a fake clock, and everything that happens is a function that waits on it: there is one goroutine, no
// sleep, and the same output on every run. Nothing in the queues knows that. They delay, hide, return, expire and dead-letter
// messages as they would in two real days. Nor does the topic: it filters, signs, posts, and tries again for an hour. It posts
// on goroutines of its own, and the clock stands still meanwhile.
//
//	go run ./examples/tour                # the orders that come with the tour
//	go run ./examples/tour orders.jsonl   # others; - means standard input
//
// A good order for reading: shop.go, producers.go, packers.go, bookkeepers.go, operator.go and balance.go; then fanout.go and
// webhook.go for the topic, and fanoutbalance.go. The trucks begin with trucks.go; then gateway.go, application.go,
// trucksoperator.go, depot.go for the queue beside the stream, and trucksbalance.go at last. agenda.go is what the plays share.
package main

import (
	"bufio"
	"bytes"
	"context"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
)

//go:embed orders.jsonl
var shipped []byte

// The exit codes. A shop that lost an order must not look like one that was called with a wrong flag.
const (
	exitFine       = 0
	exitUnbalanced = 1
	exitUnusable   = 2
)

var errUnbalanced = errors.New("THE BOOKS DO NOT BALANCE")

func main() {
	os.Exit(command(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// command is main without the process around it, so that tests can call it.
func command(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("tour", flag.ContinueOnError)
	flags.SetOutput(stderr)
	seed := flags.Uint64("seed", 1, "decides who fails when")
	flags.Usage = func() {
		fmt.Fprintln(stderr, "usage: tour [-seed n] [orders.jsonl | -]")
		flags.PrintDefaults()
	}
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return exitFine
	} else if err != nil {
		return exitUnusable
	}
	if flags.NArg() > 1 {
		flags.Usage()
		return exitUnusable
	}
	err := open(flags.Arg(0), stdin, func(in io.Reader) error {
		return run(context.Background(), in, stdout, *seed)
	})
	switch {
	case err == nil:
		return exitFine
	case errors.Is(err, errUnbalanced):
		fmt.Fprintln(stderr, "tour:", err)
		return exitUnbalanced
	default:
		fmt.Fprintln(stderr, "tour:", err)
		return exitUnusable
	}
}

// open calls use with the orders that the argument names.
func open(name string, stdin io.Reader, use func(io.Reader) error) error {
	switch name {
	case "":
		return use(bytes.NewReader(shipped))
	case "-":
		return use(stdin)
	}
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(use(f), f.Close())
}

// run is the whole tour: the shop, then the trucks.
func run(ctx context.Context, in io.Reader, stdout io.Writer, seed uint64) error {
	out := bufio.NewWriter(stdout) // keeps the first failed write for Flush, so that prints need no checks of their own
	err := playShop(ctx, in, out, seed)
	if err == nil {
		err = playTrucks(ctx, out, seed)
	}
	return errors.Join(err, out.Flush())
}

// playShop is the play of the shop: read, play, check.
func playShop(ctx context.Context, in io.Reader, out io.Writer, seed uint64) error {
	orders, rejected, err := readOrders(in)
	if err != nil {
		return err
	}
	introduce(out, orders, rejected, seed)
	s, err := newShop(ctx, out, orders, seed)
	if err == nil {
		err = s.play()
	}
	if err == nil {
		err = s.report(out)
	}
	return err
}
