package pysyntax

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestWalk(t *testing.T) {
	tree := Parse([]byte("if a: f(b, c)\nelse: d\n"))
	var trace []string
	tree.Walk(tree.Root(), func(n Node) bool {
		trace = append(trace, "+"+kindNames[tree.Kind(n)])
		return tree.Kind(n) != Call
	}, func(n Node) {
		trace = append(trace, "-"+kindNames[tree.Kind(n)])
	})
	const want = "+Module +If +Name -Name +body +Expr +Call -Call -Expr -body +else +Expr +Name -Name -Expr -else -If -Module"
	if got := strings.Join(trace, " "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}

	var all []string
	for n := range tree.All() {
		all = append(all, kindNames[tree.Kind(n)])
	}
	if got := strings.Join(all, " "); got != "Module If Name body Expr Call Name Name Name else Expr Name" {
		t.Errorf("All gave %s", got)
	}

	// A walk from a node stays below it.
	var below []string
	tree.Walk(tree.Child(tree.Child(tree.Root())), func(n Node) bool {
		below = append(below, kindNames[tree.Kind(n)])
		return true
	}, nil)
	if !slices.Equal(below, []string{"Name"}) {
		t.Errorf("below the test: %v", below)
	}
}

func TestParents(t *testing.T) {
	tree := Parse([]byte("class A:\n  def f(self): return g(self.x)\n"))
	parents := tree.Parents()
	for n := range tree.All() {
		for c := range tree.Children(n) {
			if parents[c] != n {
				t.Errorf("parent of %s is %s, want %s", kindNames[tree.Kind(c)], kindNames[tree.Kind(parents[c])], kindNames[tree.Kind(n)])
			}
		}
	}
	if parents[tree.Root()] != 0 {
		t.Error("the root has a parent")
	}
}

func TestParts(t *testing.T) {
	const src = "from . .. a . b import c as d, e\nimport f . g as h, i\ndef j(*k: (l) = m, n=o): pass  # p\n"
	tree := Parse([]byte(src))
	var got []string
	for n := range tree.All() {
		switch tree.Kind(n) {
		case ImportFrom:
			level, name := tree.ImportModule(n)
			got = append(got, fmt.Sprint(level, " ", src[name.Start:name.End]))
		case Alias:
			name, as := tree.AliasName(n), tree.AliasAsname(n)
			got = append(got, src[name.Start:name.End]+" as "+src[as.Start:as.End])
		case Param:
			r := tree.ArgRange(n)
			got = append(got, src[r.Start:r.End]+" in "+string(tree.Text(n)))
		}
	}
	want := []string{"3 a . b", "c as d", "e as ", "f . g as h", "i as ", "k: (l) in *k: (l) = m", "n in n=o"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}

	end := uint32(len(src))
	if c := tree.CommentsIn(0, end); len(c) != 1 || src[c[0].Start:c[0].End] != "# p" {
		t.Errorf("comments: %v", c)
	}
	if c := tree.CommentsIn(0, 10); len(c) != 0 {
		t.Errorf("comments of the first line: %v", c)
	}
	at := uint32(strings.Index(src, "import"))
	if k := tree.Tokens[tree.TokenAt(at+2)]; k.Start != at {
		t.Errorf("token at %d starts at %d", at+2, k.Start)
	}
}

func TestStringValue(t *testing.T) {
	tests := []struct {
		src, want string
		ok        bool
	}{
		{`'a'`, "a", true},
		{`u"a" 'b' """c` + "\r\n" + `d"""`, "abc\nd", true},
		{`'\x41\u00e9\U0001f600\101\n\'\q\` + "\n" + `z'`, "Aé😀A\n'\\qz", true},
		{`r'\n' '\n'`, "\\n\n", true},
		{`'\ud800'`, "\xed\xa0\x80", true},
		{`''`, "", true},
		{`'\N{BULLET}'`, "", false},
		{`b'a'`, "", false},
		{`f'a'`, "", false},
		{`'a`, "", false},
		{`1`, "", false},
	}
	for _, test := range tests {
		tree := Parse([]byte("f(" + test.src + ")"))
		call := tree.Child(tree.Child(tree.Root()))
		got, ok := tree.StringValue(tree.Next(tree.Child(call)))
		if got != test.want || ok != test.ok {
			t.Errorf("%s: %q %v, want %q %v", test.src, got, ok, test.want, test.ok)
		}
	}

	tree := Parse([]byte("# coding: latin-1\n'\xe9\\x41'"))
	if got, ok := tree.StringValue(tree.Child(tree.Child(tree.Root()))); got != "éA" || !ok {
		t.Errorf("latin-1: %q %v", got, ok)
	}
}
