package plan

import (
	"strings"

	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/knowledge"
)

// IsBlocking reports whether a name outside the tree is known to wait for something: eventlet's own, and the table of
// blocking calls of the standard library and common libraries.
func IsBlocking(dotted string) bool {
	if knowledge.Is(dotted) {
		return knowledge.SwitchesAt(dotted)
	}
	_, blocks := knowledge.Blocking(dotted)
	return blocks
}

// Why says whether a call out of the tree blocks in a file, and for what reason.
type verdict uint8

const (
	passes    verdict = iota
	blocks            // another green thread runs meanwhile: it has to be awaited
	stopsHub          // it blocks whole OS thread, today already
	wouldStop         // it would block an event loop, but no program of the tree makes it green
)

// bridge is the call with which a function that is not async waits for one that is.
const bridge = knowledge.Aiohub + ".wait"

// judge says what a call out of the tree does.
func (x *index) judge(site *callgraph.Site) verdict {
	if x.hasRoom(site) {
		return passes
	}
	if known, ok := x.verdicts[verdictKey{site.Name, x.g.Funcs[site.From].File}]; ok {
		return known
	}
	v := x.judgeName(site.Name, x.g.Funcs[site.From].File)
	x.verdicts[verdictKey{site.Name, x.g.Funcs[site.From].File}] = v
	return v
}

type verdictKey struct {
	name string
	file int32
}

func (x *index) judgeName(name string, file int32) verdict {
	s := x.settled
	switch {
	case s.passNames[name] || hasAnyPrefix(name, s.passAll):
		return passes
	case s.blockNames[name] || hasAnyPrefix(name, s.blockAll):
		return blocks
	case knowledge.Canon(name) == bridge:
		return blocks // an await takes its place when the function around it becomes async
	case knowledge.Is(name):
		if knowledge.SwitchesAt(name) {
			return blocks
		}
		return passes
	}
	patch, known := knowledge.Blocking(name)
	switch {
	case !known:
		return passes
	case patch == knowledge.NeverGreen:
		return stopsHub
	case s.patched || x.patchedIn(file, patch):
		return blocks
	}
	return wouldStop
}

func hasAnyPrefix(name string, prefixes []string) bool {
	for _, prefix := range prefixes {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}
