package callgraph_test

import (
	"fmt"
	"math/rand"
	"os"
	"testing"
)

func TestDebugOpens(t *testing.T) {
	tree := os.Getenv("OPENS_TREE")
	if tree == "" {
		t.Skip()
	}
	g := build(t, tree, 2, false)
	r := rand.New(rand.NewSource(1))
	n := map[string]int{}
	for _, o := range g.Opens {
		if o.Callback {
			n["callback"]++
		} else if o.Common {
			n["common"]++
		} else {
			n[fmt.Sprint("cands", min(3, len(o.Candidates)))]++
		}
	}
	fmt.Println(n)
	for range 60 {
		o := g.Opens[r.Intn(len(g.Opens))]
		if o.Callback == (os.Getenv("CALLBACK") != "") {
			f := &g.Funcs[o.From]
			fmt.Println(g.Files[f.File].Path, o.Line, o.Expr, len(o.Candidates))
		}
	}
}

func TestDebugEdges(t *testing.T) {
	tree := os.Getenv("EDGES_TREE")
	if tree == "" {
		t.Skip()
	}
	g := build(t, tree, 2, false)
	var seed int64 = 1
	fmt.Sscan(os.Getenv("SEED"), &seed)
	r := rand.New(rand.NewSource(seed))
	for k := 0; k < 30; {
		e := g.Edges[r.Intn(len(g.Edges))]
		if e.Certain != (os.Getenv("POSSIBLE") == "") {
			continue
		}
		k++
		f := &g.Funcs[e.From]
		fmt.Printf("%s:%d %s -> %s kind %d reason %d\n", g.Files[f.File].Path, e.Line, f.Qual, g.Funcs[e.To].Name(), e.Kind, e.Reason)
	}
}
