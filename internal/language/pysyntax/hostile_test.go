package pysyntax

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestHostile is input that no one writes by hand: each must give a tree and, unless it is valid, a fault.
func TestHostile(t *testing.T) {
	const deep = 100_000
	random := make([]byte, 1<<16)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range random {
		random[i] = byte(r.Uint32())
	}
	tests := []struct {
		name, src string
		valid     bool
	}{
		{"empty", "", true},
		{"blank", " \t\n\n  \\\n\f", true},
		{"comment without line end", "# x", true},
		{"only a byte order mark", "\xef\xbb\xbf", true},
		{"byte order mark", "\xef\xbb\xbfx = 1\r\n", true},
		{"old Mac line ends", "if x:\r  y\rz\r", true},
		{"no line end", "if x:\n  pass", true},
		{"backslash at the end", "x = 1 \\", false},
		{"NUL", "x = 1\x00\ny()\n", false},
		{"NUL in a string", "x = '\x00'\n", false},
		{"not UTF-8", "x = '\xff'\n", false},
		{"random bytes", string(random), false},
		{"open parentheses", strings.Repeat("(", deep), false},
		{"open brackets, lines", strings.Repeat("[\n", deep), false},
		{"nested parentheses", strings.Repeat("(", deep) + strings.Repeat(")", deep), false},
		{"200 parentheses", strings.Repeat("(", 200) + "x" + strings.Repeat(")", 200), true},
		{"nested calls", strings.Repeat("f(", deep) + strings.Repeat(")", deep), false},
		{"nested subscripts", strings.Repeat("f[", deep), false},
		{"nested f-strings", strings.Repeat("f'{", deep), false},
		{"not not not", strings.Repeat("not ", deep) + "x", false},
		{"minus minus", strings.Repeat("-", deep) + "x", false},
		{"powers", strings.Repeat("2**", deep) + "2", false},
		{"lambdas", strings.Repeat("lambda: ", deep) + "0", false},
		{"conditionals", strings.Repeat("a if b else ", deep) + "c", false},
		{"awaits", strings.Repeat("await ", deep) + "x", false},
		{"stars", strings.Repeat("*", deep) + "x", false},
		{"yields", strings.Repeat("yield ", deep), false},
		{"attributes", "a" + strings.Repeat(".b", deep/2), true},
		{"a sum", "a" + strings.Repeat("+b", deep/2), true},
		{"a long sum", "a" + strings.Repeat("+b", 2*deep), false},
		{"comparisons", "a" + strings.Repeat("<b", deep), true},
		{"elifs", "if x: y\n" + strings.Repeat("elif x: y\n", maxElif-1), true},
		{"many elifs", "if x: y\n" + strings.Repeat("elif x: y\n", deep), false},
		{"walrus chain", strings.Repeat("(x:=", deep), false},
		{"nested patterns", "match x:\n  case " + strings.Repeat("[", deep) + ":\n    pass\n", false},
		{"decorators", strings.Repeat("@a\n", deep) + "def f(): pass\n", true},
		{"slashes", "def f(" + strings.Repeat("a, ", deep) + strings.Repeat("/, ", deep) + "): pass", false},
		{"dots", "from " + strings.Repeat(".", deep) + " import x\n", true},
		{"quotes", strings.Repeat("'", deep+1), false},
		{"many strings", strings.Repeat("'' ", deep), true},
		{"with in parentheses", strings.Repeat("with (", 150) + strings.Repeat("):", 150), false},
		{"unmatched closers", strings.Repeat(")]}", deep), false},
		{"indentation", staircase(90), true},
		{"much indentation", staircase(3000), false},
		{"dedent to nowhere", "if x:\n    y\n  z\n", false},
		{"tabs and blanks", "if x:\n        y\n\tz\n", false},
	}
	var p Parser
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			tree := p.Parse([]byte(test.src))
			if err := checkTree(tree); err != nil {
				t.Error(err)
			}
			fault, faulty := tree.FirstError()
			if faulty == test.valid {
				t.Errorf("valid should be %v, first fault: %v", test.valid, fault)
			}
			if len(tree.Errors) > 2*maxErrors+1 {
				t.Errorf("%d faults are kept", len(tree.Errors))
			}
		})
	}
}

func staircase(depth int) string {
	var b strings.Builder
	for i := range depth {
		b.WriteString(strings.Repeat(" ", i) + "if x:\n")
	}
	b.WriteString(strings.Repeat(" ", depth) + "y\n")
	return b.String()
}

// TestHuge is a file of 100 MB, as generated data is.
func TestHuge(t *testing.T) {
	statement := []byte("x = b\"\"\"" + strings.Repeat("0123456789abcdef\\\n", 1000) + "\"\"\" # comment\n")
	src := bytes.Repeat(statement, 100<<20/len(statement))
	tree := Parse(src)
	if fault, ok := tree.FirstError(); ok {
		t.Fatal(fault)
	}
	count := 0
	for range tree.Children(tree.Root()) {
		count++
	}
	if count != len(src)/len(statement) {
		t.Errorf("%d statements, want %d", count, len(src)/len(statement))
	}
}

// TestNoAllocation parses with a Parser that has seen a file of the size before.
func TestNoAllocation(t *testing.T) {
	src := []byte("# coding: utf-8\n" + strings.Repeat(`
@decorated(1)
async def f(a, b: int = 2, *args, c=f"{a!r:>{b}} text", **kw) -> x:
    """Docstring."""
    with open(a) as f, (yield b):
        for x, *y in [z async for z in {1: 2, **c}]:
            lazy = lambda q: q.w[1:2](e, *r, t="s" 'u', **kw) if not a < b <= c else -1 ** 2
    try:
        from .a import (b as c, d)
    except (A, B) as e:
        raise
    match x:
        case A(b, c=[1, *_]) | {"k": v, **rest} if v: pass
`, 100))
	var p Parser
	if fault, ok := p.Parse(src).FirstError(); ok {
		t.Fatal(fault)
	}
	// The one is the name of the encoding.
	if n := testing.AllocsPerRun(20, func() { p.Parse(src) }); n > 1 {
		t.Errorf("%v allocations for a file", n)
	}
}

func TestClone(t *testing.T) {
	var p Parser
	tree := p.Parse([]byte("f(a, b)  # c\nx = ("))
	want := string(dump(tree, false, false, nil))
	kept := tree.Clone()
	p.Parse([]byte("import a\nfor b in c: d\n"))
	if got := string(dump(kept, false, false, nil)); got != want {
		t.Errorf("the copy changed:\n%s\n%s", got, want)
	}
	if len(kept.Comments) != 1 || len(kept.Errors) == 0 {
		t.Errorf("comments %v, faults %v", kept.Comments, kept.Errors)
	}
}
