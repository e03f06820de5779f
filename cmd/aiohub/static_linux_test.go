package main

import (
	"debug/elf"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestProgramNeedsNothingOfTheSystem(t *testing.T) {
	program := built(t)
	file, err := elf.Open(program)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if libraries, err := file.ImportedLibraries(); err != nil || len(libraries) > 0 {
		t.Errorf("it is linked to %v (%v)", libraries, err)
	}
	for _, header := range file.Progs {
		if header.Type == elf.PT_INTERP {
			t.Error("it needs a dynamic linker")
		}
	}

	if os.Geteuid() != 0 {
		t.Skip("only root can change the root directory")
	}
	root := t.TempDir()
	content, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"aiohub": content, "src/a.py": []byte("import eventlet\n")} {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	command := exec.Command("/aiohub", "scan", "--output-format", "concise", "/src")
	command.Dir = "/"
	command.Env = []string{}
	command.SysProcAttr = &syscall.SysProcAttr{Chroot: root}
	output, err := command.CombinedOutput()
	if err != nil || !strings.Contains(string(output), "a.py:1:8: import eventlet (plain)") {
		t.Errorf("in an empty root: %v\n%s", err, output)
	}
}
