package callgraph_test

import (
	"strconv"
	"testing"

	"aiohub/internal/program/callgraph"
)

// TestLiteralsAreCalled builds graphs in which what is called, awaited or gone through is a literal, or can be one.
func TestLiteralsAreCalled(t *testing.T) {
	for name, line := range map[string]string{
		"call": `"x"()`, "await": `await "x"()`, "number": `1()`, "method": `"x".join(y())()`, "bytes": `b"x"()`, "format": `f"{y}"()`, "tested": `print(1.0() or 2)`,
		"handed": `asyncio.create_task("x"())`, "loop": `[a async for a in "x"()]`, "assigned": "y = True()\n    await y",
		"held": "z = \"x\"\n    if y:\n        z = h\n    z()", "either": `z = "x" if y else h; z()`,
	} {
		t.Run(name, func(t *testing.T) {
			g := build(t, tree(t, map[string]string{"a.py": "import asyncio\n\n\nasync def f(y):\n    " + line + "\n    await h()\n\n\nasync def h():\n    pass\n"}), 1, false)
			found := false
			for _, e := range g.Edges {
				found = found || g.Funcs[e.To].Qual == "h" && e.Awaited && e.Certain
			}
			if !found {
				t.Errorf("the call of h beside `%s` is missing", line)
			}
		})
	}
}

// Doubtful is what runs on a condition only.
func TestDoubt(t *testing.T) {
	const source = `def f(a, items):
    sure1()
    if a:
        doubt1()
        while True:
            doubt2()
            break
    for item in items:
        doubt3()
    for item in range(2):
        sure2()
        if item:
            continue
        doubt4()
    for item in (1, 2):
        sure3()
        if item == 1:
            break
    else:
        sure4()
    while a:
        doubt5()
    a and doubt6()
    sure5() and a
    x = doubt7() if sure7() else a
    assert a, doubt8()
    try:
        sure8()
    except OSError:
        doubt9()
    with a:
        sure9()
    def inner():
        sure10()
        if a:
            return
        doubt10()
    sure11()
    g = lambda: sure12()
    g = [doubt11() for item in sure13()]
    match a:
        case 1:
            doubt12()
    if True:
        sure14()
    if a:
        raise ValueError
    sure15()
    if a:
        return
    doubt13()
    with a:
        doubt14()


`
	functions := ""
	for _, name := range []string{"sure", "doubt"} {
		for i := range 16 {
			functions += "def " + name + strconv.Itoa(i) + "():\n    pass\n\n\n"
		}
	}
	g := build(t, tree(t, map[string]string{"a.py": source + functions}), 1, false)
	seen := 0
	for _, e := range g.Edges {
		name := g.Funcs[e.To].Qual
		if e.Kind != callgraph.Call || name == "f.inner" {
			continue
		}
		seen++
		if doubtful := name[0] == 'd'; e.Doubtful != doubtful {
			t.Errorf("%s in line %d: doubtful is %v", name, e.Line, e.Doubtful)
		}
	}
	if seen != 28 {
		t.Errorf("%d calls, 28 are written", seen)
	}
}
