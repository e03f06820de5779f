package policy

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"aiohub/internal/files/config"
	"aiohub/internal/output/place"
	"aiohub/internal/program/scan"
)

func TestMake(t *testing.T) {
	paths := []string{"app/__init__.py", "app/api/__init__.py", "app/api/x.py", "app/old.py", "setup.py", "src/lib/__init__.py", "src/lib/a.py"}
	records := []scan.Record{
		{Place: place.Place{File: "app/api/x.py", Line: 3}, Kind: scan.Import, Name: "eventlet"},
		{Place: place.Place{File: "app/old.py"}, Kind: scan.Import, Name: "eventlet"},
		{Place: place.Place{File: "src/lib/a.py"}, Kind: scan.Import, Name: "aiohub.wait"},
		{Place: place.Place{File: "app/old.py"}, Kind: scan.Use, Name: "eventlet.sleep"},
		{Place: place.Place{File: "src/lib/a.py"}, Kind: scan.Import, Name: "eventlet", Ctx: "type_checking"},
	}
	p, conflicts := Make(paths, records, config.Runtime{Forbid: []string{"app.api"}, Allow: []string{"app.hook"}, Processes: []string{"b", "a"}})
	want := &Policy{1, []string{"app", "lib"}, []string{"app.hook", "app.old"}, []string{"app.api"}, []string{"a", "b"}}
	if diff := cmp.Diff(want, p); diff != "" {
		t.Error(diff)
	}
	if len(conflicts) != 1 || conflicts[0].Module != "app.api.x" || conflicts[0].Entry != "app.api" || conflicts[0].Record.Line != 3 {
		t.Errorf("%+v", conflicts)
	}
	root := t.TempDir()
	if err := Store(root, p); err != nil {
		t.Fatal(err)
	}
	back, err := Load(root, File)
	if diff := cmp.Diff(p, back); diff != "" || err != nil {
		t.Error(diff, err)
	}
}

func TestBrokenPolicyNamesTheLine(t *testing.T) {
	for content, want := range map[string]string{
		"{\n\"version\": 1,\n\"alowed\": []}": "aiohub-runtime.json:3: not a policy: unknown field \"alowed\"",
		"{\"version\": 7}":                    "aiohub-runtime.json:1: version 7 is not known",
		"":                                    "aiohub-runtime.json:1: not a policy: EOF",
	} {
		root := t.TempDir()
		if err := os.WriteFile(filepath.Join(root, File), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := Load(root, File); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, want %s", content, err, want)
		}
	}
	if p, err := Load(t.TempDir(), File); p != nil || err != nil {
		t.Errorf("%v %v", p, err)
	}
}
