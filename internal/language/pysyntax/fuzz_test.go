package pysyntax

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"aiohub/internal/language/pytoken"
)

// checkTree is what holds for the tree of any bytes at all.
func checkTree(t *Tree) error {
	if err := checkTokens(&t.Stream); err != nil {
		return err
	}
	seen := make([]bool, t.NumNodes())
	for n := range t.All() {
		if seen[n] {
			return fmt.Errorf("node %d has two parents", n)
		}
		seen[n] = true
		start, end := t.Start(n), t.End(n)
		if start > end || int(end) > len(t.Src) {
			return fmt.Errorf("%s has range %d:%d of %d", kindNames[t.Kind(n)], start, end, len(t.Src))
		}
		for c := range t.Children(n) {
			if t.Kind(c) == Decorator {
				continue
			}
			if t.Start(c) < start || t.End(c) > end {
				return fmt.Errorf("%s %d:%d holds %s %d:%d", kindNames[t.Kind(n)], start, end, kindNames[t.Kind(c)], t.Start(c), t.End(c))
			}
			if next := t.Next(c); next != 0 && t.Start(next) < t.End(c) && len(t.Errors) == 0 && !t.Has(next, FlagDebug) {
				return fmt.Errorf("%s %d:%d overlaps %s %d", kindNames[t.Kind(c)], t.Start(c), t.End(c), kindNames[t.Kind(next)], t.Start(next))
			}
		}
		t.Ident(n)
		switch t.Kind(n) {
		case Alias:
			t.AliasName(n)
			t.AliasAsname(n)
		case ImportFrom:
			t.ImportModule(n)
		case Param:
			t.ArgRange(n)
		case Constant:
			t.StringValue(n)
		case Error:
			if len(t.Errors) == 0 {
				return fmt.Errorf("an Error node at %d without a fault", start)
			}
		}
	}
	for i := 1; i < len(t.Errors); i++ {
		if t.Errors[i].Pos < t.Errors[i-1].Pos {
			return fmt.Errorf("faults are not sorted")
		}
	}
	return nil
}

// checkTokens is that tokens are in order and that only blanks, comments and continuations stand between them.
func checkTokens(s *pytoken.Stream) error {
	var at uint32
	if bytes.HasPrefix(s.Src, []byte("\xef\xbb\xbf")) {
		at = 3
	}
	comments := s.Comments
	for i, k := range s.Tokens {
		if k.Kind == pytoken.Newline && i == 0 {
			continue
		}
		if k.Start < at || k.End < k.Start || int(k.End) > len(s.Src) {
			return fmt.Errorf("token %d, %v, has range %d:%d after %d", i, k.Kind, k.Start, k.End, at)
		}
		for at < k.Start {
			if len(comments) > 0 && comments[0].Start == at {
				at = comments[0].End
				comments = comments[1:]
				continue
			}
			switch s.Src[at] {
			case ' ', '\t', '\f', '\n', '\r', '\\':
			default:
				return fmt.Errorf("no token covers byte %d, %q", at, s.Src[at])
			}
			at++
		}
		at = max(at, k.End)
	}
	if int(at) != len(s.Src) || s.Tokens[len(s.Tokens)-1].Kind != pytoken.EOF {
		return fmt.Errorf("tokens end at %d of %d", at, len(s.Src))
	}
	return nil
}

func FuzzParse(f *testing.F) {
	files, err := filepath.Glob("testdata/*/*.py")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range files {
		src, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
	var p Parser
	f.Fuzz(func(t *testing.T, src []byte) {
		if err := checkTree(p.Parse(src)); err != nil {
			t.Errorf("%v\n%q", err, src)
		}
	})
}
