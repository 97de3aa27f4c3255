package sns_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/inflight-mq/inflight/sns"
)

func ExampleVerify() {
	var broker *sns.Broker
	// Elsewhere this is a GET of the URL.
	fetch := func(_ context.Context, url string) ([]byte, error) {
		pem, path := broker.Certificate()
		if !strings.HasSuffix(url, path) {
			return nil, errors.New("no such certificate")
		}
		return pem, nil
	}
	webhook := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		envelope, _ := io.ReadAll(r.Body)
		fmt.Println(r.Header.Get("X-Amz-Sns-Message-Type"), "as it came:", sns.Verify(r.Context(), envelope, fetch))
		forged := bytes.Replace(envelope, []byte("You have chosen"), []byte("You have to"), 1)
		fmt.Println(sns.Verify(r.Context(), forged, fetch))
	})
	broker = sns.New(sns.WithTransport(sns.HandlerTransport(webhook)))
	ctx := context.Background()
	orders, err := broker.Create(ctx, "orders", sns.Config{})
	if err != nil {
		panic(err)
	}
	if _, err := orders.Subscribe(ctx, sns.ToURL("https://shop.example/hook"), sns.SubscriptionConfig{}); err != nil {
		panic(err)
	}
	if err := broker.Settle(ctx); err != nil { // requests go out on goroutines of their own
		panic(err)
	}
	// Output:
	// SubscriptionConfirmation as it came: <nil>
	// sns: the signature is not that of the text
}
