package port

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/knowledge"
)

// A lock or queue of asyncio that is made before the loop runs belongs to another loop, if Python is older than 3.10.

var requiresPython = regexp.MustCompile(`(?i)(?:requires[-_]python|python_requires)\s*=\s*["']?\s*>=?\s*(\d+)\.(\d+)`)

// oldestPython is the minor version of Python 3 that the project needs at least; said is false if it does not say.
func oldestPython(root string) (minor int, said bool) {
	for _, name := range []string{"pyproject.toml", "setup.cfg", "setup.py"} {
		src, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			continue
		}
		if m := requiresPython.FindSubmatch(src); m != nil {
			major, _ := strconv.Atoi(string(m[1]))
			minor, _ := strconv.Atoi(string(m[2]))
			if major < 3 {
				minor = 0
			}
			return minor, true
		}
	}
	return 0, false
}

// newest reports whether the project is for Pythons that have asyncio.timeout: 3.11 and later.
func newest(root string) bool {
	minor, said := oldestPython(root)
	return !said || minor >= 11
}

// bindsEarly reports whether the project is for Pythons in which a primitive belongs to the loop that there is when it
// is made.
func bindsEarly(root string) bool {
	minor, said := oldestPython(root)
	return said && minor < 10
}

// beforeLoop finds the functions that run before a loop does: the code of modules, and what it calls for certain and
// without await.
func beforeLoop(graph *callgraph.Graph, files func(int32) *source,
	async func(callgraph.FuncID) bool) map[callgraph.FuncID]bool {
	found := map[callgraph.FuncID]bool{}
	var queue []callgraph.FuncID
	for i := range graph.Funcs {
		if graph.Funcs[i].Kind == callgraph.ModuleBody {
			found[callgraph.FuncID(i)] = true
			queue = append(queue, callgraph.FuncID(i))
		}
	}
	calls := map[callgraph.FuncID][]*callgraph.Edge{}
	for i := range graph.Edges {
		if e := &graph.Edges[i]; e.Certain && !async(e.To) {
			calls[e.From] = append(calls[e.From], e)
		}
	}
	for len(queue) > 0 {
		next := queue[0]
		queue = queue[1:]
		for _, e := range calls[next] {
			if !found[e.To] && files(graph.Funcs[e.To].File) != nil {
				found[e.To] = true
				queue = append(queue, e.To)
			}
		}
	}
	return found
}

// tiedToLoop are the classes of asyncio that look for a loop when they are made.
var tiedToLoop = map[string]bool{
	"asyncio.Queue": true, "asyncio.LifoQueue": true, "asyncio.PriorityQueue": true, "asyncio.Semaphore": true,
	"asyncio.BoundedSemaphore": true, "asyncio.Lock": true, "asyncio.Event": true, "asyncio.Condition": true,
}

// tooEarly reports the primitives of eventlet, or of the border, that become asyncio's and are made before a loop runs.
func (p *pure) tooEarly() {
	if !bindsEarly(p.tree.Root) {
		return
	}
	early := beforeLoop(p.graph, func(file int32) *source { return p.files[file] },
		func(f callgraph.FuncID) bool { return p.async[f] })
	for i := range p.graph.Sites {
		site := &p.graph.Sites[i]
		s := p.files[p.graph.Funcs[site.From].File]
		if site.Kind != callgraph.Call || !early[site.From] || s.test || !tiedToLoop[p.twinMade(site.Name)] {
			continue
		}
		p.note(s, site.Pos, madeEarly, site.Name, "")
	}
}

// twinMade is what a call of a name makes at the end of the port.
func (p *pure) twinMade(name string) string {
	if strings.HasPrefix(name, "asyncio.") {
		return name
	}
	return p.twin(knowledge.Canon(name))
}

// madeEarly tells why an object of a class may not be made in a function, "" if it may.
func (x *exchange) madeEarly(from callgraph.FuncID, class string) string {
	if !x.early[from] || !tiedToLoop[class] {
		return ""
	}
	return "it is made before a loop runs, and the project is for Pythons before 3.10, where it would belong to another loop"
}
