package scan

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"aiohub/internal/program/resolve"
)

// stub stands for eventlet when the random programs run: a value knows the dotted name it was reached by.
const stub = `
class Name:
    def __init__(self, dotted):
        self.dotted = dotted
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Name(self.dotted + "." + name)

__all__ = ["sleep", "spawn", "greenthread", "Event"]
_known = {n: Name("eventlet." + n) for n in __all__ + ["listen", "tpool", "queue"]}
def __getattr__(name):
    try:
        return _known[name]
    except KeyError:
        raise AttributeError(name) from None
`

// runner imports the modules in order and then evaluates what they want to know.
const runner = `
import importlib, sys, builtins
root, stub, modules = sys.argv[1], sys.argv[2], sys.argv[3:]
sys.path[:0] = [root, stub]
probes = []
builtins.probe = lambda where, value: probes.append((where, value))
import eventlet
for module in modules:
    importlib.import_module(module)
for where, value in probes:
    try:
        value = value()
    except (AttributeError, NameError):
        continue
    if value is eventlet:
        print(where, "eventlet")
    elif isinstance(value, eventlet.Name):
        print(where, value.dotted)
    else:
        print(where, "other")
`

// program makes the modules of a random tree. A module imports from earlier ones only, so that the program runs.
type program struct {
	random  *rand.Rand
	files   []string // path, text, ...
	modules []string
	bound   [][]string // by module: names that it may bind
	probes  int
}

func (p *program) pick(names []string) string { return names[p.random.IntN(len(names))] }

var wanted = []string{"sleep", "spawn", "greenthread", "Event", "listen", "tpool", "queue"}

func (p *program) module(index int, name string, isPackage bool) {
	pkg := name
	if !isPackage {
		pkg, _, _ = cutLastDot(name)
	}
	var text strings.Builder
	var names []string
	bind := func() string {
		n := fmt.Sprintf("n%d", p.random.IntN(14))
		names = append(names, n)
		return n
	}
	chain := func() string {
		if len(names) == 0 {
			return "eventlet"
		}
		c := p.pick(names)
		for range p.random.IntN(4) {
			c += "." + p.pick(append([]string{"n1", "n2", "n3", "n4", "n5"}, append(wanted, lastParts(p.modules)...)...))
		}
		return c
	}
	for range 4 + p.random.IntN(10) {
		kind := p.random.IntN(9)
		if index == 0 && kind < 4 {
			kind = 4 + kind
		}
		switch kind {
		case 0:
			n := bind()
			fmt.Fprintf(&text, "import %s as %s\n", p.pick(p.modules[:index]), n)
		case 1, 2:
			from := p.random.IntN(index)
			if len(p.bound[from]) == 0 {
				continue
			}
			// The name may be bound by a star import that does not have it: then the import fails, as in life.
			fmt.Fprintf(&text, "try: from %s import %s as %s\nexcept ImportError: pass\n", relative(p.random, pkg, p.modules[from]), p.pick(p.bound[from]), bind())
		case 3:
			fmt.Fprintf(&text, "from %s import *\n", p.pick(p.modules[:index]))
			for _, b := range p.bound {
				names = append(names, b...)
			}
		case 4:
			fmt.Fprintf(&text, "import eventlet as %s\n", bind())
		case 5:
			fmt.Fprintf(&text, "from eventlet import %s as %s\n", p.pick(wanted), bind())
		case 6:
			fmt.Fprintf(&text, "try: %s = %s\nexcept (AttributeError, NameError): pass\n", bind(), chain())
		case 7:
			text.WriteString("from eventlet import *\n")
			names = append(names, "sleep", "spawn", "greenthread", "Event")
		case 8:
			fmt.Fprintf(&text, "class %s:\n    n1 = 1\n", bind())
		}
	}
	if p.random.IntN(3) == 0 && len(names) > 0 {
		// What is listed has to exist, or every star import fails.
		fmt.Fprintf(&text, "__all__ = ['%s', '%s']\n__all__ = [n for n in __all__ if n in globals()]\n", p.pick(names), p.pick(names))
	}
	path := strings.ReplaceAll(name, ".", "/") + ".py"
	if isPackage {
		path = strings.ReplaceAll(name, ".", "/") + "/__init__.py"
	}
	for range 8 {
		p.probes++
		line := strings.Count(text.String(), "\n") + 1
		fmt.Fprintf(&text, "probe('%s:%d', lambda: %s)\n", path, line, chain())
	}
	p.files = append(p.files, path, text.String())
	p.bound = append(p.bound, names)
}

