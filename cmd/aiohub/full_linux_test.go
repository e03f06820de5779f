package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"aiohub/internal/files/cache"
)

func TestFullDisk(t *testing.T) {
	program := built(t)
	disk := t.TempDir()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=64k"); err != nil {
		t.Skipf("a small disk cannot be mounted here: %v", err)
	}
	t.Cleanup(func() { syscall.Unmount(disk, 0) })
	tree := filepath.Join(disk, "tree")
	if err := os.Mkdir(tree, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv(cache.Variable, filepath.Join(disk, "cache"))
	if err := os.WriteFile(filepath.Join(tree, "a.py"), []byte("import eventlet\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	fill, err := os.Create(filepath.Join(disk, "fill"))
	if err != nil {
		t.Fatal(err)
	}
	defer fill.Close()
	for err == nil {
		_, err = fill.Write(make([]byte, 4096))
	}
	run := func(args ...string) (string, int) {
		command := exec.Command(program, append(args, tree)...)
		output, _ := command.CombinedOutput()
		return string(output), command.ProcessState.ExitCode()
	}
	// The cache is a convenience.
	output, code := run("scan", "--output-format", "concise")
	if code != 0 || !strings.Contains(output, "a.py:1:8: import eventlet") || !strings.Contains(output, "the cache is not kept") {
		t.Errorf("scan: %d\n%s", code, output)
	}
	// The baseline is not.
	output, code = run("check", "--update")
	if code != 2 || !strings.Contains(output, "no space left on device") || !strings.Contains(output, "hint: free some space") {
		t.Errorf("check --update: %d\n%s", code, output)
	}
	if _, err := os.Stat(filepath.Join(tree, "aiohub-baseline.json")); err == nil {
		t.Error("half a baseline was written")
	}
	leftovers, _ := filepath.Glob(filepath.Join(disk, "*", ".aiohub-*"))
	if len(leftovers) > 0 {
		t.Errorf("left behind: %v", leftovers)
	}
}
