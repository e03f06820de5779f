package port

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/knowledge"
)

// hazard is what a call of the standard library does to a loop that no await cures; nil for one that is no hazard.
func (c *spot) hazard() *order {
	name := c.name
	if rest, ok := strings.CutPrefix(name, greenModules); ok {
		name = rest
	} else if !c.p.patched {
		return nil
	}
	if c.s.test {
		return nil
	}
	switch {
	case name == "threading.local" || name == "_thread._local":
		switch {
		case slices.Contains(greenLocals, c.name):
			return nil // its name changes, see putLocal
		case c.site.Kind != callgraph.Call || !c.site.Certain || !c.s.names(c.callee, name):
			return &order{rule: byHand, note: "all tasks of a loop share what is kept by thread: use aio.Local, or a ContextVar"}
		}
		return &order{rule: localOfTask, write: func() { c.become("aio.Local", false) }}
	case name == "threading.Thread" || name == "threading.Timer" || name == "_thread.start_new_thread":
		return &order{rule: realThread}
	case name == "os.fork" || strings.HasPrefix(name, "multiprocessing.Process"):
		return &order{rule: byHand,
			note: "a child that is forked while a loop runs has half a loop: fork before asyncio.run, or start a program"}
	case strings.HasPrefix(name, "threading.") && blocking[name[strings.LastIndexByte(name, '.')+1:]]:
		return &order{rule: byHand, note: "it would stop the loop: use asyncio's " + asyncioName(name), waits: true}
	case strings.HasPrefix(name, "queue.") && blocking[name[strings.LastIndexByte(name, '.')+1:]]:
		return &order{rule: byHand, note: "it would stop the loop: use asyncio.Queue", waits: true}
	case strings.HasPrefix(name, "select."):
		return &order{rule: byHand, note: "the loop is what selects: use its sock_* methods, or add_reader", waits: true}
	case strings.HasPrefix(name, "ssl.") && waitsOutside(name):
		return &order{rule: byHand, note: socketTLS, waits: true}
	case name == "socket.create_connection":
		return &order{rule: byHand, note: "use asyncio.open_connection, or a socket of the loop", waits: true}
	}
	return nil
}

// waitsOutside reports whether a call of the standard library waits.
func waitsOutside(name string) bool {
	_, waits := knowledge.Blocking(name)
	return waits
}

var blocking = map[string]bool{"acquire": true, "wait": true, "wait_for": true, "join": true, "get": true, "put": true}

func asyncioName(name string) string {
	parts := strings.Split(name, ".")
	if len(parts) > 2 && parts[1] != "Thread" && parts[1] != "Timer" {
		return strings.TrimPrefix(parts[1], "R")
	}
	return "tasks"
}

// holds remembers a with statement that holds a lock of the standard library: nothing may be awaited in it.
func (c *spot) holds(class string, item pysyntax.Node) {
	class = strings.TrimPrefix(class, greenModules)
	if (c.p.patched || strings.HasPrefix(c.name, greenModules)) && strings.HasPrefix(class, "threading.") ||
		class == "_thread.lock" {
		c.p.held[nodeKey{c.file, c.s.tree.Parents()[item]}] = class
	}
}

// lookAround reports awaits that stand where they cannot, or should not.
func (p *pure) lookAround() {
	for key, text := range p.awaited {
		if text == silent || text == runs {
			continue
		}
		s := p.files[key.file]
		if p.inGenerator(s, key.node) {
			p.note(s, s.tree.Start(key.node), generatorWaits, string(s.tree.Text(s.tree.Child(key.node))),
				"in a generator expression")
		}
		if s.inClassBody(key.node) {
			p.note(
				s,
				s.tree.Start(key.node),
				specialWaits,
				string(s.tree.Text(s.tree.Child(key.node))),
				"in the body of a class",
			)
		}
		p.lookForLocks(key, s)
	}
}

func (p *pure) lookForLocks(key nodeKey, s *source) {
	parents := s.tree.Parents()
	for n := parents[key.node]; n != 0 && s.tree.Kind(n) != pysyntax.FunctionDef; n = parents[n] {
		if class, ok := p.held[nodeKey{key.file, n}]; ok {
			p.note(s, s.tree.Start(n), lockAcrossAwait, class, "")
		}
	}
}

// scripts reports console scripts of which the function became a coroutine function.
func (p *pure) scripts() {
	for _, name := range []string{"pyproject.toml", "setup.cfg", "setup.py"} {
		src, err := os.ReadFile(filepath.Join(p.tree.Root, name))
		if err != nil {
			continue
		}
		s := newSource(name, src, nil, nil, "")
		for i := range p.graph.Funcs {
			f := &p.graph.Funcs[i]
			if !p.async[i] || f.Flags&callgraph.Async != 0 || f.Class != callgraph.None || strings.Contains(f.Qual, ".") {
				continue
			}
			text := string(src)
			at := strings.Index(text, f.Name())
			if at < 0 || at+len(f.Name()) < len(text) && isNameByte(text[at+len(f.Name())]) || at > 0 && isNameByte(text[at-1]) {
				continue
			}
			p.note(s, uint32(at), entryPoint, f.Name(), "")
		}
	}
}
