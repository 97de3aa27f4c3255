// Package core is the state machine of one queue. It is pure: the time and the answers to what the service leaves open are
// arguments, what must be told to others is a return value. It reads no clock, takes no lock, starts no goroutine, and never
// depends on the order of a map, so that the same calls always give the same queue.
//
// A [Queue] holds its messages in slots. Each slot stands in two orders: all messages by age, for retention, and the messages
// that can be delivered (on a FIFO queue: all messages of one group) by the order of delivery. Those that are hidden on a standard
// queue stand by their deadlines instead. Each order is a list as long as messages come in order, and a heap for the others, which
// drops outdated entries when it meets them. Every operation first applies what time alone has changed, in order of time, and
// costs O(1), or O(log n) in the number of messages that stand out of order.
//
// Instants are positive nanoseconds since an epoch that the caller chooses; 0 means never. The package sqs turns them into
// [time.Time].
package core
