// Package ah403 is the rule AH403, eventlet-option.
package ah403

import (
	"fmt"
	"strings"

	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds an option or a setting that chooses eventlet.
var Rule = rule.Described(rule.Rule{
	Code:      "AH403",
	Sentences: []string{"chooses eventlet", "tells coverage"},
	Check: rule.OfKind(scan.Option, func(p *rule.Pass, r *scan.Record) string {
		if strings.HasSuffix(string(r.Ctx), "concurrency") {
			return "`" + string(r.Ctx) + "` tells coverage that eventlet switches"
		}
		return fmt.Sprintf("`%s` chooses eventlet", r.Ctx)
	}),
})
