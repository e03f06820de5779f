// Package ah112 is the rule AH112, native-thread-proxy.
package ah112

import (
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

const proxy = "eventlet.tpool.Proxy"

// Rule finds an object whose methods run in native threads.
var Rule = rule.Described(rule.Rule{
	Code:      "AH112",
	Names:     []string{"eventlet.tpool.Proxy.*"},
	Sentences: []string{"makes objects whose methods run in", "` runs in", "is about objects"},
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
})
