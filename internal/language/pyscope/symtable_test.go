package pyscope

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"aiohub/internal/language/pysource"
	"aiohub/internal/language/pysyntax"
)

// TestAgainstSymtable compares every name of every scope with CPython's own symbol tables: over a part of the standard
// library of the Python at hand, or over all of the trees in AIOHUB_TEST_TREES, a list like PATH.
func TestAgainstSymtable(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("needs python3 on PATH to compare with")
	}
	var files bytes.Buffer
	roots := filepath.SplitList(os.Getenv("AIOHUB_TEST_TREES"))
	if len(roots) == 0 {
		out, err := exec.Command(python, "-c", "import sysconfig; print(sysconfig.get_path('stdlib'))").Output()
		if err != nil {
			t.Skipf("python3 does not run: %v", err)
		}
		roots = []string{strings.TrimSpace(string(out))}
	}
	for _, root := range roots {
		filepath.WalkDir(root, func(path string, entry os.DirEntry, err error) error {
			if err == nil && entry.IsDir() && (entry.Name() == "site-packages" || entry.Name() == "lib2to3") {
				return filepath.SkipDir
			}
			if err == nil && strings.HasSuffix(path, ".py") && !strings.Contains(path, "\n") {
				fmt.Fprintln(&files, path)
			}
			return nil
		})
	}
	if os.Getenv("AIOHUB_TEST_TREES") == "" {
		const part = 120 // files, which take a second
		lines := bytes.SplitAfter(files.Bytes(), []byte("\n"))
		files = *bytes.NewBuffer(bytes.Join(lines[:min(part, len(lines))], nil))
	}
	dump := exec.Command(python, "-W", "ignore", "testdata/symtable_dump.py")
	dump.Stdin = &files
	dump.Stderr = os.Stderr
	pipe, err := dump.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := dump.Start(); err != nil {
		t.Fatal(err)
	}
	var parser pysyntax.Parser
	var builder Builder
	compared, scopes, names := 0, 0, 0
	lines := bufio.NewScanner(pipe)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var row []json.RawMessage
		var path string
		var tables [][]json.RawMessage
		if json.Unmarshal(lines.Bytes(), &row) != nil || json.Unmarshal(row[0], &path) != nil || json.Unmarshal(row[1], &tables) != nil {
			t.Fatalf("cannot read %.100s", lines.Bytes())
		}
		if tables == nil {
			continue // does not compile
		}
		src, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		f := builder.Build(parser.Parse(src))
		n := compareScopes(t, path, src, f, tables)
		compared, scopes, names = compared+1, scopes+len(tables), names+n
	}
	if err := dump.Wait(); err != nil {
		t.Fatal(err)
	}
	if compared == 0 || names == 0 {
		t.Fatal("nothing was compared")
	}
	t.Logf("%d files, %d scopes, %d names", compared, scopes, names)
}

// blockName names a scope as symtable does; all comprehensions share a name.
func blockName(f *File, s *Scope) string {
	switch s.Kind {
	case ModuleScope:
		return "top"
	case LambdaScope:
		return "lambda"
	case ComprehensionScope:
		return "comprehension"
	}
	return f.Names[s.Name]
}

func compareScopes(t *testing.T, path string, src []byte, f *File, tables [][]json.RawMessage) (names int) {
	type key struct {
		name string
		line int
	}
	ours := map[key][]int32{}
	lines := pysource.NewLines(src)
	for i := range f.Scopes {
		s := &f.Scopes[i]
		if s.Kind == TypeParamScope {
			continue
		}
		line := lines.Line(int(s.Pos))
		if s.Kind == ModuleScope {
			line = 0
		}
		k := key{blockName(f, s), line}
		ours[k] = append(ours[k], int32(i))
	}
	for _, table := range tables {
		var kind, name string
		var line int
		var where map[string]string
		json.Unmarshal(table[0], &kind)
		json.Unmarshal(table[1], &name)
		json.Unmarshal(table[2], &line)
		json.Unmarshal(table[3], &where)
		if kind == "function" && name == "top" {
			continue // symtable takes it for the module
		}
		k := key{name, line}
		switch name {
		case "listcomp", "setcomp", "dictcomp", "genexpr":
			if len(ours[k]) == 0 { // and no function of that name
				k.name = "comprehension"
			}
		}
		if len(ours[k]) == 0 {
			t.Errorf("%s:%d: no scope %s", path, line, name)
			continue
		}
		// Two lambdas in a line cannot be told apart: one has to fit.
		var wrong string
		for i, scope := range ours[k] {
			if wrong = differs(f, scope, where); wrong == "" {
				ours[k] = append(append([]int32{}, ours[k][:i]...), ours[k][i+1:]...)
				break
			}
		}
		if wrong != "" {
			t.Errorf("%s:%d: %s: %s", path, line, name, wrong)
		}
		names += len(where)
	}
	return names
}

// inComprehension reports whether a comprehension in a scope binds a name.
func inComprehension(f *File, scope int32, name Name) bool {
	for i := range f.Scopes {
		if f.Scopes[i].Kind != ComprehensionScope || f.SymbolIn(int32(i), name) == None {
			continue
		}
		around := f.Scopes[i].Parent
		for f.Scopes[around].Kind == ComprehensionScope {
			around = f.Scopes[around].Parent
		}
		if around == scope {
			return true
		}
	}
	return false
}

func differs(f *File, scope int32, where map[string]string) string {
	for name, want := range where {
		if strings.HasPrefix(name, ".") || strings.HasPrefix(name, "__") || strings.HasPrefix(name, "_") && strings.Contains(name, "__") {
			continue // made by the compiler, or private to a class and spelled otherwise
		}
		id := f.Find(name)
		if id == None {
			return fmt.Sprintf("%s is not known", name)
		}
		got := "global"
		if symbol := f.Lookup(scope, id, math.MaxUint32); symbol != None {
			switch at := f.Symbols[symbol].Scope; {
			case at == scope && at != 0:
				got = "here"
			case at != 0:
				got = "outer"
			}
		}
		if want == "here" && inComprehension(f, scope, id) {
			continue // since 3.12 the compiler runs comprehensions inline, and counts their names as those of the scope around
		}
		if got != want {
			return fmt.Sprintf("%s is %s, want %s", name, got, want)
		}
	}
	return ""
}
