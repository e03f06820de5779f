package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"aiohub/internal/fault"
)

func project(t *testing.T, pyproject string) string {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(root, "pkg", "sub"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "pyproject.toml"), []byte(pyproject), 0o644); err != nil {
		t.Fatal(err)
	}
	return root
}

func TestValuesAndTheirOrigins(t *testing.T) {
	root := project(t, `
[project]
name = "x"

[tool.aiohub]
select = ["AH1"]
exclude = [
  "gen/",
]
respect-gitignore = false
runtime = { forbid = ["x.api"] }

[tool.aiohub.per-file-ignores]
"tests/*" = ["AH104"]
`)
	c, err := Load(filepath.Join(root, "pkg", "sub"), "")
	if err != nil {
		t.Fatal(err)
	}
	if c.Root != root {
		t.Errorf("root is %s, want %s", c.Root, root)
	}
	want := map[string]Origin{
		"select": "pyproject.toml:6", "ignore": "default", "exclude": "pyproject.toml:7", "respect-gitignore": "pyproject.toml:10",
		"per-file-ignores": "pyproject.toml:13", "per-file-ignores.tests/*": "pyproject.toml:14", "output-format": "default", "baseline": "default", "cache-dir": "default",
		"runtime.forbid": "pyproject.toml:11", "runtime.allow": "default", "runtime.processes": "default",
		"plan.patched": "default", "plan.blocking": "default", "plan.never-blocks": "default", "plan.public": "default", "plan.stays-sync": "default", "plan.calls": "default",
	}
	if diff := cmp.Diff(want, c.origins); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"gen/"}, c.Exclude); diff != "" {
		t.Error(diff)
	}
	if c.RespectGitignore || c.PerFileIgnores["tests/*"][0] != "AH104" || c.Runtime.Forbid[0] != "x.api" {
		t.Errorf("%+v", c)
	}
}

func TestFaultsNameTheLineAndTheWayOut(t *testing.T) {
	for _, test := range []struct{ toml, message, hint string }{
		{"[tool.aiohub]\nselct = []\n", `pyproject.toml:2: unknown key "selct" in [tool.aiohub]`, `did you mean "select"?`},
		{"[tool.aiohub]\n\nfoo = 1\n", `pyproject.toml:3: unknown key "foo" in [tool.aiohub]`, "the keys are select, ignore, per-file-ignores, exclude, respect-gitignore, output-format, baseline, cache-dir, runtime, plan"},
		{"[tool.aiohub.runtime]\nforbit = []\n", `pyproject.toml:2: unknown key "forbit" in [tool.aiohub.runtime]`, `did you mean "forbid"?`},
		{"[tool.aiohub]\nexclude = [\"[a\"]\n", "pyproject.toml:2: pattern \"[a\": `[` is not closed", "patterns are written as in a .gitignore"},
		{"[tool.aiohub.per-file-ignores]\n\"[a\" = [\"AH101\"]\n", "pyproject.toml:2: pattern \"[a\": `[` is not closed", "patterns are written as in a .gitignore"},
	} {
		_, err := Load(project(t, test.toml), "")
		if err == nil || err.Error() != test.message || fault.Hint(err) != test.hint {
			t.Errorf("%q:\n got %v (%s)\nwant %s (%s)", test.toml, err, fault.Hint(err), test.message, test.hint)
		}
	}
}

func TestEveryUnknownKeyIsNamed(t *testing.T) {
	_, err := Load(project(t, "[tool.aiohub]\na = 1\nb = 2\n"), "")
	if got := len(fault.All(err)); got != 2 {
		t.Errorf("%d faults, want 2: %v", got, err)
	}
}

func TestWrongTypesAndBrokenFiles(t *testing.T) {
	for toml, want := range map[string]string{
		"[tool.aiohub]\nselect = 1\n":               "pyproject.toml:2: ",
		"[tool.aiohub]\nrespect-gitignore = \n":     "pyproject.toml:2: ",
		"[tool.aiohub]\nselect = []\nselect = []\n": "pyproject.toml:3: ",
	} {
		_, err := Load(project(t, toml), "")
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, want %s...", toml, err, want)
		}
	}
}

func TestOtherToolsAreNoneOfOurBusiness(t *testing.T) {
	root := project(t, "[tool.ruff]\nwhatever = 1\n[project]\nname = \"aiohub-user\"\n")
	c, err := Load(filepath.Join(root, "pkg"), "")
	if err != nil {
		t.Fatal(err)
	}
	if c.Root != filepath.Join(root, "pkg") || c.File != "" {
		t.Errorf("root %s, file %s: a pyproject.toml without our table was taken for the project's", c.Root, c.File)
	}
}

func TestShownConfigurationIsValidAndMeansTheSame(t *testing.T) {
	root := project(t, "[tool.aiohub]\nselect = [\"AH1\", \"AH2\"]\nper-file-ignores = { \"a\\\\\\\"b\" = [\"AH101\"] }\n")
	first, err := Load(root, "")
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	if err := first.Show(&text); err != nil {
		t.Fatal(err)
	}
	second, err := Load(project(t, text.String()), "")
	if err != nil {
		t.Fatalf("%v in\n%s", err, text.String())
	}
	first.origins, second.origins, first.Root, second.Root, first.File, second.File = nil, nil, "", "", "", ""
	first.Plan = Plan{Blocking: []string{}, NeverBlocks: []string{}, Public: []string{}, StaysSync: []string{}}
	first.Ignore, first.Exclude, first.Runtime = []string{}, []string{}, Runtime{[]string{}, []string{}, []string{}}
	if diff := cmp.Diff(first, second, cmp.AllowUnexported(Config{})); diff != "" {
		t.Errorf("%s\n%s", diff, text.String())
	}
}
