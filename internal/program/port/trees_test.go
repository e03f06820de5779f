package port_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"aiohub/internal/files/walk"
	"aiohub/internal/language/edit"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/knowledge"
	"aiohub/internal/program/port"
	"aiohub/internal/program/scan"
)

// TestTrees ports the trees that the variable AIOHUB_TEST_TREES names, each stage by itself and stage 2 of all
// functions at once: what comes out has to compile, for this parser and for python3, and a second run has to change
// nothing.
func TestTrees(t *testing.T) {
	list := os.Getenv("AIOHUB_TEST_TREES")
	if list == "" {
		t.Skip("AIOHUB_TEST_TREES names no trees")
	}
	for _, root := range filepath.SplitList(list) {
		for _, stage := range []struct {
			name string
			run  func(*testing.T, string) *port.Result
		}{
			{"1", func(t *testing.T, root string) *port.Result { return stageOf(t, root, 1, port.Options{}) }},
			{"2", func(t *testing.T, root string) *port.Result { return stageOf(t, root, 2, port.Options{}) }},
			{"2 --unsafe", func(t *testing.T, root string) *port.Result { return stageOf(t, root, 2, port.Options{Unsafe: true}) }},
			{"3", func(t *testing.T, root string) *port.Result { return stageOf(t, root, 3, port.Options{Unsafe: true}) }},
		} {
			t.Run(filepath.Base(root)+"/"+stage.name, func(t *testing.T) {
				copied := t.TempDir()
				if err := os.CopyFS(copied, os.DirFS(root)); err != nil {
					t.Skip(err) // a link out of the tree
				}
				result := stage.run(t, copied)
				for _, f := range result.Faults {
					if strings.Contains(f.Message, "does not parse; left alone") {
						continue // nor did it before
					}
					t.Errorf("%s: %s", f.File, f.Message)
				}
				writeAll(t, copied, result)
				compileAll(t, copied, result)
				for _, f := range stage.run(t, copied).Files {
					t.Errorf("a second run changes %s:\n%.2000s", f.Path, edit.Diff(f.Path, f.Before, f.After))
				}
				t.Logf("%d files changed", len(result.Files))
			})
		}
	}
}

func stageOf(t *testing.T, root string, stage int, options port.Options) *port.Result {
	t.Helper()
	ctx := context.Background()
	found, err := walk.Tree(ctx, root, walk.Options{Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	records, err := scan.Run(ctx, scan.Input{Root: root, Files: found.Files, Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	tree := &port.Tree{Root: root, Result: records}
	for _, file := range found.Files {
		if file.Kind == walk.Python {
			tree.Paths = append(tree.Paths, file.Path)
		}
	}
	if stage == 1 {
		result, err := port.Stage1(tree, options)
		if err != nil {
			t.Fatal(err)
		}
		return result
	}
	in := callgraph.Input{Library: knowledge.Library{}, Root: root, Files: found.Files, Workers: 1, Tests: true}
	if stage == 2 {
		in.Track = port.Tracked
	}
	graph, err := callgraph.Build(ctx, in)
	if err != nil {
		t.Fatal(err)
	}
	var result *port.Result
	if stage == 3 {
		in.Doubles = true
		doubles, err := callgraph.Build(ctx, in)
		if err != nil {
			t.Fatal(err)
		}
		result, err = port.Stage3(tree, graph, doubles, options)
		if err != nil {
			t.Fatal(err)
		}
	} else {
		all := port.Component{Graph: graph}
		for i := range graph.Funcs {
			if f := &graph.Funcs[i]; f.Kind == callgraph.Plain && f.Flags&callgraph.Async == 0 && !graph.Files[f.File].Test {
				all.Funcs = append(all.Funcs, callgraph.FuncID(i))
			}
		}
		result, err = port.Stage2(tree, all, options)
	}
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func writeAll(t *testing.T, root string, result *port.Result) {
	t.Helper()
	for _, f := range result.Files {
		if err := os.WriteFile(filepath.Join(root, filepath.FromSlash(f.Path)), f.After, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// compileAll compiles what came out of files that compiled before.
func compileAll(t *testing.T, root string, result *port.Result) {
	t.Helper()
	const program = "import sys\nfor path in sys.stdin.read().splitlines():\n" +
		"    try: compile(open(path, 'rb').read(), path, 'exec', dont_inherit=True)\n    except SyntaxError as error: print(path, error)\n"
	var paths strings.Builder
	for _, f := range result.Files {
		if strings.HasSuffix(f.Path, ".py") {
			fmt.Fprintln(&paths, filepath.Join(root, filepath.FromSlash(f.Path)))
		}
	}
	python := exec.Command("python3", "-W", "ignore", "-c", program)
	python.Stdin = strings.NewReader(paths.String())
	said, err := python.CombinedOutput()
	if err != nil || len(said) > 0 {
		t.Errorf("python3: %v\n%s", err, said)
	}
}
