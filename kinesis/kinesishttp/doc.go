// Package kinesishttp puts the wire protocol of Amazon Kinesis Data Streams before a [kinesis.Broker]: AWS JSON 1.1, the CBOR that
// Java's SDKs speak, and the event stream of subscriptions. Real clients run against it unchanged.
//
// [Client] answers inside the process, without a socket. It is what an SDK takes as its HTTP client:
//
//	client := awskinesis.New(awskinesis.Options{
//		Region: "us-east-1", Credentials: anyCredentials, HTTPClient: kinesishttp.Client(broker),
//	})
//
// [NewHandler] is an http.Handler for everything else.
//
// The package holds codecs and no rules: each operation of API version 2013-12-02 is decoded, handed to the broker's Go API, and
// its answer or error encoded as the service does. What the API model says of members is checked here, member by member in the
// service's order, because only the wire can tell what is absent.
//
// # Accounts and regions
//
// Any credentials are accepted. The access key names the account when it is twelve digits, else the account is the broker's own;
// the region is that of the signature's scope, the broker's where there is none. [WithCredentials] verifies signatures instead.
//
// # Errors
//
// The code stands in __type as it stands in [kinesis.Code], with the status of [kinesis.Code.Status] and the texts of the Go API.
// Members of the wrong type are refused with a SerializationException, whose text is under Message and not message, as the service's.
//
// # Connections
//
// A request is read whole before it is answered, up to 16 MiB, and answered in one piece with its length. SubscribeToShard is answered
// by a stream, whose first frame comes at once; the refusal of a subscription is an answer like any other, but what ends a
// subscription later is a frame. Subscriptions are made in JSON only: in CBOR the service fails, and so does this.
package kinesishttp
