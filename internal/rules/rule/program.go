package rule

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/atomic"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/knowledge"
	"aiohub/internal/program/lookup"
	"aiohub/internal/program/onloop"
)

// Program is the whole tree as rules over the call graph see it. It is made once for a run; what rules share in it is
// made when one asks.
type Program struct {
	*lookup.Index
	// OldestPython is the oldest Python that the project says it runs on, as in "3.8"; "" if it says nothing.
	OldestPython string
	// Read gives the content of a file of the tree; nil if there is nothing to read but the file of each pass.
	Read func(path string) (src []byte, ok bool)

	// tasks are the findings about several tasks, by file.
	tasks map[int32][]atomic.Finding

	lock sync.Mutex
	ways map[string]*onloop.Way
}

// NewProgram prepares a graph for rules.
func NewProgram(g *callgraph.Graph) *Program { return &Program{Index: lookup.New(g)} }

// SetTasks gives the program what was found about its tasks.
func (p *Program) SetTasks(found []atomic.Finding) {
	p.tasks = map[int32][]atomic.Finding{}
	for _, f := range found {
		p.tasks[f.File] = append(p.tasks[f.File], f)
	}
}

// Concerns tells whether the graph says something of a file that a rule can be about: a coroutine function, something
// done with what one gives, or a call of something that has to do with tasks and threads.
func (p *Program) Concerns(file int32) bool {
	if len(p.Uses(file)) > 0 || len(p.tasks[file]) > 0 {
		return true
	}
	from, to := p.Funcs(file)
	for f := from; f < to; f++ {
		if p.Graph.Funcs[f].Flags&callgraph.Async != 0 {
			return true
		}
	}
	for _, s := range p.SitesOf(file) {
		if concerning[top(s.Name)] {
			return true
		}
	}
	return false
}

// concerning are the modules whose calls rules over the graph are about.
var concerning = map[string]bool{"asyncio": true, "threading": true, "concurrent": true, "signal": true, "time": true,
	"eventlet": true, "multiprocessing": true}

func top(dotted string) string {
	for i := range len(dotted) {
		if dotted[i] == '.' {
			return dotted[:i]
		}
	}
	return dotted
}

// File gives the number of the file of the pass in the graph.
func (p *Pass) File() int32 {
	file, _ := p.Program.File(p.Path)
	return file
}

// Func gives a function of the graph.
func (p *Pass) Func(id callgraph.FuncID) *callgraph.Func { return &p.Program.Graph.Funcs[id] }

// Uses reports the uses of values in the file for which say has a message.
func Uses(say func(p *Pass, u *callgraph.Use) string) func(*Pass) {
	return func(p *Pass) {
		uses := p.Program.Uses(p.File())
		for i := range uses {
			if message := say(p, &uses[i]); message != "" {
				p.Use(&uses[i], message)
			}
		}
	}
}

// Use reports the place of a use, as certain as the use is.
func (p *Pass) Use(u *callgraph.Use, message string) {
	p.Report(int(u.Start), int(u.End), message, "")
	if !u.Certain || p.RuledOut(u.Start, u.End) {
		p.Possible()
	}
}

// Quote is the source of a range of bytes as it stands in a message.
func (p *Pass) Quote(start, end uint32) string {
	return "`" + short(p.Src[min(int(start), len(p.Src)):min(int(end), len(p.Src))]) + "`"
}

// Where is where a function is, as a message names it: the function, the file and the line.
func (p *Pass) Where(id callgraph.FuncID) string {
	f := p.Func(id)
	return "`" + f.Qual + "` (" + p.Program.Graph.Files[f.File].Path + ":" + strconv.Itoa(f.Line) + ")"
}

// Defs gives the def statements of the file by their function in the graph.
func (p *Pass) Defs() map[callgraph.FuncID]pysyntax.Node {
	if p.defs != nil {
		return p.defs
	}
	from, to := p.Program.Funcs(p.File())
	at := map[uint32]callgraph.FuncID{}
	for f := from; f < to; f++ {
		if p.Func(f).Kind == callgraph.Plain {
			at[p.Func(f).Start] = f
		}
	}
	p.defs = map[callgraph.FuncID]pysyntax.Node{}
	for n := range p.Tree.All() {
		if p.Tree.Kind(n) == pysyntax.FunctionDef {
			if f, ok := at[p.Tree.Start(n)]; ok {
				p.defs[f] = n
			}
		}
	}
	return p.defs
}

// Name reports the name of a def statement.
func (p *Pass) Name(def pysyntax.Node, message string) {
	span := p.Tree.IdentRange(def)
	p.Report(int(span.Start), int(span.End), message, "")
}

