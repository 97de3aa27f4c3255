package core

import (
	"slices"

	"github.com/inflight-mq/inflight/sns/filter"
)

// index finds the subscriptions whose filter a message matches. Those with filters of the body stand apart by the text that they
// get of a structured message.
type index struct {
	attributes filter.Index[uint64] // those without a filter, too
	filters    int                  // policies in attributes
	bodies     map[string]*filter.Index[uint64]
	groups     []string // keys of bodies, in order
}

func (x *index) add(s *Sub) {
	if s.filter == nil || s.filter.Scope() != filter.MessageBody {
		x.attributes.Add(s.Number, s.filter)
		if s.filter != nil {
			x.filters++
		}
		return
	}
	if x.bodies == nil {
		x.bodies = map[string]*filter.Index[uint64]{}
	}
	in := x.bodies[s.group]
	if in == nil {
		in = &filter.Index[uint64]{}
		x.bodies[s.group] = in
		i, _ := slices.BinarySearch(x.groups, s.group)
		x.groups = slices.Insert(x.groups, i, s.group)
	}
	in.Add(s.Number, s.filter)
}

func (x *index) remove(s *Sub) {
	if s.filter == nil || s.filter.Scope() != filter.MessageBody {
		x.attributes.Remove(s.Number)
		if s.filter != nil {
			x.filters--
		}
		return
	}
	in := x.bodies[s.group]
	in.Remove(s.Number)
	if in.Len() == 0 {
		delete(x.bodies, s.group)
		i, _ := slices.BinarySearch(x.groups, s.group)
		x.groups = slices.Delete(x.groups, i, i+1)
	}
}

// matches returns the subscriptions that take a message, in no particular order. What no filter looks at is not read.
func (x *index) matches(m *Message) []uint64 {
	var in filter.Input
	if x.filters > 0 {
		in.Attributes = m.filterAttributes()
	}
	to := x.attributes.Matches(in)
	for i, group := range x.groups {
		if i == 0 || m.Structured {
			in.Body = filter.ParseBody(m.Text(group))
		}
		to = append(to, x.bodies[group].Matches(in)...)
	}
	return to
}
