package port

import (
	"bytes"
	"strings"

	"aiohub/internal/edit"
	"aiohub/internal/finding"
	"aiohub/internal/pysyntax"
	"aiohub/internal/pytoken"
	"aiohub/internal/scan"
)

var importAiohub = edit.Import{Module: "aiohub"}

// install puts aiohub.install(patch=...) in place of monkey_patch(...), with its arguments.
func (s *source) install(r *scan.Record) {
	call := s.callOf(r)
	switch {
	case r.Ctx == "del" || r.Kind == scan.Method:
		s.note(r, follows, "")
		return
	case call == 0:
		s.note(r, patchPassedOn, "")
		return
	case r.Maybe:
		s.note(r, patchPassedOn, "the name has other values too")
		return
	}
	if !s.needAiohub(r) {
		s.note(r, patchPassedOn, "nothing imports the name here")
		return
	}
	s.note(r, installs, "")
	end := int(s.tree.End(call))
	if text, ok := s.mapping(call); ok {
		s.replace(r.Start, end, "aiohub.install(patch="+text+")")
		return
	}
	s.replace(r.Start, r.End, "aiohub.install(patch=dict")
	s.edits.Insert(end, ")")
}

// replace notes that names in the range are gone.
func (s *source) replace(start, end int, text string) {
	s.edits.Replace(start, end, text)
	s.taken = append(s.taken, span{start, end})
}

// mapping is the keywords of a call as the value of patch, if they stand on one line without comments.
func (s *source) mapping(call pysyntax.Node) (string, bool) {
	callee := s.tree.Child(call)
	if s.tree.Next(callee) == 0 {
		return "True", true
	}
	between := s.src[s.tree.End(callee):s.tree.End(call)]
	if bytes.ContainsAny(between, "\r\n") {
		return "", false
	}
	quote := s.quote()
	var entries []string
	for n := s.tree.Next(callee); n != 0; n = s.tree.Next(n) {
		if s.tree.Kind(n) != pysyntax.Keyword {
			return "", false
		}
		value := string(s.tree.Text(s.tree.Child(n)))
		if s.tree.Has(s.tree.Child(n), pysyntax.FlagParens) {
			value = "(" + value + ")"
		}
		if s.tree.Has(n, pysyntax.FlagUnpack) {
			entries = append(entries, "**"+value)
		} else {
			entries = append(entries, quote+string(s.tree.Ident(n))+quote+": "+value)
		}
	}
	if len(entries) == 1 && strings.HasPrefix(entries[0], "**") {
		return strings.TrimPrefix(entries[0], "**"), true
	}
	return "{" + strings.Join(entries, ", ") + "}", true
}

// quote is the one that most strings of the file have, docstrings aside; that of the project if there are none.
func (s *source) quote() string {
	single, double := 0, 0
	for _, k := range s.tree.Tokens {
		if k.Kind == pytoken.String && k.Form&pytoken.Triple == 0 {
			if s.src[k.End-1] == '\'' {
				single++
			} else {
				double++
			}
		}
	}
	switch {
	case single > double:
		return "'"
	case double > 0 || s.usual == "":
		return `"`
	}
	return s.usual
}

// needAiohub imports aiohub where the name that a record begins with is imported.
func (s *source) needAiohub(r *scan.Record) bool {
	statement := s.importOf(r)
	if statement == 0 {
		return false
	}
	s.imports.AddBefore(statement, importAiohub)
	return true
}

// importOf finds the import statement that binds the first name of a chain: of several the last before it.
func (s *source) importOf(r *scan.Record) pysyntax.Node {
	head, _, _ := strings.Cut(string(s.src[r.Start:r.End]), ".")
	head = strings.TrimSpace(head)
	found := pysyntax.Node(0)
	for _, a := range s.aliases {
		if edit.Alias(s.tree, a.statement, a.node).Binds() != head {
			continue
		}
		if start := s.tree.Start(a.statement); int(start) < r.Start && (found == 0 || start > s.tree.Start(found)) {
			found = a.statement
		}
	}
	return found
}

// useHub puts aiohub.install() in place of use_hub(...). Without an argument use_hub makes the default hub anew, which is aiohub's by then.
func (s *source) useHub(r *scan.Record) {
	call := s.callOf(r)
	argument := pysyntax.Node(0)
	if call != 0 {
		argument = s.tree.Next(s.tree.Child(call))
	}
	switch {
	case call == 0 || r.Maybe || argument == 0 || string(s.tree.Text(argument)) == "None" || s.tree.Kind(s.tree.Parents()[call]) != pysyntax.ExprStmt:
		s.note(r, follows, "")
	case !s.needAiohub(r):
		s.note(r, hubPassedOn, "")
	default:
		s.note(r, installsHub, "")
		s.replace(r.Start, int(s.tree.End(call)), "aiohub.install()")
	}
}

// installInScript lets a script that uses eventlet without patching install the hub before anything else.
func (s *source) installInScript() {
	if s.test || len(s.taken) > 0 || !s.importsEventlet() {
		return
	}
	guard := s.mainGuard()
	if guard == 0 {
		return
	}
	first := s.firstStatement()
	if first == 0 || s.tree.Kind(first) != pysyntax.Import && s.tree.Kind(first) != pysyntax.ImportFrom {
		return
	}
	start := int(s.tree.Start(first))
	s.edits.Insert(start, "import aiohub\n\naiohub.install()\n\n")
	s.places = append(s.places, Place{
		File: s.path, Line: lineOf(s.src, start), Start: start, End: start, Name: "aiohub.install", Rule: scriptInstalls,
	})
}

func (s *source) importsEventlet() bool {
	for i := range s.records {
		if r := &s.records[i]; r.Kind == scan.Import && r.Ctx == "plain" && r.Via == "" {
			return true
		}
	}
	return false
}

// mainGuard finds `if __name__ == "__main__":` at the top of the file.
func (s *source) mainGuard() pysyntax.Node {
	for n := range s.tree.Children(s.tree.Root()) {
		if s.tree.Kind(n) != pysyntax.If {
			continue
		}
		test := s.tree.Child(n)
		if s.tree.Kind(test) == pysyntax.Compare && bytes.HasPrefix(s.tree.Text(test), []byte("__name__")) {
			return n
		}
	}
	return 0
}

// firstStatement is the first one behind the docstring and what comes from __future__.
func (s *source) firstStatement() pysyntax.Node {
	for n := range s.tree.Children(s.tree.Root()) {
		switch s.tree.Kind(n) {
		case pysyntax.ExprStmt:
			if _, text := s.tree.StringValue(s.tree.Child(n)); text {
				continue
			}
		case pysyntax.ImportFrom:
			if _, module := s.tree.ImportModule(n); string(s.src[module.Start:module.End]) == "__future__" {
				continue
			}
		}
		return n
	}
	return 0
}

// IsManual tells whether a person has to look at a place.
func (p *Place) IsManual() bool { return p.Rule.Safety == finding.Manual }
