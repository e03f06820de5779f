// Package ah112 is the rule AH112, native-thread-proxy.
package ah112

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

const proxy = "eventlet.tpool.Proxy"

// Rule finds an object whose methods run in native threads.
var Rule = &rule.Rule{
	Code:     "AH112",
	Name:     "native-thread-proxy",
	Severity: finding.Warning,
	Help:     "keep the object in a thread, and await calls with `asyncio.to_thread`",
	Names: []string{
		"eventlet.tpool.Proxy.*",
	},
	Sentences: []string{"makes objects whose methods run in", "` runs in", "is about objects"},
	Doc: rule.Doc{
		Title: "an object whose methods run in native threads",
		What:  "`tpool.Proxy` and calls of methods of objects made by it. Reading an attribute runs in no thread and is not reported.",
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
		Pitfalls:  "`autowrap` proxies results too. `with tpool.Proxy(x) as y` binds what `x.__enter__` returns: y is not proxied, and its calls block the hub. A proxied context manager enters and leaves in different threads.",
		Since:     "0.1.0",
	},
	Check: rule.Each(func(p *rule.Pass, r *scan.Record) string {
		switch {
		case r.Kind != scan.Use && r.Kind != scan.Method || !p.Rule().Claims(r.Canon) || p.Patched(r):
			return ""
		case r.Canon == proxy && r.Call:
			return p.Shown(r) + " makes objects whose methods run in eventlet's native threads"
		case r.Kind == scan.Method && r.Call:
			return p.Shown(r) + " runs in eventlet's native threads"
		case r.Kind == scan.Method:
			return "" // a plain attribute, as far as can be told
		}
		return p.Shown(r) + " is about objects whose methods run in eventlet's native threads"
	}),
}
