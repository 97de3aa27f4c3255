package snstest

import "time"

// Unfit is unfit.
func (in Instance) Unfit(c Case, patience time.Duration) string { return in.unfit(c, patience) }
