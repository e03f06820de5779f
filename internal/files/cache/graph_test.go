package cache

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// graphOf keeps a graph of the files of a tree that are not left out, and tells whether it was there.
func graphOf(t *testing.T, root, tool, graph string) (string, bool) {
	t.Helper()
	c := start(t, Where{Root: root}, tool)
	defer c.Release()
	c.files, c.hashes = c.files[:1], c.hashes[:1] // a.py
	if blob, ok := c.Graph(context.Background(), 1); ok {
		return string(blob), true
	}
	content, err := os.ReadFile(filepath.Join(root, c.files[0].Path))
	if err != nil {
		t.Fatal(err)
	}
	c.Seen(0, content)
	c.StoreGraph([]byte(graph))
	return graph, false
}

func TestGraphBelongsToItsFiles(t *testing.T) {
	home(t)
	root := tree(t, map[string]string{"a.py": "a", "b.py": "b"})
	run(t, root, "1", "outcome")
	got, hit := graphOf(t, root, "1", "first")
	want(t, "at first", got, hit, "first", false)
	write(t, root, "b.py", "other")
	run(t, root, "1", "second outcome")
	got, hit = graphOf(t, root, "1", "second")
	want(t, "another file has changed", got, hit, "first", true)
	if blob, ok := start(t, Where{Root: root}, "1").Earlier(); !ok || string(blob) != "second outcome" {
		t.Errorf("the last outcome is %q, %v", blob, ok)
	}
	got, hit = graphOf(t, root, "2", "of the other")
	want(t, "another tool", got, hit, "of the other", false)
	write(t, root, "a.py", "changed")
	got, hit = graphOf(t, root, "1", "third")
	want(t, "a file of its own has changed", got, hit, "third", false)
}

func TestOnlySomeGraphsStay(t *testing.T) {
	base := home(t)
	root := tree(t, map[string]string{"a.py": "a"})
	run(t, root, "1", "x")
	for i := range 2 * keepGraphs {
		graphOf(t, root, string(rune('a'+i)), "x")
	}
	graphs := func() int {
		list, _ := filepath.Glob(filepath.Join(base, "tree-*", graphPrefix+"*"))
		return len(list)
	}
	if graphs() != keepGraphs {
		t.Errorf("%d graphs stay, want %d", graphs(), keepGraphs)
	}
	if _, kept := run(t, root, "1", "y"); !kept {
		t.Error("graphs have driven out the outcome")
	}
	old := time.Now().Add(-2 * unusedAfter)
	os.Chtimes(filepath.Join(base, treeName(root), indexName), old, old)
	run(t, tree(t, map[string]string{"a.py": "a"}), "1", "x")
	if n := graphs(); n != 0 {
		t.Errorf("%d graphs stay of a tree that nobody looks at", n)
	}
}
