// Package ah303 is the rule AH303, eventlet-string.
package ah303

import (
	"path"
	"slices"
	"strings"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds a string that says eventlet.
var Rule = rule.Described(rule.Rule{
	Code: "AH303",
	Sentences: []string{"asks for", "is a key that", "is the name of a logger", "names", "asks another library",
		"is the name of an extra", "describes the package", "says eventlet"},
	Check: rule.Advised(func(p *rule.Pass, r *scan.Record) (message, help string) {
		switch {
		case rule.IsAsked(r):
			return p.Shown(r) + " asks for `" + r.Canon + "`",
				"ask for what replaces it, or take the branch out, once eventlet is gone"
		case r.Kind != scan.String || rule.IsMockTarget(r) || replaces(p, r):
			return "", ""
		case rule.IsEnvironKey(r.Name):
			return p.Shown(r) + " is a key that eventlet puts into the environment of a request",
				"find another way to it: another server does not put it there"
		case r.Ctx == "getLogger":
			return p.Shown(r) + " is the name of a logger",
				"take it out once eventlet is gone: nothing logs under this name any more"
		case strings.Contains(r.Canon, "."):
			return p.Shown(r) + " names `" + r.Canon + "`", ""
		case isSetup(p) && within(p, r, "extras"):
			return p.Shown(r) + " is the name of an extra", "take the extra out once nothing requires eventlet"
		case isSetup(p) && (within(p, r, "keywords") || within(p, r, "description")):
			return p.Shown(r) + " describes the package", "change it once it is no longer true"
		case rule.IsChoice(p, r):
			return p.Shown(r) + " asks another library for eventlet", ""
		}
		return p.Shown(r) + " says eventlet", ""
	}),
})

func isSetup(p *rule.Pass) bool { return path.Base(p.Path) == "setup.py" }

// within tells whether the string stands in what is given to an argument, a variable or a key of such a name.
func within(p *rule.Pass, r *scan.Record, word string) bool {
	n := p.NodeOf(r)
	for n != 0 && !p.Tree.Kind(n).IsStatement() {
		parent := p.Tree.Parents()[n]
		name := ""
		switch p.Tree.Kind(parent) {
		case pysyntax.Keyword:
			name = string(p.Tree.Ident(parent))
		case pysyntax.Assign:
			target := p.Tree.Child(parent)
			if name = string(p.Tree.Ident(target)); p.Tree.Kind(target) == pysyntax.Subscript {
				name = string(p.Tree.Text(target))
			}
		}
		if strings.Contains(strings.ToLower(name), word) {
			return true
		}
		n = parent
	}
	return false
}

// replaces tells whether the string is the name of an attribute that a mock replaces: AH302 is about that.
func replaces(p *rule.Pass, r *scan.Record) bool {
	return slices.ContainsFunc(p.Records, func(other scan.Record) bool {
		return other.Kind == scan.Patch && other.Start == r.Start && !rule.IsAsked(&other)
	})
}
