package callgraph_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"aiohub/internal/files/walk"
	"aiohub/internal/program/callgraph"
)

// build makes the graph of a folder.
func build(t testing.TB, root string, workers int, tests bool) *callgraph.Graph {
	t.Helper()
	found, err := walk.Tree(t.Context(), root, walk.Options{NoGitignore: true, Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	g, err := callgraph.Build(context.Background(), callgraph.Input{Root: root, Files: found.Files, Workers: workers, Tests: tests})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

var mark = regexp.MustCompile(`(?:^|\s)(>|\?|ext|start|escape) ((?:[\w.@<>:#]+)(?:, [\w.@<>:#]+)*)`)

// TestEdges holds the graph against the comments in testdata/edges. After `# >` stand the functions that a line calls
// for certain, after `?` those that it calls possibly; after `ext` what it calls outside, after `start` what it starts,
// after `escape` what it hands away. A file lists all its edges; a line that mentions no outside call may have some.
func TestEdges(t *testing.T) {
	files, err := filepath.Glob("testdata/edges/*.py")
	if err != nil || len(files) == 0 {
		t.Fatal(err, files)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".py"), func(t *testing.T) {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			root := t.TempDir()
			if err := os.WriteFile(filepath.Join(root, filepath.Base(file)), src, 0o666); err != nil {
				t.Fatal(err)
			}
			g := build(t, root, 2, true)
			want := map[string][]string{}
			for i, line := range strings.Split(string(src), "\n") {
				_, comment, ok := strings.Cut(line, "  # ")
				if !ok {
					continue
				}
				for _, m := range mark.FindAllStringSubmatch(comment, -1) {
					key := fmt.Sprintf("%d %s", i+1, m[1])
					want[key] = append(want[key], strings.Split(m[2], ", ")...)
				}
			}
			got := map[string][]string{}
			note := func(line int, kind, name string) {
				key := fmt.Sprintf("%d %s", line, kind)
				got[key] = append(got[key], name)
			}
			for _, e := range g.Edges {
				kind := "?"
				if e.Certain {
					kind = ">"
				}
				note(e.Line, kind, g.Funcs[e.To].Qual)
			}
			for _, s := range g.Sites {
				if key := fmt.Sprintf("%d ext", s.Line); want[key] != nil {
					got[key] = append(got[key], s.Name)
				}
			}
			for _, s := range g.Starts {
				note(s.Line, "start", g.Funcs[s.To].Qual)
			}
			for _, s := range g.Escapes {
				note(s.Line, "escape", g.Funcs[s.To].Qual)
			}
			keys := maps.Clone(want)
			maps.Copy(keys, got)
			for _, key := range slices.Sorted(maps.Keys(keys)) {
				w, have := slices.Clone(want[key]), slices.Clone(got[key])
				slices.Sort(w)
				slices.Sort(have)
				if w, have = slices.Compact(w), slices.Compact(have); !slices.Equal(w, have) {
					t.Errorf("%s:%s: got %v, want %v", filepath.Base(file), key, have, w)
				}
			}
		})
	}
}

// TestGivenBack looks at calls on what code outside the tree gives back: they are open, with the methods of the tree of
// that name, unless the name is a common one or no method takes the arguments.
func TestGivenBack(t *testing.T) {
	root := t.TempDir()
	src := `from library import Map


class Page:
    def handle(self, request):
        pass

    def get(self, key):
        pass


def serve(request):
    page, values = Map(Page()).bind(request).match()
    page.handle(request)
    page.handle(request, 1)
    values.get(1)
`
	if err := os.WriteFile(filepath.Join(root, "a.py"), []byte(src), 0o666); err != nil {
		t.Fatal(err)
	}
	g := build(t, root, 1, true)
	var got []string
	for i := range g.Opens {
		o := &g.Opens[i]
		for _, f := range o.Candidates {
			got = append(got, fmt.Sprintf("%d %s %v", o.Line, g.Funcs[f].Name(), o.Foreign))
		}
	}
	if want := []string{"14 a:Page.handle true"}; !slices.Equal(got, want) {
		t.Errorf("open calls: got %q, want %q", got, want)
	}
}
