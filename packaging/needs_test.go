// Package packaging holds what is in this folder, and is no part of the tool, to what it promises.
package packaging

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// basics are what the Makefile itself calls.
var basics = []string{"sh", "make", "sed", "uname", "git", "awk", "cat"}

// fakes stand for the things that needs looks for: what they say is enough for it.
var fakes = map[string]string{
	"cc":      "#!/bin/sh\n",
	"go":      "#!/bin/sh\necho go1.26.0\n",
	"python3": "#!/bin/sh\nexit 0\n",
}

// oldGo is a fake of that version, which stays itself or fetches another, as toolchain says.
func oldGo(version, toolchain string) string {
	return "#!/bin/sh\ncase $2 in GOVERSION) echo go" + version + ";; GOTOOLCHAIN) echo " + toolchain +
		";; *) echo go version go" + version + ";; esac\n"
}

// machine makes a directory with the Makefile and needs, and one that is all of PATH, with some fakes in another form.
func machine(t *testing.T, other map[string]string) (tree, path string) {
	t.Helper()
	tree, path = t.TempDir(), t.TempDir()
	for _, name := range []string{"Makefile", "packaging/needs", "pyproject.toml"} {
		content, err := os.ReadFile(filepath.Join("..", name))
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(tree, name), string(content))
	}
	link(t, path, basics...)
	for name, script := range fakes {
		if changed, ok := other[name]; ok {
			script = changed
		}
		if script != "" {
			write(t, filepath.Join(path, name), script)
		}
	}
	return tree, path
}

// link puts programs of this machine into the directory path.
func link(t *testing.T, path string, names ...string) {
	t.Helper()
	for _, name := range names {
		found, err := exec.LookPath(name)
		if err != nil {
			t.Skipf("there is no %s here", name)
		}
		if err := os.Symlink(found, filepath.Join(path, name)); err != nil {
			t.Fatal(err)
		}
	}
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o755); err != nil {
		t.Fatal(err)
	}
}

func makeIn(tree, path string, args ...string) (string, error) {
	command := exec.Command("make", append([]string{"--no-print-directory"}, args...)...)
	command.Dir = tree
	command.Env = []string{"PATH=" + path, "HOME=" + tree}
	output, err := command.CombinedOutput()
	return string(output), err
}

func TestWithAllToolsNothingIsMissing(t *testing.T) {
	tree, path := machine(t, nil)
	if output, err := makeIn(tree, path, "needs"); err != nil || output != "" {
		t.Errorf("%v\n%s", err, output)
	}
}

func TestAMissingToolIsNamedWithItsPackages(t *testing.T) {
	for _, test := range []struct {
		name  string
		other map[string]string
		want  []string
	}{
		{"go", map[string]string{"go": ""}, []string{
			"Go is missing", "apt-get install golang-go", "dnf install golang", "brew install go"}},
		{"old go", map[string]string{"go": oldGo("1.19.8", "")}, []string{
			"go version go1.19.8 is too old, Go 1.26 or newer is needed", "https://go.dev/dl"}},
		{"go that fetches no other", map[string]string{"go": oldGo("1.24.4", "local")}, []string{
			"go version go1.24.4 is too old, Go 1.26 or newer is needed; with GOTOOLCHAIN=auto"}},
		{"cc", map[string]string{"cc": ""}, []string{
			"a C compiler (cc) is missing", "apt-get install gcc libc6-dev", "dnf install gcc", "xcode-select --install"}},
		{"python", map[string]string{"python3": ""}, []string{
			"python3 is missing", "apt-get install python3", "dnf install python3", "brew install python"}},
		{"old python", map[string]string{"python3": "#!/bin/sh\ncase $2 in *version_info*) exit 1;; esac\n"}, []string{
			"python3 is too old, Python 3.10 or newer is needed"}},
		{"headers", map[string]string{"python3": "#!/bin/sh\ncase $2 in *Python.h*) exit 1;; esac\n"}, []string{
			"Python.h, the headers of python3, is missing", "apt-get install python3-dev", "dnf install python3-devel"}},
		{"venv", map[string]string{"python3": "#!/bin/sh\ncase $2 in *ensurepip*) exit 1;; esac\n"}, []string{
			"python3 cannot make virtual environments", "apt-get install python3-venv"}},
		{"two", map[string]string{"go": "", "cc": ""}, []string{"Go is missing", "a C compiler (cc) is missing"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			tree, path := machine(t, test.other)
			output, err := makeIn(tree, path, "demo")
			if err == nil {
				t.Fatalf("make demo went on:\n%s", output)
			}
			for _, want := range test.want {
				if !strings.Contains(output, want) {
					t.Errorf("no %q in\n%s", want, output)
				}
			}
			if entries, _ := filepath.Glob(filepath.Join(tree, ".venv*")); len(entries) != 0 {
				t.Errorf("it began before it looked: %v", entries)
			}
		})
	}
}

func TestAnotherInterpreterHasPackagesOfItsOwn(t *testing.T) {
	tree, path := machine(t, nil)
	write(t, filepath.Join(path, "python3.13"), "#!/bin/sh\ncase $2 in *Python.h*) exit 1;; esac\n")
	output, err := makeIn(tree, path, "needs", "PYTHON=python3.13")
	if err == nil || !strings.Contains(output, "apt-get install python3.13-dev") {
		t.Errorf("%v\n%s", err, output)
	}
}

func TestAGoThatFetchesAnotherIsNewEnough(t *testing.T) {
	tree, path := machine(t, map[string]string{"go": oldGo("1.24.4", "auto")})
	if output, err := makeIn(tree, path, "needs"); err != nil || output != "" {
		t.Errorf("%v\n%s", err, output)
	}
}

func TestPackagesThatCannotBeFetchedAreNoMissingVersions(t *testing.T) {
	tree, path := machine(t, map[string]string{"python3": `#!/bin/sh
[ "$2" = venv ] || exit 0
mkdir -p "$3/bin"
printf '#!/bin/sh\necho no matching distribution; exit 1\n' >"$3/bin/python"
chmod +x "$3/bin/python"
`})
	link(t, path, "mkdir", "chmod")
	write(t, filepath.Join(tree, "requirements", "demo.txt"), "")
	output, err := makeIn(tree, path, ".venv/.demo-tools")
	if err == nil || !strings.Contains(output, "aiohub: error: pip could not fetch the packages") {
		t.Errorf("%v\n%s", err, output)
	}
}

func TestThePureRuntimeNeedsNoCompilers(t *testing.T) {
	tree, path := machine(t, map[string]string{"go": "", "cc": ""})
	if output, err := makeIn(tree, path, "needs", "AIOHUB_ENGINE=0"); err != nil {
		t.Errorf("%v\n%s", err, output)
	}
}
