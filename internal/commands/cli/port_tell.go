package cli

import (
	"fmt"
	"path"
	"strings"
	"unicode/utf8"

	"aiohub/internal/program/port"
)

// mostPlaces is how many places of one rule are listed.
const mostPlaces = 4

// lineWidth is how many characters a line of stderr has, the program's name included, as far as it can be broken.
const lineWidth = 80

// tellPort says on stderr what is left to people, or to --unsafe, rule by rule, and which files were left alone.
func (a *App) tellPort(j *job, result *port.Result) {
	unsafe, more := false, false
	for _, rule := range port.Rules {
		if !result.Open(rule) {
			continue
		}
		places := a.tellRule(j, result, rule)
		unsafe = unsafe || places > 0 && rule.IsUnsafe()
		more = more || places > mostPlaces
	}
	if more {
		a.tell(j.globals, "--output-format json lists all places, --stats counts them")
	}
	if unsafe {
		a.tell(j.globals, "unsafe changes are left out; look at their places, then give --unsafe")
	}
	for _, f := range result.Faults {
		a.tell(j.globals, "warning: %s: %s", j.shown(f.File), f.Message)
	}
}

// tellGone says which files are deleted, and what to look at because of it.
func (a *App) tellGone(j *job, result *port.Result) {
	for i := range result.Places {
		p := &result.Places[i]
		if !p.Rule.Deletes() || result.Refused {
			continue
		}
		text := j.shown(p.File) + " goes: nothing is left in it"
		if p.Note != "" {
			text += "; " + p.Note
		}
		a.tellWrapped(j, "", text)
	}
}

// tellRule lists the first places of a rule, and gives their number.
func (a *App) tellRule(j *job, result *port.Result, rule *port.Rule) int {
	places := 0
	for i := range result.Places {
		p := &result.Places[i]
		if p.Rule != rule {
			continue
		}
		if places == 0 {
			a.tellWrapped(j, "", kindOf(rule)+": "+rule.Title)
		}
		if places++; places > mostPlaces {
			continue
		}
		what := nameIn(p.Name, p.File)
		if p.Note != "" {
			what += ": " + p.Note
		}
		a.tellWrapped(j, "  ", fmt.Sprintf("%s:%d:%d: %s", j.shown(p.File), p.Line, p.Column, what))
	}
	if places > mostPlaces {
		a.tell(j.globals, "  and %d more", places-mostPlaces)
	}
	if places > 0 {
		a.tellWrapped(j, "  ", "hint: "+rule.Why)
	}
	return places
}

// kindOf says what a rule asks for: a person's hands, or --unsafe.
func kindOf(rule *port.Rule) string {
	if rule.IsUnsafe() {
		return "unsafe: " + rule.Name
	}
	return "manual"
}

// nameIn is a name without its module, where that is the file that stands before it: app.work:Worker.run in app/work.py
// is Worker.run.
func nameIn(name, file string) string {
	module, short, ok := strings.Cut(name, ":")
	own := strings.TrimSuffix(strings.TrimSuffix(file, path.Ext(file)), "/__init__")
	if ok && strings.HasSuffix("/"+own, "/"+strings.ReplaceAll(module, ".", "/")) {
		return short
	}
	return name
}

// tellWrapped says a text in lines that a terminal of the usual width has room for. They are broken at spaces, and
// those behind the first one are indented further.
func (a *App) tellWrapped(j *job, indent, text string) {
	line, room := indent, lineWidth-len("aiohub: ")
	begun := false
	for word := range strings.FieldsSeq(text) {
		switch {
		case !begun:
			line += word
		case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) <= room:
			line += " " + word
		default:
			a.tell(j.globals, "%s", line)
			line = indent + "  " + word
		}
		begun = true
	}
	a.tell(j.globals, "%s", line)
}
