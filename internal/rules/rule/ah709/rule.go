// Package ah709 is the rule AH709, pickled-lock.
package ah709

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/rules/rule"
)

// Rule finds a lock, thread or executor in an object that is pickled or copied.
var Rule = &rule.Rule{
	Code:     "AH709",
	Name:     "pickled-lock",
	Severity: finding.Error,
	Help:     "leave it out in `__getstate__` and make a new one in `__setstate__`, or keep it outside the object",
	Targets:  []string{"threads"},
	Doc: rule.Doc{
		Title: "a lock, thread or executor in an object that is pickled or copied",
		What:  "`pickle.dumps`, `copy.deepcopy`, a queue of multiprocessing or a pool of processes that is given an object, or a method of one, whose class puts a lock, event, queue, thread, executor or socket into an attribute and has no `__getstate__`, `__reduce__` or `__deepcopy__`.",
		Why:   "They cannot be pickled: TypeError. The lock that a move to threads adds is what breaks the copy that was fine before.",
		Before: `
self.lock = threading.Lock()
...
copy.deepcopy(self)
`,
		After: `
def __getstate__(self):
    state = self.__dict__.copy()
    del state["lock"]
    return state
`,
		Fix:       finding.Manual,
		FixSafety: "what the copy is to have instead has to be decided.",
		Since:     "0.4.0",
	},
	CheckGraph: rule.Tasks,
}
