package show

import (
	"encoding/json"
	"io"

	"aiohub/internal/program/atomic"
	"aiohub/internal/program/plan"
)

// Threads writes what a move to threads would cost, package by package, beside one to asyncio. name gives the name of a
// rule.
func Threads(w io.Writer, p *plan.Plan, found []atomic.Finding, name func(code string) string) error {
	b := &page{}
	packages, kinds := p.Moves(found)
	var all plan.Move
	for _, m := range packages {
		all.Must, all.Faces, all.Eventlet = all.Must+m.Must, all.Faces+m.Faces, all.Eventlet+m.Eventlet
		all.Threads.Certain, all.Threads.Possible = all.Threads.Certain+m.Threads.Certain,
			all.Threads.Possible+m.Threads.Possible
	}
	b.line("to threads: %s in one go under green threads alone, possible: %s", count(all.Threads.Certain, "place"),
		thousands(all.Threads.Possible))
	b.line("to asyncio: async: %s, bridging: %s", count(all.Must, "function"), thousands(all.Faces))
	b.line("either way: %s of eventlet to replace", count(all.Eventlet, "call"))
	b.line("")
	b.line("%-34s %8s %9s %8s %8s %8s", "packages", "threads", "possible", "must", "face", "eventlet")
	for i, m := range packages {
		if i == pagePackages && len(packages) > pagePackages+1 {
			b.line("  and %d more", len(packages)-i)
			break
		}
		b.line("  %-32s %8s %9s %8s %8s %8s", shorten(m.Name, 32), thousands(m.Threads.Certain),
			thousands(m.Threads.Possible), thousands(m.Must), thousands(m.Faces), thousands(m.Eventlet))
	}
	if len(kinds) > 0 {
		b.line("")
		b.line("%-34s %8s %9s", "what threads would break", "certain", "possible")
		for _, k := range kinds {
			b.line("  %-6s %-25s %8s %9s", k.Code, name(k.Code), thousands(k.Certain), thousands(k.Possible))
		}
		b.line("")
		b.line("`aiohub check --target threads --why` shows each, with the tasks that meet there")
	}
	return b.to(w)
}

// moved is a package in ThreadsJSON.
type moved struct {
	Name     string `json:"name"`
	Threads  int    `json:"threads"`
	Possible int    `json:"possible"`
	Must     int    `json:"must"`
	May      int    `json:"may"`
	Face     int    `json:"face"`
	Eventlet int    `json:"eventlet"`
}

type broken struct {
	Code     string `json:"code"`
	Name     string `json:"name"`
	Certain  int    `json:"certain"`
	Possible int    `json:"possible"`
}

// ThreadsJSON writes the same as JSON, all packages included.
func ThreadsJSON(w io.Writer, p *plan.Plan, found []atomic.Finding, name func(code string) string) error {
	packages, kinds := p.Moves(found)
	document := struct {
		Packages []moved  `json:"packages"`
		Kinds    []broken `json:"kinds"`
	}{[]moved{}, []broken{}}
	for _, m := range packages {
		document.Packages = append(document.Packages,
			moved{m.Name, m.Threads.Certain, m.Threads.Possible, m.Must, m.May, m.Faces, m.Eventlet})
	}
	for _, k := range kinds {
		document.Kinds = append(document.Kinds, broken{k.Code, name(k.Code), k.Certain, k.Possible})
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(document)
}
