// Package ah404 is the rule AH404, eventlet-through-library.
package ah404

import (
	"strings"

	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds a name of another library that chooses eventlet.
var Rule = rule.Described(rule.Rule{
	Code:      "AH404",
	Sentences: []string{"asks about", "is made for", "chooses eventlet"},
	Check: rule.OfKind(scan.Library, func(p *rule.Pass, r *scan.Record) string {
		if _, util, ok := strings.Cut(r.Name, ".eventletutils."); ok {
			if strings.HasPrefix(util, "is_") || strings.HasPrefix(util, "warn_") || strings.HasPrefix(util, "fetch_") {
				return "`" + r.Name + "` asks about eventlet"
			}
			return "`" + r.Name + "` is made for eventlet"
		}
		return "`" + r.Name + "` chooses eventlet"
	}),
})
