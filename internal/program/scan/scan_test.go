package scan

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"aiohub/internal/files/walk"
)

// write puts an archive into a new directory.
func write(t *testing.T, archive *txtar.Archive) string {
	t.Helper()
	root := t.TempDir()
	for _, f := range archive.Files {
		name := filepath.Join(root, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func scanTree(t *testing.T, root string, workers int) *Result {
	t.Helper()
	walked, err := walk.Tree(context.Background(), root, walk.Options{Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	result, err := Run(context.Background(), Input{Root: root, Files: walked.Files, Workers: workers})
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// expectation is what a comment "# want kind canon field=value maybe; ..." says of its line.
type expectation struct {
	kind, canon string
	fields      map[string]string
}

func expectations(line string) []expectation {
	_, text, ok := strings.Cut(line, "# want ")
	if !ok {
		return nil
	}
	var out []expectation
	for part := range strings.SplitSeq(text, ";") {
		f := strings.Fields(part)
		e := expectation{kind: f[0], canon: f[1], fields: map[string]string{}}
		for _, field := range f[2:] {
			name, value, _ := strings.Cut(field, "=")
			e.fields[name] = value
		}
		out = append(out, e)
	}
	return out
}

func (e expectation) matches(r Record) bool {
	if string(r.Kind) != e.kind || r.Canon != e.canon {
		return false
	}
	_, maybe := e.fields["maybe"]
	if r.Maybe != maybe {
		return false
	}
	for name, want := range e.fields {
		got := want
		switch name {
		case "ctx":
			got = string(r.Ctx)
		case "via":
			got = r.Via
		case "func":
			got = r.Func
		case "name":
			got = r.Name
		case "entries":
			got = strings.Join(r.Entries, ",")
		}
		if got != want {
			return false
		}
	}
	return true
}

func (r Record) String() string {
	return fmt.Sprintf("%s:%d:%d %s %s (%s) ctx=%s via=%s maybe=%v func=%s entries=%v", r.File, r.Line, r.Column, r.Kind, r.Name, r.Canon, r.Ctx, r.Via, r.Maybe, r.Func, r.Entries)
}

// Every line of every file in testdata says in a comment which records it gives; all others give none.
func TestRecords(t *testing.T) {
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatal("no testdata", err)
	}
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			result := scanTree(t, write(t, archive), 2)
			for _, p := range result.Problems {
				t.Errorf("problem: %+v", p)
			}
			got := map[string][]Record{}
			for _, r := range result.Records {
				where := fmt.Sprintf("%s:%d", r.File, r.Line)
				got[where] = append(got[where], r)
			}
			for _, f := range archive.Files {
				lines := strings.Split(string(f.Data), "\n")
				for i, line := range lines {
					where := fmt.Sprintf("%s:%d", f.Name, i+1)
					records := got[where]
					for _, e := range expectations(line) {
						at := slices.IndexFunc(records, e.matches)
						if at < 0 {
							t.Errorf("%s: missing %v\n\t%s", where, e, line)
							continue
						}
						records = slices.Delete(slices.Clone(records), at, at+1)
					}
					for _, r := range records {
						t.Errorf("not wanted: %v\n\t%s", r, line)
					}
				}
			}
		})
	}
}

// The text at the range of a record is what the record is about.
func TestRanges(t *testing.T) {
	source := "\ufeff" + `import eventlet.tpool as tp, os
é = 'é'; x = ( eventlet
    . sleep ) ; tp.execute(1, x=2)
@mock.patch.object(tp,
    'exec' "ute")
def f(): eventlet_pool.spawn(print)
from eventlet import GreenPool; eventlet_pool = GreenPool()
`
	root := write(t, &txtar.Archive{Files: []txtar.File{{Name: "a.py", Data: []byte(source)}}})
	var got []string
	for _, r := range scanTree(t, root, 1).Records {
		got = append(got, fmt.Sprintf("%d:%d %s %q %s nargs=%d kws=%v stmt=%v arg0=%s", r.Line, r.Column, r.Kind, source[r.Start:r.End], r.Name, r.NArgs, r.Kws, r.Stmt, r.Arg0))
	}
	want := []string{
		`1:8 import "eventlet.tpool as tp" eventlet.tpool nargs=0 kws=[] stmt=false arg0=`,
		`3:17 use "tp.execute" eventlet.tpool.execute nargs=1 kws=[x] stmt=true arg0=1`,
		`4:20 use "tp" eventlet.tpool nargs=0 kws=[] stmt=false arg0=`,
		"5:5 patch \"'exec' \\\"ute\\\"\" eventlet.tpool.execute nargs=0 kws=[] stmt=false arg0=",
		`6:10 method "eventlet_pool.spawn" eventlet.greenpool.GreenPool.spawn nargs=1 kws=[] stmt=true arg0=`,
		`7:22 import "GreenPool" eventlet.GreenPool nargs=0 kws=[] stmt=false arg0=`,
		`7:49 use "GreenPool" eventlet.GreenPool nargs=0 kws=[] stmt=false arg0=`,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestEntriesSayWhatPatches(t *testing.T) {
	root := write(t, archive(
		"both.py", "import aiohub, eventlet\naiohub.install(patch={'os': False})\neventlet.monkey_patch(os=True)\n",
		"main.py", "import time\n",
		"Procfile.sh", "python -m aiohub main.py\n",
		"plain.py", "import aiohub\naiohub.install()\n",
	))
	got := fmt.Sprint(scanTree(t, root, 1).Entries)
	all := "[os select socket subprocess thread time]"
	if want := fmt.Sprintf("[{both.py false [aiohub.install monkey_patch] %s [1]} {main.py false [python -m aiohub] %s [2]}]", all, all); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestSameResultWithAnyNumberOfWorkers(t *testing.T) {
	archives, _ := filepath.Glob("testdata/*.txtar")
	var all txtar.Archive
	for i, name := range archives {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range archive.Files {
			f.Name = fmt.Sprintf("t%d/%s", i, f.Name)
			all.Files = append(all.Files, f)
		}
	}
	root := write(t, &all)
	want := scanTree(t, root, 1)
	if len(want.Records) < 100 {
		t.Fatalf("only %d records", len(want.Records))
	}
	for _, workers := range []int{2, 3, 16} {
		for range 5 {
			if got := scanTree(t, root, workers); !reflect.DeepEqual(got.Records, want.Records) {
				t.Fatalf("%d workers: other records", workers)
			}
		}
	}
}
