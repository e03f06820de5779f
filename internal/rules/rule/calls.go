package rule

import "aiohub/internal/program/callgraph"

// Calls is the CheckGraph of a rule that reports calls: judge says what is wrong with one in a function, "" for
// nothing, and whether even a call of what is certain is wrong only possibly.
func Calls(judge func(p *Pass, f callgraph.FuncID, s *callgraph.Site) (phrase string, possible bool)) func(*Pass) {
	return func(p *Pass) {
		from, to := p.Program.Funcs(p.File())
		for f := from; f < to; f++ {
			sites := p.Program.Sites(f)
			for i := range sites {
				if phrase, possible := judge(p, f, &sites[i]); phrase != "" && sites[i].End > 0 {
					p.Call(&sites[i], phrase, possible)
				}
			}
		}
	}
}

// Call reports a call, as "`name` phrase". It is possible if that is said, or if what is called is not certain.
func (p *Pass) Call(s *callgraph.Site, phrase string, possible bool) {
	p.Report(int(s.Pos), int(s.End), "`"+s.Name+"` "+phrase, "")
	if possible || !s.Certain {
		p.Possible()
	}
}
