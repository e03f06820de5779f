package all_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"aiohub/internal/output/finding"
	"aiohub/internal/rules/rule"
	"aiohub/internal/rules/rule/all"
)

var update = flag.Bool("update", false, "write the rules' pages")

const pages = "../../../../docs/tool"

func TestPagesAreCurrent(t *testing.T) {
	want := map[string]string{"README.md": index()}
	for _, r := range all.Rules() {
		want[strings.ToLower(r.Code)+".md"] = r.Doc.Page
	}
	if *update {
		if err := os.MkdirAll(pages, 0o755); err != nil {
			t.Fatal(err)
		}
		for name, text := range want {
			if err := os.WriteFile(filepath.Join(pages, name), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	entries, err := os.ReadDir(pages)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if _, ok := want[entry.Name()]; !ok {
			t.Errorf("docs/tool/%s is about no rule", entry.Name())
		}
	}
	for name, text := range want {
		have, err := os.ReadFile(filepath.Join(pages, name))
		if err != nil {
			t.Error(err)
		} else if diff := cmp.Diff(text, string(have)); diff != "" {
			t.Errorf("docs/tool/%s is not current; `go test ./internal/rules/rule/all -update` writes it:\n%s", name, diff)
		}
	}
}

func index() string {
	var b strings.Builder
	b.WriteString("# Rules of the porting tool\n\n`aiohub rule CODE` prints the same pages. [How to use the tool](../tool.md).\n\n| code | name | finds |\n|---|---|---|\n")
	for _, r := range all.Rules() {
		fmt.Fprintf(&b, "| [%s](%s.md) | %s | %s |\n", r.Code, strings.ToLower(r.Code), r.Name, r.Doc.Title)
	}
	return b.String()
}

func TestRulesAreWhole(t *testing.T) {
	code, name := regexp.MustCompile(`^AH\d{3}$`), regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)
	rules := all.Rules()
	seen := map[string]bool{}
	for i, r := range rules {
		if !code.MatchString(r.Code) || !name.MatchString(r.Name) || seen[r.Code] || seen[r.Name] {
			t.Errorf("%s %s: not a code and a name of its own", r.Code, r.Name)
		}
		seen[r.Code], seen[r.Name] = true, true
		if i > 0 && rules[i-1].Code >= r.Code {
			t.Errorf("%s is out of order", r.Code)
		}
		texts := map[string]string{"Title": r.Doc.Title, "Since": r.Doc.Since}
		for _, heading := range []string{"What", "Why", "Before", "Remedy", "Fix"} {
			texts[heading] = r.Doc.Sections[heading]
		}
		for what, text := range texts {
			if strings.TrimSpace(text) == "" {
				t.Errorf("%s has no %s", r.Code, what)
			}
		}
		if strings.HasSuffix(r.Help, ".") || strings.HasSuffix(r.Doc.Title, ".") || strings.ContainsAny(r.Help+r.Doc.Title, "\n") {
			t.Errorf("%s: help and title are one line without a full stop", r.Code)
		}
		if !slices.Contains([]finding.Severity{finding.Error, finding.Warning, finding.Note}, r.Severity) {
			t.Errorf("%s: severity %q", r.Code, r.Severity)
		}
		if !slices.Contains([]finding.Safety{finding.Safe, finding.Unsafe, finding.Manual}, r.Fix) {
			t.Errorf("%s: fix %q", r.Code, r.Fix)
		}
		if own := slices.Contains([]string{rule.MalformedIgnore, rule.UnusedIgnore, rule.Unparsable, rule.OwnEventlet}, r.Code); own == (r.Check != nil || r.CheckGraph != nil) {
			t.Errorf("%s: the driver reports for it, and it has a check; or neither", r.Code)
		}
	}
}
