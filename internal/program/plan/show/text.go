package show

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"aiohub/internal/output/glyph"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/plan"
)

// Width is how many columns a page for people takes at most, paths and names that are longer alone excepted.
const Width = 80

// How much of each list a page shows; the rest is counted, and the flags show it whole.
const (
	pagePackages  = 12
	pagePrograms  = 12
	pageSteps     = 10
	pageQuestions = 5
)

// page collects lines.
type page struct {
	strings.Builder
}

func (b *page) line(format string, args ...any) {
	b.WriteString(strings.TrimRight(fmt.Sprintf(format, args...), " "))
	b.WriteByte('\n')
}

// Page writes the overview.
func Page(w io.Writer, p *plan.Plan) error {
	b := &page{}
	c := p.Count(nil)
	if c.All == 0 {
		b.line("no functions here: nothing to plan")
		return b.to(w)
	}
	b.summary(p, c)
	b.packages(p)
	b.programs(p)
	steps := p.Steps()
	b.steps(p, steps)
	questions := p.Questions()
	b.questions(p, questions)
	b.next(p, steps, questions)
	return b.to(w)
}

func (b *page) to(w io.Writer) error {
	_, err := io.WriteString(w, glyph.Lines(b.String()))
	return err
}

func (b *page) summary(p *plan.Plan, c plan.Counts) {
	b.line("%s in %s", count(c.All, "function"), count(len(p.Graph.Files), "file"))
	row := func(n int, word, meaning string) {
		b.line("  %7s  %5s  %-6s %s", thousands(n), percent(n, c.All), word, meaning)
	}
	row(c.Must, "must", "become async: they block, or call what does, for certain")
	row(c.May, "may", "if calls whose target is not known lead there")
	row(c.Faces, "face", "reach what blocks and cannot be async: they bridge")
	if c.Async > 0 {
		already := "already"
		if c.Blocking > 0 {
			already = fmt.Sprintf("already (still blocking, counted as face: %s)", thousands(c.Blocking))
		}
		row(c.Async, "async", already)
	}
	if n := p.Unpatched(); n > 0 && !p.Answers.Patched && len(p.Programs) == 0 {
		b.line("")
		for _, line := range wrap(
			fmt.Sprintf(
				"%s would block an event loop, and no program here patches the standard library for them. For a library that is "+
					"used under monkey_patch set `patched = true` in [tool.aiohub.plan].", count(n, "call")), Width-2) {
			b.line("  %s", line)
		}
	}
}

func (b *page) packages(p *plan.Plan) {
	list := p.Packages()
	if len(list) < 2 {
		return
	}
	b.line("")
	b.line("%-42s %7s %7s %7s %9s", "packages", "must", "may", "face", "functions")
	for i, pkg := range list {
		if i == pagePackages && len(list) > pagePackages+1 {
			b.line("  and %d more", len(list)-i)
			break
		}
		b.line("  %-40s %7s %7s %7s %9s", shorten(pkg.Name, 40), thousands(pkg.Must), thousands(pkg.May),
			thousands(pkg.Faces), thousands(pkg.All))
	}
}

func (b *page) programs(p *plan.Plan) {
	list := p.Left()
	if len(list) == 0 {
		return
	}
	loaded := slices.IndexFunc(list, func(l plan.Left) bool { return l.Loaded })
	if loaded < 0 {
		loaded = len(list)
	}
	b.line("")
	b.line("%-42s %7s %7s %7s %9s", "left before monkey_patch can go, by program", "must", "may", "face", "calls")
	for i, l := range list[:loaded] {
		if i == pagePrograms && loaded > pagePrograms+1 {
			b.line("  and %d more", loaded-i)
			break
		}
		b.program(shorten(l.Entry, 41), &l)
	}
	if rest := list[loaded:]; len(rest) > 0 {
		most := slices.MaxFunc(rest, func(a, b plan.Left) int { return cmp.Compare(a.Must, b.Must) })
		b.program(fmt.Sprintf("%s loaded by name, at most", count(len(rest), "module")), &most)
	}
}

