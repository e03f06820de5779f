package scan

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"aiohub/internal/files/walk"
)

// shared makes random trees in which everything leans on what is before it: a function on functions, a class on
// classes, a method on what others return.
type shared struct{ random *rand.Rand }

func (s *shared) module(index int) string {
	lines := []string{"import eventlet", "from eventlet import queue"}
	other := func() string { return fmt.Sprintf("m%d", s.random.IntN(index)) }
	for i := range index {
		if s.random.IntN(3) > 0 {
			lines = append(lines, fmt.Sprintf("from pkg import m%d", i))
		} else {
			lines = append(lines, fmt.Sprintf("from pkg.m%d import *", i), fmt.Sprintf("import pkg.m%d as m%d", i, i))
		}
	}
	value := func() string {
		choices := []string{"eventlet.GreenPool()", "queue.Queue()", "1", "eventlet.sleep"}
		if index > 0 {
			choices = append(choices, other()+".make()", other()+".Thing().held", other()+".Thing()", other()+".held",
				other()+".Thing().shown", other()+".Thing.made()")
		}
		return choices[s.random.IntN(len(choices))]
	}
	base := "object"
	if index > 0 && s.random.IntN(2) == 0 {
		base = other() + ".Thing"
	}
	lines = append(lines,
		"held = "+value(), "many = [held, "+value()+"]",
		"def make():", "    return "+value(),
		"class Thing("+base+"):", "    def __init__(self):", "        self.held = "+value(),
		"    @property", "    def shown(self):", "        return "+value(),
		"    @classmethod", "    def made(cls):", "        return cls()",
		"def use():", "    x = "+value(), "    x.spawn(1); x.get(); x(0)")
	if index > 0 {
		lines = append(lines, "    for y in "+other()+".many:", "        y.waitall(); y.put(1)", "    "+other()+".Thing().held.resize(1)")
	}
	return strings.Join(lines, "\n") + "\n"
}

// edit changes a line or puts some in, as people do.
func (s *shared) edit(text string) string {
	lines := strings.Split(text, "\n")
	imports := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, "held") })
	switch s.random.IntN(7) {
	case 0:
		return strings.Join(slices.Insert(lines, imports, "# why"), "\n")
	case 1: // the functions below get other numbers
		return strings.Join(slices.Insert(lines, imports, "def more(a):", "    class Inner: pass", "    return a"), "\n")
	case 2:
		return text + "def last():\n    return eventlet.spawn(use)\n"
	case 3:
		return text + "    eventlet.sleep(1)\n    print(held)\n"
	case 4:
		return strings.Replace(text, "    return ", "    return held or ", 1)
	case 5:
		return strings.Replace(text, "def make", "def more(): pass\ndef make(): pass\ndef make", 1)
	default:
		return strings.Replace(text, "    x = ", "    import time\n    time.sleep(1)\n    x = ", 1)
	}
}

// Whatever is done to a file that others lean on, what has changed is found.
func TestUpdateOfSharedFiles(t *testing.T) {
	const modules = 8
	done, dropped, looked := 0, 0, 0
	for seed := range updateSeeds() {
		s := &shared{rand.New(rand.NewPCG(seed, 11))}
		files := map[string]string{"pkg/__init__.py": ""}
		for i := range modules {
			files[fmt.Sprintf("pkg/m%d.py", i)] = s.module(i)
		}
		root := t.TempDir()
		if err := os.Mkdir(filepath.Join(root, "pkg"), 0o777); err != nil {
			t.Fatal(err)
		}
		var walked []walk.File
		run := func() *Result {
			result, err := Run(t.Context(), Input{Root: root, Files: walked, Workers: 1, Track: true})
			if err != nil {
				t.Fatal(err)
			}
			return result
		}
		e := &edits{files: files}
		walked = e.write(t, root)
		base := run()
		for step := range 8 {
			name := fmt.Sprintf("pkg/m%d.py", s.random.IntN(modules))
			before := files[name]
			if s.random.IntN(5) == 0 {
				files[name] = s.module(int(name[len("pkg/m")] - '0'))
			} else {
				files[name] = s.edit(before)
			}
			walked = e.write(t, root)
			at := slices.IndexFunc(walked, func(f walk.File) bool { return f.Path == name })
			got, ok, err := Update(t.Context(), Input{Root: root, Files: walked, Workers: 1, Track: true},
				Earlier{base.State, base.Records}, []int{at})
			if err != nil {
				t.Fatal(err)
			}
			want := run()
			if !ok {
				dropped++
				base = want
				continue
			}
			done++
			looked += len(got.Redone)
			if shown(got) != shown(want) {
				t.Fatalf("seed %d, step %d, %s was\n%s\nand is\n%s\ngot\n%s\nwant\n%s", seed, step, name, before, files[name], shown(got), shown(want))
			}
			base = got
		}
	}
	t.Logf("%d updates that looked at %d files, %d scans instead", done, looked, dropped)
	if dropped > 0 || looked > 4*done {
		t.Errorf("%d updates looked at %d files, and %d times the whole tree", done, looked, dropped)
	}
}

