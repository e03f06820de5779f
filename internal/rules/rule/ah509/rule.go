// Package ah509 is the rule AH509, unverified-ssl.
package ah509

import (
	"slices"

	"aiohub/internal/output/finding"
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds `wrap_ssl`, which verifies nothing.
var Rule = &rule.Rule{
	Code:     "AH509",
	Name:     "unverified-ssl",
	Severity: finding.Warning,
	Help:     "use `ssl.create_default_context()`, and see that certificates are in order",
	Names: []string{
		"eventlet.convenience.wrap_ssl",
		"eventlet.green.ssl.wrap_socket",
	},
	Doc: rule.Doc{
		Title:  "`wrap_ssl`, which verifies nothing",
		What:   "`eventlet.wrap_ssl` without `cert_reqs`, and `green.ssl.wrap_socket` without it.",
		Why:    "It accepts every certificate. `ssl.create_default_context()` does not: connections that worked stop working, and rightly.",
		Before: "sock = eventlet.wrap_ssl(sock)",
		After: `
context = ssl.create_default_context()
reader, writer = await asyncio.open_connection(host, port, ssl=context)
`,
		Fix:       finding.Unsafe,
		FixSafety: "connections may fail that did not before.",
		Since:     "0.1.0",
	},
	Check: rule.Named("accepts every certificate", func(_ *rule.Pass, r *scan.Record) bool {
		return r.Call && !slices.Contains(r.Kws, "cert_reqs") && !slices.Contains(r.Kws, "**") && !slices.Contains(r.Kws, "server_side")
	}),
}
