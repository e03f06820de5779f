package rule

import (
	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/lookup"
)

// Program is the whole tree as rules over the call graph see it. It is made once for a run and only read.
type Program struct {
	*lookup.Index
}

// NewProgram prepares a graph for rules.
func NewProgram(g *callgraph.Graph) *Program { return &Program{Index: lookup.New(g)} }

// Concerns tells whether the graph says something of a file that a rule can be about: a coroutine function, something done with what one gives, or a
// call of something that has to do with tasks and threads.
func (p *Program) Concerns(file int32) bool {
	if len(p.Uses(file)) > 0 {
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
var concerning = map[string]bool{"asyncio": true, "threading": true, "concurrent": true, "signal": true, "time": true, "eventlet": true, "multiprocessing": true}

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
	if !u.Certain {
		p.Possible()
	}
}

// Source is how a message names what gave the value of a use: the function as users write it.
func (p *Pass) Source(u *callgraph.Use) string {
	switch {
	case u.Of != callgraph.None:
		return "`" + p.Func(u.Of).Qual + "`"
	case u.Source != "":
		return "`" + u.Source + "`"
	}
	return ""
}

// Quote is the source of a range of bytes as it stands in a message.
func (p *Pass) Quote(start, end uint32) string {
	return "`" + short(p.Src[min(int(start), len(p.Src)):min(int(end), len(p.Src))]) + "`"
}
