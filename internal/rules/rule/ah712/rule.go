// Package ah712 is the rule AH712, shared-session.
package ah712

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/rules/rule"
)

// Rule finds a session or connection that two tasks use.
var Rule = &rule.Rule{
	Code:     "AH712",
	Name:     "shared-session",
	Severity: finding.Error,
	Help:     "give each task one of its own, from a pool or made where it is used",
	Targets:  []string{"threads", "asyncio"},
	Doc: rule.Doc{
		Title: "a session or connection that two tasks use",
		What:  "A method call on a state that holds a database session or connection, or a client of a protocol that takes one request at a time, by two tasks and without a lock: sqlite3, SQLAlchemy sessions, `http.client`, smtplib, ftplib and others. A `requests.Session` is possible only.",
		Why:   "Their objects keep what belongs to the request that is on its way: a transaction, a half-read answer. Two at once mix them up, and sqlite3 refuses another thread altogether.",
		Before: `
self.db = sqlite3.connect(path)
...
self.db.execute(query)  # in each of the threads
`,
		After: `
with sqlite3.connect(path) as db:
    db.execute(query)
`,
		Fix:       finding.Manual,
		FixSafety: "who opens it has to close it, too.",
		Since:     "0.4.0",
	},
	CheckGraph: rule.Tasks,
}
