package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"aiohub/internal/output/glyph"
	"aiohub/internal/output/report"
)

// steering is text that no terminal and no log may get to see as it is.
const steering = "\x1b[2J\x07\u202e\u2066\u200b\u00ad\u009b31m\u2028##vso[task.setvariable variable=PATH]##[stop-commands]x"

// hostileTree has names and code that would like to steer the terminal, in every place that output is made of.
func hostileTree(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	name := strings.ReplaceAll(steering, "/", "")
	for file, content := range map[string]string{
		name + ".py":                   "import eventlet\neventlet.sleep(0)  # " + steering + "\nx = '" + steering + " eventlet.sleep'\n# aiohub: ignore[" + steering + "] x\nf(eventlet.spawn, '" + steering + "')\n",
		"::error::" + name + "\n.py":   "import eventlet\ndef f" + "\u200b" + "():\n  eventlet.sleep('" + steering + "')\n",
		"\xff" + name + ".py":          "import eventlet\n",
		"broken" + name + ".py":        "import eventlet\n(" + steering + "\n",
		"pkg/" + name + "/__init__.py": "import eventlet\neventlet.monkey_patch()\n",
		"requirements.txt":             "eventlet # " + steering + "\n",
		"run.sh":                       "export EVENTLET_HUB='" + steering + "'\n",
	} {
		path := filepath.Join(root, file)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// harmless finds fault with output that is not what was meant to be seen.
func harmless(t *testing.T, what, output string, wantAny bool) {
	t.Helper()
	if wantAny && output == "" {
		t.Errorf("%s: no output", what)
	}
	for line := range strings.Lines(output) {
		line = strings.TrimSuffix(line, "\n")
		if strings.ContainsFunc(line, func(r rune) bool { return !glyph.Shown(r) }) || !utf8.ValidString(line) {
			t.Errorf("%s: %q", what, line)
		}
		if strings.Contains(line, "##vso[") || strings.Contains(line, "##[") {
			t.Errorf("%s has a command: %q", what, line)
		}
		if command := strings.TrimLeft(line, " "); strings.HasPrefix(command, "::") && !strings.HasPrefix(command, "::warning file=") && !strings.HasPrefix(command, "::error file=") && !strings.HasPrefix(command, "::notice file=") {
			t.Errorf("%s begins with a command: %q", what, line)
		}
	}
}

func TestNothingOfTheTreeSteersATerminalOrALog(t *testing.T) {
	root := hostileTree(t)
	t.Chdir(root)
	run := func(args ...string) (string, string) {
		var stdout, stderr bytes.Buffer
		app := &App{Stdout: &stdout, Stderr: &stderr, Version: "1"}
		app.Run(t.Context(), args)
		return stdout.String(), stderr.String()
	}
	for _, format := range report.Formats {
		for _, command := range []string{"scan", "check"} {
			stdout, stderr := run(command, "--output-format", format)
			harmless(t, command+" "+format, stdout, true)
			harmless(t, command+" "+format+" on stderr", stderr, true)
			if format == "json" || format == "sarif" || format == "gitlab" {
				if !json.Valid([]byte(stdout)) {
					t.Errorf("%s %s is no JSON", command, format)
				}
			}
		}
	}
	for _, args := range [][]string{
		{"plan", root}, {"plan", "--output-format", "json", root}, {"plan", "--output-format", "dot", root}, {"plan", "--output-format", "mermaid", root}, {"plan", "--questions", root},
		{"port", "--stage", "1", "--stats", root}, {"report", root}, {"check", "--all", root}, {"check", "--statistics", root}, {"scan", "--statistics", root},
		{"check", "--group", "rule", root}, {"check", "--group", "file", root},
		{"doctor", root}, {"config", root}, {"scan", root + "/" + steering}, {"scan", "--config", steering, root}, {"check", "--select", steering, root},
		{"check", "--baseline", steering + "/x", root}, {"rule", steering}, {steering}, {"check", "--runtime", "--update", root}, {"check", "--update", root},
	} {
		stdout, stderr := run(args...)
		harmless(t, strings.Join(args[:1], " "), stdout, false)
		harmless(t, strings.Join(args[:1], " ")+" on stderr", stderr, false)
	}
	for _, file := range []string{"aiohub-baseline.json", "aiohub-runtime.json"} {
		content, err := os.ReadFile(filepath.Join(root, file))
		if err != nil {
			t.Fatal(err)
		}
		harmless(t, file, string(content), true)
	}
	if _, stderr := run("check", root); !strings.Contains(stderr, "as many as the baseline allows") {
		t.Errorf("the baseline does not mean what was written: %q", stderr)
	}
	if err := os.WriteFile(filepath.Join(root, "pyproject.toml"), []byte("[tool.aiohub]\n\"\\u202e##[x\" = 1\nexclude = [\"\\u202e\"]\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, stderr := run("config", root)
	harmless(t, "a configuration on stderr", stderr, true)
}

func TestJSONLosesNothing(t *testing.T) {
	root := hostileTree(t)
	t.Chdir(root)
	var stdout, stderr bytes.Buffer
	app := &App{Stdout: &stdout, Stderr: &stderr, Version: "1"}
	app.Run(t.Context(), []string{"scan", "--output-format", "json"})
	var records []struct{ File, Code string }
	if err := json.Unmarshal(stdout.Bytes(), &records); err != nil {
		t.Fatal(err)
	}
	found := false
	for _, r := range records {
		found = found || r.File == steering+".py" && strings.HasSuffix(r.Code, "# "+steering)
	}
	if !found {
		t.Errorf("no record has the file's name and code as they are: %q", stdout.String())
	}
}
