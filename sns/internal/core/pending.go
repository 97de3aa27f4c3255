package core

// pending is when unconfirmed subscriptions end: all live equally long, so that the order of their making is that of their ends.
type pending struct {
	ends []End
}

// End is when an unconfirmed subscription ends.
type End struct {
	At     int64
	Number uint64
}

func (p *pending) add(number uint64, at int64) { p.ends = append(p.ends, End{at, number}) }

// due takes out the next subscription whose time has come.
func (p *pending) due(now int64) (End, bool) {
	if len(p.ends) == 0 || p.ends[0].At > now {
		return End{}, false
	}
	e := p.ends[0]
	if p.ends = p.ends[1:]; len(p.ends) == 0 {
		p.ends = nil // gives the memory back
	}
	return e, true
}