func cutLastDot(s string) (before, after string, found bool) {
	if i := strings.LastIndexByte(s, '.'); i >= 0 {
		return s[:i], s[i+1:], true
	}
	return "", s, false
}

func lastParts(modules []string) []string {
	var out []string
	for _, m := range modules {
		_, last, _ := cutLastDot(m)
		out = append(out, last)
	}
	return out
}

// relative writes an absolute module name as a relative one now and then, if the package allows it.
func relative(random *rand.Rand, pkg, module string) string {
	if rest, ok := strings.CutPrefix(module, pkg+"."); ok && pkg != "" && random.IntN(2) == 0 {
		return "." + rest
	}
	if up, _, ok := cutLastDot(pkg); ok && random.IntN(2) == 0 {
		if rest, ok := strings.CutPrefix(module, up+"."); ok {
			return ".." + rest
		}
	}
	return module
}

// TestAgainstPython runs random programs and compares what their names denote with what the scan says. Where a name has
// several bindings the scan says all, marked as possible; the one that was left at the end has to be among them.
// AIOHUB_TEST_SEEDS is the number of programs.
func TestAgainstPython(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("needs python3 on PATH to run the programs")
	}
	stubDir := t.TempDir()
	if err := os.WriteFile(filepath.Join(stubDir, "eventlet.py"), []byte(stub), 0o666); err != nil {
		t.Fatal(err)
	}
	certain, possible := 0, 0
	seeds := uint64(6)
	if more, err := strconv.ParseUint(os.Getenv("AIOHUB_TEST_SEEDS"), 10, 32); err == nil {
		seeds = more
	}
	for seed := range seeds {
		p := &program{random: rand.New(rand.NewPCG(seed, 3)), modules: []string{"a", "a.b", "a.c", "a.d", "a.d.e", "a.d.f", "g", "h"}}
		for i, name := range p.modules {
			p.module(i, name, name == "a" || name == "a.d")
		}
		root := write(t, archive(p.files...))
		var stderr bytes.Buffer
		run := exec.Command(python, append([]string{"-c", runner, root, stubDir}, p.modules...)...)
		run.Stderr = &stderr
		out, err := run.Output()
		if err != nil {
			t.Fatalf("seed %d: %v\n%s", seed, err, stderr.String())
		}
		got := map[string][]Record{}
		for _, r := range scanTree(t, root, 2).Records {
			if r.Kind == Use && strings.HasPrefix(r.Code(), "probe(") {
				where := fmt.Sprintf("%s:%d", r.File, r.Line)
				got[where] = append(got[where], r)
			}
		}
		seen := map[string]bool{}
		for line := range strings.Lines(string(out)) {
			where, value, _ := strings.Cut(strings.TrimSpace(line), " ")
			seen[where] = true
			records := got[where]
			if value == "other" {
				for _, r := range records {
					if !r.Maybe {
						t.Errorf("seed %d: %s is not of eventlet, but the scan is certain of %s: %s", seed, where, r.Name, r.Code())
					}
				}
				continue
			}
			if len(records) >= resolve.MaxValues {
				continue // the scan gave up counting
			}
			if !slices.ContainsFunc(records, func(r Record) bool { return r.Name == value || r.Canon == value }) {
				t.Errorf("seed %d: %s is %s, the scan says %v", seed, where, value, records)
			}
			if len(records) == 1 && !records[0].Maybe {
				certain++
			} else {
				possible++
			}
		}
		if t.Failed() {
			for i := 0; i < len(p.files); i += 2 {
				t.Logf("-- %s --\n%s", p.files[i], p.files[i+1])
			}
			return
		}
	}
	t.Logf("%d names certain, %d possible", certain, possible)
	if certain < 20*int(seeds) {
		t.Errorf("only %d names that the scan is certain of: the programs are too wild to show anything", certain)
	}
}
