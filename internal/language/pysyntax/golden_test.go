package pysyntax

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden trees")

// TestGrammar parses testdata/grammar, which has every form of every statement, expression and pattern. The golden
// trees hold what TestSameTreeAsCPython confirms where a Python is at hand.
func TestGrammar(t *testing.T) {
	files, err := filepath.Glob("testdata/grammar/*.py")
	if err != nil || len(files) == 0 {
		t.Fatal("no grammar files", err)
	}
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			src, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			tree := Parse(src)
			if fault, ok := tree.FirstError(); ok {
				t.Fatalf("%d: %s", fault.Pos, fault.Msg)
			}
			got := dump(tree, false, false, nil)
			golden := strings.TrimSuffix(path, ".py") + ".tree"
			if *update {
				if err := os.WriteFile(golden, got, 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("tree differs (-want +got):\n%s", diff)
			}
			if err := checkTree(tree); err != nil {
				t.Error(err)
			}
		})
	}
}
