package plan

import (
	"cmp"
	"slices"
	"strings"

	"aiohub/internal/program/atomic"
	"aiohub/internal/program/knowledge"
)

// Regions counts findings about several tasks.
type Regions struct{ Certain, Possible int }

// Move is what two ways off eventlet would cost a package.
type Move struct {
	Package
	Eventlet int // calls of eventlet, to be replaced either way
	Threads  Regions
}

// Kind is a rule and its findings.
type Kind struct {
	Code string
	Regions
}

// Moves counts for each package what becomes async, and what threads would break. Packages with most to do for threads
// come first.
func (p *Plan) Moves(found []atomic.Finding) (packages []Move, kinds []Kind) {
	byName := map[string]*Move{}
	at := func(name string) *Move {
		if byName[name] == nil {
			byName[name] = &Move{Package: Package{Name: name}}
		}
		return byName[name]
	}
	for _, pkg := range p.Packages() {
		at(pkg.Name).Package = pkg
	}
	for i := range p.Graph.Sites {
		if s := &p.Graph.Sites[i]; knowledge.Is(s.Name) {
			at(p.PackageOf(s.From)).Eventlet++
		}
	}
	byCode := map[string]*Kind{}
	for i := range found {
		f := &found[i]
		if byCode[f.Code] == nil {
			byCode[f.Code] = &Kind{Code: f.Code}
		}
		for _, r := range []*Regions{&at(p.PackageOf(f.Fn)).Threads, &byCode[f.Code].Regions} {
			if f.Certain {
				r.Certain++
			} else {
				r.Possible++
			}
		}
	}
	for _, m := range byName {
		packages = append(packages, *m)
	}
	slices.SortFunc(packages, func(a, b Move) int {
		return cmp.Or(cmp.Compare(b.Threads.Certain, a.Threads.Certain), cmp.Compare(b.Must, a.Must),
			cmp.Compare(b.Threads.Possible, a.Threads.Possible), strings.Compare(a.Name, b.Name))
	})
	for _, k := range byCode {
		kinds = append(kinds, *k)
	}
	slices.SortFunc(kinds, func(a, b Kind) int { return strings.Compare(a.Code, b.Code) })
	return packages, kinds
}
