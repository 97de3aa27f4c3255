package core

import "sort"

// Record is one stored record. It never changes.
type Record struct {
	Data    []byte
	Key     string
	Arrived int64
	mark    uint64 // index of its sequence number; the top bit says that it came encrypted
}

const encryptedBit = 1 << 63

// Index returns the index of the record's sequence number.
func (r *Record) Index() uint64 { return r.mark &^ encryptedBit }

// Encrypted reports whether the stream was encrypted when the record came.
func (r *Record) Encrypted() bool { return r.mark&encryptedBit != 0 }

// Size returns what the record counts for.
func (r *Record) Size() int { return len(r.Data) + len(r.Key) }

// The sizes of chunks: a new shard is small, and what a dropped record keeps alive beyond its time is bounded. 255 records of 56 bytes
// and the allocator's own 8 fill 14 KiB, which it has a size for; one more would take 16.
const (
	firstChunk = 8
	lastChunk  = 255
	chunkBytes = 1 << 20 // a chunk with more takes no further record
)

// log is the records of a shard in order of arrival: chunks that only the last of which still grows. What a chunk holds never
// changes, so that readers and copies of the log share it.
type log struct {
	chunks [][]Record
	gone   int // records of the first chunk that are behind the horizon
	bytes  int // in the last chunk
	held   int
	newest uint64 // index of the newest record ever, 0 before the first
	lost   uint64 // index of the newest that was dropped, 0 before the first
}

func (l *log) append(r Record) {
	last := len(l.chunks) - 1
	if last < 0 || len(l.chunks[last]) == cap(l.chunks[last]) || l.bytes >= chunkBytes {
		size := firstChunk
		if last >= 0 {
			size = min(lastChunk, max(size, 2*cap(l.chunks[last])))
		}
		l.chunks = append(l.chunks, make([]Record, 0, size))
		l.bytes = 0
		last++
	}
	l.chunks[last] = append(l.chunks[last], r)
	l.bytes += r.Size()
	l.held++
	l.newest = r.Index()
}

// trim drops what arrived at cutoff or before, and returns how many records that were.
func (l *log) trim(cutoff int64) int {
	before := l.held
	for len(l.chunks) > 0 {
		first := l.chunks[0]
		if first[len(first)-1].Arrived > cutoff {
			for first[l.gone].Arrived <= cutoff {
				l.lost = first[l.gone].Index()
				l.gone++
				l.held--
			}
			break
		}
		l.held -= len(first) - l.gone
		l.lost = first[len(first)-1].Index()
		l.chunks[0], l.gone = nil, 0 // the array of chunks outlives it
		l.chunks = l.chunks[1:]
	}
	return before - l.held
}

// place is where a record stands: in a chunk, at an offset. The place behind the last record is in no chunk.
type place struct{ chunk, offset int }

// search returns the first record that is not before, which must hold for a beginning of the log.
func (l *log) search(before func(*Record) bool) place {
	c := sort.Search(len(l.chunks), func(i int) bool { return !before(&l.chunks[i][len(l.chunks[i])-1]) })
	if c == len(l.chunks) {
		return place{c, 0}
	}
	low := 0
	if c == 0 {
		low = l.gone
	}
	in := l.chunks[c][low:]
	return place{c, low + sort.Search(len(in), func(i int) bool { return !before(&in[i]) })}
}

// from returns the place of the first record with an index of at least i.
func (l *log) from(i uint64) place {
	return l.search(func(r *Record) bool { return r.Index() < i })
}

// at returns the record of a place, nil behind the last.
func (l *log) at(p place) *Record {
	if p.chunk >= len(l.chunks) {
		return nil
	}
	return &l.chunks[p.chunk][p.offset]
}

// run returns up to most records from p on, of up to size together, but at least one, as slices of chunks; how many they are, how
// large, and the place behind them.
func (l *log) run(p place, most, size int) (run [][]Record, n, bytes int, next place) {
	for p.chunk < len(l.chunks) && n < most {
		in := l.chunks[p.chunk][p.offset:]
		take := 0
		for take < len(in) && n < most {
			b := in[take].Size()
			if n > 0 && bytes+b > size {
				most = n
				break
			}
			bytes += b
			n++
			take++
		}
		if take > 0 {
			run = append(run, in[:take:take])
		}
		if p.offset += take; p.offset == len(l.chunks[p.chunk]) {
			p = place{p.chunk + 1, 0}
		}
	}
	return run, n, bytes, p
}

// clone returns a copy whose records are shared: its last chunk takes no more, so that the two never write to the same place.
func (l *log) clone() log {
	c := *l
	c.chunks = append([][]Record(nil), l.chunks...)
	if last := len(c.chunks) - 1; last >= 0 {
		n := len(c.chunks[last])
		c.chunks[last] = c.chunks[last][:n:n]
	}
	return c
}
