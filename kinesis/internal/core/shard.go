package core

import (
	"github.com/inflight-mq/inflight/internal/bucket"
	"github.com/inflight-mq/inflight/internal/uint128"
)

// None is the index of no shard.
const None = -1

// Shard is one shard of a stream. Others read it, and change nothing.
type Shard struct {
	Index            int32
	Parent, Adjacent int32 // None: the stream began with it, or it comes from a split
	Start, End       uint128.Uint128
	Created          int64 // second, as its sequence numbers say
	Opened, Closed   int64 // instants; Opened is 0 for the shards that the stream began with, Closed while it is open
	Children         []int32
	log              log
	rates            rates
	load             load
}

// rates are what a shard has taken and given, with throttling.
type rates struct {
	bytes, records, reads, iterators bucket.Bucket
	readFree                         int64 // when what was read is paid off
	readLock                         int64 // no reads before
}

// IsOpen reports whether the shard takes records.
func (h *Shard) IsOpen() bool { return h.Closed == 0 }

// Covers reports whether the shard's range holds a key.
func (h *Shard) Covers(k uint128.Uint128) bool {
	return h.Start.Compare(k) <= 0 && k.Compare(h.End) <= 0
}

// First returns the number that the shard begins with.
func (h *Shard) First() Sequence {
	return Parts{Created: h.Created, Shard: h.Index, Second: h.Created}.Sequence()
}

// Last returns the number that a closed shard ends with, none for an open one.
func (h *Shard) Last() Sequence {
	if h.IsOpen() {
		return Sequence{}
	}
	return Parts{Created: h.Created, Shard: h.Index, Index: MaxIndex, Second: seconds(h.Closed)}.Sequence()
}

// Number returns the sequence number of one of the shard's records.
func (h *Shard) Number(r *Record) Sequence {
	return Parts{Created: h.Created, Shard: h.Index, Index: r.Index(), Second: seconds(r.Arrived)}.Sequence()
}

// Held returns how many records the shard holds, those included whose retention has ended unnoticed.
func (h *Shard) Held() int { return h.log.held }

// Newest returns the index of the newest record that the shard ever had, 0 before the first.
func (h *Shard) Newest() uint64 { return h.log.newest }

func (h *Shard) clone() *Shard {
	c := *h
	c.log = h.log.clone()
	c.load.peaks = append([]peak(nil), h.load.peaks...)
	c.Children = append([]int32(nil), h.Children...)
	return &c
}
