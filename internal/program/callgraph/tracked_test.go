package callgraph_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"aiohub/internal/files/walk"
	"aiohub/internal/program/callgraph"
)

// made lists the tracked objects of some files as "name in function line: uses".
func made(t *testing.T, files map[string]string) []string {
	t.Helper()
	root := t.TempDir()
	for name, content := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	found, err := walk.Tree(context.Background(), root, walk.Options{Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	g, err := callgraph.Build(context.Background(), callgraph.Input{
		Root: root, Files: found.Files, Workers: 1, Tests: true,
		Track: func(name string) bool {
			return slices.Contains([]string{"eventlet.Queue", "eventlet.event.Event", "eventlet.spawn"}, name)
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[callgraph.ObjectUseKind]string{
		callgraph.Method: "calls", callgraph.Member: "reads", callgraph.WithBlock: "with", callgraph.Handed: "to", callgraph.Other: "other",
		callgraph.Unknown: "unknown", callgraph.Replaced: "replaced",
	}
	var out []string
	for _, m := range g.Made {
		line := fmt.Sprintf("%s %d:", m.Name, m.Line)
		for _, u := range m.Uses {
			if u.Kind == callgraph.Member {
				continue
			}
			line += fmt.Sprintf(" %s %s %d", kinds[u.Kind], u.Name, u.Line)
			if u.Mixed {
				line += " mixed"
			}
		}
		out = append(out, strings.TrimSuffix(line, ":"))
	}
	return out
}

func TestMade(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		want  []string
	}{
		"through attributes, parameters and what is started": {map[string]string{"m.py": `import eventlet
class Worker:
    def __init__(self, queue):
        self.queue = queue
    def run(self):
        return self.queue.get()
def fill(q, n):
    q.put(n)
def main():
    q = eventlet.Queue()
    w = Worker(q)
    eventlet.spawn(fill, q, 3)
    w.run()
`}, []string{"eventlet.Queue 10: calls get 6 calls put 8", "eventlet.spawn 12"}},
		"each is one of its own": {map[string]string{"m.py": `from eventlet import event
def main():
    a = event.Event()
    b = event.Event()
    a.send(1)
    return b.wait()
`}, []string{"eventlet.event.Event 3: calls send 5", "eventlet.event.Event 4: calls wait 6"}},
		"what leaves": {map[string]string{"m.py": `import eventlet, other
def main(unknown):
    q = eventlet.Queue()
    other.take(q)
    unknown(q)
    for x in q:
        print(q)
`}, []string{"eventlet.Queue 3: to other.take 4 to unknown 5 other iterated over 6"}},
		"what iterates": {map[string]string{"m.py": `import eventlet
def main():
    q = eventlet.Queue()
    list(q)
    print(*q)
    [].extend(q)
    [].append(q)
    dict(a=q)
    set(q)
`}, []string{"eventlet.Queue 3: to builtins.list 4 other unpacked as arguments 5 to extend 6 to builtins.set 9"}},
		"what may be something else": {map[string]string{"m.py": `import eventlet, queue
class A:
    def __init__(self, own):
        self.jobs = eventlet.Queue() if own else queue.Queue()
    def take(self):
        return self.jobs.get()
def outsider(a):
    a.jobs.get()
`}, []string{"eventlet.Queue 4: calls get 6 mixed unknown jobs 8 mixed"}},
		"tests": {map[string]string{"m.py": `import eventlet
class A:
    def __init__(self, jobs):
        self.jobs = jobs
    def take(self):
        return self.jobs.get()
def make():
    return A(eventlet.Queue())
`, "tests/test_m.py": `import eventlet
from unittest import mock
import m
def test_own():
    m.A(eventlet.Queue()).take()
def test_mock():
    m.A(mock.Mock())
def test_set():
    m.make().jobs = mock.Mock()
`}, []string{
			"eventlet.Queue 8: calls get 6 replaced jobs 7 mixed replaced jobs 9 mixed",
			"eventlet.Queue 5: calls get 6 replaced jobs 7 mixed replaced jobs 9 mixed",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, made(t, c.files)); diff != "" {
				t.Errorf("made (-want +got):\n%s", diff)
			}
		})
	}
}
