package pysyntax

import (
	"bytes"
	"compress/gzip"
	"io"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"aiohub/internal/language/pytoken"
)

// TestRecall breaks files the way editors, merges and old Pythons do, and counts how many of the calls that the fault
// does not touch are still found at their place. The figures may only rise. The sources are modules of this repository
// as they were one day, so that a fall comes from the parser alone; they are compressed, so that nobody who searches
// takes them for the present ones.
func TestRecall(t *testing.T) {
	packed, err := os.Open("testdata/recall.txtar.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer packed.Close()
	unpacked, err := gzip.NewReader(packed)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(unpacked)
	if err != nil {
		t.Fatal(err)
	}
	files := txtar.Parse(text).Files
	if len(files) < 5 {
		t.Fatalf("only %d files", len(files))
	}
	for _, b := range breakages {
		r := rand.New(rand.NewPCG(1, 2))
		found, all := 0, 0
		for _, file := range files {
			src := file.Data
			whole := Parse(src)
			calls := callsOf(whole)
			for range 20 {
				e, ok := b.edit(r, whole)
				if !ok {
					continue
				}
				broken := splice(src, e.start, e.end, []byte(e.text))
				tree := Parse(broken)
				if err := checkTree(tree); err != nil {
					t.Fatalf("%s: %v", file.Name, err)
				}
				left := callsOf(tree)
				for c := range calls {
					if c.end > e.start && c.start < e.end || e.start == e.end && c.start < e.start && c.end >= e.start {
						continue
					}
					if c.start >= e.end {
						shift := uint32(len(e.text)) - (e.end - e.start)
						c.start, c.end = c.start+shift, c.end+shift
					}
					all++
					if left[c] {
						found++
					}
				}
			}
		}
		recall := float64(found) / float64(all)
		t.Logf("%-28s %d of %d calls, %.4f", b.name, found, all, recall)
		if recall < b.floor {
			t.Errorf("%s: recall %.4f is below %.4f", b.name, recall, b.floor)
		}
	}
}

// call is the range of a callee.
type call struct{ start, end uint32 }

func callsOf(t *Tree) map[call]bool {
	m := map[call]bool{}
	for n := range t.All() {
		if t.Kind(n) == Call {
			m[call{t.Start(n), t.End(t.Child(n))}] = true
		}
	}
	return m
}

type edit struct {
	start, end uint32
	text       string
}

type breakage struct {
	name  string
	floor float64
	edit  func(r *rand.Rand, t *Tree) (edit, bool)
}

// someToken is a token of one of kinds, at random.
func someToken(r *rand.Rand, t *Tree, kinds ...pytoken.Kind) (pytoken.Token, bool) {
	for range 1000 {
		k := t.Tokens[r.IntN(len(t.Tokens))]
		for _, want := range kinds {
			if k.Kind == want {
				return k, true
			}
		}
	}
	return pytoken.Token{}, false
}

func drop(kinds ...pytoken.Kind) func(*rand.Rand, *Tree) (edit, bool) {
	return func(r *rand.Rand, t *Tree) (edit, bool) {
		k, ok := someToken(r, t, kinds...)
		return edit{k.Start, k.End, ""}, ok
	}
}

func insert(text string, kinds ...pytoken.Kind) func(*rand.Rand, *Tree) (edit, bool) {
	return func(r *rand.Rand, t *Tree) (edit, bool) {
		k, ok := someToken(r, t, kinds...)
		return edit{k.Start, k.Start, text}, ok
	}
}

var breakages = []breakage{
	{"closing bracket missing", 0.998, drop(pytoken.RPar, pytoken.RSqb, pytoken.RBrace)},
	{"opening bracket missing", 0.995, drop(pytoken.LPar, pytoken.LSqb, pytoken.LBrace)},
	{"closing bracket too many", 0.999, insert(")", pytoken.Newline, pytoken.Comma, pytoken.RPar)},
	{"wrong closing bracket", 0.999, func(r *rand.Rand, t *Tree) (edit, bool) {
		k, ok := someToken(r, t, pytoken.RPar)
		return edit{k.Start, k.End, "]"}, ok
	}},
	{"colon missing", 0.999, drop(pytoken.Colon)},
	{"comma missing", 0.999, drop(pytoken.Comma)},
	{"operator missing", 0.999, drop(pytoken.Plus, pytoken.Equal, pytoken.Assign, pytoken.KwIn, pytoken.KwIs)},
	{"keyword missing", 0.999, drop(pytoken.KwDef, pytoken.KwIf, pytoken.KwFor, pytoken.KwWith, pytoken.KwTry, pytoken.KwExcept, pytoken.KwElse, pytoken.KwReturn, pytoken.KwImport)},
	{"expression unfinished", 0.998, insert("self. ", pytoken.Name)},
	{"assignment unfinished", 0.998, insert("x =", pytoken.Newline)},
	{"call unfinished", 0.999, func(r *rand.Rand, t *Tree) (edit, bool) {
		k, ok := someToken(r, t, pytoken.Newline)
		return edit{k.Start, k.Start, "\n" + indentation(t, k.Start) + "foo("}, ok && k.Start > 0
	}},
	{"def unfinished", 0.998, func(r *rand.Rand, t *Tree) (edit, bool) {
		k, ok := someToken(r, t, pytoken.Newline)
		return edit{k.Start, k.Start, "\n" + indentation(t, k.Start) + "def foo("}, ok && k.Start > 0
	}},
	{"quote missing", 0.999, func(r *rand.Rand, t *Tree) (edit, bool) {
		k, ok := someToken(r, t, pytoken.String, pytoken.FEnd)
		if k.Form&pytoken.Triple != 0 || bytes.HasSuffix(t.Src[:k.End], []byte(`"""`)) {
			return edit{}, false
		}
		return edit{k.End - 1, k.End, ""}, ok
	}},
	{"triple quote missing", 0.998, func(r *rand.Rand, t *Tree) (edit, bool) {
		k, ok := someToken(r, t, pytoken.String)
		return edit{k.End - 3, k.End, ""}, ok && k.Form&pytoken.Triple != 0
	}},
	{"line indented too far", 0.999, insert("  ", pytoken.KwReturn, pytoken.KwRaise, pytoken.KwIf, pytoken.KwFor)},
	{"block missing", 0.999, func(r *rand.Rand, t *Tree) (edit, bool) {
		k, ok := someToken(r, t, pytoken.Newline)
		return edit{k.End, k.End, indentation(t, k.Start) + "if x:\n"}, ok && k.Start > 0
	}},
	{"merge conflict", 0.999, func(r *rand.Rand, t *Tree) (edit, bool) {
		k, ok := someToken(r, t, pytoken.Newline)
		in := indentation(t, k.Start)
		return edit{k.End, k.End, "<<<<<<< HEAD\n" + in + "foo(1)\n=======\n" + in + "foo(2)\n>>>>>>> 1234abc\n"}, ok && k.Start > 0
	}},
	{"print statement", 0.999, func(r *rand.Rand, t *Tree) (edit, bool) {
		k, ok := someToken(r, t, pytoken.Newline)
		return edit{k.End, k.End, indentation(t, k.Start) + "print 'x', y\n"}, ok && k.Start > 0
	}},
	{"old except", 0.999, insert("exec x in y; raise E, 'm';", pytoken.KwReturn, pytoken.KwRaise)},
	{"stray bytes", 0.999, insert(" $?\x01 ", pytoken.Name, pytoken.Newline)},
}

// indentation is the blanks at the start of the logical line that ends at offset.
func indentation(t *Tree, offset uint32) string {
	i := t.TokenAt(offset)
	for i > 1 && t.Tokens[i-1].Kind >= pytoken.Bad {
		i--
	}
	start := int(t.Tokens[i].Start)
	line := bytes.LastIndexByte(t.Src[:start], '\n') + 1
	return string(t.Src[line:start])
}
