package sqs

import "github.com/inflight-mq/inflight/sqs/internal/core"

// rates throttles one FIFO queue, with [WithThrottling].
type rates struct {
	byOp    [numOps]core.Bucket
	byGroup map[string]*core.Bucket // high throughput: sends
}

// mostGroups is how many groups are remembered before those at rest are dropped.
const mostGroups = 1024

// allow counts a call of op, or refuses it. With high throughput a send counts for its message group too. The caller holds q.mu.
func (q *queue) allow(op Op, now int64, group string) error {
	if q.rates == nil {
		return nil
	}
	most := q.b.limits.FIFOCalls
	if q.settings.Load().limit == PerMessageGroup {
		most = q.b.limits.HighThroughputCalls
	}
	if !q.rates.byOp[op.single()].Take(now, most) {
		return q.throttled(now, group)
	}
	if group != "" {
		return q.allowGroup(now, group)
	}
	return nil
}

// allowGroup counts a send to a message group of a queue with high throughput.
func (q *queue) allowGroup(now int64, group string) error {
	if q.rates == nil || q.settings.Load().limit != PerMessageGroup {
		return nil
	}
	if !q.rates.group(now, group, q.b.limits.FIFOCalls).Take(now, q.b.limits.FIFOCalls) {
		return q.throttled(now, group)
	}
	return nil
}

func (r *rates) group(now int64, group string, perSecond int) *core.Bucket {
	if b := r.byGroup[group]; b != nil {
		return b
	}
	if r.byGroup == nil {
		r.byGroup = map[string]*core.Bucket{}
	}
	if len(r.byGroup)%mostGroups == mostGroups-1 {
		for id, b := range r.byGroup {
			if b.Full(now, perSecond) {
				delete(r.byGroup, id)
			}
		}
	}
	b := &core.Bucket{}
	r.byGroup[group] = b
	return b
}

func (q *queue) throttled(now int64, group string) error {
	q.state.Refused(now, group)
	return fail(ErrRequestThrottled, "Rate exceeded")
}
