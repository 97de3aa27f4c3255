package snstest

import (
	"context"
	"slices"
	"strings"
	"time"
)

// Case is one rule and the program that checks it.
type Case struct {
	// Name is subject and matter, such as "batch/equal-ids". It is unique, and stable enough for Harness.Skip.
	Name string
	// Rule is what an implementation must do, in one sentence.
	Rule string
	// Source is how the rule is known and, by number, the section of the project's semantics sheet that states it:
	//
	//	recorded 2.1     AWS itself answered so, in a dated recording
	//	observed 2.8     asserted against real AWS by others, or quoted with real output
	//	documented 4.3   stated by the API model or the developer guide
	//	inferred 3.2     deduced from the above, or known from other implementations only
	//	contract 3       promised by the Go interfaces of package sns, beyond the service
	Source string
	// Takes is about how much time the case lets pass, where that is more than a few seconds.
	Takes time.Duration
	// Exact marks a case that pins what AWS leaves open; see [Instance].
	Exact bool
	// Virtual marks a case that looks at an instant, and so needs time that stands still.
	Virtual bool
	// Spreads marks a case that changes filter policies and waits for them to spread, a quarter of an hour where it is not exact.
	Spreads bool
	// Needs is what an instance must be able to do beyond topics and queues.
	Needs Need
	// Run is the program. It reports through e, and makes its topics and queues through it.
	Run func(e *Env)
}

// Need is a set of things that an instance may be able to do; see the fields of [Instance].
type Need uint32

// The things.
const (
	NeedDirect    Need = 1 << iota // Instance.Publish
	NeedWeb                        // Instance.Web
	NeedVisit                      // Instance.Visit
	NeedCaller                     // Instance.As
	NeedPolicies                   // the instance asks the policies of queues: not Instance.Trusting
	NeedFunctions                  // Instance.Function
	NeedStreams                    // Instance.Stream
	NeedEmails                     // Instance.Emails
	NeedSigning                    // Instance.Certificate
	NeedPlatforms                  // Instance.Platforms
	NeedPushes                     // Instance.Pushes
	NeedTokens                     // Instance.TokenDied
	NeedPhones                     // Instance.Phones
	NeedTexts                      // Instance.Texts
	NeedOptOut                     // Instance.OptOut
	NeedSandbox                    // the SMS sandbox: Instance.Sandboxed
	NeedReach                      // texts to numbers that nobody verified: not Instance.Sandboxed
)

// spreading is how long AWS may take until a changed filter policy rules.
const spreading = 15 * time.Minute

// Cases returns all cases, grouped by subject. The slice is the caller's own.
func Cases() []Case {
	return slices.Concat(
		about("names", nameCases()),
		about("arn", arnCases()),
		about("create", createCases()),
		about("attributes", attributeCases()),
		about("lifecycle", lifecycleCases()),
		about("tags", tagCases()),
		about("permission", permissionCases()),
		about("subscribe", subscribeCases()),
		about("subscription", subscriptionCases()),
		about("deliverypolicy", deliveryPolicyCases()),
		about("confirm", confirmCases()),
		about("unsubscribe", unsubscribeCases()),
		about("envelope", envelopeCases()),
		about("publish", publishCases()),
		about("structure", structureCases()),
		about("attribute", messageAttributeCases()),
		about("batch", batchCases()),
		about("fifo", fifoCases()),
		about("archive", archiveCases()),
		about("raw", rawCases()),
		about("web", webCases()),
		about("process", processCases()),
		about("filter", filterAttributeCases(), filterBodyCases()),
		about("filterpolicy", filterPolicyCases()),
		about("deadletter", deadLetterCases()),
		about("app", appCases()),
		about("installation", installationCases()),
		about("sms", smsCases()),
		about("sandbox", sandboxCases()),
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

// Try runs the case against an instance without a test, and returns nil if the instance passes, or an error that tells name,
// rule, source and all findings. It deletes the topics and queues that the case made.
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

func (c Case) needs(n Need) Case { c.Needs |= n; return c }
