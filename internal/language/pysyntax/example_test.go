package pysyntax_test

import (
	"fmt"

	"aiohub/internal/language/pysource"
	"aiohub/internal/language/pysyntax"
)

func Example() {
	src := []byte("import eventlet\n\ndef wait():\n    eventlet.sleep(0)  # aiohub: ignore[AH101] a yield\n")
	lines := pysource.NewLines(src)

	var p pysyntax.Parser
	t := p.Parse(src)
	for n := range t.All() {
		if t.Kind(n) == pysyntax.Call {
			line, col := lines.Position(int(t.Start(n)))
			fmt.Printf("%d:%d: call of %s, last name %s\n", line, col, t.Text(t.Child(n)), t.Ident(t.Child(n)))
		}
	}
	for _, c := range t.CommentsIn(0, uint32(len(src))) {
		fmt.Printf("%s\n", src[c.Start:c.End])
	}

	t = p.Parse([]byte("f(a,\ng(b)\n"))
	fault, _ := t.FirstError()
	fmt.Printf("%d: %s\n", fault.Pos, fault.Msg)
	for n := range t.All() {
		if t.Kind(n) == pysyntax.Call {
			fmt.Printf("still there: %s\n", t.Text(n))
		}
	}
	// Output:
	// 4:4: call of eventlet.sleep, last name sleep
	// # aiohub: ignore[AH101] a yield
	// 1: '(' was never closed
	// still there: f(a,
	// still there: g(b)
}
