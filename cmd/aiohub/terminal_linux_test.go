package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/sys/unix"
)

// onTerminal runs a program with a terminal for its output, and returns what it shows.
func onTerminal(t *testing.T, dir, program string, args ...string) string {
	t.Helper()
	terminal, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skipf("no terminal can be made here: %v", err)
	}
	defer terminal.Close()
	number, err := unix.IoctlGetInt(int(terminal.Fd()), unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(int(terminal.Fd()), unix.TIOCSPTLCK, 0)
	}
	if err != nil {
		t.Skipf("no terminal can be made here: %v", err)
	}
	screen, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("no terminal can be made here: %v", err)
	}
	command := exec.Command(program, args...)
	command.Dir, command.Stdout, command.Stderr = dir, screen, screen
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	screen.Close()
	var shown strings.Builder
	buffer := make([]byte, 4096)
	for {
		// The read fails when nobody has the screen open any more.
		n, err := terminal.Read(buffer)
		shown.Write(buffer[:n])
		if err != nil {
			break
		}
	}
	command.Wait()
	return strings.ReplaceAll(shown.String(), "\r\n", "\n")
}

func TestScanOnATerminalEndsWithATableAndTheNextCommand(t *testing.T) {
	program := built(t)
	root := t.TempDir()
	long := strings.Repeat("very_long_name_", 8)
	for name, text := range map[string]string{
		"setup.cfg": "", "app/" + long + "/a.py": "import eventlet\neventlet.sleep(1)\neventlet.spawn(print)\nfrom eventlet.green." + long + " import b\nb()\n",
		"app/tests/test_a.py": "import eventlet\n",
	} {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	shown := onTerminal(t, root, program, "scan", "--color", "never", "--output-format", "concise")
	_, table, found := strings.Cut(shown, "\n\nkind ")
	if !found || !strings.Contains(table, "import           2      1") || !strings.Contains(table, "next: `aiohub check`") {
		t.Fatalf("%s", shown)
	}
	for line := range strings.Lines("kind " + table) {
		if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 80 {
			t.Errorf("%d columns: %q", n, line)
		}
	}
	if shown := onTerminal(t, root, program, "check", "--update"); !strings.Contains(shown, "aiohub-baseline.json") {
		t.Fatalf("%s", shown)
	}
	if shown := onTerminal(t, root, program, "scan"); !strings.Contains(shown, "next: `aiohub check`, what has changed since aiohub-baseline.json") {
		t.Errorf("%s", shown)
	}
}

// A terminal of the usual width breaks no line of its own accord.
func TestRulesFitATerminal(t *testing.T) {
	program := built(t)
	for _, args := range [][]string{{"rule"}, {"rule", "AH6"}, {"rule", "AH101"}, {"rule", "AH605"}} {
		shown := onTerminal(t, t.TempDir(), program, args...)
		if !strings.Contains(shown, "AH") {
			t.Errorf("%v shows %q", args, shown)
		}
		for line := range strings.Lines(shown) {
			if line = strings.TrimSuffix(line, "\n"); utf8.RuneCountInString(line) > 80 {
				t.Errorf("%v: wider than 80: %q", args, line)
			}
		}
	}
}
