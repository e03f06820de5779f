// Package internal_test holds the whole module to its order: arrows point down.
package internal_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// floors of the tool, from the bottom up: the folders of internal. What is on one floor knows nothing of those above
// it.
var floors = []string{"output", "files", "language", "program", "rules", "commands"}

// layers of each floor, from the bottom up. A package imports from the lines above its own only; those of one line do
// not know each other. A name stands for what is below it too, unless that has a place of its own.
var layers = map[string][][]string{
	"output": {
		{"glyph", "nearest", "place", "term", "view", "webpage"},
		{"fault", "finding"},
		{"report"},
	},
	"files": {
		{"atomicfile", "glob", "parallel"},
		{"fence"},
		{"config", "gitindex", "gitrepo", "pyversion", "walk"},
		{"cache"},
	},
	"language": {
		{"pymodule", "pytoken"},
		{"pysource"},
		{"pysyntax"},
		{"edit", "pyscope"},
	},
	"program": {
		{"knowledge", "resolve"},
		{"callgraph", "scan"},
		{"atomic"},
		{"inventory", "lookup", "plan"},
		{"onloop"},
		{"port"},
		{"series"},
	},
	"rules": {
		{"baseline", "directive", "policy", "rule"},
		{"rule/hold"},
		{"rule/ah"},
		{"rule/all"},
		{"rule/ruletest"},
	},
	"commands": {
		{"doctor", "driver"},
		{"lsp"},
		{"cli"},
	},
}

const module = "aiohub/"

// place returns where a package below internal stands, and the name it has there; ok is false for one without a place.
func place(path string) (floor, layer int, own string, ok bool) {
	folder, name, _ := strings.Cut(path, "/")
	floor = slices.Index(floors, folder)
	for i, names := range layers[folder] {
		for _, candidate := range names {
			below := strings.HasPrefix(name, candidate) && (name == candidate || name[len(candidate)] == '/' || strings.HasSuffix(candidate, "/ah"))
			if below && len(candidate) > len(own) {
				layer, own, ok = i, candidate, true
			}
		}
	}
	return floor, layer, own, ok
}

// wrong says what is wrong with one package importing another, or "".
func wrong(from, to string) string {
	switch {
	case to == "C" && !strings.HasPrefix(from, module+"engine/capi"):
		return "only engine/capi holds cgo"
	case !strings.HasPrefix(to, module):
		return ""
	case strings.HasPrefix(from, module+"engine") != strings.HasPrefix(to, module+"engine"):
		return "the tool and the engine do not know each other"
	}
	from, inside := strings.CutPrefix(from, module+"internal/")
	to, known := strings.CutPrefix(to, module+"internal/")
	if !inside || !known {
		return ""
	}
	lowerFloor, lower, name, ok := place(to)
	if !ok {
		return "it has no layer"
	}
	upperFloor, upper, own, ok := place(from)
	if !ok {
		return from + " has no layer"
	}
	if upperFloor < lowerFloor || upperFloor == lowerFloor && upper <= lower && own != name {
		return "it is not below"
	}
	return ""
}

func TestPackagesImportDownwardsOnly(t *testing.T) {
	checked := 0
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if name := entry.Name(); path != ".." && (strings.HasPrefix(name, ".") || name == "testdata" || name == "build" || name == "bin") {
				return filepath.SkipDir
			}
			return nil
		}
		// Tests reach around: they look at the whole from outside.
		if filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, source, parser.ImportsOnly)
		if err != nil {
			return err
		}
		from := module + filepath.ToSlash(strings.TrimPrefix(filepath.Dir(path), ".."+string(filepath.Separator)))
		for _, spec := range file.Imports {
			to, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			checked++
			if reason := wrong(from, to); reason != "" {
				t.Errorf("%s imports %s: %s", path, to, reason)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if checked < 50 {
		t.Errorf("only %d imports were seen", checked)
	}
}

func TestWrongImportsAreSeen(t *testing.T) {
	for _, test := range []struct {
		from, to string
		want     bool
	}{
		{"aiohub/internal/language/pysyntax", "aiohub/internal/rules/rule", true},
		{"aiohub/internal/output/place", "aiohub/internal/files/glob", true},
		{"aiohub/internal/files/glob", "aiohub/internal/output/report", false},
		{"aiohub/internal/rules/rule", "aiohub/internal/language/pysyntax", false},
		{"aiohub/internal/rules/rule", "aiohub/internal/rules/rule/ah101", true},
		{"aiohub/internal/rules/rule/ah101", "aiohub/internal/rules/rule", false},
		{"aiohub/internal/rules/rule/ah101", "aiohub/internal/rules/rule/ah102", false},
		{"aiohub/internal/rules/rule/all", "aiohub/internal/rules/rule/ah101", false},
		{"aiohub/internal/program/scan/truth", "aiohub/internal/program/scan", false},
		{"aiohub/internal/program/scan", "aiohub/internal/newcomer", true},
		{"aiohub/engine/loop", "aiohub/internal/files/walk", true},
		{"aiohub/cmd/aiohub", "aiohub/engine", true},
		{"aiohub/internal/files/walk", "C", true},
		{"aiohub/engine/capi/x", "C", false},
		{"aiohub/internal/files/walk", "os", false},
	} {
		if got := wrong(test.from, test.to); (got != "") != test.want {
			t.Errorf("%s imports %s: %q", test.from, test.to, got)
		}
	}
}
