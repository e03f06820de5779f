// Package ah203 is the rule AH203, import-before-patch.
package ah203

import (
	"strings"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds an import that comes before `monkey_patch` in the same file.
var Rule = rule.Described(rule.Rule{
	Code:  "AH203",
	Check: check,
})

// early are the modules that keep something of the plain standard library when they are imported before it is patched.
var early = map[string]bool{
	"logging": true, "threading": true, "socket": true, "ssl": true, "select": true, "selectors": true, "subprocess": true,
	"queue": true, "asyncio": true, "concurrent": true, "multiprocessing": true, "socketserver": true, "http": true,
	"urllib": true, "requests": true, "urllib3": true, "sqlalchemy": true, "pymysql": true, "futurist": true,
}

func keepsPlain(module string) bool {
	top, _, _ := strings.Cut(module, ".")
	return early[top] || strings.HasPrefix(top, "oslo_")
}

func check(p *rule.Pass) {
	patched := -1
	for i := range p.Records {
		if r := &p.Records[i]; r.Kind == scan.Use && r.Patches && r.Func == "" {
			patched = r.Start
			break
		}
	}
	if patched < 0 || p.Tree == nil {
		return
	}
	for statement := range p.Tree.Children(p.Tree.Root()) {
		if int(p.Tree.Start(statement)) >= patched {
			return
		}
		switch p.Tree.Kind(statement) {
		case pysyntax.Import:
			for alias := range p.Tree.Children(statement) {
				name := p.Tree.AliasName(alias)
				report(p, alias, string(p.Src[name.Start:name.End]))
			}
		case pysyntax.ImportFrom:
			if level, name := p.Tree.ImportModule(statement); level == 0 {
				report(p, statement, string(p.Src[name.Start:name.End]))
			}
		}
	}
}

func report(p *rule.Pass, n pysyntax.Node, module string) {
	if keepsPlain(module) {
		p.Node(n, "`"+module+"` is imported before the standard library is patched", "")
	}
}
