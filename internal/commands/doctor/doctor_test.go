package doctor

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"aiohub/internal/output/finding"
	"aiohub/internal/output/place"
	"aiohub/internal/program/scan"
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

func TestTheEnvironmentThatTheProgramIsInComesFirst(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	venv(t, dir, "3.12.4", "eventlet-0.41.3.dist-info")
	other := t.TempDir()
	venv(t, other, "3.11.1", "eventlet-0.41.3.dist-info")
	program := filepath.Join(dir, "bin", "doctor.test")
	content, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(program, content, 0o755); err != nil {
		t.Fatal(err)
	}
	// The copy of this test that is in the environment runs the part below.
	command := exec.Command(program, "-test.run", "^TestFindFromWhereTheProgramIs$", "-test.v")
	command.Env = append(os.Environ(), "AIOHUB_TEST_FIND=1", "VIRTUAL_ENV="+other)
	if output, err := command.CombinedOutput(); err != nil || !strings.Contains(string(output), "3.12.4: aiohub is installed there") {
		t.Errorf("%v\n%s", err, output)
	}
	if err := os.RemoveAll(filepath.Join(dir, "lib")); err != nil {
		t.Fatal(err)
	}
	command = exec.Command(program, "-test.run", "^TestFindFromWhereTheProgramIs$", "-test.v")
	command.Env = append(os.Environ(), "AIOHUB_TEST_FIND=1", "VIRTUAL_ENV="+other)
	if output, err := command.CombinedOutput(); err != nil || !strings.Contains(string(output), "3.11.1: VIRTUAL_ENV names it") {
		t.Errorf("an environment without eventlet: %v\n%s", err, output)
	}
}

func TestFindFromWhereTheProgramIs(t *testing.T) {
	if os.Getenv("AIOHUB_TEST_FIND") == "" {
		t.Skip("a part of another test")
	}
	env, err := Find(t.Context(), t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s: %s", env.Version, env.Chosen)
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

func TestAnInstallationWithoutItsEngine(t *testing.T) {
	for _, editable := range []bool{false, true} {
		dir := t.TempDir()
		venv(t, dir, "3.13.1", "aiohub-0.1.0.dist-info")
		site := filepath.Join(dir, "lib", "python3.13", "site-packages")
		place := site
		write := func(path, content string) {
			t.Helper()
			if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(content), 0o644)); err != nil {
				t.Fatal(err)
			}
		}
		if editable {
			place = filepath.Join(dir, "source")
			write(filepath.Join(site, "__editable__.aiohub-0.1.0.pth"), place+"\n")
		}
		env, err := virtual(dir)
		if err != nil {
			t.Fatal(err)
		}
		check := func(want string) {
			t.Helper()
			if got := texts(Examine(env, "0.1.0")); strings.Contains(got, "no engine") != (want != "") || !strings.Contains(got, want) {
				t.Errorf("editable %v: want %q in\n%s", editable, want, got)
			}
		}
		check("") // no file of it is found: nothing is said
		write(filepath.Join(place, "aiohub", "__init__.py"), "")
		check("warning aiohub has no engine (its library is missing)")
		write(filepath.Join(place, "aiohub", "_without_engine.txt"), "built without Go: it was not installed\n")
		check("warning aiohub has no engine (built without Go: it was not installed): programs run on asyncio's loop")
		if err := os.Remove(filepath.Join(place, "aiohub", "_without_engine.txt")); err != nil {
			t.Fatal(err)
		}
		write(filepath.Join(place, "aiohub", "_engine.so"), "")
		check("")
	}
}

func TestTheHubByItsShortName(t *testing.T) {
	t.Setenv("EVENTLET_HUB", "aiohub")
	dir := t.TempDir()
	venv(t, dir, "3.13.1", "eventlet-0.41.3.dist-info", "aiohub-0.1.0.dist-info")
	env, err := virtual(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got := texts(Examine(env, "0.1.0")); !strings.Contains(got, "ok hub: aiohub.hub, from EVENTLET_HUB") {
		t.Error(got)
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

func TestManyFilesThatPatchInTheSameWayAreOneLine(t *testing.T) {
	var entries []scan.Entry
	for _, file := range []string{"a.py", "b.py", "c.py", "d.py", "e.py"} {
		entries = append(entries, scan.Entry{File: file, By: []string{"monkey_patch"}, Modules: []string{"os"}})
	}
	entries = append(entries, scan.Entry{File: "f.py", By: []string{"monkey_patch"}, Modules: []string{"socket"}})
	got := texts(Tree(entries, nil))
	if !strings.Contains(got, "note 5 files: monkey_patch patches os (a.py, b.py, c.py, and 2 more)\nnote f.py: monkey_patch patches socket") {
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
