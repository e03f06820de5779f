package pysyntax

import (
	"bufio"
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"aiohub/internal/language/pytoken"
)

// envMutants is how many broken programs TestSameVerdictAsCPython tries.
const envMutants = "AIOHUB_AST_MUTANTS"

// TestSameVerdictAsCPython takes single statements of the standard library, changes a token or two, and asks whether
// the result is still Python: a rewrite may only be written if it is.
func TestSameVerdictAsCPython(t *testing.T) {
	py, why := findPython()
	if why != "" {
		t.Skip(why)
	}
	if py.minor < 13 {
		t.Skipf("%s is 3.%d, which refuses syntax that came later", py.path, py.minor)
	}
	count := 3000
	if s := os.Getenv(envMutants); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatal(err)
		}
		count = n
	}
	seed := uint64(1)
	if s := os.Getenv("AIOHUB_AST_SEED"); s != "" {
		seed, _ = strconv.ParseUint(s, 10, 64)
	}
	r := rand.New(rand.NewPCG(seed, 2))
	statements := statementsOf(t, filesToRead(t, py))
	programs := make([][]byte, count)
	for i := range programs {
		programs[i] = mutate(r, statements[r.IntN(len(statements))])
	}
	var p Parser
	refused, differ := 0, 0
	for i, verdict := range verdicts(t, py, programs) {
		tree := p.Parse(programs[i])
		fault, faulty := tree.FirstError()
		theirs := strings.HasPrefix(verdict, "R")
		if theirs {
			refused++
		}
		if faulty == theirs || theirs && newerThan(tree, py.minor) {
			continue
		}
		differ++
		if differ <= 20 {
			if faulty {
				t.Errorf("CPython takes it, we say %s at %d:\n%s", fault.Msg, fault.Pos, programs[i])
			} else {
				t.Errorf("we take it, CPython says %s:\n%s", verdict, programs[i])
			}
		}
	}
	t.Logf("%s: %d programs, %d refused, %d verdicts differ", py.path, count, refused, differ)
}

// statementsOf is the text of statements that are short.
func statementsOf(t *testing.T, files []string) [][]byte {
	var out [][]byte
	var p Parser
	for _, f := range files {
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		tree := p.Parse(src)
		if len(tree.Errors) > 0 || !tree.Encoding().IsUTF8() {
			continue
		}
		for n := range tree.All() {
			if tree.Kind(n).IsStatement() && !tree.Has(n, FlagElif) {
				if text := tree.Text(n); len(text) < 400 {
					out = append(out, dedent(bytes.Clone(text), src, int(tree.Start(n))))
				}
			}
		}
	}
	return out
}

// dedent shifts the lines after the first to the left by as much as the first is indented.
func dedent(text, src []byte, start int) []byte {
	line := start - (bytes.LastIndexByte(src[:start], '\n') + 1)
	if line == 0 {
		return text
	}
	return bytes.ReplaceAll(text, append([]byte("\n"), bytes.Repeat([]byte(" "), line)...), []byte("\n"))
}

// spare is tokens to put into a program that may not have them.
var spare = strings.Fields("( ) [ ] { } : , ; . ... -> ! ~ := = + * ** @ % += < != not in is and or if else for async await lambda yield from import def class return del global with as try except finally raise assert pass while match case type None True x _ 1 1.5 'a' b'a' f'{x}' f'{x!r:>{y}}' 0x1f /")

func mutate(r *rand.Rand, src []byte) []byte {
	var s pytoken.Stream
	var l pytoken.Scanner
	l.Scan(&s, src, src, Parse(nil).Encoding().Rune)
	for range 1 + r.IntN(2) {
		i, j := r.IntN(len(s.Tokens)), r.IntN(len(s.Tokens))
		a, b := s.Tokens[i], s.Tokens[j]
		text := src[b.Start:b.End]
		if r.IntN(2) == 0 {
			text = []byte(spare[r.IntN(len(spare))])
		}
		switch r.IntN(3) {
		case 0:
			src = splice(src, a.Start, a.End, nil)
		case 1:
			src = splice(src, a.Start, a.End, text)
		case 2:
			src = splice(src, a.Start, a.Start, append(bytes.Clone(text), ' '))
		}
		l.Scan(&s, src, src, Parse(nil).Encoding().Rune)
	}
	return src
}

func splice(src []byte, start, end uint32, text []byte) []byte {
	return append(append(bytes.Clone(src[:start]), text...), src[end:]...)
}

func verdicts(t *testing.T, py interpreter, programs [][]byte) []string {
	script, err := filepath.Abs("testdata/verdict.py")
	if err != nil {
		t.Fatal(err)
	}
	var in bytes.Buffer
	for _, p := range programs {
		fmt.Fprintf(&in, "%d\n%s", len(p), p)
	}
	cmd := exec.Command(py.path, script)
	cmd.Stdin, cmd.Stderr = &in, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for s := bufio.NewScanner(bytes.NewReader(out)); s.Scan(); {
		lines = append(lines, s.Text())
	}
	if len(lines) != len(programs) {
		t.Fatalf("%d verdicts for %d programs", len(lines), len(programs))
	}
	return lines
}

// newerThan reports whether t uses syntax that came after 3.minor.
func newerThan(t *Tree, minor int) bool {
	for n := range t.All() {
		switch t.Kind(n) {
		case ListComp, SetComp, GeneratorExp:
			if t.Kind(t.Child(n)) == Starred && minor < 15 {
				return true
			}
		case DictComp:
			if t.Kind(t.Child(n)) == DictUnpack && minor < 15 {
				return true
			}
		case Import, ImportFrom:
			if t.Has(n, FlagLazy) && minor < 15 {
				return true
			}
		case MatchValue, MatchMapping:
			if c := t.Child(n); minor < 15 && c != 0 && t.Src[t.Start(c)] == '+' {
				return true
			}
		case TemplateStr:
			if minor < 14 {
				return true
			}
		case ExceptHandler:
			if typ := t.Child(n); minor < 14 && t.Kind(typ) == Tuple && t.Src[t.Start(typ)] != '(' {
				return true
			}
		}
	}
	return false
}
