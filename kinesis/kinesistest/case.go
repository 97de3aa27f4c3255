package kinesistest

import (
	"context"
	"slices"
	"strings"
	"time"
)

// Case is one rule and the program that checks it.
type Case struct {
	// Name is subject and matter, such as "split/key-at-start". It is unique, and stable enough for Harness.Skip.
	Name string
	// Rule is what an implementation must do, in one sentence.
	Rule string
	// Source is how the rule is known and, by number, the section of the project's semantics sheet that states it:
	//
	//	recorded 14.2    AWS itself answered so
	//	documented 5     stated by the API model or the developer guide
	//	inferred 13      deduced from the above, or known from other implementations only
	//	contract 12      promised by the Go interfaces of package kinesis, beyond the service
	Source string
	// Takes is about how much time the case lets pass, where that is more than a few seconds.
	Takes time.Duration
	// Exact marks a case that pins what AWS leaves open; see [Instance].
	Exact bool
	// Virtual marks a case that looks at an instant, and so needs time that stands still.
	Virtual bool
	// Needs is what an instance must be able to do beyond streams.
	Needs Need
	// Run is the program. It reports through e, and makes its streams through it.
	Run func(e *Env)
}

// Need is a set of things that an instance may be able to do; see the fields of [Instance].
type Need uint8

// The things.
const (
	NeedStates     Need = 1 << iota // Instance.Gradual
	NeedThrottling                  // Instance.Throttled
	NeedCaller                      // Instance.As
	NeedDryRun                      // Instance.DryRun
	NeedTexts                       // Instance.Texts
)

// Cases returns all cases, grouped by subject. The slice is the caller's own.
func Cases() []Case {
	return slices.Concat(
		about("names", nameCases(), shardIDCases()),
		about("create", createCases(), refusedCreateCases()),
		about("delete", deleteCases()),
		about("absent", absentCases()),
		about("state", stateCases(), refusedStateCases()),
		about("describe", describeCases()),
		about("list", listCases()),
		about("routing", routingCases()),
		about("put", putCases(), putFormCases(), orderingCases()),
		about("batch", batchCases()),
		about("sequence", sequenceCases()),
		about("iterator", iteratorCases(), refusedIteratorCases()),
		about("token", tokenCases()),
		about("read", readCases()),
		about("closed", closedCases()),
		about("retention", retentionCases(), trimCases()),
		about("split", splitCases()),
		about("merge", mergeCases()),
		about("count", countCases()),
		about("shards", shardsCases(), filterCases()),
		about("consumer", consumerCases()),
		about("subscribe", subscribeCases(), subscriptionCases()),
		about("tag", tagCases(), resourceTagCases()),
		about("setting", settingCases(), encryptionCases()),
		about("mode", modeCases()),
		about("policy", policyCases()),
		about("records", recordsCases()),
		about("dryrun", dryRunCases()),
		about("rate", rateCases()),
	)
}

// about puts cases under a subject.
func about(subject string, cases ...[]Case) []Case {
	all := slices.Concat(cases...)
	for i := range all {
		all[i].Name = subject + "/" + all[i].Name
	}
	return all
}

// Subject is the part of the name before the slash.
func (c Case) Subject() string {
	subject, _, _ := strings.Cut(c.Name, "/")
	return subject
}

// Try runs the case against an instance without a test, and returns nil if the instance passes, or an error that tells name, rule,
// source and all findings. It deletes the streams that the case made.
//
// Whether the case fits the instance is for the caller to know: see Takes, Exact and Needs.
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

func (c Case) takes(d time.Duration) Case { c.Takes = d; return c }

func (c Case) needs(n Need) Case { c.Needs |= n; return c }
