package sns

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/inflight-mq/inflight/internal/access"
)

// What operations on apps and phones share: all that an account owns beside topics.

// home is an account in a region.
type home struct{ account, region string }

func (c *call) ownHome() home {
	account, region := c.home()
	return home{account, region}
}

// run runs an operation that concerns no topic. The resource is what faults call that which it concerns.
func run[T any](ctx context.Context, b *Broker, op Op, resource string, f func(*call) (T, error)) (T, error) {
	c, err := b.begin(ctx, op, resource, b.meter)
	var answer T
	if err == nil {
		answer, err = f(&c)
	}
	if err = c.end(err); err != nil {
		var none T
		return none, err
	}
	return answer, nil
}

// do runs an operation that answers nothing.
func do(ctx context.Context, b *Broker, op Op, resource string, f func(*call) error) error {
	_, err := run(ctx, b, op, resource, func(c *call) (struct{}, error) { return struct{}{}, f(c) })
	return err
}

// owned reads the ARN of a parameter, whose resource has so many slashes. Callers must be of its region and account.
func (c *call) owned(parameter, ref string, slashes int) (name, error) {
	n, err := parseName(parameter, ref)
	if err == nil && strings.Count(n.resource, "/") != slashes {
		err = invalid("%s Reason: Wrong number of slashes in relative portion of the ARN.", parameter)
	}
	if err == nil {
		err = c.refuseOthers(parameter, ref, n)
	}
	return n, err
}

// refuseOthers refuses callers of other regions and accounts than those of an ARN.
func (c *call) refuseOthers(parameter, ref string, n name) error {
	if _, region := c.home(); n.region != region {
		return invalid("%s", parameter)
	}
	if c.caller == nil {
		return nil
	}
	ask := access.Question{Caller: c.caller, Account: c.b.account, Owner: n.account}
	if ask.Owns() {
		return nil
	}
	return fail(ErrAuthorization, "User: %s is not authorized to perform: SNS:%s on resource: %s because no resource-based policy "+
		"allows the SNS:%s action", ask.Who(), c.op, ref, c.op)
}

// numbered is what is listed in the order of its numbers.
type numbered interface{ order() uint64 }

// placeOf returns the place of the first element whose number is at least n.
func placeOf[T numbered](all []T, n uint64) int {
	i, _ := slices.BinarySearchFunc(all, n, func(e T, n uint64) int { return cmp.Compare(e.order(), n) })
	return i
}

// without removes an element that is there.
func without[T numbered](all []T, e T) []T {
	i := placeOf(all, e.order())
	return slices.Delete(all, i, i+1)
}

// paged returns the page of a token, and the token of the next page.
func paged[T numbered](all []T, token string, most int) (page []T, next string, err error) {
	after, err := readToken(token)
	if err != nil {
		return nil, "", err
	}
	page = all[placeOf(all, after.topic+1):]
	if len(page) > most {
		page = page[:most]
		next = place{topic: page[most-1].order()}.String()
	}
	return page, next, nil
}

// pageSize reads the number of elements that are asked for; 0 means the most there can be.
func pageSize(asked, most int) (int, error) {
	const text = "1 validation error detected: Value '%d' at 'maxResults' failed to satisfy constraint: Member must have value "
	switch {
	case asked < 0:
		return 0, fail(ErrValidation, text+"greater than or equal to 1", asked)
	case asked > most:
		return 0, fail(ErrValidation, text+"less than or equal to %d", asked, most)
	}
	return cmp.Or(asked, most), nil
}

// recordDirect records a direct publish, and what became of it.
func (c *call) recordDirect(to Endpoint, id uuid.UUID, lost error) {
	if !c.b.journals.Any() {
		return
	}
	e := Event{Kind: EventPublished, At: at(c.now), Endpoint: to, ID: id}
	c.b.record(e)
	e.Kind, e.Attempt = EventDelivered, 1
	if lost != nil {
		e.Kind, e.Reason = EventLost, lost.Error()
	}
	c.b.record(e)
}
