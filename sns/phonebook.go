package sns

import (
	"context"
	"maps"
	"slices"
)

// phones is the state of SMS. It is guarded by the broker's mu.
type phones struct {
	made  uint64 // numbers put on lists so far, by which lists are ordered
	books map[home]*phonebook
	texts map[string][]Text // by number in its canonical form
}

// phonebook is what an account knows of phones in a region. All numbers are in their canonical form, but for what is shown.
type phonebook struct {
	attrs    map[string]string // nil: the defaults; replaced, never changed
	optedOut []phone           // by time
	optedIn  map[string]int64  // when numbers were opted in last
	sandbox  []phone           // by age
}

// phone is a number on a list.
type phone struct {
	number   string
	place    uint64
	shown    string // sandbox: as it was given
	password string // sandbox: the last that was sent
	verified int64  // sandbox: since when; 0: it is not
}

func (p phone) order() uint64 { return p.place }

// book returns the phonebook of an account in a region. The caller holds mu for writing.
func (p *phones) book(h home) *phonebook {
	own := p.books[h]
	if own == nil {
		own = &phonebook{}
		if p.books == nil {
			p.books = map[home]*phonebook{}
		}
		p.books[h] = own
	}
	return own
}

// clone returns a copy that shares nothing that changes.
func (p phones) clone() phones {
	c := phones{made: p.made, books: make(map[home]*phonebook, len(p.books)), texts: make(map[string][]Text, len(p.texts))}
	for h, own := range p.books {
		c.books[h] = &phonebook{
			own.attrs, slices.Clone(own.optedOut), maps.Clone(own.optedIn), slices.Clone(own.sandbox),
		}
	}
	for number, all := range p.texts {
		c.texts[number] = slices.Clone(all)
	}
	return c
}

// findPhone returns where a number stands on a list, or -1.
func findPhone(all []phone, number string) int {
	return slices.IndexFunc(all, func(p phone) bool { return p.number == number })
}

func (own *phonebook) isOptedOut(number string) bool { return findPhone(own.optedOut, number) >= 0 }

func (own *phonebook) isVerified(number string) bool {
	i := findPhone(own.sandbox, number)
	return i >= 0 && own.sandbox[i].verified != 0
}

// onPhones runs an operation on the caller's phonebook, under the lock.
func onPhones[T any](ctx context.Context, b *Broker, op Op, resource string, f func(*call, *phonebook) (T, error)) (T, error) {
	return run(ctx, b, op, resource, func(c *call) (T, error) {
		if err := c.refuseService(); err != nil {
			var none T
			return none, err
		}
		b.mu.Lock()
		defer b.mu.Unlock()
		return f(c, b.phones.book(c.ownHome()))
	})
}

// OptOut has the owner of a phone tell the broker's own account to send no more, as by answering STOP: what is published to the
// number then is accepted and not delivered, until somebody opts it in.
func (b *Broker) OptOut(number string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	p := &b.phones
	own := p.book(home{b.account, b.region})
	if number = canonical(number); !own.isOptedOut(number) {
		p.made++
		own.optedOut = append(own.optedOut, phone{number: number, place: p.made})
	}
}

// OptedOut reports whether a number is opted out; see [Phones].
func (b *Broker) OptedOut(ctx context.Context, number string) (bool, error) {
	return onPhones(ctx, b, OpCheckIfPhoneNumberIsOptedOut, number, func(_ *call, own *phonebook) (bool, error) {
		return own.isOptedOut(canonical(number)), checkNumber(number)
	})
}

// OptedOutNumbers lists the numbers that are opted out; see [Phones].
func (b *Broker) OptedOutNumbers(ctx context.Context, token string) (NumberPage, error) {
	return onPhones(ctx, b, OpListPhoneNumbersOptedOut, "", func(_ *call, own *phonebook) (NumberPage, error) {
		page, next, err := paged(own.optedOut, token, MaxListed)
		p := NumberPage{Next: next}
		for _, n := range page {
			p.Numbers = append(p.Numbers, n.number)
		}
		return p, err
	})
}

// OptIn lets a number get messages again; see [Phones].
func (b *Broker) OptIn(ctx context.Context, number string) error {
	_, err := onPhones(ctx, b, OpOptInPhoneNumber, number, func(c *call, own *phonebook) (struct{}, error) {
		if err := checkNumber(number); err != nil {
			return struct{}{}, err
		}
		return struct{}{}, own.optIn(c.now, canonical(number))
	})
	return err
}

// optIn opts a number in, if it is opted out.
func (own *phonebook) optIn(now int64, number string) error {
	i := findPhone(own.optedOut, number)
	if i < 0 {
		return nil
	}
	if last, ok := own.optedIn[number]; ok && now-last < int64(BlockedNumber) {
		return invalid("PhoneNumber Reason: a phone number can be opted in only once every 30 days")
	}
	own.optedOut = slices.Delete(own.optedOut, i, i+1)
	if own.optedIn == nil {
		own.optedIn = map[string]int64{}
	}
	own.optedIn[number] = now
	return nil
}

// OriginationNumbers lists the account's own numbers: none; see [Phones].
func (b *Broker) OriginationNumbers(ctx context.Context, token string, most int) (NumberPage, error) {
	return onPhones(ctx, b, OpListOriginationNumbers, "", func(*call, *phonebook) (NumberPage, error) {
		if _, err := pageSize(most, 30); err != nil {
			return NumberPage{}, err
		}
		_, err := readToken(token)
		return NumberPage{}, err
	})
}

// checkNumber refuses what is no phone number.
func checkNumber(number string) error {
	if !isPhoneNumber(number) {
		return invalid("PhoneNumber Reason: input incorrectly formatted")
	}
	return nil
}
