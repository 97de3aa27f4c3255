package kinesis

import (
	"context"
	"time"

	"github.com/inflight-mq/inflight/kinesis/internal/model"
)

// home is an account in a region.
type home struct{ account, region string }

// account is what an account has settled in a region, beside its streams.
type account struct {
	started, ended int64 // of the commitment
	earliest       int64 // when it may end
	enabled        bool
	ending         bool // it ends at earliest
}

const commitmentPeriod = 24 * time.Hour

// AccountLimits returns the quotas; see [Streams].
func (b *Broker) AccountLimits(ctx context.Context) (AccountLimits, error) {
	c, err := b.begin(ctx, OpDescribeLimits)
	var l AccountLimits
	if err == nil {
		err = c.refuseService()
	}
	if err == nil {
		err = c.countRate()
	}
	if err == nil {
		account, region := b.home(ctx)
		b.mu.Lock()
		used := b.use(account, region, c.now)
		b.mu.Unlock()
		l = AccountLimits{b.limits.shardsIn(region), used.shards, used.onDemand, b.limits.OnDemandStreams}
	}
	if err = c.end(err); err != nil {
		return AccountLimits{}, err
	}
	return l, nil
}

// Commitment returns the account's commitment; see [Streams].
func (b *Broker) Commitment(ctx context.Context) (Commitment, error) {
	c, err := b.begin(ctx, OpDescribeAccountSettings)
	var m Commitment
	if err == nil {
		err = c.refuseService()
	}
	if err == nil {
		account, region := b.home(ctx)
		m = b.commitment(account, region, c.now)
	}
	if err = c.end(err); err != nil {
		return Commitment{}, err
	}
	return m, nil
}

// SetCommitment begins or ends the commitment; see [Streams].
func (b *Broker) SetCommitment(ctx context.Context, s CommitmentStatus) (Commitment, error) {
	c, err := b.begin(ctx, OpUpdateAccountSettings)
	var m Commitment
	if err == nil {
		m, err = c.setCommitment(s)
	}
	if err = c.end(err); err != nil {
		return Commitment{}, err
	}
	return m, nil
}

func (c *call) setCommitment(s CommitmentStatus) (Commitment, error) {
	var f model.Faults
	const path = "minimumThroughputBillingCommitment.status"
	if s == "" {
		f.Null(path)
	} else {
		f.Enum(path, string(s), model.Commitments()...)
	}
	if err := refused(&f); err != nil {
		return Commitment{}, err
	}
	if err := c.refuseService(); err != nil {
		return Commitment{}, err
	}
	account, region := c.b.home(c.ctx)
	before := c.b.commitment(account, region, c.now).Status
	c.b.commit(account, region, s, c.now)
	m := c.b.commitment(account, region, c.now)
	if m.Status != before {
		c.changed(SettingCommitment, "", func() string { return string(m.Status) })
	}
	return m, nil
}

func (b *Broker) commit(account, region string, s CommitmentStatus, now int64) {
	b.ledger.Lock()
	defer b.ledger.Unlock()
	a := b.accountOf(account, region, now)
	switch {
	case s == CommitmentDisabled && now >= a.earliest:
		a.end(now)
	case s == CommitmentDisabled:
		a.ending = a.enabled
	case a.enabled:
		a.ending = false
	default:
		a.enabled, a.started, a.ended, a.earliest = true, now, 0, now+int64(commitmentPeriod)
	}
}

// accountOf returns what an account has settled, brought up to date. The caller holds b.ledger.
func (b *Broker) accountOf(of, region string, now int64) *account {
	k := home{of, region}
	a := b.accounts[k]
	if a == nil {
		a = &account{}
		b.accounts[k] = a
	}
	if a.ending && now >= a.earliest {
		a.end(a.earliest)
		if b.journals.Any() {
			b.journals.Add(Event{Kind: EventChanged, At: at(a.ended), Setting: SettingCommitment, Value: string(CommitmentDisabled)})
		}
	}
	return a
}

// end ends the commitment, if there is one.
func (a *account) end(now int64) {
	if a.enabled {
		a.enabled, a.ending, a.ended = false, false, now
	}
}

// commitment renders it. The caller may hold any lock but b.ledger.
func (b *Broker) commitment(of, region string, now int64) Commitment {
	b.ledger.Lock()
	defer b.ledger.Unlock()
	a := b.accountOf(of, region, now)
	m := Commitment{Status: CommitmentDisabled, Started: at(a.started), Ended: at(a.ended)}
	if a.enabled {
		m.Status, m.EarliestAllowed = CommitmentEnabled, at(a.earliest)
		if a.ending {
			m.Status = CommitmentEnabledUntil
		}
	}
	return m
}
