// Package core is the state machine of one stream. It is pure: the time and the answers to what the service leaves open are
// arguments, what must be told to others is a return value. It reads no clock, takes no lock, starts no goroutine, and never
// depends on the order of a map, so that the same calls always give the same stream.
//
// A [Stream] is a list of shards. The open ones divide the key space; closed ones keep their records until retention has passed
// over their closing. Each shard holds its records in order of arrival, in chunks that are never changed once full: the horizon
// moves over them and drops them whole. Sequence numbers are put together from what a record and its shard know.
//
// Every operation first applies what time alone has changed, in order of time. It costs O(log n) in the number of shards or
// chunks, beside what it answers.
//
// Instants are positive nanoseconds since 1970; 0 means never. The package kinesis turns them into [time.Time].
package core
