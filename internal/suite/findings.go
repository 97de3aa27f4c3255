package suite

import (
	"fmt"
	"runtime/debug"
	"strings"
)

// Findings collects what a case finds wrong. It has the methods of a test that the assertions of testify need, and belongs to the
// case's own goroutine.
type Findings struct{ all []string }

// Errorf records a finding. The case goes on.
func (f *Findings) Errorf(format string, args ...any) {
	f.all = append(f.all, strings.TrimSpace(fmt.Sprintf(format, args...)))
}

// FailNow ends the case.
func (f *Findings) FailNow() { panic(stop{}) }

// stop is what FailNow panics with, so that a failed case ends without a test.
type stop struct{}

// Catch runs do until it ends, gives up or panics, which is a finding.
func (f *Findings) Catch(do func()) {
	defer func() {
		switch p := recover(); p.(type) {
		case nil, stop:
		default:
			f.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	do()
}

// Err returns nil if nothing was found, or an error that tells the case's name, its rule, where that comes from, and all findings.
func (f *Findings) Err(name, rule, source string) error {
	if len(f.all) == 0 {
		return nil
	}
	return fmt.Errorf("%s\nrule:   %s\nsource: %s\n%s", name, rule, source, strings.Join(f.all, "\n"))
}
