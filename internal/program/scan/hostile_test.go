package scan

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"aiohub/internal/files/walk"
	"aiohub/internal/output/fault"
)

func archive(files ...string) *txtar.Archive {
	a := &txtar.Archive{}
	for i := 0; i < len(files); i += 2 {
		a.Files = append(a.Files, txtar.File{Name: files[i], Data: []byte(files[i+1])})
	}
	return a
}

// Programs made to keep a resolver busy: the work has to stay in proportion to the source. A scan that does not end is
// caught by the time limit of go test.
func TestHostilePrograms(t *testing.T) {
	var stars, chain, cycle []string
	for i := range 40 {
		var imports strings.Builder
		for j := range 40 {
			fmt.Fprintf(&imports, "from m%d import *\n", j)
		}
		stars = append(stars, fmt.Sprintf("m%d.py", i), imports.String()+"nowhere()\nnap()\n")
		cycle = append(cycle, fmt.Sprintf("c%d.py", i), fmt.Sprintf("from c%d import x\ny = x.a or x.b\nfrom c%d import y as x\n", (i+1)%40, (i+7)%40))
	}
	stars = append(stars, "m40.py", "from eventlet import sleep as nap\nfrom m0 import *\n")
	for i := range 500 {
		chain = append(chain, fmt.Sprintf("d%03d.py", i), fmt.Sprintf("from d%03d import nap\nnap()\n", i+1))
	}
	chain = append(chain, "d500.py", "from eventlet import sleep as nap\n")
	var assigned strings.Builder
	assigned.WriteString("import eventlet\na0 = eventlet\n")
	for i := range 3000 {
		fmt.Fprintf(&assigned, "a%d = a%d or a%d.x if a%d else [a%d]\n", i+1, i, i, i, i)
	}
	for name, files := range map[string][]string{
		"stars":       stars,
		"cycle":       cycle,
		"re-exports":  chain,
		"calls":       {"a.py", "import eventlet\neventlet" + strings.Repeat(".spawn(x)", 3000) + "\n"},
		"attributes":  {"a.py", "import eventlet\neventlet" + strings.Repeat(".x", 3000) + "\n"},
		"assignments": {"a.py", assigned.String()},
		"self":        {"a.py", "class A:\n def f(self):\n" + strings.Repeat("  self.x = self.x.y(self.x)\n", 3000)},
		"bases":       {"a.py", "import eventlet\nclass A0(eventlet.Timeout): pass\n" + classes(1500)},
		"one line":    {"a.py", "import eventlet;" + strings.Repeat("eventlet.sleep();", 100000)},
		"an extra":    {"a.py", "", "requirements.txt", "a[" + strings.Repeat("eventlet,", 100000) + "]"},
		"braces":      {"a.py", "", "a.yml", "eventlet " + strings.Repeat("{{", 1000000) + strings.Repeat("{{a", 300000) + strings.Repeat("[", 1000000)},
		"lists":       {"a.py", "x = []\n" + strings.Repeat("x.append(x[0])\ny = [x for x in x]\n", 1500)},
	} {
		t.Run(name, func(t *testing.T) {
			result := scanTree(t, write(t, archive(files...)), 2)
			if name == "re-exports" {
				if n := len(result.Records); n != 2*500+1 {
					t.Errorf("%d records", n)
				}
			}
		})
	}
}

func classes(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "class A%d(A%d): pass\nA%d().cancel()\n", i+1, i, i+1)
	}
	return b.String()
}

