//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// A file that this user may not read. The test's own user may read everything where it is root.
func TestUnreadableFilesKeepTheirCounts(t *testing.T) {
	program := built(t)
	root, err := os.MkdirTemp("", "aiohub-unreadable-") // nobody gets through to t.TempDir
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(root) })
	copied := filepath.Join(root, "aiohub")
	content, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string][]byte{"aiohub": content, "tree/setup.cfg": nil, "tree/a.py": []byte("import eventlet\n"), "tree/dir/b.py": []byte("import eventlet\n")} {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, text, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(root, 0o755); err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) (string, int) {
		if !slices.Contains(args, "dir") {
			args = append(args, ".")
		}
		command := exec.Command(copied, append(args, "--no-cache")...)
		command.Dir = filepath.Join(root, "tree")
		if os.Geteuid() == 0 {
			command.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
			os.Chown(command.Dir, 65534, 65534)
			os.Chown(filepath.Join(command.Dir, "aiohub-baseline.json"), 65534, 65534)
		}
		output, _ := command.CombinedOutput()
		return string(output), command.ProcessState.ExitCode()
	}
	if output, code := run("check", "--update"); code != 0 {
		t.Fatalf("%d\n%s", code, output)
	}
	before, err := os.ReadFile(filepath.Join(root, "tree", "aiohub-baseline.json"))
	if err != nil {
		t.Fatal(err)
	}
	for name, mode := range map[string]os.FileMode{"a.py": 0o755, "dir": 0o755} {
		path := filepath.Join(root, "tree", name)
		if err := os.Chmod(path, 0); err != nil {
			t.Fatal(err)
		}
		if output, code := run("check", "--output-format", "concise"); code != 1 || !strings.Contains(output, name+":1:1: AH003 not scanned: permission denied\n") || strings.Contains(output, "fell") {
			t.Errorf("%s: %d\n%s", name, code, output)
		}
		if output, code := run("check", "--select", "AH1"); code != 2 || !strings.Contains(output, "error: "+name+": not scanned: permission denied") {
			t.Errorf("%s, of a part of the rules: %d\n%s", name, code, output)
		}
		if output, code := run("scan"); code != 0 || !strings.Contains(output, "warning: "+name+": not scanned: permission denied") {
			t.Errorf("%s, scan: %d\n%s", name, code, output)
		}
		if output, code := run("check", name); name == "dir" && (code != 2 || !strings.Contains(output, "/tree/dir: cannot be looked into: permission denied")) {
			t.Errorf("%s, named: %d\n%s", name, code, output)
		}
		run("check", "--update")
		run("check", "--update", "--ignore", "AH003")
		if after, err := os.ReadFile(filepath.Join(root, "tree", "aiohub-baseline.json")); err != nil || string(after) != string(before) {
			t.Errorf("%s: the baseline became\n%s", name, after)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
}