// A change that others cannot see concerns the file alone, however many ask it; one that they can see, those who do.
func TestWhoIsConcerned(t *testing.T) {
	root := t.TempDir()
	files := map[string]string{
		"base.py": "import eventlet\ndef make():\n    return eventlet.GreenPool()\ndef other():\n    return 1\nclass Base:\n    def start(self):\n        return 1\n",
		"via.py":  "import base\ndef pool():\n    return base.make()\n",
	}
	for i := range 4 {
		files[fmt.Sprintf("leaf%d.py", i)] = "import base\nimport via\nclass Leaf(base.Base):\n    pass\nLeaf().start()\nvia.pool().spawn(1)\n"
		files[fmt.Sprintf("other%d.py", i)] = "import base\nbase.other().spawn(1)\n"
	}
	e := &edits{files: files}
	walked := e.write(t, root)
	base, err := Run(t.Context(), Input{Root: root, Files: walked, Workers: 1, Track: true})
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(walked, func(f walk.File) bool { return f.Path == "base.py" })
	before := files["base.py"]
	for _, test := range []struct {
		name, text string
		want       int
	}{
		{"a comment", "# why\n" + before, 1},
		{"a function above the others", strings.Replace(before, "def make", "def more():\n    return 2\ndef make", 1), 1},
		{"a class above the others", strings.Replace(before, "class Base", "class More: pass\nclass Base", 1), 1},
		{"a use in a body", strings.Replace(before, "        return 1", "        eventlet.sleep(1)\n        return 1", 1), 1},
		{"another name for what is given", strings.Replace(before, "    return eventlet.GreenPool()", "    x = eventlet.GreenPool()\n    return x", 1), 1},
		{"what some are given", strings.Replace(before, "    return 1\nclass", "    return eventlet.GreenPool()\nclass", 1), 5},
		{"what some are given through another", strings.Replace(before, "    return eventlet.GreenPool()", "    return eventlet.GreenPile()", 1), 6},
		{"what all ask for", "import eventlet\n", 10},
	} {
		files["base.py"] = test.text
		e.write(t, root)
		got, ok, err := Update(t.Context(), Input{Root: root, Files: walked, Workers: 1, Track: true}, Earlier{base.State, base.Records}, []int{at})
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			t.Errorf("%s: the whole tree", test.name)
		} else if len(got.Redone) != test.want {
			t.Errorf("%s: %v were looked at, not %d", test.name, got.Redone, test.want)
		}
	}
}

// What a file was given by another is no reason for what that other gets from it now.
func TestNewCircle(t *testing.T) {
	root := t.TempDir()
	e := &edits{files: map[string]string{
		"a.py": "import eventlet\nheld = eventlet.GreenPool()\n",
		"b.py": "from a import held\n",
		"c.py": "import b\nb.held.spawn(1)\n",
	}}
	walked := e.write(t, root)
	base, err := Run(t.Context(), Input{Root: root, Files: walked, Workers: 1, Track: true})
	if err != nil {
		t.Fatal(err)
	}
	e.files["a.py"] = "import eventlet\nfrom b import held\n"
	e.write(t, root)
	got, ok, err := Update(t.Context(), Input{Root: root, Files: walked, Workers: 1, Track: true}, Earlier{base.State, base.Records}, []int{0})
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	want, err := Run(t.Context(), Input{Root: root, Files: walked, Workers: 1, Track: true})
	if err != nil {
		t.Fatal(err)
	}
	if shown(got) != shown(want) {
		t.Errorf("got\n%s\nwant\n%s", shown(got), shown(want))
	}
}
