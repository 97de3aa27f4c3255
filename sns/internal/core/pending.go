package core

// pending is when unconfirmed subscriptions end: all live equally long, so that the order of their making is that of their ends.
type pending struct {
	ends []end
}

type end struct {
	at     int64
	number uint64
}

func (p *pending) add(number uint64, at int64) { p.ends = append(p.ends, end{at, number}) }

// due takes out the next subscription whose time has come.
func (p *pending) due(now int64) (uint64, bool) {
	if len(p.ends) == 0 || p.ends[0].at > now {
		return 0, false
	}
	n := p.ends[0].number
	if p.ends = p.ends[1:]; len(p.ends) == 0 {
		p.ends = nil // gives the memory back
	}
	return n, true
}