// Trees of random modules that import from each other in circles: the records do not depend on the order in which
// questions are asked, which differs with the number of workers.
func TestCirclesDoNotDependOnOrder(t *testing.T) {
	for seed := range uint64(30) {
		random := rand.New(rand.NewPCG(seed, 1))
		var files []string
		const modules = 6
		names := []string{"a", "b", "c", "d"}
		for m := range modules {
			var b strings.Builder
			for range 8 {
				other, x, y := random.IntN(modules), names[random.IntN(4)], names[random.IntN(4)]
				switch random.IntN(7) {
				case 0:
					fmt.Fprintf(&b, "from m%d import *\n", other)
				case 1, 2:
					fmt.Fprintf(&b, "from m%d import %s as %s\n", other, x, y)
				case 3:
					fmt.Fprintf(&b, "import m%d as %s\n", other, x)
				case 4:
					fmt.Fprintf(&b, "%s = %s.%s\n", x, y, names[random.IntN(4)])
				case 5:
					fmt.Fprintf(&b, "from eventlet import %s\n", x)
				default:
					fmt.Fprintf(&b, "%s.%s(%s)\n", x, y, names[random.IntN(4)])
				}
			}
			files = append(files, fmt.Sprintf("m%d.py", m), b.String())
		}
		root := write(t, archive(files...))
		want := fmt.Sprint(scanTree(t, root, 1).Records)
		for _, workers := range []int{2, 5} {
			if got := fmt.Sprint(scanTree(t, root, workers).Records); got != want {
				t.Errorf("seed %d: other records with %d workers", seed, workers)
			}
		}
	}
}

func TestUnreadableFilesAreReported(t *testing.T) {
	root := write(t, archive(
		"good.py", "import eventlet\n",
		"broken.py", "import eventlet\nx = = 1\neventlet.sleep()\n",
		"empty.py", "",
		"binary.py", "\x00\x01import eventlet\x00",
		"latin.py", "# -*- coding: latin-1 -*-\nimport eventlet\nx = '\xe9'; eventlet.sleep()\n",
		"encoded.py", "# -*- coding: nonsense -*-\nimport eventlet\n",
	))
	walked, err := walk.Tree(context.Background(), root, walk.Options{Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	files := append(walked.Files, walk.File{Path: "vanished.py"})
	if err := os.Mkdir(filepath.Join(root, "dir.py"), 0o777); err != nil {
		t.Fatal(err)
	}
	files = append(files, walk.File{Path: "dir.py"})
	if err := os.WriteFile(filepath.Join(root, "large.py"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(filepath.Join(root, "large.py"), walk.MaxSize+1); err != nil {
		t.Fatal(err)
	}
	files = append(files, walk.File{Path: "large.py"})
	result, err := Run(context.Background(), Input{Root: root, Files: files, Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	problems := map[string]bool{}
	for _, p := range result.Problems {
		problems[p.File] = true
		if want := map[string]fault.Extent{"large.py": fault.All, "dir.py": fault.All, "vanished.py": fault.Moved}[p.File]; p.Extent != want {
			t.Errorf("%+v: the extent is %v, want %v", p, p.Extent, want)
		}
	}
	for _, name := range []string{"broken.py", "binary.py", "encoded.py", "large.py", "vanished.py", "dir.py"} {
		if !problems[name] {
			t.Errorf("%s was not reported: %+v", name, result.Problems)
		}
		delete(problems, name)
	}
	if len(problems) > 0 {
		t.Errorf("reported without reason: %v", problems)
	}
	count := map[string]int{}
	for _, r := range result.Records {
		count[r.File]++
		if r.File == "latin.py" && r.Kind == Use && r.Column != 10 { // é is one byte in the file and two in UTF-8
			t.Errorf("%v", r)
		}
	}
	for name, want := range map[string]int{"good.py": 1, "latin.py": 2, "broken.py": 2} {
		if count[name] != want {
			t.Errorf("%s: %d records, want %d", name, count[name], want)
		}
	}
}

func TestCancelledScan(t *testing.T) {
	root := write(t, archive("a.py", "import eventlet\n"))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Run(ctx, Input{Root: root, Files: []walk.File{{Path: "a.py"}}, Workers: 1}); err != context.Canceled {
		t.Errorf("got %v", err)
	}
}
