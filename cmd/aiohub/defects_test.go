package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

const defects = "testdata/defects"

// TestDefects plants the situations in which ports by hand went wrong. Each script is named after the kind of defect;
// it ports a small program as far as stage 2 goes, asks check for what a coroutine is used wrongly for, and looks at
// what became of the place.
func TestDefects(t *testing.T) {
	params := scripts(defects)
	params.Cmds["ported"] = ported
	params.Cmds["ended"] = ended
	testscript.Run(t, params)
}

// ported takes a tree through stage 1 and through all steps of stage 2, and writes what was said on the way to a file:
// ported FILE [FLAG ...].
func ported(ts *testscript.TestScript, _ bool, args []string) {
	said := port(ts, append([]string{"--stage", "1", "--write"}, args[1:]...))
	for step := 1; ; {
		text := port(ts, append([]string{"--stage", "2", "--write", "--step", strconv.Itoa(step)}, args[1:]...))
		said += text
		switch {
		case strings.Contains(text, "the plan has"), step == 1 && strings.Contains(text, "nothing to change") && !strings.Contains(text, "step 1 of"):
			ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(said), 0o644))
			return
		case strings.Contains(text, "changed\n"):
			step = 1
		default:
			step++
		}
	}
}

// ended goes on to stage 3, which may refuse: ended FILE.
func ended(ts *testscript.TestScript, _ bool, args []string) {
	said := port(ts, append([]string{"--stage", "3", "--write"}, args[1:]...))
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(said), 0o644))
}

// port runs one stage. It may have something to say, but not fail.
func port(ts *testscript.TestScript, args []string) string {
	err := ts.Exec("aiohub", append([]string{"port"}, args...)...)
	said := ts.ReadFile("stderr")
	if err != nil && strings.Contains(err.Error(), "status 2") && !strings.Contains(said, "the plan has") {
		ts.Fatalf("port %v: %v", args, err)
	}
	return said
}

// TestDefectsTable holds the list in the documentation to the heads of the scripts.
func TestDefectsTable(t *testing.T) {
	files, err := filepath.Glob(defects + "/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts in %s: %v", defects, err)
	}
	var rows strings.Builder
	for _, file := range files {
		head := heads(t, file, "defect", "answer")
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		fmt.Fprintf(&rows, "| [%s](../cmd/aiohub/%s/%s.txtar) | %s |\n", head["defect"], defects, name, head["answer"])
	}
	const head = "| defect | what the tool does |\n|---|---|\n"
	holdTable(t, "defects", fmt.Sprintf("%d kinds.\n\n%s%s", len(files), head, rows.String()))
}
