package sqs

import (
	"cmp"
	"time"
)

// The limits of the service, as they hold today. Those that have changed are fields of [Limits] too.
const (
	MaxMessageSize       = 1 << 20   // bytes of a message, and of all messages of a batch, since August 2025
	MaxMessageSize2013   = 256 << 10 // the same from June 2013 until then
	MinMessageSizeLimit  = 1 << 10   // least value of Config.MaxMessageSize
	MaxBatchEntries      = 10
	MaxReceive           = 10 // messages in one answer
	MaxAttributes        = 10 // message attributes of a message
	MaxInFlight          = 120_000
	MaxInFlightFIFO      = 120_000 // since November 2024
	MaxInFlightFIFO2016  = 20_000  // from the first FIFO queues until then
	FIFOCalls            = 300     // calls a second of each method of a FIFO queue: 3,000 messages in batches of 10
	HighThroughputCalls  = 70_000  // the same with high throughput, where the region is large; 300 for each message group
	MaxVisibilityTimeout = 12 * time.Hour
	MaxDelay             = 15 * time.Minute
	MaxWait              = 20 * time.Second // of a long poll
	MinRetention         = time.Minute
	MaxRetention         = 14 * 24 * time.Hour
	DefaultRetention     = 4 * 24 * time.Hour
	DefaultVisibility    = 30 * time.Second
	MaxReceiveCount      = 1000 // of DeadLetter.MaxReceives
	MaxSources           = 10   // of RedriveAllow.Sources
	MaxTags              = 50
	MaxListed            = 1000 // queues on a page
	MaxMoveRate          = 500  // messages a second of a move task
	MaxMoves             = 100  // active move tasks of an account
	NameLock             = time.Minute
	PurgeLock            = time.Minute
	MaxPolicySize        = 8192 // bytes
	MaxPolicyStatements  = 20
	MaxPolicyPrincipals  = 50
	MaxPolicyConditions  = 10
	MaxPolicyActions     = 7
)

// Limits are the limits that have changed over the years, or that a test may want smaller. A field that is 0 means today's.
type Limits struct {
	MessageSize         int // bytes of a message, largest and default value of Config.MaxMessageSize
	BatchSize           int // bytes of all messages of a SendBatch
	InFlight            int // messages in flight of a standard queue; beyond it a short poll fails with ErrOverLimit
	InFlightFIFO        int // the same of a FIFO queue; beyond it a receive answers nothing
	FIFOCalls           int // calls a second of each method of a FIFO queue, with [WithThrottling]
	HighThroughputCalls int // the same for queues with high throughput
}

// limitRow is one limit from a day on.
type limitRow struct {
	since string
	set   func(*Limits)
}

// limitTable lists the changes, oldest first. What holds from the beginning has no day.
func limitTable() []limitRow {
	return []limitRow{
		{"", func(l *Limits) {
			*l = Limits{MaxMessageSize2013, MaxMessageSize2013, MaxInFlight, MaxInFlightFIFO2016, FIFOCalls, 3_000}
		}},
		{"2023-11-27", func(l *Limits) { l.HighThroughputCalls = HighThroughputCalls }},
		{"2024-11-14", func(l *Limits) { l.InFlightFIFO = MaxInFlightFIFO }},
		{"2025-08-04", func(l *Limits) { l.MessageSize, l.BatchSize = MaxMessageSize, MaxMessageSize }},
	}
}

// LimitsAsOf returns the limits that held at the end of a day, for [WithLimits]: before August 2025 a message had 256 KiB at
// most. Days before June 2013 have the limits of that month.
func LimitsAsOf(day time.Time) Limits {
	var l Limits
	for _, row := range limitTable() {
		if row.since <= day.UTC().Format(time.DateOnly) {
			row.set(&l)
		}
	}
	return l
}

// orToday fills the fields that are 0 with the newest rows of the table.
func (l Limits) orToday() Limits {
	var today Limits
	for _, row := range limitTable() {
		row.set(&today)
	}
	return Limits{
		cmp.Or(l.MessageSize, today.MessageSize), cmp.Or(l.BatchSize, today.BatchSize), cmp.Or(l.InFlight, today.InFlight),
		cmp.Or(l.InFlightFIFO, today.InFlightFIFO), cmp.Or(l.FIFOCalls, today.FIFOCalls),
		cmp.Or(l.HighThroughputCalls, today.HighThroughputCalls),
	}
}