// Way gives the ways to the calls that hold up an event loop in one of the given manners.
func (p *Program) Way(holds ...knowledge.Hold) *onloop.Way {
	return p.Ways(fmt.Sprint("holds ", holds), func(s *callgraph.Site) bool { return slices.Contains(holds, Holds(s)) })
}

// Holds says what a call does to an event loop, with a look at its arguments: `queue.get(False)` waits for nothing.
func Holds(s *callgraph.Site) knowledge.Hold {
	if s.Prompt {
		return knowledge.NoHold
	}
	h := knowledge.Holds(s.Name)
	if h == knowledge.Waits && s.Args > 0 && noWait[s.Name[strings.LastIndexByte(s.Name, '.')+1:]] &&
		strings.HasPrefix(s.Name, "queue.") {
		return knowledge.WaitsMaybe
	}
	return h
}

// noWait are methods that can be told not to wait.
var noWait = map[string]bool{"get": true, "put": true, "acquire": true}

// LooksAtNature tells whether a function asks what a value is before it awaits it, so that both worlds are served.
func (p *Pass) LooksAtNature(id callgraph.FuncID) bool {
	for f := id; f != callgraph.None; f = p.Func(f).Outer {
		for _, s := range p.Program.Sites(f) {
			name := s.Name[strings.LastIndexByte(s.Name, '.')+1:]
			if naturals[name] || strings.Contains(name, "coroutine") || strings.Contains(name, "awaitable") {
				return true
			}
		}
		for _, e := range p.Program.Edges(f) {
			if q := strings.ToLower(p.Func(e.To).Qual); strings.Contains(q, "coroutine") || strings.Contains(q, "awaitable") ||
				strings.Contains(q, "is_async") || strings.Contains(q, "iscoro") {
				return true
			}
		}
	}
	return false
}

var naturals = map[string]bool{"isawaitable": true, "iscoroutine": true, "iscoroutinefunction": true,
	"isasyncgen": true, "isasyncgenfunction": true, "isgeneratorfunction": true}

// Ways gives the ways to the calls that seed picks. A rule names its sort of calls, so that they are looked for once.
func (p *Program) Ways(sort string, seed func(*callgraph.Site) bool) *onloop.Way {
	p.lock.Lock()
	defer p.lock.Unlock()
	if p.ways == nil {
		p.ways = map[string]*onloop.Way{}
	}
	if p.ways[sort] == nil {
		p.ways[sort] = onloop.New(p.Index, seed)
	}
	return p.ways[sort]
}

// NodeAt gives the outermost node with a range, or 0.
func (p *Pass) NodeAt(start, end uint32) pysyntax.Node {
	if p.spans == nil {
		p.spans = map[[2]uint32]pysyntax.Node{}
		for n := range p.Tree.All() {
			span := [2]uint32{p.Tree.Start(n), p.Tree.End(n)}
			if _, known := p.spans[span]; !known || p.Tree.Kind(p.spans[span]).IsStatement() {
				p.spans[span] = n
			}
		}
	}
	return p.spans[[2]uint32{start, end}]
}

// DefOf gives the def statement of any function of the tree, and the syntax tree it stands in. Other files than that of
// the pass are read again.
func (p *Pass) DefOf(id callgraph.FuncID) (*pysyntax.Tree, pysyntax.Node, bool) {
	if p.Func(id).File == p.File() {
		def, ok := p.Defs()[id]
		return p.Tree, def, ok
	}
	if p.Program.Read == nil {
		return nil, 0, false
	}
	src, ok := p.Program.Read(p.Program.Graph.Files[p.Func(id).File].Path)
	if !ok {
		return nil, 0, false
	}
	var parser pysyntax.Parser
	t := parser.Parse(src)
	for n := range t.All() {
		if t.Kind(n) == pysyntax.FunctionDef && t.Start(n) == p.Func(id).Start {
			return t, n, true
		}
	}
	return nil, 0, false
}

// Tasks is the check of a rule about several tasks: what is wrong is found for all such rules at once, and each reports
// what bears its code.
func Tasks(p *Pass) {
	for i := range p.Program.tasks[p.File()] {
		f := &p.Program.tasks[p.File()][i]
		if f.Code != p.rule.Code {
			continue
		}
		p.Report(int(f.Start), int(f.End), f.Message, f.Help)
		p.out[len(p.out)-1].Why = strings.Join(f.Why, "\n")
		if !f.Certain {
			p.Possible()
		}
	}
}
