package pyscope

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aiohub/internal/language/pysyntax"
)

func build(src string) *File {
	var parser pysyntax.Parser
	var builder Builder
	return builder.Build(parser.Parse([]byte(src)))
}

// check fails unless every index in a File leads somewhere.
func check(f *File, size int) error {
	in := func(what string, i int32, n int) error {
		if i != None && (i < 0 || int(i) >= n) {
			return fmt.Errorf("%s %d of %d", what, i, n)
		}
		return nil
	}
	var errs []error
	must := func(err error) {
		if err != nil {
			errs = append(errs, err)
		}
	}
	for i, n := range f.Nodes {
		if n.Start > n.End || int(n.End) > size {
			must(fmt.Errorf("node %d covers %d-%d of %d", i, n.Start, n.End, size))
		}
		must(in("scope", n.Scope, len(f.Scopes)))
		switch n.Kind {
		case NameNode:
			must(in("name", n.A, len(f.Names)))
		case StringNode:
			must(in("text", n.A, len(f.Names)))
			must(in("callee", n.B, len(f.Names)))
		case AttrNode:
			must(in("object", n.A, i))
			must(in("attribute", n.B, len(f.Names)))
		case IndexNode, CompNode:
			must(in("inner", n.A, i))
		case JoinNode:
			must(in("callee", n.A, len(f.Names)))
			if n.B < 0 || int(n.B+n.N) > len(f.Args) {
				must(fmt.Errorf("parts %d+%d of %d", n.B, n.N, len(f.Args)))
				continue
			}
			for _, part := range f.Args[n.B : n.B+n.N] {
				must(in("part", int32(part.Value), i))
				must(in("text", int32(part.Name), len(f.Names)))
			}
		case CallNode:
			must(in("function", n.A, i))
			fallthrough
		default:
			if n.B < 0 || int(n.B+n.N) > len(f.Args) {
				must(fmt.Errorf("arguments %d+%d of %d", n.B, n.N, len(f.Args)))
			}
		}
		if (n.Kind == NameNode || n.Kind == AttrNode) && n.N != 0 {
			if call := f.Nodes[n.N-1]; call.Kind != CallNode || int(call.A) != i {
				must(fmt.Errorf("node %d is not the function of its call", i))
			}
		}
	}
	for _, a := range f.Args {
		must(in("argument", int32(a.Value), len(f.Nodes)))
		if a.Name >= 0 {
			must(in("keyword", int32(a.Name), len(f.Names)))
		}
	}
	for i, s := range f.Symbols {
		if f.SymbolIn(s.Scope, s.Name) != int32(i) {
			must(fmt.Errorf("symbol %d is not found", i))
		}
		steps := 0
		for b := s.First; b != None; b = f.Binds[b].Next {
			if steps++; steps > len(f.Binds) {
				must(fmt.Errorf("bindings of symbol %d go in circles", i))
				break
			}
		}
	}
	for i, name := range f.Names {
		if f.Find(name) != Name(i) {
			must(fmt.Errorf("name %q is not found", name))
		}
	}
	for i, s := range f.Scopes {
		must(in("parent", s.Parent, i))
		if i > 0 && s.Parent == None {
			must(fmt.Errorf("scope %d has no parent", i))
		}
	}
	for _, c := range f.Classes {
		if c.Bases < 0 || int(c.Bases+c.NBase) > len(f.Args) {
			must(fmt.Errorf("bases %d+%d of %d", c.Bases, c.NBase, len(f.Args)))
		}
	}
	if len(errs) > 0 {
		return errs[0]
	}
	return nil
}

const sample = `
import a.b as c, d
from . import e
from .f import *
__all__ = ["x"] + e.__all__
class K(d.L, metaclass=M):
    y: int = 1
    def m(self, *a, k: "e.T" = None, **kw) -> c.R:
        global g; nonlocal_ = g = self.q = [i for i in a if (w := i)]
        self.q.append(d.spawn("a.b.c", x=k)[0]); return lambda z=1: z or self or f"{w:{k}}" or "a.b.%s" % g
    async def n(cls):
        try:
            with open(y) as f, g as (h, *j): yield
        except (E, F) as e: del e.x, e
        match x:
            case K(a=1, b=[*r], **{}) | {"k": v, **rest} as whole if v: pass
def o[T: int](x): nonlocal_.x[1] = x if x else {**x, "k": x.y}
type A[B] = list[B]
@o.p
def q(): (r), [s, t] = 1, (2, 3); r += 1; (u.v): int = 3
`

