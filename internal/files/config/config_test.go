package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"aiohub/internal/output/fault"
	"aiohub/internal/output/view"
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

// load reads the configuration for somebody who stands in a directory.
func load(t *testing.T, dir string) (*Config, error) {
	t.Helper()
	t.Chdir(dir)
	return Load([]string{"."}, "")
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
	c, err := load(t, filepath.Join(root, "pkg", "sub"))
	if err != nil {
		t.Fatal(err)
	}
	if c.Root != root {
		t.Errorf("root is %s, want %s", c.Root, root)
	}
	want := map[string]Origin{
		"select": "pyproject.toml:6", "ignore": "default", "possible": "default", "target": "default", "exclude": "pyproject.toml:7", "respect-gitignore": "pyproject.toml:10",
		"per-file-ignores": "pyproject.toml:13", "per-file-ignores.tests/*": "pyproject.toml:14", "output-format": "default", "baseline": "default", "cache-dir": "default",
		"runtime.forbid": "pyproject.toml:11", "runtime.allow": "default", "runtime.processes": "default",
		"plan.patched": "default", "plan.blocking": "default", "plan.never-blocks": "default", "plan.public": "default", "plan.stays-sync": "default", "plan.step-lines": "default", "plan.step-files": "default", "plan.calls": "default",
	}
	for key, origin := range want {
		want[key] = Origin(strings.Replace(string(origin), "pyproject", "../../pyproject", 1))
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
		{"[tool.aiohub]\n\nfoo = 1\n", `pyproject.toml:3: unknown key "foo" in [tool.aiohub]`, "the keys are select, ignore, possible, target, per-file-ignores, exclude, respect-gitignore, output-format, baseline, cache-dir, runtime, plan"},
		{"[tool.aiohub.runtime]\nforbit = []\n", `pyproject.toml:2: unknown key "forbit" in [tool.aiohub.runtime]`, `did you mean "forbid"?`},
		{"[tool.aiohub]\nselect = \"AH\"\n", `pyproject.toml:2: "select" has to be a list of strings`, "as in `select = [\"AH1\", \"green-sleep\"]`"},
		{"[tool.aiohub]\n\nselect = [\"AH\", 1]\n", `pyproject.toml:3: "select" has to be a list of strings`, "as in `select = [\"AH1\", \"green-sleep\"]`"},
		{"[tool.aiohub]\n\nselect = [[\"AH\"]]\n", `pyproject.toml:3: "select" has to be a list of strings`, "as in `select = [\"AH1\", \"green-sleep\"]`"},
		{"[tool.aiohub]\nselect = [\n\"AH\",\n1]\n", `pyproject.toml:4: "select" has to be a list of strings`, "as in `select = [\"AH1\", \"green-sleep\"]`"},
		{"[tool.aiohub]\nrespect-gitignore = \"yes\"\n", `pyproject.toml:2: "respect-gitignore" has to be true or false`, "as in `respect-gitignore = false`"},
		{"[tool.aiohub]\ntarget = \"gevent\"\n", `pyproject.toml:2: unknown target "gevent"`, "the targets are asyncio, threads"},
		{"[tool.aiohub]\npossible = 1\n", `pyproject.toml:2: "possible" has to be true or false`, "as in `possible = true`"},
		{"[tool.aiohub]\nper-file-ignores = {\"a\" = \"AH1\"}\n", `pyproject.toml:2: "per-file-ignores" has to be a table of lists of strings`, "as in `per-file-ignores = {\"tests/*\" = [\"AH301\"]}`"},
		{"[tool.aiohub.per-file-ignores]\n\"a\" = 3\n", `pyproject.toml:2: "per-file-ignores" has to be a table of lists of strings`, "as in `per-file-ignores = {\"tests/*\" = [\"AH301\"]}`"},
		{"[tool.aiohub]\nruntime = {forbid = \"x\"}\n", `pyproject.toml:2: "runtime" has to be a table of lists of strings`, "as in `runtime = {forbid = [\"package.module\"]}`"},
		{"[tool.aiohub]\nruntime = []\n", `pyproject.toml:2: "runtime" has to be a table of lists of strings`, "as in `runtime = {forbid = [\"package.module\"]}`"},
		{"[tool]\naiohub = 3\n", `pyproject.toml:2: "tool.aiohub" has to be a table`, "as in `[tool.aiohub]`"},
		{"[tool.aiohub]\nexclude = [\"[a\"]\n", "pyproject.toml:2: pattern \"[a\": `[` is not closed", "patterns are written as in a .gitignore"},
		{"[tool.aiohub.per-file-ignores]\n\"[a\" = [\"AH101\"]\n", "pyproject.toml:2: pattern \"[a\": `[` is not closed", "patterns are written as in a .gitignore"},
	} {
		_, err := load(t, project(t, test.toml))
		if err == nil || err.Error() != test.message || fault.Hint(err) != test.hint {
			t.Errorf("%q:\n got %v (%s)\nwant %s (%s)", test.toml, err, fault.Hint(err), test.message, test.hint)
		}
	}
}

