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
	Check: rule.Advised(func(_ *rule.Pass, r *scan.Record) (message, help string) {
		switch {
		case r.Kind != scan.Option:
			return "", ""
		case strings.HasSuffix(string(r.Ctx), "concurrency"):
			return "`" + string(r.Ctx) + "` tells coverage that eventlet switches",
				"take it out when the tests no longer import eventlet"
		}
		return fmt.Sprintf("`%s` chooses eventlet", r.Ctx), ""
	}),
})
