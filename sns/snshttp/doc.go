// Package snshttp puts the wire protocol of Amazon SNS before a [sns.Broker]: Query with XML, the only one that the service
// speaks. Real clients run against it unchanged.
//
// [Client] answers inside the process, without a socket. It is what an SDK takes as its HTTP client:
//
//	client := awssns.New(awssns.Options{Region: "us-east-1", Credentials: anyCredentials, HTTPClient: snshttp.Client(broker)})
//
// [NewHandler] is an http.Handler for everything else.
//
// The package holds codecs and no rules: each operation of API version 2010-03-31 is decoded, handed to the broker's Go API, and
// its answer or error encoded as the service does. The Version parameter is not looked at.
//
// # Accounts and regions
//
// Any credentials are accepted. The access key names the account when it is twelve digits, else the account is the broker's own;
// the region is that of the signature's scope, the broker's where there is none. [WithCredentials] verifies signatures instead.
//
// # URLs in envelopes
//
// The endpoints of subscriptions visit SubscribeURL, UnsubscribeURL and SigningCertURL without credentials. The handler answers
// all three; a request for ConfirmSubscription or Unsubscribe counts as such a visit when it is not signed, whatever its method,
// and happens in the region that its ARN names. A subscriber in this process visits them with the client that [Client] returns,
// which answers whatever the host. For them to lead to a server, the broker needs [sns.WithEndpoint].
//
// # Errors
//
// An ErrorResponse with the code as it stands in [sns.Code] and the status of [sns.Code.Status]. The texts are those of the Go
// API.
//
// # Connections
//
// A request is read whole before it is answered, up to 8 MiB, and answered in one piece with its length. A request whose context
// a server ends is answered with [sns.ErrServiceUnavailable].
package snshttp
