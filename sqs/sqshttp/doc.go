// Package sqshttp puts the wire protocols of Amazon SQS before a [sqs.Broker]: AWS JSON 1.0, which today's SDKs speak, and Query
// with XML, which older ones and plain HTTP do. Real clients run against it unchanged.
//
// [Client] answers inside the process, without a socket. It is what an SDK takes as its HTTP client:
//
//	client := awssqs.New(awssqs.Options{Region: "us-east-1", Credentials: anyCredentials, HTTPClient: sqshttp.Client(broker)})
//
// [NewHandler] is an http.Handler for everything else.
//
// The package holds codecs and no rules: each operation of API version 2012-11-05 is decoded, handed to the broker's Go API, and
// its answer or error encoded as the service does. What is absent stays absent; an explicit zero stays one.
//
// # Accounts and regions
//
// Any credentials are accepted. The access key names the account when it is twelve digits, else the account is the broker's own;
// the region is that of the signature's scope, the broker's where there is none. [WithCredentials] verifies signatures instead.
//
// A queue may be named by its URL with any scheme, host and port, by its bare name, or by the path that the request is posted
// to.
//
// # Errors
//
// JSON: the status of [sqs.Code.Status] for clients that send x-amzn-query-mode: true, else 400 for every client error; the shape
// in __type; the Query code in the header x-amzn-query-error. Query: an ErrorResponse. The texts are those of the Go API, but
// for the missing queue, which the service words differently in Query.
//
// # Connections
//
// A request is read whole before it is answered, up to 8 MiB, and answered in one piece with its length. A long poll holds no
// resources but its connection, and ends when the client goes away. A request whose context a server ends is answered with
// [sqs.ErrServiceUnavailable].
package sqshttp
