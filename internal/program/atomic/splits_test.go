package atomic_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aiohub/internal/files/walk"
	"aiohub/internal/program/atomic"
	"aiohub/internal/program/callgraph"
)

// split is a program on green threads. What becomes an await splits the first region and not the second.
const split = `import eventlet


class Server:
    def __init__(self):
        self.peers = {}
        self.names = {}

    def serve(self, sockets):
        for sock in sockets:
            eventlet.spawn(self.handle, sock)

    def handle(self, sock):
        if sock in self.peers:
            return
        self.greet(sock)
        self.peers[sock] = True
        if sock in self.names:
            del self.names[sock]
        self.greet(sock)

    def greet(self, sock):
        sock.send(b"x")
`

func input(t *testing.T, source string) atomic.Input {
	t.Helper()
	root := t.TempDir()
	if err := os.WriteFile(filepath.Join(root, "a.py"), []byte(source), 0o666); err != nil {
		t.Fatal(err)
	}
	found, err := walk.Tree(t.Context(), root, walk.Options{NoGitignore: true, Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	g, err := callgraph.Build(context.Background(), callgraph.Input{Root: root, Files: found.Files, Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	files, err := atomic.ReadAll(context.Background(), root, []string{"a.py"}, nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	return atomic.Input{Graph: g, Files: files}
}

func TestSplitsAreWhereAwaitsWillBe(t *testing.T) {
	in := input(t, split)
	var greets []uint32
	for _, e := range in.Graph.Edges {
		if in.Graph.Funcs[e.To].Qual == "Server.greet" {
			greets = append(greets, e.Pos)
		}
	}
	if len(greets) != 2 {
		t.Fatalf("%d calls of greet", len(greets))
	}
	becomes := func(wanted ...uint32) []atomic.Finding {
		return atomic.Splits(in, func(_ callgraph.FuncID, pos uint32) bool {
			for _, w := range wanted {
				if w == pos {
					return true
				}
			}
			return false
		})
	}
	if found := becomes(greets[0]); len(found) != 1 || found[0].Code != atomic.Split || !strings.Contains(found[0].Message, "`self.peers`") {
		t.Errorf("an await between test and act splits %v", found)
	}
	if found := becomes(greets[1]); len(found) != 0 {
		t.Errorf("an await behind both splits %v", found)
	}
	if found := becomes(); len(found) != 0 {
		t.Errorf("no await splits %v", found)
	}
}

// The result does not depend on who read the files, nor on their order.
func TestFindIsTheSameEachTime(t *testing.T) {
	in := input(t, split)
	first := atomic.Find(in)
	if len(first) == 0 {
		t.Fatal("nothing found")
	}
	for range 20 {
		again := atomic.Find(in)
		if len(again) != len(first) {
			t.Fatalf("%d findings, then %d", len(first), len(again))
		}
		for i := range again {
			if again[i].Message != first[i].Message || again[i].Start != first[i].Start || strings.Join(again[i].Why, "") != strings.Join(first[i].Why, "") {
				t.Fatalf("%v, then %v", first[i], again[i])
			}
		}
	}
}

// gone is a loop whose body awaits over what stands for %s.
const gone = `import asyncio


class Server:
    def __init__(self):
        self.groups = {}

    async def serve(self, names):
        await asyncio.gather(*[self.handle(name) for name in names])

    async def handle(self, name):
        for group in %s:
            await asyncio.sleep(1)
        self.groups.pop(name, None)
`

func TestOnlyWhatGoesOnWithALoopIsIteratedBesideIt(t *testing.T) {
	for through, want := range map[string]int{
		"self.groups":                              1,
		"(g for g in self.groups)":                 1,
		"enumerate(g for g in self.groups)":        1,
		"[g.copy() for g in self.groups.values()]": 0,
		"{g for g in self.groups}":                 0,
		"sorted(g for g in self.groups)":           0,
		"tuple(self.groups)":                       0,
		"self.groups.copy()":                       0,
	} {
		in := input(t, strings.Replace(gone, "%s", through, 1))
		in.Target = atomic.Asyncio
		n := 0
		for _, f := range atomic.Find(in) {
			if f.Code == atomic.Iterated && f.Certain {
				n++
			}
		}
		if n != want {
			t.Errorf("for group in %s: %d findings, want %d", through, n, want)
		}
	}
}
