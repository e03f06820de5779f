package port

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"aiohub/internal/language/edit"
	"aiohub/internal/language/pysyntax"
	"aiohub/internal/language/pytoken"
	"aiohub/internal/program/scan"
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
	const callee = "aiohub.install(patch=dict"
	s.replace(r.Start, r.End, callee)
	s.edits.Insert(end, ")")
	s.shift(call, len(callee)-(r.End-r.Start))
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

// shift moves the lines of a call's arguments that are aligned with its parenthesis, by so many columns.
func (s *source) shift(call pysyntax.Node, columns int) {
	open := int(s.tree.End(s.tree.Child(call)))
	start := bytes.LastIndexAny(s.src[:open], "\r\n") + 1
	for at := open; at < int(s.tree.End(call)); at++ {
		if s.src[at] != '\n' {
			continue
		}
		text := bytes.TrimLeft(s.src[at+1:], " ")
		if indent := len(s.src) - (at + 1) - len(text); indent != open+1-start ||
			s.tree.Tokens[s.tree.TokenAt(uint32(at))].Start <= uint32(at) {
			continue // aligned with something else, or inside a string
		}
		if columns > 0 {
			s.edits.Insert(at+1, strings.Repeat(" ", columns))
		} else {
			s.edits.Delete(at+1, at+1-columns)
		}
	}
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

// importOf finds the import statement that binds the first name of a chain: the first one of the block with the last
// one before it.
func (s *source) importOf(r *scan.Record) pysyntax.Node {
	head, _, _ := strings.Cut(string(s.src[r.Start:r.End]), ".")
	head = strings.TrimSpace(head)
	parents := s.tree.Parents()
	var found []pysyntax.Node
	for _, a := range s.aliases {
		if int(s.tree.Start(a.statement)) < r.Start && edit.Alias(s.tree, a.statement, a.node).Binds() == head {
			found = append(found, a.statement)
		}
	}
	if len(found) == 0 {
		return 0
	}
	slices.SortFunc(found, func(a, b pysyntax.Node) int { return cmp.Compare(s.tree.Start(a), s.tree.Start(b)) })
	block := parents[found[len(found)-1]]
	return found[slices.IndexFunc(found, func(n pysyntax.Node) bool { return parents[n] == block })]
}

// useHub puts aiohub.install() in place of use_hub(...). Without an argument use_hub makes the default hub anew, which
// is aiohub's by then.
func (s *source) useHub(r *scan.Record) {
	call := s.callOf(r)
	argument := pysyntax.Node(0)
	if call != 0 {
		argument = s.tree.Next(s.tree.Child(call))
	}
	switch {
	case call == 0 || r.Maybe || argument == 0 || string(s.tree.Text(argument)) == "None" ||
		s.tree.Kind(s.tree.Parents()[call]) != pysyntax.ExprStmt:
		s.note(r, follows, "")
	case !s.needAiohub(r):
		s.note(r, hubPassedOn, "")
	default:
		s.note(r, installsHub, "")
		s.replace(r.Start, int(s.tree.End(call)), "aiohub.install()")
	}
}

// installInScript lets a file that uses eventlet without patching install the hub where it is run as a program.
func (s *source) installInScript() {
	if s.test || len(s.taken) > 0 {
		return
	}
	guard, statement := s.mainGuard(), s.plainImport()
	if guard == 0 || statement == 0 {
		return
	}
	first := s.tree.Child(s.tree.ChildOf(guard, pysyntax.Block))
	if first == 0 || lineOf(s.src, int(s.tree.Start(first))) == lineOf(s.src, int(s.tree.Start(guard))) {
		return
	}
	start := int(s.tree.Start(first))
	s.imports.AddBefore(statement, importAiohub)
	s.edits.Insert(start, "aiohub.install()\n"+edit.Indent(s.tree, first))
	s.places = append(s.places, Place{
		File: s.path, Line: lineOf(s.src, start), Start: start, End: start, Name: "aiohub.install", Rule: scriptInstalls,
	})
}

// plainImport is the first import of eventlet that always runs, at the top of the file.
func (s *source) plainImport() pysyntax.Node {
	for i := range s.records {
		r := &s.records[i]
		if a, ok := s.aliases[r.Start]; ok && r.Kind == scan.Import &&
			isEventlet(edit.Alias(s.tree, a.statement, a.node).Module) && r.Ctx == "plain" && r.Via == "" &&
			s.tree.Parents()[a.statement] == s.tree.Root() {
			return a.statement
		}
	}
	return 0
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
