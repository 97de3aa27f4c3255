package suite_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/inflight-mq/inflight/internal/suite"
)

func TestFindings(t *testing.T) {
	var f suite.Findings
	assert.NoError(t, f.Err("a/b", "the rule", "recorded 1"))
	after := false
	f.Catch(func() {
		f.Errorf("found %d\n", 1)
		f.FailNow()
		after = true
	})
	assert.False(t, after, "FailNow ends the case")
	f.Catch(func() { panic("out of cheese") })
	err := f.Err("a/b", "the rule", "recorded 1")
	assert.ErrorContains(t, err, "a/b\nrule:   the rule\nsource: recorded 1\nfound 1\npanic: out of cheese\n")
	assert.ErrorContains(t, err, "suite_test.go", "a panic shows where")
}

func TestRun(t *testing.T) {
	var ran []string
	plan := suite.Plan{Bubble: true, Skip: map[string]string{"b": "for a reason"}}
	suite.Run(t, plan, []string{"a", "b", "c"}, func(c string) string { return c }, func(t *testing.T, c string) {
		time.Sleep(time.Hour) // virtual
		synctest.Wait()
		ran = append(ran, c+" as "+t.Name())
	})
	assert.Equal(t, []string{"a as TestRun/a", "c as TestRun/c"}, ran)
}

type question string

func (q question) String() string { return string(q) }

func TestDraw(t *testing.T) {
	seen := map[int]bool{}
	rapid.Check(t, func(t *rapid.T) {
		n := suite.Draw[question](t).Choose("which", 3)
		seen[n] = true
	})
	assert.Equal(t, map[int]bool{0: true, 1: true, 2: true}, seen)
}

func TestScript(t *testing.T) {
	s := suite.Script[question](2, 1)
	assert.Equal(t, []int{2, 1, 0, 0}, []int{s.Choose("x", 3), s.Choose("y", 3), s.Choose("z", 3), s.Choose("z", 3)})
}
