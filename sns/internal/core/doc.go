// Package core is one topic as a pure state machine: who subscribes, what a message's publishing means, what is remembered for
// deduplication and kept for replays. Time and chance are arguments; what must be delivered is returned. It reads no clock, takes
// no lock, starts no goroutine and depends on no map's order, so that the same calls always give the same answers.
//
// Instants are nanoseconds of Unix time; 0 means never.
package core
