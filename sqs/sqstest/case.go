package sqstest

import (
	"context"
	"slices"
	"strings"
	"time"
)

// Case is one rule and the program that checks it.
type Case struct {
	// Name is subject and matter, such as "fifo/prefix-released". It is unique, and stable enough for Harness.Skip.
	Name string
	// Rule is what an implementation must do, in one sentence.
	Rule string
	// Source is how the rule is known and, by number, the section of the project's semantics sheet that states it:
	//
	//	recorded 14.3    AWS itself answered so, in a dated recording
	//	observed 10.4    quoted with a real request id or real client output
	//	documented 16.1  stated by the API model or the developer guide
	//	inferred 2.3     deduced from the above, or known from other implementations only
	//	contract 9       promised by the Go interfaces of package sqs, beyond the service
	Source string
	// Takes is about how much time the case lets pass, where that is more than a few seconds.
	Takes time.Duration
	// Exact marks a case that pins what AWS leaves open; see [Instance].
	Exact bool
	// Virtual marks a case that looks at an instant, and so needs time that stands still.
	Virtual bool
	// Spreads marks a case that changes settings and waits for them to spread, up to a minute where it is not exact.
	Spreads bool
	// Run is the program. It reports through e, and makes its queues through it.
	Run func(e *Env)
}

// spreading is how long AWS may take until changed settings, purges and deletions rule everywhere.
const spreading = time.Minute

// Cases returns all cases, grouped by subject. The slice is the caller's own.
func Cases() []Case {
	return slices.Concat(
		about("lifecycle", lifecycleCases()),
		about("attributes", attributeCases()),
		about("send", sendCases()),
		about("content", contentCases()),
		about("batch", batchCases()),
		about("receive", receiveCases()),
		about("poll", pollCases()),
		about("visibility", visibilityCases()),
		about("delete", deleteCases()),
		about("time", timeCases()),
		about("fifo", fifoCases()),
		about("dedup", dedupCases()),
		about("deadletter", deadLetterCases()),
		about("redrive", redriveCases()),
		about("move", moveCases()),
		about("tag", tagCases()),
		about("permission", permissionCases()),
	)
}

// about puts cases under a subject.
func about(subject string, cases []Case) []Case {
	for i := range cases {
		cases[i].Name = subject + "/" + cases[i].Name
	}
	return cases
}

// Subject is the part of the name before the slash.
func (c Case) Subject() string {
	subject, _, _ := strings.Cut(c.Name, "/")
	return subject
}

// Try runs the case against an instance without a test, and returns nil if the instance passes, or an error that tells name,
// rule, source and all findings. It deletes the queues that the case made.
//
// Whether the case fits the instance is for the caller to know: see Takes and Exact.
func (c Case) Try(ctx context.Context, in Instance) error {
	e := newEnv(ctx, in)
	e.Catch(func() { c.Run(e) })
	e.close()
	return e.Err(c.Name, c.Rule, c.Source)
}

// The cases are written as tables of a source, a name, a rule and a program.

func recorded(section, name, rule string, run func(*Env)) Case {
	return Case{Name: name, Rule: rule, Source: "recorded " + section, Run: run}
}

func observed(section, name, rule string, run func(*Env)) Case {
	return Case{Name: name, Rule: rule, Source: "observed " + section, Run: run}
}

func documented(section, name, rule string, run func(*Env)) Case {
	return Case{Name: name, Rule: rule, Source: "documented " + section, Run: run}
}

func inferred(section, name, rule string, run func(*Env)) Case {
	return Case{Name: name, Rule: rule, Source: "inferred " + section, Run: run}
}

func contract(section, name, rule string, run func(*Env)) Case {
	return Case{Name: name, Rule: rule, Source: "contract " + section, Run: run}
}

func (c Case) exact() Case { c.Exact = true; return c }

// instant marks a case that looks at the boundary of a deadline.
func (c Case) instant() Case { c.Exact, c.Virtual = true, true; return c }

func (c Case) spreads() Case { c.Spreads = true; return c }

func (c Case) takes(d time.Duration) Case { c.Takes = d; return c }
