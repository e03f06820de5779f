package port

import (
	"strings"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/knowledge"
	"aiohub/internal/program/scan"
)

// replacement is a mock of a name of eventlet's in a test.
type replacement struct {
	name   string // as reached: eventlet.sleep and eventlet.greenthread.sleep are two attributes
	via    string // the module of the tree through whose own name it is reached, or ""
	test   *testNames
	record *scan.Record
}

// replacementsOf lists the mocks of a tree by the last part of what they replace.
func replacementsOf(t *Tree) map[string][]replacement {
	tests := map[string]*testNames{}
	for i := range t.Units {
		tests[t.Units[i].Path] = &testNames{src: t.Units[i].Src}
	}
	found := map[string][]replacement{}
	for i := range t.Records {
		if r := &t.Records[i]; r.Kind == scan.Patch || r.Kind == scan.String && targets[string(r.Ctx)] {
			name := reached(r.Name)
			found[lastOf(name)] = append(found[lastOf(name)],
				replacement{name: name, via: r.Via, test: tests[r.File], record: r})
		}
	}
	return found
}

// reached is a name as it is reached below eventlet, where it comes from aiohub.green too.
func reached(name string) string {
	if rest, ok := strings.CutPrefix(name, green); ok {
		return knowledge.Root + rest
	}
	return name
}

// isReplaced reports whether a test that can run the code of a file replaces the name that the code uses.
func (p *painter) isReplaced(s *source, callee pysyntax.Node, name string) bool {
	return len(p.replacementsOf(s, callee, name)) > 0
}

// replacementsOf gives the mocks that can stand in the place of the name that a file uses. A mock of an attribute is
// seen by who reads the attribute, not by who has imported what it was. Tests that do not name the module, or do not get
// to the function, are taken to have nothing to do with it.
func (p *painter) replacementsOf(s *source, callee pysyntax.Node, name string) []replacement {
	if s.test {
		return nil
	}
	var found []replacement
	own := s.tree.Kind(callee) == pysyntax.Name
	around := p.funcAt(p.fileOf[s], s.tree.Start(callee))
	for _, m := range p.replaced[lastOf(name)] {
		switch {
		case m.via != "": // it needs the module's own name, whichever functions its test gets to
			if m.via == s.module || strings.HasPrefix(m.via, s.module+".") {
				found = append(found, m)
			}
		case !p.inForce(m, around):
		case own || m.name != reached(name):
		case m.test.has(s.module):
			found = append(found, m)
		}
	}
	return found
}
