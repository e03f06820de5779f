package scan

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"aiohub/internal/files/walk"
)

// edits makes random trees of modules that import from earlier ones, patch and call what patches, and changes them.
// (Where imports go in circles that no program would survive, an answer may depend on the questions before it.)
type edits struct {
	random *rand.Rand
	files  map[string]string
}

var editNames = []string{"a", "b", "c", "d"}

func (e *edits) name() string { return editNames[e.random.IntN(len(editNames))] }

func (e *edits) module(index int, patching bool) string {
	text := ""
	for range 3 + e.random.IntN(8) {
		other := e.random.IntN(max(index, 1))
		switch e.random.IntN(16) {
		case 0:
			text += fmt.Sprintf("from pkg.m%d import *\n", other)
		case 1, 2:
			text += fmt.Sprintf("from pkg.m%d import %s as %s\n", other, e.name(), e.name())
		case 3:
			text += fmt.Sprintf("import pkg.m%d as %s\n", other, e.name())
		case 4:
			text += fmt.Sprintf("%s = %s.%s\n", e.name(), e.name(), e.name())
		case 5:
			text += fmt.Sprintf("from eventlet import sleep as %s\n", e.name())
		case 6:
			text += fmt.Sprintf("import time\ndef %s(%s):\n    time.sleep(1)\n    return %s.%s\n", e.name(), e.name(), e.name(), e.name())
		case 7:
			text += fmt.Sprintf("class %s(%s):\n    %s = %s\n    def f(self):\n        self.%s = %s()\n", e.name(), e.name(), e.name(), e.name(), e.name(), e.name())
		case 8:
			text += fmt.Sprintf("x = 'pkg.m%d.%s'\n", other, e.name())
		case 9:
			text += "# aiohub: ignore[AH101]\n"
		case 10:
			if patching {
				text += "import eventlet\neventlet.monkey_patch()\n"
			}
		case 11:
			if patching {
				text += fmt.Sprintf("def %s():\n    import eventlet\n    eventlet.monkey_patch(os=False)\n", e.name())
			}
		case 12:
			text += "def main(): pass\n"
		case 13:
			text += "x = (\n"
		default:
			text += fmt.Sprintf("%s.%s(%s)\n", e.name(), e.name(), e.name())
		}
	}
	return text
}

func (e *edits) write(t *testing.T, root string) []walk.File {
	t.Helper()
	for name, text := range e.files {
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	walked, err := walk.Tree(t.Context(), root, walk.Options{Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	return walked.Files
}

// shown is all that a result says.
func shown(r *Result) string {
	return fmt.Sprintf("%+v\n%+v\n%+v\n%d %d %d\n%+v", r.Records, r.Entries, r.Problems, r.Files, r.Lines, r.Bytes, r.State.Files)
}

// An update says what a scan of the whole tree says.
func TestUpdateIsScan(t *testing.T) {
	done, dropped := 0, 0
	for seed := range updateSeeds() {
		e := &edits{random: rand.New(rand.NewPCG(seed, 7)), files: map[string]string{"pkg/__init__.py": "", "requirements.txt": "eventlet\n"}}
		for i := range 7 {
			e.files[fmt.Sprintf("pkg/m%d.py", i)] = e.module(i, seed%3 == 0 || i < 2)
		}
		root := t.TempDir()
		if err := os.Mkdir(filepath.Join(root, "pkg"), 0o777); err != nil {
			t.Fatal(err)
		}
		files := e.write(t, root)
		run := func() *Result {
			result, err := Run(t.Context(), Input{Root: root, Files: files, Workers: 1, Track: true})
			if err != nil {
				t.Fatal(err)
			}
			return result
		}
		base := run()
		for step := range 6 {
			index := e.random.IntN(7)
			name := fmt.Sprintf("pkg/m%d.py", index)
			switch e.random.IntN(6) {
			case 0:
				name = "requirements.txt"
				e.files[name] += "eventlet\n"
			case 1:
				e.files[name] += "# more\n"
			case 2:
				e.files[name] = "\n" + e.files[name]
			default:
				e.files[name] = e.module(index, seed%3 == 0)
			}
			files = e.write(t, root)
			var changed []int
			for i, f := range files {
				if f.Path == name {
					changed = append(changed, i)
				}
			}
			got, ok, err := Update(t.Context(), Input{Root: root, Files: files, Workers: 1, Track: true}, Earlier{base.State, base.Records}, changed)
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
			if shown(got) != shown(want) {
				t.Fatalf("seed %d, step %d, %s changed: got\n%s\nwant\n%s\n%s", seed, step, name, shown(got), shown(want), e.files)
			}
			base = got
		}
	}
	t.Logf("%d updates, %d scans instead", done, dropped)
	if done < dropped {
		t.Errorf("only %d updates, and %d times the whole tree", done, dropped)
	}
}

// updateSeeds is how many trees are tried; AIOHUB_TEST_SEEDS is another number.
func updateSeeds() uint64 {
	if seeds, err := strconv.ParseUint(os.Getenv("AIOHUB_TEST_SEEDS"), 10, 32); err == nil {
		return seeds
	}
	return 25
}