func (b *page) program(name string, l *plan.Left) {
	b.line("  %-41s %7s %7s %7s %9s", name, thousands(l.Must), thousands(l.May), thousands(l.Faces), thousands(l.Calls))
}

func (b *page) steps(p *plan.Plan, steps []plan.Step) {
	if len(steps) == 0 {
		return
	}
	b.line("")
	b.line("%-50s %5s %9s %6s %5s", "steps, bottom-up; each leaves a working program", "files", "functions", "lines",
		"looks")
	for i := range steps {
		if i == pageSteps && len(steps) > pageSteps+1 {
			b.line("  and %d more", len(steps)-i)
			break
		}
		s := &steps[i]
		b.line("  %3d  %-43s %5d %9d %6s %5d", s.Number, shorten(s.Title, 43), len(s.Files), len(s.Funcs),
			fmt.Sprintf("~%d", s.Lines), len(s.Obstacles))
	}
}

func (b *page) questions(p *plan.Plan, list []plan.Question) {
	if len(list) == 0 {
		return
	}
	b.line("")
	b.line("questions that only you can answer, by how many functions the answer moves")
	for i := range list {
		if i == pageQuestions && len(list) > pageQuestions+1 {
			b.line("  and %d more: aiohub plan --questions", len(list)-i)
			break
		}
		b.question(p, i+1, &list[i])
	}
}

// Questions writes all questions.
func Questions(w io.Writer, p *plan.Plan) error {
	b := &page{}
	list := p.Questions()
	if len(list) == 0 {
		b.line("no questions: every call that may lead to what blocks has a known target")
	}
	for i := range list {
		b.question(p, i+1, &list[i])
	}
	return b.to(w)
}

func (b *page) question(p *plan.Plan, number int, q *plan.Question) {
	from := &p.Graph.Funcs[q.From]
	place := fmt.Sprintf("%s:%d", p.File(from.File), q.Line)
	text := fmt.Sprintf("%s (%s)", Ask(p, q), place)
	for i, line := range wrap(fmt.Sprintf("moves %d: %s", q.Moves, text), Width-7) {
		if i == 0 {
			b.line("  %3d  %s", number, line)
		} else {
			b.line("       %s", line)
		}
	}
	b.line("       %s", q.Paste)
}

func (b *page) next(p *plan.Plan, steps []plan.Step, questions []plan.Question) {
	b.line("")
	b.line("next")
	if len(questions) > 0 {
		b.line("  put answers into [tool.aiohub.plan] of pyproject.toml, and run this again")
	}
	if len(steps) == 0 {
		b.line("  nothing here has to become async")
		return
	}
	b.line("  aiohub plan --next           the first step: its functions and what to look at")
	b.line("  aiohub plan --why FUNCTION   the chain from a function to what blocks")
	b.line("  aiohub plan --who FUNCTION   what would become async with it")
}

// Step writes one step: its functions with their reasons, and what to look at.
func Step(w io.Writer, p *plan.Plan, s *plan.Step, of int) error {
	b := &page{}
	b.line("step %d of %d: %s", s.Number, of, s.Title)
	b.line("  %s in %s, about %s, %s", count(len(s.Funcs), "function"), count(len(s.Files), "file"),
		count(s.Lines, "line"), count(s.Faces, "sync face"))
	if len(s.After) > 0 {
		b.line("  after %s", numbers(s.After))
	}
	file := int32(callgraph.None)
	for _, id := range s.Funcs {
		f := &p.Graph.Funcs[id]
		if f.File != file {
			file = f.File
			b.line("")
			b.line("%s", p.File(file))
		}
		b.line("  %5d  %s", f.Line, f.Qual)
		for _, line := range wrap(because(p, p.Causes[id]), Width-11) {
			b.line("           %s", line)
		}
	}
	if len(s.Obstacles) > 0 {
		b.line("")
		b.line("to look at")
		for _, o := range s.Obstacles {
			b.line("  %s:%d", p.File(o.File), o.Line)
			for _, line := range wrap(fmt.Sprintf("%s: %s", p.Graph.Funcs[o.Func].Qual, o.Text), Width-6) {
				b.line("      %s", line)
			}
		}
	}
	return b.to(w)
}

