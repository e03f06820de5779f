// Package ah509 is the rule AH509, unverified-ssl.
package ah509

import (
	"slices"

	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds `wrap_ssl`, which verifies nothing.
var Rule = rule.Described(rule.Rule{
	Code: "AH509",
	Names: []string{
		"eventlet.convenience.wrap_ssl",
		"eventlet.green.ssl.wrap_socket",
	},
	Check: rule.Named("accepts every certificate", func(_ *rule.Pass, r *scan.Record) bool {
		return r.Call && !slices.Contains(r.Kws, "cert_reqs") && !slices.Contains(r.Kws, "**") &&
			!slices.Contains(r.Kws, "server_side")
	}),
})
