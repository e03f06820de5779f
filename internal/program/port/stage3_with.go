package port

import (
	"cmp"
	"slices"
	"strings"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/language/pytoken"
)

const timeoutName = "eventlet.timeout.Timeout"

// enters decides about a with statement that enters an object of eventlet's, or of the border.
func (c *spot) enters() order {
	class, entering := strings.CutSuffix(c.name, ".__enter__")
	if !entering {
		return order{}
	}
	item := c.p.withs[c.file][c.site.Pos]
	enter := func(rule *Rule) order {
		return order{rule: rule, waits: true, write: func() { c.p.entering[nodeKey{c.file, item}] = true }}
	}
	switch {
	case item == 0:
		return order{}
	case class == timeoutName:
		if rule, note := c.p.handlers(c.s, item); rule != nil {
			return order{rule: rule, note: note, waits: true}
		}
		if name := c.p.caughtBelow(c.file, c.site.From,
			c.s.tree.ChildOf(c.s.tree.Parents()[item], pysyntax.Block)); name != "" {
			return order{rule: handlerInside, note: "in " + name, waits: true}
		}
		return enter(timeoutBlock)
	case class == proxyName:
		return c.entersProxy(enter)
	case class == "aiohub.timeout" || class == "aiohub.timeout()":
		return enter(lastMiles)
	case slices.Contains(semaphoreClasses, class) || slices.Contains(borderLocks, class):
		return enter(primitive)
	}
	c.holds(class, item)
	return order{}
}

// handlers looks for what would catch a Timeout inside its own block: asyncio.CancelledError is what is under way
// there.
func (p *pure) handlers(s *source, item pysyntax.Node) (*Rule, string) {
	return p.handlersIn(s, s.tree.ChildOf(s.tree.Parents()[item], pysyntax.Block))
}

// handlersIn is the same for the block that a try limits.
func (p *pure) handlersIn(s *source, body pysyntax.Node) (*Rule, string) {
	t := s.tree
	start, end := t.Start(body), t.End(body)
	for n := range t.All() {
		if t.Kind(n) != pysyntax.ExceptHandler || t.Start(n) < start || end < t.End(n) {
			continue
		}
		kind := t.Child(n)
		if t.Kind(kind) == pysyntax.Block {
			return handlerInside, "a bare except"
		}
		text := string(t.Text(kind))
		if strings.Contains(text, "Timeout") || strings.Contains(text, "BaseException") {
			return handlerInside, text
		}
	}
	return nil, ""
}

// putWiths writes the with statements that are entered with async with. One that has items of both kinds is divided.
func (p *pure) putWiths() {
	type statement struct {
		file int32
		node pysyntax.Node
	}
	seen := map[statement]bool{}
	var list []statement
	for key := range p.entering {
		w := statement{key.file, p.files[key.file].tree.Parents()[key.node]}
		if !seen[w] {
			seen[w] = true
			list = append(list, w)
		}
	}
	slices.SortFunc(list,
		func(a, b statement) int { return cmp.Or(cmp.Compare(a.file, b.file), cmp.Compare(a.node, b.node)) })
	for _, w := range list {
		p.putWith(w.file, w.node)
	}
}

func (p *pure) putWith(file int32, with pysyntax.Node) {
	s := p.files[file]
	t := s.tree
	if t.Has(with, pysyntax.FlagAsync) {
		return
	}
	var items []pysyntax.Node
	for n := range t.Children(with) {
		if t.Kind(n) == pysyntax.WithItem {
			items = append(items, n)
		}
	}
	async := func(i int) bool { return p.entering[nodeKey{file, items[i]}] }
	word := func(i int) string {
		if async(i) {
			return "async with "
		}
		return "with "
	}
	divided := false
	for i := 1; i < len(items); i++ {
		divided = divided || async(i) != async(0)
	}
	if !divided {
		s.edits.Insert(int(t.Start(with)), "async ")
		return
	}
	indent := s.indentOf(int(t.Start(with)))
	body := t.ChildOf(with, pysyntax.Block)
	s.edits.Replace(int(t.Start(with)), int(t.Start(items[0])), word(0))
	depth := 0
	for i := 1; i < len(items); i++ {
		from, to := int(t.End(items[i-1])), int(t.Start(items[i]))
		if async(i) == async(i-1) {
			s.edits.Replace(from, to, ", ")
			continue
		}
		depth++
		s.edits.Replace(from, to, ":\n"+indent+strings.Repeat(step, depth)+word(i))
	}
	last := int(t.End(items[len(items)-1]))
	colon := last
	for ; s.src[colon] != ':'; colon++ {
	}
	s.edits.Replace(last, colon, "")
	s.indent(body, depth)
}

const step = "    "

// indentOf is the blank text that the line of a place begins with.
func (s *source) indentOf(at int) string {
	start := at
	for start > 0 && s.src[start-1] != '\n' && s.src[start-1] != '\r' {
		start--
	}
	end := start
	for end < at && (s.src[end] == ' ' || s.src[end] == '\t') {
		end++
	}
	return string(s.src[start:end])
}

// indent moves the lines of a block to the right. Lines inside of strings stay where they are.
func (s *source) indent(block pysyntax.Node, depth int) {
	s.indentRange(int(s.tree.Start(block)), int(s.tree.End(block)), depth)
}

func (s *source) indentRange(start, end, depth int) {
	for start > 0 && s.src[start-1] != '\n' {
		start--
	}
	for at := start; at < end; at++ {
		if at > 0 && s.src[at-1] != '\n' {
			continue
		}
		if s.src[at] == '\n' || s.src[at] == '\r' || s.inString(at) {
			continue
		}
		s.edits.Insert(at, strings.Repeat(step, depth))
	}
}

// inString reports whether a line begins inside of a string.
func (s *source) inString(at int) bool {
	i := s.tree.TokenAt(uint32(at))
	k := s.tree.Tokens[i]
	return k.Kind == pytoken.String && int(k.Start) < at && at < int(k.End)
}
