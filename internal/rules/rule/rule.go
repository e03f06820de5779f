// Package rule is what all rules share: how a rule is described, what it is given, and how it reports.
//
// A Rule is a constant of the program, made once in its own package. A Pass lives for one file. A rule reads the
// records of that file and its syntax tree, reports, and keeps nothing: rules run in any order, in any goroutine.
package rule

import (
	"cmp"
	"slices"
	"strings"

	"aiohub/internal/output/finding"
	"aiohub/internal/program/knowledge"
	"aiohub/internal/program/scan"
)

// Rule is one rule. Its code never changes meaning; one that is given up is never given out again.
type Rule struct {
	Code  string // AH101
	Label string // why it matters, a few words that stand under the code; may be empty
	// These are in the rule's page; see Described.
	Name     string // reads after "allow": green-sleep
	Severity finding.Severity
	Fix      finding.Safety // of a rewrite of its places
	Help     string         // the remedy in one line, for findings that have no closer one
	OptIn    bool           // runs only when selected by its whole code or its name
	Doc      Doc
	// Names are the canonical names the rule is about; "x.*" is x and all below it. Every use of eventlet belongs to at
	// least one rule: what none names is left to AH199.
	Names []string
	// Phrases are what Say says, Sentences the parts of messages of a rule that puts them together itself, if there are
	// several. A test file of the rule has a place for each.
	Phrases Phrases
	// Fixable tells of a place whether `aiohub port` makes the rewrite that Fix is about, and Stage in which stage; nil for
	// never. Only there a finding says so.
	Fixable   func(*Pass, *scan.Record) bool
	Stage     int
	Sentences []string
	Check     func(*Pass) // nil for a rule that the driver itself reports for, or that looks at the call graph alone
	// CheckGraph is the check of a rule that asks the call graph: it is called for the files of which the graph has
	// something to say, test code left out. A rule can have both.
	CheckGraph func(*Pass)
	// Targets are those for which the rule runs: what is right on the way to asyncio can be wrong on the way to
	// threads. Nil for a rule that runs always.
	Targets []string
}

// For tells whether the rule runs for a target, "" for a tree that has none.
func (r *Rule) For(target string) bool { return r.Targets == nil || slices.Contains(r.Targets, target) }

// Claims tells whether a canonical name is among the rule's.
func (r *Rule) Claims(canon string) bool {
	for _, name := range r.Names {
		if prefix, below := strings.CutSuffix(name, ".*"); canon == prefix || below && strings.HasPrefix(canon, prefix+".") {
			return true
		}
	}
	return false
}

// Each is the Check of a rule that reports some of the records: match returns the message, or "" for a record that is
// none of the rule's business.
func Each(match func(*Pass, *scan.Record) string) func(*Pass) {
	return Advised(func(p *Pass, r *scan.Record) (message, help string) { return match(p, r), "" })
}

// Advised is Each for a rule whose remedy is not the same for all: match returns the help too, "" for the rule's own.
func Advised(match func(*Pass, *scan.Record) (message, help string)) func(*Pass) {
	return func(p *Pass) {
		for i := range p.Records {
			r := &p.Records[i]
			if message, help := match(p, r); message != "" {
				p.Report(r.Start, r.End, message, help)
				p.Fix(r)
			}
		}
	}
}

// OfKind is Each of the records of one kind.
func OfKind(kind scan.Kind, match func(*Pass, *scan.Record) string) func(*Pass) {
	return Each(func(p *Pass, r *scan.Record) string {
		if r.Kind != kind {
			return ""
		}
		return match(p, r)
	})
}

// Named is the Check of a rule that reports the uses and methods it claims, as "`x` phrase". when narrows it to some.
func Named(phrase string, when ...func(*Pass, *scan.Record) bool) func(*Pass) {
	return Each(func(p *Pass, r *scan.Record) string {
		if r.Kind != scan.Use && r.Kind != scan.Method || !p.rule.Claims(r.Canon) || p.Patched(r) {
			return ""
		}
		for _, condition := range when {
			if !condition(p, r) {
				return ""
			}
		}
		return p.Shown(r) + " " + phrase
	})
}

// Phrases are what a rule says of a name, by what is done with it. Each has to be true of all that it is said of; an
// empty one gives way to the next.
type Phrases struct {
	Waits  string // a call that lets others run before it returns
	Makes  string // a call of a class
	Method string // any other attribute of an object
	Calls  string // any other call
	Names  string // any other place: what is only named does nothing yet
}

// All lists the phrases that there are.
func (s Phrases) All() []string {
	var all []string
	for _, phrase := range []string{s.Waits, s.Makes, s.Method, s.Calls, s.Names} {
		if phrase != "" && !slices.Contains(all, phrase) {
			all = append(all, phrase)
		}
	}
	return all
}

// of chooses the phrase for a record.
func (s Phrases) of(r *scan.Record) string {
	method := r.Kind == scan.Method
	return cmp.Or(
		when(r.Call && r.Switches, s.Waits),
		when(r.Call && !method && knowledge.Constructs(r.Canon), s.Makes),
		when(method, s.Method),
		when(r.Call, s.Calls),
		s.Names,
	)
}

func when(holds bool, phrase string) string {
	if holds {
		return phrase
	}
	return ""
}

// Say is the Check of a rule that reports the uses and methods it claims, with its Phrases. conditions narrow it to
// some.
func Say(conditions ...func(*Pass, *scan.Record) bool) func(*Pass) {
	return Each(func(p *Pass, r *scan.Record) string {
		for _, condition := range conditions {
			if !condition(p, r) {
				return ""
			}
		}
		return p.Say(r, "")
	})
}

// Say is the message about a use or a method that the rule claims, "" for any other record: with a phrase of its own,
// or the one of the rule's Phrases.
func (p *Pass) Say(r *scan.Record, phrase string) string {
	if r.Kind != scan.Use && r.Kind != scan.Method || !p.rule.Claims(r.Canon) || p.Patched(r) {
		return ""
	}
	said := p.Shown(r) + " " + cmp.Or(phrase, p.rule.Phrases.of(r))
	if r.Unless != "" {
		said += ", unless it is that of `" + r.Unless + "`"
	}
	return said
}

// Codes of the rules that the driver reports for, since they are about the run and not about one file's code.
const (
	MalformedIgnore = "AH001"
	UnusedIgnore    = "AH002"
	Unparsable      = "AH003"
	OwnEventlet     = "AH004"
)
