// Package ah404 is the rule AH404, eventlet-through-library.
package ah404

import (
	"strings"
	"unicode"

	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds a name of another library that chooses eventlet.
var Rule = rule.Described(rule.Rule{
	Code:      "AH404",
	Sentences: []string{"asks about", "is made for", "belongs to a class", "chooses eventlet"},
	Check: rule.Advised(func(_ *rule.Pass, r *scan.Record) (message, help string) {
		if r.Kind != scan.Library {
			return "", ""
		}
		if _, util, ok := strings.Cut(r.Name, ".eventletutils."); ok {
			if strings.HasPrefix(util, "is_") || strings.HasPrefix(util, "warn_") || strings.HasPrefix(util, "fetch_") {
				return "`" + r.Name + "` asks about eventlet", "keep the branch for no eventlet when the program is ported"
			}
			return "`" + r.Name + "` is made for eventlet", ""
		}
		if isMember(r.Name) {
			return "`" + r.Name + "` belongs to a class that runs on eventlet", ""
		}
		return "`" + r.Name + "` chooses eventlet", ""
	}),
})

// isMember tells whether a name is one of a class, by how names are written.
func isMember(name string) bool {
	parts := strings.Split(name, ".")
	return len(parts) > 1 && isUpper(parts[len(parts)-2]) && !isUpper(parts[len(parts)-1])
}

func isUpper(name string) bool { return name != "" && unicode.IsUpper(rune(name[0])) }
