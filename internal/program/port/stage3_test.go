package port_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"aiohub/internal/files/walk"
	"aiohub/internal/language/edit"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/port"
)

// TestStage3 ports the archives in testdata/stage3: files below in/ become those below out/, and what keeps that from
// being done is in "open". The port of what came out changes nothing.
func TestStage3(t *testing.T) {
	archives, err := filepath.Glob("testdata/stage3/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatal("no archives", err)
	}
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) { stage3(t, name) })
	}
}

func stage3(t *testing.T, name string) {
	archive, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	options := port.Options{Unsafe: said(archive, "unsafe: ") != "", Accept: strings.Fields(said(archive, "accept: "))}
	before, want, open := map[string][]byte{}, map[string][]byte{}, ""
	for _, f := range archive.Files {
		if path, ok := strings.CutPrefix(f.Name, "in/"); ok {
			before[path] = f.Data
		} else if path, ok := strings.CutPrefix(f.Name, "out/"); ok {
			want[path] = f.Data
		} else {
			open = string(f.Data)
		}
	}
	result := third(t, before, options)
	got := map[string][]byte{}
	for _, f := range result.Files {
		got[f.Path] = after(&f)
	}
	if *update {
		rewrite(t, name, archive, result, "open", left(result))
		return
	}
	if diff := cmp.Diff(asText(want), asText(got)); diff != "" {
		t.Errorf("files that change (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(open, left(result)); diff != "" {
		t.Errorf("left open (-want +got):\n%s", diff)
	}
	if result.Refused != (open != "") && result.Refused {
		t.Errorf("refused, and nothing is listed")
	}
	for _, f := range third(t, ported(before, result), options).Files {
		if !result.Refused {
			t.Errorf("a second run changes %s:\n%s", f.Path, edit.Diff(f.Path, f.Before, f.After))
		}
	}
}

// gone is what archives have in the place of a file that is deleted.
const gone = "(deleted)\n"

func after(f *port.File) []byte {
	if f.After == nil {
		return []byte(gone)
	}
	return f.After
}

// third is stage 3 of files.
func third(t *testing.T, files map[string][]byte, options port.Options) *port.Result {
	t.Helper()
	tree := scanned(t, files)
	found, err := walk.Tree(context.Background(), tree.Root, walk.Options{Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	input := callgraph.Input{Root: tree.Root, Files: found.Files, Workers: 1, Tests: true, Track: port.Tracked}
	graph, err := callgraph.Build(context.Background(), input)
	if err != nil {
		t.Fatal(err)
	}
	input.Doubles = true
	doubles, err := callgraph.Build(context.Background(), input)
	if err != nil {
		t.Fatal(err)
	}
	result, err := port.Stage3(tree, graph, doubles, options)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range result.Files {
		if strings.HasSuffix(f.Path, ".py") && f.After != nil && edit.Parses(f.After) != nil {
			t.Errorf("%s does not parse", f.Path)
		}
	}
	return result
}

// left are the places that keep the stage from being done.
func left(result *port.Result) string {
	var b strings.Builder
	for i := range result.Places {
		if p := &result.Places[i]; result.Open(p.Rule) {
			note := ""
			if p.Note != "" {
				note = ": " + p.Note
			}
			fmt.Fprintf(&b, "%s:%d: %s: %s%s\n", p.File, p.Line, p.Rule.Name, p.Name, note)
		}
	}
	for _, f := range result.Faults {
		b.WriteString(f.File + ": " + f.Message + "\n")
	}
	return b.String()
}
