package main

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"aiohub/internal/rules/rule"
	"aiohub/internal/rules/rule/all"
)

// wanted is the comment with which a rule's test files ask for a finding.
var wanted = regexp.MustCompile(`\s*# (want|possible) AH\d+ .*`)

// TestFindingsAreTakenBack checks for each rule about coroutines, tasks and forks that its findings can be taken back in
// all the ways there are: by a comment with the code or the name, behind the code, before it or for the file, by the
// baseline, and by options. A comment of another tool takes nothing back, and is said.
func TestFindingsAreTakenBack(t *testing.T) {
	for _, r := range all.Rules() {
		if !strings.HasPrefix(r.Code, "AH6") && !strings.HasPrefix(r.Code, "AH7") {
			continue
		}
		targets := r.Targets
		if targets == nil {
			targets = []string{""}
		}
		t.Run(r.Code, func(t *testing.T) {
			t.Parallel()
			takenBack(t, r, targets[0])
		})
	}
}

// program is a tree in which a rule finds something, without the comments that want it.
type program struct {
	t    *testing.T
	root string
	args []string
}

func takenBack(t *testing.T, r *rule.Rule, target string) {
	p := program{t: t, root: t.TempDir(),
		args: []string{"check", "--no-cache", "--possible", "--output-format", "json"}}
	if target != "" {
		p.args = append(p.args, "--target", target)
	}
	from := filepath.Join("..", "..", "internal", "rules", "rule", strings.ToLower(r.Code), "testdata")
	if err := os.CopyFS(p.root, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	at := p.lines("--select", r.Code)
	if len(at) == 0 {
		t.Fatal("nothing is found to take back")
	}
	p.rewrite(at, func(line string) string { return wanted.ReplaceAllString(line, "") })
	total := p.count("--select", r.Code)
	if total == 0 {
		t.Fatal("the comments that want findings make them")
	}

	if n := p.count("--select", r.Code, "--ignore", r.Code); n != 0 {
		t.Errorf("--ignore leaves %d", n)
	}
	if n := p.count("--select", r.Code, "--per-file-ignores", "*.py:"+r.Code); n != 0 {
		t.Errorf("--per-file-ignores leaves %d", n)
	}

	kept := p.read(at)
	for what, comment := range map[string]string{"the code": r.Code, "the name": r.Name} {
		p.rewrite(at, func(line string) string { return line + "  # aiohub: ignore[" + comment + "] it is meant" })
		if n := p.count("--select", r.Code); n != 0 {
			t.Errorf("a comment with %s leaves %d of %d", what, n, total)
		}
		p.restore(kept)
		p.rewrite(at, func(line string) string { return "# aiohub: ignore[" + comment + "] it is meant\n" + line })
		if n := p.count("--select", r.Code); n != 0 {
			t.Errorf("a comment with %s on the line before leaves %d of %d", what, n, total)
		}
		p.restore(kept)
	}
	for name, src := range kept {
		p.write(name, src+"# aiohub: ignore-file["+r.Code+"] all of it\n")
	}
	if n := p.count("--select", r.Code); n != 0 {
		t.Errorf("comments for the files leave %d of %d", n, total)
	}
	p.restore(kept)
	p.rewrite(at, func(line string) string { return line + "  # noqa: " + r.Code })
	if n := p.count("--select", r.Code); n != total {
		t.Errorf("with noqa %d of %d are left", n, total)
	}
	if n := p.count("--select", "AH001"); n == 0 {
		t.Error("noqa is not said")
	}
	p.restore(kept)

	p.run("--select", r.Code, "--update")
	if n := p.count("--select", r.Code); n != 0 {
		t.Errorf("the baseline leaves %d of %d", n, total)
	}
	for name, src := range kept {
		p.write("again_"+name, src)
	}
	if n := p.count("--select", r.Code); n == 0 {
		t.Error("the same findings in other files are no news")
	}
}

// found is a finding as check reports it.
type found struct {
	File string
	Line int
}

// run runs check and gives its findings.
func (p *program) run(args ...string) []found {
	p.t.Helper()
	cmd := exec.Command("aiohub", slices.Concat(p.args, args)...)
	cmd.Dir = p.root
	out, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1) {
		p.t.Fatalf("%v: %v: %s", args, err, exit.Stderr)
	}
	var list []found
	if err := json.Unmarshal(out, &list); err != nil && len(out) > 0 {
		p.t.Fatalf("%v: %v: %s", args, err, out)
	}
	return list
}

func (p *program) count(args ...string) int { p.t.Helper(); return len(p.run(args...)) }

// lines gives where findings of the rule are.
func (p *program) lines(args ...string) map[string]map[int]bool {
	p.t.Helper()
	lines := map[string]map[int]bool{}
	for _, f := range p.run(args...) {
		if lines[f.File] == nil {
			lines[f.File] = map[int]bool{}
		}
		lines[f.File][f.Line] = true
	}
	return lines
}

func (p *program) read(files map[string]map[int]bool) map[string]string {
	texts := map[string]string{}
	for name := range files {
		src, err := os.ReadFile(filepath.Join(p.root, name))
		if err != nil {
			p.t.Fatal(err)
		}
		texts[name] = string(src)
	}
	return texts
}

func (p *program) write(name, src string) {
	if err := os.WriteFile(filepath.Join(p.root, name), []byte(src), 0o666); err != nil {
		p.t.Fatal(err)
	}
}

func (p *program) restore(texts map[string]string) {
	for name, src := range texts {
		p.write(name, src)
	}
}

// rewrite changes the lines of findings.
func (p *program) rewrite(at map[string]map[int]bool, change func(string) string) {
	for name, src := range p.read(at) {
		lines := strings.Split(src, "\n")
		for n := range at[name] {
			lines[n-1] = change(lines[n-1])
		}
		p.write(name, strings.Join(lines, "\n"))
	}
}