func TestEveryUnknownKeyIsNamed(t *testing.T) {
	_, err := load(t, project(t, "[tool.aiohub]\na = 1\nb = 2\n"))
	if got := len(fault.Each(err)); got != 2 {
		t.Errorf("%d faults, want 2: %v", got, err)
	}
}

func TestWrongTypesAndBrokenFiles(t *testing.T) {
	for toml, want := range map[string]string{
		"[tool.aiohub]\nselect = 1\n":               "pyproject.toml:2: ",
		"[tool.aiohub]\nrespect-gitignore = \n":     "pyproject.toml:2: ",
		"[tool.aiohub]\nselect = []\nselect = []\n": "pyproject.toml:3: ",
	} {
		_, err := load(t, project(t, toml))
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, want %s...", toml, err, want)
		}
	}
}

// plant makes files, empty unless they are a pyproject.toml with a table.
func plant(t *testing.T, files ...string) string {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		content := ""
		if table, ok := strings.CutSuffix(file, " with a table"); ok {
			file, content = table, "[tool.aiohub]\n"
		}
		path := filepath.Join(root, filepath.FromSlash(file))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestRootIsFoundUpwards(t *testing.T) {
	for what, test := range map[string]struct {
		files []string
		from  string // where the user stands
		paths []string
		want  string // the root
		mark  string
	}{
		"nothing":               {[]string{"a/b/x.py"}, "a", []string{"b"}, "a/b", ""},
		"repository":            {[]string{".git/HEAD", "a/b/x.py"}, "a/b", nil, "", ".git"},
		"work tree":             {[]string{".git", "a/x.py"}, "a", nil, "", ".git"},
		"project":               {[]string{"pyproject.toml", "a/b/x.py"}, "a", []string{"b/x.py"}, "", "pyproject.toml"},
		"setup.cfg":             {[]string{"setup.cfg", "a/x.py"}, "a", nil, "", "setup.cfg"},
		"setup.py":              {[]string{"setup.py", "a/x.py"}, "a", nil, "", "setup.py"},
		"nearest project":       {[]string{"setup.py", ".git/HEAD", "s/pyproject.toml", "s/a/x.py"}, "s/a", nil, "s", "pyproject.toml"},
		"table over project":    {[]string{"pyproject.toml with a table", "s/pyproject.toml", "s/a/x.py"}, "s/a", nil, "", "[tool.aiohub] in pyproject.toml"},
		"baseline over project": {[]string{"aiohub-baseline.json", "s/setup.cfg", "s/a/x.py"}, "s/a", nil, "", "aiohub-baseline.json"},
		"baseline over table":   {[]string{"aiohub-baseline.json", "s/pyproject.toml with a table", "s/x.py"}, "s", nil, "", "aiohub-baseline.json"},
		"nearest baseline":      {[]string{"aiohub-baseline.json", "s/aiohub-baseline.json", "s/a/x.py"}, "s/a", nil, "s", "aiohub-baseline.json"},
		"policy":                {[]string{"aiohub-runtime.json", "s/setup.cfg"}, "s", nil, "", "aiohub-runtime.json"},
		"beyond the repository": {[]string{"aiohub-baseline.json", "r/.git/HEAD", "r/a/x.py"}, "r/a", nil, "r", ".git"},
		"several paths":         {[]string{"setup.py", "s/setup.py", "s/x.py", "t/setup.py"}, "", []string{"s/x.py", "t"}, "", "setup.py"},
		"several of one":        {[]string{"setup.py", "s/setup.py", "s/a/x.py", "s/b/x.py"}, "s", []string{"a/x.py", "b"}, "s", "setup.py"},
	} {
		root := plant(t, test.files...)
		t.Chdir(filepath.Join(root, test.from))
		if test.paths == nil {
			test.paths = []string{"."}
		}
		c, err := Load(test.paths, "")
		if err != nil {
			t.Errorf("%s: %v", what, err)
			continue
		}
		if c.Root != filepath.Join(root, test.want) || c.RootMark != test.mark {
			t.Errorf("%s: %s for its %q, want %q for its %q", what, strings.TrimPrefix(c.Root, root), c.RootMark, test.want, test.mark)
		}
	}
}

func TestDirectoriesThatOthersCanWriteToSayNothing(t *testing.T) {
	root := plant(t, "pyproject.toml with a table", "aiohub-baseline.json", "open/a/x.py")
	if err := os.Chmod(root, 0o777); err != nil {
		t.Fatal(err)
	}
	c, err := load(t, filepath.Join(root, "open", "a"))
	if err != nil || c.Root != filepath.Join(root, "open", "a") {
		t.Errorf("%v %v", c, err)
	}
}

func TestConfigurationOfTheRootIsRead(t *testing.T) {
	root := project(t, "[tool.aiohub]\nselect = [\"AH1\"]\n")
	if err := os.WriteFile(filepath.Join(root, BaselineName), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	c, err := load(t, filepath.Join(root, "pkg"))
	if err != nil || c.Root != root || len(c.Select) != 1 || c.Select[0] != "AH1" || c.Origin("select") != "../pyproject.toml:2" {
		t.Errorf("%+v %v", c, err)
	}
	// One that the user chooses does not make another directory the root, and what is wrong with the tree's own does
	// not matter.
	own := filepath.Join(t.TempDir(), "own.toml")
	if err := os.WriteFile(own, []byte("[tool.aiohub]\nselect = [\"AH2\"]\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "pyproject.toml"), []byte("[tool.aiohub"), 0o644); err != nil {
		t.Fatal(err)
	}
	if c, err = Load([]string{"."}, own); err != nil || c.Root != root || c.Select[0] != "AH2" {
		t.Errorf("%+v %v", c, err)
	}
}

func TestPartOfTheTree(t *testing.T) {
	root := plant(t, "setup.py", "a/x.py", "a/b/y.py", "ab/z.py")
	t.Chdir(root)
	for _, test := range []struct {
		paths     []string
		in, notIn string
	}{
		{[]string{"a"}, "a/b/y.py", "ab/z.py"}, {[]string{"a/x.py"}, "a/x.py", "a/b/y.py"}, {[]string{"a/b", "ab"}, "ab/z.py", "a/x.py"}, {[]string{"a", "."}, "setup.py", ""},
	} {
		c, err := Load(test.paths, "")
		if err != nil || !c.Covers(test.in) || test.notIn != "" && c.Covers(test.notIn) {
			t.Errorf("%v: %+v %v", test.paths, c, err)
		}
	}
}

func TestShownConfigurationIsValidAndMeansTheSame(t *testing.T) {
	root := project(t, "[tool.aiohub]\nselect = [\"AH1\", \"AH2\"]\nper-file-ignores = { \"a\\\\\\\"b\" = [\"AH101\"] }\n")
	first, err := load(t, root)
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	if err := first.Show(&text); err != nil {
		t.Fatal(err)
	}
	second, err := load(t, project(t, text.String()))
	if err != nil {
		t.Fatalf("%v in\n%s", err, text.String())
	}
	first.origins, second.origins, first.Root, second.Root, first.File, second.File, first.View, second.View = nil, nil, "", "", "", "", view.View{}, view.View{}
	first.Plan = Plan{StepLines: 250, StepFiles: 10, Blocking: []string{}, NeverBlocks: []string{}, Public: []string{}, StaysSync: []string{}}
	first.Ignore, first.Exclude, first.Runtime = []string{}, []string{}, Runtime{[]string{}, []string{}, []string{}}
	if diff := cmp.Diff(first, second, cmp.AllowUnexported(Config{}, view.View{})); diff != "" {
		t.Errorf("%s\n%s", diff, text.String())
	}
}
