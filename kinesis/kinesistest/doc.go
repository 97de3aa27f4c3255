// Package kinesistest tests implementations of the interfaces of package kinesis, and programs that use them.
//
// [Run] is a conformance suite: some four hundred small cases, each of one rule, with the words of the rule and where it is known
// from. It runs against anything that is a [kinesis.Streams]: the broker of package kinesis, an adapter of a client of the service, a
// wrapper.
//
// [History] and [Check] judge what programs and streams did: a [Recorder] between them writes it down, and the checker finds each
// promise that was broken.
//
// [Draw] and [Script] decide what the service leaves open, by the draws of a property test or by a list.
package kinesistest
