// Command server serves the library to programs in any language, at an endpoint on this machine.
//
//	go run ./examples/server                    # at 127.0.0.1:4566
//	go run ./examples/server -addr 127.0.0.1:0  # at a free port, which the first line of the output names
//	go run ./examples/server -clock virtual     # time stands still until POST /_inflight/clock/advance
//
// SDKs and the aws CLI need to be told the endpoint, and any credentials; the output says how. Beside the services there are a
// few paths of the server's own: see admin.go. SIGINT and SIGTERM stop it: long polls end at once.
//
// Topics deliver to HTTP endpoints wherever they are, and the URLs in envelopes lead to this server. With a virtual clock they do
// so when it moves, be it by nothing.
//
// A good order for reading: main.go, world.go, deliver.go, admin.go, log.go. The programs that use it are in testdata.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"regexp"
	"strconv"
	"syscall"
	"time"

	"github.com/inflight-mq/inflight"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "server:", err)
		os.Exit(1)
	}
}

// config is what the flags say.
type config struct {
	addr    string
	virtual bool // the clock stands still
	verbose bool
	options []inflight.Option
	url     string // of the server, once it listens
	log     *slog.Logger
}

// parse reads the flags. Asked for help, it prints it to stdout and returns flag.ErrHelp.
func parse(args []string, stdout io.Writer) (config, error) {
	var c config
	flags := flag.NewFlagSet("server", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // the error is printed once, by main
	flags.StringVar(&c.addr, "addr", "127.0.0.1:4566", "`address` to listen at; port 0 takes a free one")
	flags.BoolVar(&c.verbose, "v", false, "log every request")
	flags.Func("clock", "system, or virtual: time moves by POST /_inflight/clock/advance alone (default system)", func(s string) error {
		if s != "system" && s != "virtual" {
			return errors.New("must be system or virtual")
		}
		c.virtual = s == "virtual"
		return nil
	})
	const account = "`account` of credentials whose access key is not itself twelve digits (default 123456789012)"
	flags.Func("account", account, func(s string) error {
		if !regexp.MustCompile(`^[0-9]{12}$`).MatchString(s) {
			return errors.New("must be twelve digits")
		}
		c.options = append(c.options, inflight.WithAccount(s))
		return nil
	})
	flags.Func("region", "`region` of requests that are not signed for one (default us-east-1)", func(s string) error {
		if !regexp.MustCompile(`^[a-z0-9-]+$`).MatchString(s) {
			return errors.New("must be the name of a region")
		}
		c.options = append(c.options, inflight.WithRegion(s))
		return nil
	})
	flags.Func("seed", "`number` that fixes all ids (default random)", func(s string) error {
		n, err := strconv.ParseUint(s, 10, 64)
		c.options = append(c.options, inflight.WithSeed(n))
		return err
	})
	err := flags.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		flags.SetOutput(stdout)
		flags.PrintDefaults()
	case err == nil && flags.NArg() > 0:
		err = fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	return c, err
}

// run is main without the process around it, so that tests can call it: it serves until ctx ends.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	c, err := parse(args, stdout)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	var listen net.ListenConfig
	l, err := listen.Listen(ctx, "tcp", c.addr)
	if err != nil {
		return err
	}
	c.url = "http://" + reachable(l.Addr())
	if err := announce(stdout, c.url); err != nil {
		return errors.Join(err, l.Close())
	}
	c.log = newLogger(stderr, c.verbose)
	return serve(ctx, l, &http.Server{
		Handler: logged(c.log, newSite(c)),
		// Every request lives in ctx: its end is the end of all long polls.
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ReadHeaderTimeout: 10 * time.Second,
		ErrorLog:          slog.NewLogLogger(c.log.Handler(), slog.LevelError),
	})
}

// announce prints the address, on a line of its own for programs that started the server, and how to point clients there.
func announce(w io.Writer, url string) error {
	_, err := fmt.Fprintf(w, `listening on %[1]s

For the aws CLI and the SDKs, any credentials will do:

  export AWS_ENDPOINT_URL=%[1]s
  export AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1
  aws --endpoint-url %[1]s sqs create-queue --queue-name orders
  aws sns create-topic --name news
  aws kinesis create-stream --stream-name trucks --shard-count 2

Version 1 of the aws CLI does not look at AWS_ENDPOINT_URL for SQS, hence the flag.

Or in code:

  Go      sqs.NewFromConfig(cfg, func(o *sqs.Options) { o.BaseEndpoint = aws.String("%[1]s") })
  Python  boto3.client("sqs", endpoint_url="%[1]s")
  Java    SqsClient.builder().endpointOverride(URI.create("%[1]s"))

`, url)
	return err
}

// reachable returns an address that programs on this machine can reach the server at, also where it listens at all of them.
func reachable(addr net.Addr) string {
	if tcp, ok := addr.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		return net.JoinHostPort("localhost", strconv.Itoa(tcp.Port))
	}
	return addr.String()
}

// serve serves until ctx ends, and then lets the answers under way go out.
func serve(ctx context.Context, l net.Listener, server *http.Server) error {
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	// No answer takes long once the polls have ended. What is still open then has not sent a request: SDKs open connections ahead,
	// and Shutdown would wait five seconds for each.
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 500*time.Millisecond)
	defer cancel()
	err := server.Shutdown(grace)
	if errors.Is(err, context.DeadlineExceeded) {
		return server.Close()
	}
	return err
}
