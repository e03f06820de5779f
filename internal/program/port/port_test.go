package port_test

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"aiohub/internal/files/walk"
	"aiohub/internal/language/edit"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/port"
	"aiohub/internal/program/scan"
)

var update = flag.Bool("update", false, "rewrite what is expected in testdata")

// scanned writes files to a directory and scans it.
func scanned(t *testing.T, files map[string][]byte) *port.Tree {
	t.Helper()
	root := t.TempDir()
	for name, content := range files {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	tree, err := walk.Tree(context.Background(), root, walk.Options{Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	result, err := scan.Run(context.Background(), scan.Input{Root: root, Files: tree.Files, Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, file := range tree.Files {
		if file.Kind == walk.Python {
			paths = append(paths, file.Path)
		}
	}
	return &port.Tree{Root: root, Paths: paths, Result: result}
}

// ported is files with a result applied.
func ported(files map[string][]byte, result *port.Result) map[string][]byte {
	out := map[string][]byte{}
	for name, content := range files {
		out[name] = content
	}
	for _, f := range result.Files {
		out[f.Path] = f.After
		if f.After == nil {
			delete(out, f.Path)
		}
	}
	return out
}

// comments are the places of a result that need a person, as the archives have them.
func comments(result *port.Result) string {
	var b strings.Builder
	for i := range result.Places {
		if p := &result.Places[i]; p.IsManual() {
			b.WriteString(p.File + ": " + p.Rule.Name + ": " + p.Name + "\n")
		}
	}
	for _, f := range result.Faults {
		b.WriteString(f.File + ": " + f.Message + "\n")
	}
	return b.String()
}

// TestStage1 ports the archives in testdata/stage1: files below in/ become those below out/, what is left to people is
// in "manual", and the port of what came out changes nothing.
func TestStage1(t *testing.T) {
	archives, err := filepath.Glob("testdata/stage1/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatal("no archives", err)
	}
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) { stage1(t, name) })
	}
}

func stage1(t *testing.T, name string) {
	archive, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	options := port.Options{Facade: said(archive, "facade: ")}
	run := func(tree *port.Tree) (*port.Result, error) { return port.Stage1(tree, options) }
	after := compare(t, name, archive, run)
	again, err := run(scanned(t, after))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range again.Files {
		t.Errorf("a second run changes %s:\n%s", f.Path, edit.Diff(f.Path, f.Before, f.After))
	}
}

// said gives what the comment of an archive says behind a word.
func said(archive *txtar.Archive, word string) string {
	_, rest, _ := strings.Cut(string(archive.Comment), word)
	line, _, _ := strings.Cut(rest, "\n")
	return line
}

// TestStage2 makes the functions async that the archives in testdata/stage2 name. The port of what came out changes
// nothing.
func TestStage2(t *testing.T) {
	archives, err := filepath.Glob("testdata/stage2/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatal("no archives", err)
	}
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			names, options := strings.Fields(said(archive, "async: ")), port.Options{Unsafe: said(archive, "unsafe: ") != ""}
			after := compare(t, name, archive, func(tree *port.Tree) (*port.Result, error) {
				return port.Stage2(tree, component(t, tree, names), options)
			})
			tree := scanned(t, after)
			left := component(t, tree, names)
			left.Funcs = slices.DeleteFunc(left.Funcs, func(f callgraph.FuncID) bool { return left.Graph.Funcs[f].Flags&callgraph.Async != 0 })
			again, err := port.Stage2(tree, left, options)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range again.Files {
				t.Errorf("a second run changes %s:\n%s", f.Path, edit.Diff(f.Path, f.Before, f.After))
			}
		})
	}
}

// component is functions by their names.
func component(t *testing.T, tree *port.Tree, names []string) port.Component {
	t.Helper()
	found, err := walk.Tree(context.Background(), tree.Root, walk.Options{Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	graph, err := callgraph.Build(context.Background(), callgraph.Input{Root: tree.Root, Files: found.Files, Workers: 1, Tests: true, Track: port.Tracked})
	if err != nil {
		t.Fatal(err)
	}
	c := port.Component{Graph: graph}
	for i := range graph.Funcs {
		if slices.Contains(names, graph.Funcs[i].Name()) {
			c.Funcs = append(c.Funcs, callgraph.FuncID(i))
		}
	}
	if len(c.Funcs) != len(names) {
		t.Fatalf("%d of %v are in the tree", len(c.Funcs), names)
	}
	return c
}

// compare holds what a run makes of an archive against what it expects, and returns the files after it.
func compare(t *testing.T, name string, archive *txtar.Archive, run func(*port.Tree) (*port.Result, error)) map[string][]byte {
	t.Helper()
	before, want, manual := map[string][]byte{}, map[string][]byte{}, ""
	for _, f := range archive.Files {
		if path, ok := strings.CutPrefix(f.Name, "in/"); ok {
			before[path] = f.Data
			if want[path] == nil {
				want[path] = f.Data
			}
		} else if path, ok := strings.CutPrefix(f.Name, "out/"); ok {
			want[path] = f.Data
		} else {
			manual = string(f.Data)
		}
	}
	result, err := run(scanned(t, before))
	if err != nil {
		t.Fatal(err)
	}
	after := ported(before, result)
	if *update {
		rewrite(t, name, archive, result, "manual", comments(result))
		return after
	}
	if diff := cmp.Diff(asText(want), asText(after)); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(manual, comments(result)); diff != "" {
		t.Errorf("left to people (-want +got):\n%s", diff)
	}
	for path, content := range after {
		if strings.HasSuffix(path, ".py") && edit.Parses(before[path]) == nil && edit.Parses(content) != nil {
			t.Errorf("%s does not parse", path)
		}
	}
	return after
}

func asText(files map[string][]byte) map[string]string {
	out := map[string]string{}
	for name, content := range files {
		out[name] = string(content)
	}
	return out
}

// rewrite puts what came out into the archive: the files that change, and in a part of its own, if there is any, what
// is said of the rest.
func rewrite(t *testing.T, name string, archive *txtar.Archive, result *port.Result, part, text string) {
	out := &txtar.Archive{Comment: archive.Comment}
	for _, f := range archive.Files {
		if strings.HasPrefix(f.Name, "in/") {
			out.Files = append(out.Files, f)
		}
	}
	for _, f := range result.Files {
		out.Files = append(out.Files, txtar.File{Name: "out/" + f.Path, Data: after(&f)})
	}
	if text != "" {
		out.Files = append(out.Files, txtar.File{Name: part, Data: []byte(text)})
	}
	if content := txtar.Format(out); !bytes.Equal(content, txtar.Format(archive)) {
		if err := os.WriteFile(name, content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// TestRulesPage holds docs/port-rules.md against the rules; -update writes it.
func TestRulesPage(t *testing.T) {
	page := filepath.Join("..", "..", "..", "docs", "port-rules.md")
	var want bytes.Buffer
	if err := port.Explain(&want, 0); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(page, want.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want.String(), string(got)); diff != "" {
		t.Errorf("the page is not up to date, -update writes it:\n%s", diff)
	}
}
