package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"aiohub/internal/commands/cli"
	"aiohub/internal/files/cache"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"aiohub": func() { os.Exit(cli.Main(os.Args[1:])) }})
}

var update = flag.Bool("update", false, "rewrite the files in testdata that differ")

// TestScripts runs testdata/*.txtar: one behaviour each, with stdout, stderr and exit code.
func TestScripts(t *testing.T) {
	testscript.Run(t, scripts("testdata"))
}

// venvPython has aiohub and eventlet, if it has been made.
const venvPython = "../../.venv/bin/python"

// scripts is how the scripts of a folder are run.
func scripts(dir string) testscript.Params {
	return testscript.Params{
		Dir:                 dir,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       *update,
		Setup: func(env *testscript.Env) error {
			dir, err := os.MkdirTemp("", "aiohub-cache-")
			env.Setenv(cache.Variable, dir)
			if python, err := filepath.Abs(venvPython); err == nil {
				env.Setenv("PYTHON", python)
			}
			env.Defer(func() { os.RemoveAll(dir) })
			return err
		},
		Condition: func(name string) (bool, error) {
			switch name {
			case "root":
				return os.Geteuid() == 0, nil
			case "venv":
				_, err := os.Stat(venvPython)
				return err == nil, nil
			}
			return false, fmt.Errorf("unknown condition %q", name)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"status": status,
			"aged":   aged,
			"write":  write,
		},
	}
}

// status runs a program and holds it to an exact exit code: status 2 aiohub scan.
func status(ts *testscript.TestScript, negated bool, args []string) {
	if negated || len(args) < 2 {
		ts.Fatalf("usage: status CODE PROGRAM [ARG ...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		// The error's type is the script engine's business; its text ends with the code.
		text := err.Error()
		got, err = strconv.Atoi(text[strings.LastIndexByte(text, ' ')+1:])
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// aged sets files' times an hour back, so that the cache trusts them: aged FILE ...
func aged(ts *testscript.TestScript, _ bool, args []string) {
	at := time.Now().Add(-time.Hour)
	for _, name := range args {
		ts.Check(os.Chtimes(ts.MkAbs(name), at, at))
	}
}

// write makes a file of a text with Go's escapes, repeated: write FILE TEXT [COUNT].
func write(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: write FILE TEXT [COUNT]")
	}
	text, err := strconv.Unquote(`"` + args[1] + `"`)
	ts.Check(err)
	count := 1
	if len(args) > 2 {
		count, err = strconv.Atoi(args[2])
		ts.Check(err)
	}
	path := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(filepath.Dir(path), 0o755))
	ts.Check(os.WriteFile(path, []byte(strings.Repeat(text, count)), 0o644))
}
