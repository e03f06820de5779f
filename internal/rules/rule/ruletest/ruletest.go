// Package ruletest holds a rule to the comments in its test files: a line with `# want AH101 "pattern"` gets exactly
// the findings it asks for, a line without gets none. A pattern is a regular expression for the message. `# possible
// AH101 "pattern"` asks for a finding that is only possible. `help "pattern"` behind a pattern is for the help.
package ruletest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"aiohub/internal/files/walk"
	"aiohub/internal/language/pysyntax"
	"aiohub/internal/output/finding"
	"aiohub/internal/program/atomic"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
	"aiohub/internal/rules/rule/all"
)

// expectation is what one comment wants of a finding.
type expectation struct{ message, help *regexp.Regexp }

var want = regexp.MustCompile(`# (want|possible) (AH\d+) "([^"]*)"(?: help "([^"]*)")?`)

// Run scans the files of a folder, runs all rules, and compares what the rule reports with what the files want.
func Run(t *testing.T, r *rule.Rule, dir string) {
	t.Helper()
	root, err := filepath.Abs(dir)
	if err != nil {
		t.Fatal(err)
	}
	tree, err := walk.Tree(context.Background(), root, walk.Options{NoGitignore: true})
	if err != nil {
		t.Fatal(err)
	}
	result, err := scan.Run(context.Background(), scan.Input{Root: root, Files: tree.Files, Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	graph, err := callgraph.Build(context.Background(), callgraph.Input{Root: root, Files: tree.Files, Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	program := rule.NewProgram(graph)
	program.Read = func(path string) ([]byte, bool) {
		src, err := os.ReadFile(filepath.Join(root, path))
		return src, err == nil
	}
	if r.Targets != nil {
		program.SetTasks(tasks(t, root, graph, r.Targets[0]))
	}
	wanted := 0
	said := map[string]bool{}
	units := result.Units
	for _, f := range graph.Files {
		if slices.ContainsFunc(units, func(u scan.Unit) bool { return u.Path == f.Path }) {
			continue
		}
		src, err := os.ReadFile(filepath.Join(root, f.Path))
		if err != nil {
			t.Fatal(err)
		}
		var parser pysyntax.Parser
		units = append(units, scan.Unit{Path: f.Path, Src: src, Tree: parser.Parse(src)})
	}
	for i := range units {
		wanted += file(t, r, &units[i], result.Records, program, said)
	}
	if wanted == 0 {
		t.Errorf("no file under %s wants %s", dir, r.Code)
	}
	for _, sentence := range append(r.Phrases.All(), r.Sentences...) {
		if !said[sentence] {
			t.Errorf("no file under %s wants that %s says %q", dir, r.Code, sentence)
		}
	}
}

// tasks finds what the rules about several tasks report, for the first target of the rule.
func tasks(t *testing.T, root string, g *callgraph.Graph, target string) []atomic.Finding {
	t.Helper()
	var paths []string
	for _, f := range g.Files {
		paths = append(paths, f.Path)
	}
	files, err := atomic.ReadAll(context.Background(), root, paths, nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	in := atomic.Input{Graph: g, Files: files}
	if target == "asyncio" {
		in.Target = atomic.Asyncio
	}
	return atomic.Find(in)
}

// file checks one file and returns how many findings it wants. It notes which of the rule's sentences were wanted: the
// pattern has to name the sentence, so that no case gets another one unseen.
func file(t *testing.T, r *rule.Rule, unit *scan.Unit, records []scan.Record, program *rule.Program,
	said map[string]bool) int {
	t.Helper()
	var own []scan.Record
	for _, record := range records {
		if record.File == unit.Path {
			own = append(own, record)
		}
	}
	pass := rule.NewPass(unit.Path, unit.Src, unit.Tree, own)
	wanted := map[string][]expectation{}
	count := 0
	for _, match := range want.FindAllSubmatchIndex(unit.Src, -1) {
		if code := string(unit.Src[match[4]:match[5]]); code == r.Code {
			place := fmt.Sprintf("%s:%d %s", unit.Path, pass.Lines().Line(match[0]), unit.Src[match[2]:match[3]])
			e := expectation{message: regexp.MustCompile(string(unit.Src[match[6]:match[7]])), help: regexp.MustCompile("")}
			if match[8] >= 0 {
				e.help = regexp.MustCompile(string(unit.Src[match[8]:match[9]]))
			}
			wanted[place] = append(wanted[place], e)
			count++
		}
	}
	findings := pass.Run(all.Rules())
	if file, ok := program.File(unit.Path); ok && program.Concerns(file) {
		findings = append(findings, rule.NewGraphPass(unit.Path, unit.Src, unit.Tree, program).RunGraph(all.Rules())...)
	}
	slices.SortFunc(findings, finding.Compare)
	findings = slices.CompactFunc(findings, finding.Same)
	for _, found := range findings {
		if found.Code != r.Code {
			continue
		}
		how := "want"
		if found.Possible {
			how = "possible"
		}
		place := fmt.Sprintf("%s:%d %s", found.File, found.Line, how)
		index := -1
		for i, e := range wanted[place] {
			if e.message.MatchString(found.Message) && e.help.MatchString(found.Help) {
				index = i
				break
			}
		}
		if index < 0 {
			t.Errorf("%s: %s is reported and not wanted: %s (help: %s)", place, r.Code, found.Message, found.Help)
			continue
		}
		for _, sentence := range append(r.Phrases.All(), r.Sentences...) {
			if strings.Contains(found.Message, sentence) && strings.Contains(wanted[place][index].message.String(), sentence) {
				said[sentence] = true
			}
		}
		wanted[place] = append(wanted[place][:index:index], wanted[place][index+1:]...)
	}
	for place, expectations := range wanted {
		for _, e := range expectations {
			t.Errorf("%s: %s %q (help %q) is wanted and not reported", place, r.Code, e.message, e.help)
		}
	}
	return count
}