// because says in words why a function has its colour.
func because(p *plan.Plan, c plan.Cause) string {
	may := ""
	if !c.Certain {
		may = "may "
	}
	switch c.Kind {
	case plan.Blocks:
		return fmt.Sprintf("%s %s in line %d", mood(c.Certain, "calls"), c.Name, c.Line)
	case plan.Calls:
		return fmt.Sprintf("%s %s in line %d", mood(c.Certain, verb(c.EdgeKind)), p.Graph.Funcs[c.To].Name(), c.Line)
	case plan.SharesName:
		return may + "shares its name with " + p.Graph.Funcs[c.To].Name()
	case plan.CallsBack:
		return fmt.Sprintf("calls back %s, which users hand in, in line %d", c.Name, c.Line)
	case plan.Answered:
		return "the configuration says that it blocks"
	}
	return "nothing in it blocks"
}

func mood(certain bool, verb string) string {
	if certain {
		return verb
	}
	return "may " + strings.TrimSuffix(verb, "s")
}

func verb(kind callgraph.EdgeKind) string {
	switch kind {
	case callgraph.With:
		return "enters"
	case callgraph.Iterate:
		return "drives"
	case callgraph.PropertyUse:
		return "reads"
	case callgraph.Construct:
		return "makes"
	}
	return "calls"
}

// Why writes the chain from a function to what blocks.
func Why(w io.Writer, p *plan.Plan, id callgraph.FuncID) error {
	b := &page{}
	f := &p.Graph.Funcs[id]
	colour := p.Colours[id]
	switch colour {
	case plan.Stays:
		b.line("%s stays as it is: nothing that blocks is reached from it", f.Name())
		if p.Borders[id] == plan.NeverBlocks {
			b.line("  never-blocks in the configuration")
		}
		return b.to(w)
	case plan.Face:
		if p.Borders[id] == plan.AlreadyAsync {
			b.line("%s is async already and still blocks", f.Name())
			break
		}
		b.line("%s stays def and bridges: %s", f.Name(), p.Borders[id])
	case plan.May:
		b.line("%s may become async", f.Name())
	default:
		b.line("%s must become async", f.Name())
	}
	for _, link := range p.Why(id) {
		from := &p.Graph.Funcs[link.Func]
		b.line("  %s:%d", p.File(from.File), max(link.Cause.Line, 0))
		for _, line := range wrap(from.Qual+" "+because(p, link.Cause), Width-6) {
			b.line("      %s", line)
		}
	}
	return b.to(w)
}

// Who writes what would become async with a function, and where that stops.
func Who(w io.Writer, p *plan.Plan, id callgraph.FuncID) error {
	b := &page{}
	pulls := p.Who(id)
	faces := 0
	for _, pull := range pulls {
		if pull.Face {
			faces++
		}
	}
	b.line("if %s is async,", p.Graph.Funcs[id].Name())
	b.line("  %s with it, and it stops at %s", follows(len(pulls)-faces), count(faces, "face"))
	for _, pull := range pulls {
		f := &p.Graph.Funcs[pull.Func]
		line := pull.Edge.Line
		if line == 0 {
			line = f.Line
		}
		b.line("  %s:%d", p.File(f.File), line)
		text := fmt.Sprintf("%s shares its name with %s", f.Qual, p.Graph.Funcs[pull.From].Name())
		if pull.Edge.From != callgraph.None {
			text = fmt.Sprintf("%s %s %s", f.Qual, verb(pull.Edge.Kind), p.Graph.Funcs[pull.From].Name())
		}
		if pull.Face {
			text += ": stays def, " + p.Borders[pull.Func].String()
		}
		for _, line := range wrap(text, Width-6) {
			b.line("      %s", line)
		}
	}
	return b.to(w)
}

func follows(n int) string {
	if n == 1 {
		return "1 function becomes async"
	}
	return fmt.Sprintf("%d functions become async", n)
}
