package port

import (
	"strings"

	"aiohub/internal/output/finding"
	"aiohub/internal/program/scan"
)

// Survey3 says of each use of eventlet's what stage 3 does with it, whatever becomes of the functions around: for the
// statistics.
func Survey3(result *Result, t *Tree) *Result {
	type key struct {
		file string
		at   int
	}
	decided, notes := map[key]*Rule{}, map[key]string{}
	for i := range result.Places {
		p := &result.Places[i]
		k := key{p.File, p.Start}
		if isEventlet(p.Name) || p.Name == "greenlet.GreenletExit" {
			if now := worse(decided[k], p.Rule); now != decided[k] {
				decided[k], notes[k] = now, p.Note
			}
		}
	}
	out := &Result{Options: result.Options, Faults: result.Faults}
	for i := range t.Records {
		r := &t.Records[i]
		if r.Kind != scan.Use && r.Kind != scan.Method || !isEventlet(r.Canon) {
			continue
		}
		rule := decided[key{r.File, r.Start}]
		if rule == nil && r.Kind == scan.Method && !hasTwin(r.Canon) {
			rule = byHand
		} else if rule == nil {
			rule = renames
		}
		out.Places = append(out.Places, Place{
			File: r.File, Line: r.Line, Column: r.Column, Start: r.Start, End: r.End, Name: r.Canon, Family: Family(r.Canon),
			Test:    r.Test,
			Counted: true, Rule: rule, Note: notes[key{r.File, r.Start}],
		})
	}
	return out
}

// hasTwin reports whether the class of a method has one that the method's name stays good for.
func hasTwin(method string) bool {
	class := method[:strings.LastIndexByte(method, '.')]
	if class == proxyName {
		return false // what is done with its methods was decided
	}
	return twins[class] != "" || primitives[class] != nil || strings.HasPrefix(method, greenModules) ||
		rewriteOf(method) != nil
}

// worse is the rule that asks for more.
func worse(a, b *Rule) *Rule {
	rank := map[finding.Safety]int{finding.Safe: 1, finding.Unsafe: 2, finding.Manual: 3}
	if a == nil || rank[b.Safety] > rank[a.Safety] {
		return b
	}
	return a
}
