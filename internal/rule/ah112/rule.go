// Package ah112 is the rule AH112, native-thread-proxy.
package ah112

import (
	"aiohub/internal/finding"
	"aiohub/internal/rule"
)

// Rule finds an object whose methods run in native threads.
var Rule = &rule.Rule{
	Code:     "AH112",
	Name:     "native-thread-proxy",
	Severity: finding.Warning,
	Help:     "keep the object in a thread, and await calls with `asyncio.to_thread`",
	Names: []string{
		"eventlet.tpool.Proxy.*",
	},
	Doc: rule.Doc{
		Title: "an object whose methods run in native threads",
		What:  "`tpool.Proxy` and calls on objects made by it.",
		Why:   "Every method call on it waits in the hub, without looking like it. The library behind it usually blocks for good reason and has no asynchronous form.",
		Before: `
rbd = tpool.Proxy(rbd.RBD())
rbd.list(ioctx)
`,
		After: `
rbd = rbd.RBD()
await asyncio.to_thread(rbd.list, ioctx)
`,
		Fix:       finding.Unsafe,
		FixSafety: "each call changes its colour, and the proxied objects that calls return are not proxied any more.",
		Pitfalls:  "`autowrap` proxies results too. A proxied context manager enters and leaves in different threads.",
		Since:     "0.1.0",
	},
	Check: rule.Named("runs in eventlet's native threads"),
}
