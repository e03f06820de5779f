// Package ah701 is the rule AH701, check-then-act.
package ah701

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/rules/rule"
)

// Rule finds a test and an act on the same state, with nothing to keep another task out in between.
var Rule = &rule.Rule{
	Code:      "AH701",
	Name:      "check-then-act",
	Severity:  finding.Error,
	Help:      "hold one lock over both, here and wherever else it is changed",
	Targets:   []string{"threads"},
	Sentences: []string{"is tested here and changed in", "is asked here, and the element taken in", "is tested here and used in"},
	Doc: rule.Doc{
		Title: "a test and an act on the same state, with nothing to keep another task out in between",
		What:  "A state that two tasks reach (an attribute of one object, a name of a module, an attribute of a class, a variable that inner functions share) is asked for its truth, for what is in it or for an element, and changed, or read again, on that ground. No lock is held that could keep the tasks apart.",
		Why:   "Green threads switch at known places, and between the two lines there was none. Threads switch anywhere: both tasks can find the test true, and both act.",
		Before: `
def reserve(self, name):
    if name in self.taken:
        raise Taken(name)
    self.taken.add(name)
`,
		After: `
def reserve(self, name):
    with self.lock:
        if name in self.taken:
            raise Taken(name)
        self.taken.add(name)
`,
		Fix:       finding.Manual,
		FixSafety: "which lock it is, and what else belongs under it, has to be decided.",
		Pitfalls:  "A lock only here is none: all who change the state have to hold it. A value that is computed twice and is as good both times is no finding, nor is a test that is made again inside the lock.",
		Since:     "0.4.0",
	},
	CheckGraph: rule.Tasks,
}