// Cut and spliced programs, which have most of the faults that a file being edited has, give models that hang together.
func TestBrokenPrograms(t *testing.T) {
	const noise = "()[]{}:,.=\n\t\"'*@#\\"
	seed := uint64(11)
	random := rand.New(rand.NewPCG(seed, seed))
	var parser pysyntax.Parser
	var builder Builder
	sources := []string{sample}
	if files, _ := filepath.Glob("../../../python/aiohub/*.py"); len(files) > 0 {
		for _, name := range files {
			if src, err := os.ReadFile(name); err == nil {
				sources = append(sources, string(src))
			}
		}
	}
	for range 3000 {
		src := sources[random.IntN(len(sources))]
		for range random.IntN(6) {
			i, j := random.IntN(len(src)+1), random.IntN(len(src)+1)
			switch random.IntN(3) {
			case 0:
				src = src[:i] + src[min(len(src), i+random.IntN(9)):]
			case 1:
				src = src[:i] + src[j:min(len(src), j+random.IntN(40))] + src[i:]
			default:
				src = src[:i] + string(noise[random.IntN(len(noise))]) + src[i:]
			}
		}
		f := builder.Build(parser.Parse([]byte(src)))
		if err := check(f, len(src)); err != nil {
			t.Fatalf("seed %d: %v in\n%s", seed, err, src)
		}
	}
}

func FuzzBuild(f *testing.F) {
	f.Add([]byte(sample))
	var parser pysyntax.Parser
	var builder Builder
	f.Fuzz(func(t *testing.T, src []byte) {
		if err := check(builder.Build(parser.Parse(src)), len(src)); err != nil {
			t.Fatal(err)
		}
	})
}

// A builder that was used for one file makes of the next what a new one would.
func TestBuilderIsReusable(t *testing.T) {
	var parser pysyntax.Parser
	var builder Builder
	for _, src := range []string{sample, strings.Repeat("a.b(c.d, 'e.f')\n", 3000), "", "x = y", sample} {
		got := builder.Build(parser.Parse([]byte(src)))
		want := build(src)
		if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
			t.Errorf("another model for %.40q", src)
		}
	}
}

// Strings that are put together are read from the file, which others read, too.
func TestSourceStaysAsItIs(t *testing.T) {
	const src = "modules = [self.package + 'example_a' + ':'\n           + self.package + 'b']\npath = f'{__name__}.a' '.b'\nname = __name__ + '.a' + '.b'\n"
	text := []byte(src)
	var parser pysyntax.Parser
	var builder Builder
	builder.Build(parser.Parse(text))
	if string(text) != src {
		t.Errorf("the source is %q now", text)
	}
}

func TestDeepNesting(t *testing.T) {
	for _, src := range []string{
		strings.Repeat("(", 100000),
		strings.Repeat("a.", 100000) + "b",
		strings.Repeat("f(", 3000) + strings.Repeat(")", 3000),
		strings.Repeat("[x for x in ", 2000) + "y" + strings.Repeat("]", 2000),
		strings.Repeat("if x:\n", 1) + strings.Repeat(" ", 1) + "a" + strings.Repeat(".b(c)", 20000),
	} {
		if err := check(build(src), len(src)); err != nil {
			t.Errorf("%.20q...: %v", src, err)
		}
	}
}

func TestQualified(t *testing.T) {
	f := build("class A:\n def f(self):\n  def g(): return [lambda: here]\n")
	for _, n := range f.Nodes {
		if n.Kind == NameNode && f.Names[n.A] == "here" {
			if got := f.Qualified(n.Scope); got != "A.f.g" {
				t.Errorf("got %s", got)
			}
			return
		}
	}
	t.Error("no node")
}
