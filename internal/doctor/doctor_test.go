package doctor

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aiohub/internal/finding"
	"aiohub/internal/place"
	"aiohub/internal/scan"
)

// venv makes a virtual environment with distributions, and an interpreter that must not be run.
func venv(t *testing.T, dir, version string, distributions ...string) {
	t.Helper()
	site := filepath.Join(dir, "lib", "python3.13", "site-packages")
	for _, name := range distributions {
		if err := os.MkdirAll(filepath.Join(site, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(filepath.Join(dir, "bin"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "pyvenv.cfg"), []byte("home = /usr/bin\nversion = "+version+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	trap := "#!/bin/sh\ntouch " + filepath.Join(dir, "was-run") + "\n"
	if err := os.WriteFile(filepath.Join(dir, "bin", "python"), []byte(trap), 0o755); err != nil {
		t.Fatal(err)
	}
}

func texts(lines []Line) string {
	var all []string
	for _, line := range lines {
		all = append(all, string(line.Level)+" "+line.Text)
	}
	return strings.Join(all, "\n")
}

func TestVirtualEnvironmentOfTheTreeIsReadAndNotRun(t *testing.T) {
	t.Setenv("VIRTUAL_ENV", "")
	t.Setenv("EVENTLET_HUB", "")
	root := t.TempDir()
	venv(t, filepath.Join(root, ".venv"), "3.13.1", "eventlet-0.41.3.dist-info", "greenlet-2.0.2-py3.13.egg-info", "aiohub-0.1.0.dist-info")
	env, err := Find(context.Background(), root, "")
	if err != nil {
		t.Fatal(err)
	}
	got := texts(Examine(env, "0.1.0"))
	for _, want := range []string{"ok Python 3.13.1", "ok eventlet 0.41.3", "error greenlet 2.0.2", "ok aiohub 0.1.0", "note hub: aiohub's"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if _, err := Find(context.Background(), root, filepath.Join(root, ".venv", "bin", "python")); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(root, ".venv", "was-run")); err == nil {
		t.Error("the tree's own interpreter was run")
	}
}

func TestInterpreterInTheTreeIsNotRun(t *testing.T) {
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	venv(t, root, "3.13.1")
	if err := os.Remove(filepath.Join(root, "pyvenv.cfg")); err != nil {
		t.Fatal(err)
	}
	_, err = Find(context.Background(), root, filepath.Join(root, "bin", "python"))
	if err == nil || !strings.Contains(err.Error(), "is not run") {
		t.Errorf("%v", err)
	}
	if _, err := os.Stat(filepath.Join(root, "was-run")); err == nil {
		t.Error("it was run")
	}
}

func TestWhatIsWrongWithTheEnvironment(t *testing.T) {
	t.Setenv("EVENTLET_HUB", "aiohub.hub")
	dir := t.TempDir()
	venv(t, dir, "3.9.2", "eventlet-0.30.1.dist-info")
	env, err := virtual(dir)
	if err != nil {
		t.Fatal(err)
	}
	got := texts(Examine(env, "0.1.0"))
	for _, want := range []string{"error Python 3.9.2", "error eventlet 0.30.1", "note greenlet is not installed", "error EVENTLET_HUB is aiohub.hub"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

func TestTree(t *testing.T) {
	got := texts(Tree(nil, nil))
	if !strings.Contains(got, "ok nothing") || !strings.Contains(got, "ok no hazard") {
		t.Error(got)
	}
	got = texts(Tree([]scan.Entry{{File: "a.py", By: []string{"aiohub.install", "monkey_patch"}, Modules: []string{"socket"}}}, []finding.Finding{{Place: place.Place{File: "a.py", Line: 1}, Code: "AH203", Message: "m"}, {Code: "AH101"}}))
	if got != "note a.py: aiohub.install and monkey_patch patch socket\nwarning a.py:1: AH203 m" {
		t.Error(got)
	}
}

func TestVersions(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want bool
	}{{"3.9.2", "3.10", true}, {"3.10.0", "3.10", false}, {"3.10", "3.10.0", false}, {"0.40.0rc1", "0.40", false}, {"0.9", "0.40", true}} {
		if got := older(test.a, test.b); got != test.want {
			t.Errorf("older(%s, %s) = %v", test.a, test.b, got)
		}
	}
}
