package callgraph_test

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// tree writes files and gives their folder.
func tree(t testing.TB, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, src := range files {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(src), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// TestSameWithAnyWorkers builds the graph of all test files with different numbers of workers.
func TestSameWithAnyWorkers(t *testing.T) {
	files := map[string]string{}
	names, err := filepath.Glob("testdata/edges/*.py")
	if err != nil {
		t.Fatal(err)
	}
	for i := range 5 {
		for _, name := range names {
			src, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			files[fmt.Sprintf("p%d/%s", i, filepath.Base(name))] = string(src)
		}
		files[fmt.Sprintf("p%d/__init__.py", i)] = "from .values import *\nfrom .classes import *\n"
	}
	files["main.py"] = "from p0 import *\nimport p1.classes\np1.classes.main()\nHolder().use()\n"
	root := tree(t, files)
	want := build(t, root, 1, true)
	if len(want.Edges) < 500 {
		t.Fatalf("only %d edges", len(want.Edges))
	}
	for _, workers := range []int{2, 3, 16} {
		if got := build(t, root, workers, true); !reflect.DeepEqual(got, want) {
			t.Errorf("with %d workers the graph is another", workers)
		}
	}
}

// TestHostile builds graphs of sources that are written to be hard. It is enough that they end, and that what is
// harmless beside them is found.
func TestHostile(t *testing.T) {
	const harmless = "\n\ndef harmless_caller():\n    harmless()\n\n\ndef harmless():\n    pass\n"
	many := func(n int, format string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i, i+1)
		}
		return b.String()
	}
	for name, src := range map[string]string{
		"nested calls":        strings.Repeat("f(", 5000) + strings.Repeat(")", 5000),
		"nested functions":    nested("def f%d():", 300),
		"nested classes":      nested("class C%d:", 300),
		"long chain":          "def g(x):\n    x" + strings.Repeat(".a", 20000) + "()\n",
		"long sum":            "x = 1" + strings.Repeat(" + x", 20000) + "\n",
		"circle of classes":   "class A(B): pass\nclass B(C): pass\nclass C(A):\n    def f(self):\n        super().f()\n        self.g()\n",
		"own base":            "class A(A):\n    def f(self): self.f()\n",
		"no order of bases":   "class X: pass\nclass Y(X): pass\nclass Z(X, Y): pass\nZ()\n",
		"list of itself":      "x = [x]\nx.append(x)\nfor y in x: y()\nx[0][0][0]()\n",
		"calls its result":    "def f(g): return f(g(f))\nf(f)\nf = f(f)\n",
		"object of itself":    "class A:\n    def __init__(self): self.a = A()\n    def f(self): self.a.a.a.a.f()\n",
		"partial of itself":   "import functools\ndef f(): pass\nfor i in []: f = functools.partial(f, f)\nf()\n",
		"awaited partial":     "import functools\nasync def f(g):\n    g = functools.partial(g, 1)\n    g = functools.partial(g, 2)\n    g()\n    await f(g)\n",
		"decorator of itself": "def d(f):\n    @d\n    def w(*a): return f(*a)\n    return w\n@d\ndef g(): g()\ng()\n",
		"stars":               "def f(*a, **k):\n    return f(*a, *a, **k, **k)\nf(*f(), **f())\n",
		"star of itself":      "from program import *\nimport program\nprogram.program.program.x()\n",
		"many classes":        many(3000, "class C%d: \n    def run(self): return C%d()\n") + "def r(x): return x.run().run().run()\n" + many(3000, "r(C%d())\n#%d\n"),
		"many functions":      many(5000, "def f%d(x): return f%d(x)\n"),
		"one object of all":   "class A: pass\na = A()\n" + many(3000, "a.x%d = a.x%d\n"),
		"broken":              "def f(:\n  class\n return ((\n",
		"annotations":         "def f(x: '" + strings.Repeat("list[", 1000) + strings.Repeat("]", 1000) + "'): x.y()\ndef g(x: 'def f():'): pass\n",
		"nested strings":      `def f(x: "'\"x\"'"): x.y()` + "\n",
	} {
		t.Run(name, func(t *testing.T) {
			g := build(t, tree(t, map[string]string{"program.py": src + "\n", "harmless.py": harmless}), 1, true)
			for i := range g.Edges {
				if e := &g.Edges[i]; g.Funcs[e.From].Qual == "harmless_caller" && g.Funcs[e.To].Qual == "harmless" && e.Certain {
					return
				}
			}
			t.Error("the harmless file is not looked at")
		})
	}
}

func nested(format string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%s"+format+"\n", strings.Repeat(" ", i), i)
	}
	return b.String() + strings.Repeat(" ", n) + "pass\n"
}

// BenchmarkSizes shows that the time grows as the tree does: the same package once, twice and four times.
func BenchmarkSizes(b *testing.B) {
	names, err := filepath.Glob("testdata/edges/*.py")
	if err != nil {
		b.Fatal(err)
	}
	for _, n := range []int{50, 100, 200} {
		files := map[string]string{}
		for i := range n {
			for _, name := range names {
				src, err := os.ReadFile(name)
				if err != nil {
					b.Fatal(err)
				}
				files[fmt.Sprintf("p%d/%s", i, filepath.Base(name))] = string(src)
			}
		}
		root := tree(b, files)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				build(b, root, 2, true)
			}
		})
	}
}

// BenchmarkTree builds the graph of a real tree: AIOHUB_BENCH_TREE=/path/to/project go test -bench Tree
// ./internal/program/callgraph.
func BenchmarkTree(b *testing.B) {
	root := os.Getenv("AIOHUB_BENCH_TREE")
	if root == "" {
		b.Skip("AIOHUB_BENCH_TREE is not set")
	}
	for b.Loop() {
		build(b, root, 2, false)
	}
}

// TestDecoratorsAreNamedAsImported looks at the names under which decorators are known.
func TestDecoratorsAreNamedAsImported(t *testing.T) {
	g := build(t, tree(t, map[string]string{
		"pkg/__init__.py": "",
		"pkg/own.py":      "def mark(f):\n    return f\n",
		"pkg/use.py": "import webob.dec as dec\nfrom webob.dec import wsgify\nfrom pkg import own\nfrom pkg.own import mark as m\nfrom . import own as near\n" +
			"def local(f): return f\n@dec.wsgify(x=1)\n@wsgify\n@own.mark\n@m\n@near.mark\n@local\n@property\n@x[0]\ndef f(): pass\n",
	}), 1, true)
	for i := range g.Funcs {
		if f := &g.Funcs[i]; f.Qual == "f" {
			if got, want := strings.Join(f.Decorators, " "), "webob.dec.wsgify webob.dec.wsgify pkg.own.mark pkg.own.mark pkg.own.mark pkg.use.local property "; got != want {
				t.Errorf("got %q, want %q", got, want)
			}
			return
		}
	}
	t.Error("no f")
}
