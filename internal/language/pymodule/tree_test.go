package pymodule

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// find resolves an absolute dotted name from a file, None as soon as a component is missing.
func find(t *Tree, paths []string, from, dotted string) string {
	parts := strings.Split(dotted, ".")
	id := t.Top(t.Node(slices.Index(paths, from)), parts[0], parts[0] == "eventlet")
	for _, p := range parts[1:] {
		if id == None {
			return "none"
		}
		id = t.Child(id, p)
	}
	switch {
	case id == None:
		return "none"
	case t.File(id) < 0:
		return "namespace"
	}
	return paths[t.File(id)]
}

func TestTop(t *testing.T) {
	for _, c := range []struct {
		title, files, from, name, want string
	}{
		{"package at the top", "p/__init__.py p/m.py p/sub/__init__.py p/sub/n.py", "p/m.py", "p.sub.n", "p/sub/n.py"},
		{"package under src", "src/p/__init__.py src/p/m.py tests/test_m.py", "tests/test_m.py", "p.m", "src/p/m.py"},
		{"namespace in a package", "p/__init__.py p/ns/m.py", "p/__init__.py", "p.ns.m", "p/ns/m.py"},
		{"namespaces all the way", "src/a/b/m.py src/a/c/n.py", "src/a/c/n.py", "a.b.m", "src/a/b/m.py"},
		{"package before module", "m.py m/__init__.py x.py", "x.py", "m", "m/__init__.py"},
		{"module before namespace", "m.py m/y.py x.py", "x.py", "m", "m.py"},
		{"no implicit relative import", "p/__init__.py p/m.py p/n.py", "p/m.py", "n", "none"},
		{"script beside a module", "tools/run.py tools/helper.py", "tools/run.py", "helper", "tools/helper.py"},
		{"own root first", "a/p/__init__.py b/p/__init__.py b/x.py", "b/x.py", "p", "b/p/__init__.py"},
		{"the standard library before the tree", "queue.py p/__init__.py p/m.py", "p/m.py", "queue", "none"},
		{"a script's directory before the standard library", "d/queue.py d/x.py", "d/x.py", "queue", "d/queue.py"},

		{"own eventlet in a package", "p/__init__.py p/eventlet.py p/m.py", "p/m.py", "eventlet", "none"},
		{"own eventlet imports the real one", "p/__init__.py p/eventlet.py", "p/eventlet.py", "eventlet", "none"},
		{"a tree that is eventlet", "eventlet/__init__.py tests/x.py", "tests/x.py", "eventlet", "eventlet/__init__.py"},
		{"examples in a directory called eventlet", "examples/eventlet/a.py examples/b.py", "examples/b.py", "eventlet", "none"},
		{"a module in somebody else's directory", "docs/eventlet.py p/__init__.py", "p/__init__.py", "eventlet", "none"},
		{"a package of examples called eventlet", "examples/eventlet/__init__.py examples/eventlet/a.py", "examples/eventlet/a.py", "eventlet", "none"},
		{"a plugin file called eventlet", "plugins/eventlet.py", "plugins/eventlet.py", "eventlet", "none"},
		{"inside eventlet itself", "eventlet/__init__.py eventlet/a.py", "eventlet/a.py", "eventlet", "eventlet/__init__.py"},
		{"a script beside a file eventlet.py", "docs/eventlet.py docs/a.py", "docs/a.py", "eventlet", "docs/eventlet.py"},
	} {
		paths := strings.Fields(c.files)
		if got := find(New(paths), paths, c.from, c.name); got != c.want {
			t.Errorf("%s: %s in %s is %s, want %s", c.title, c.name, c.from, got, c.want)
		}
	}
}

func TestName(t *testing.T) {
	paths := []string{"p/__init__.py", "p/m.py", "p/ns/n.py", "src/q/__init__.py", "src/q/r.py", "tools/x.py", "bin/script", "setup.py"}
	want := []string{"p", "p.m", "p.ns.n", "q", "q.r", "x", "script", "setup"}
	tree := New(paths)
	for i := range paths {
		if got := tree.Name(tree.Node(i)); got != want[i] {
			t.Errorf("%s is called %s, want %s", paths[i], got, want[i])
		}
	}
}

func TestScriptsAreNotImported(t *testing.T) {
	paths := []string{"bin/script", "bin/x.py"}
	if got := find(New(paths), paths, "bin/x.py", "script"); got != "none" {
		t.Errorf("a file without .py was imported: %s", got)
	}
}

// Whatever the layout, a regular module is found again under its own name from its own file, unless a name is ambiguous
// or of the library.
func TestNameLeadsBack(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		part := rapid.SampledFrom([]string{"alpha", "beta", "gamma"})
		set := map[string]bool{}
		for range rapid.IntRange(1, 8).Draw(r, "files") {
			parts := rapid.SliceOfN(part, 0, 3).Draw(r, "dir")
			for i := range parts { // every directory is a package
				set[strings.Join(parts[:i+1], "/")+"/__init__.py"] = true
			}
			set[strings.Join(append(parts, "mod_"+part.Draw(r, "name")+".py"), "/")] = true
		}
		var paths []string
		for p := range set {
			paths = append(paths, p)
		}
		slices.Sort(paths)
		tree := New(paths)
		for i, p := range paths {
			if got := find(tree, paths, p, tree.Name(tree.Node(i))); got != p {
				r.Fatalf("%s: %s leads to %s in %v", p, tree.Name(tree.Node(i)), got, paths)
			}
		}
	})
}
