// Package ah602 is the rule AH602, coroutine-as-value.
package ah602

import (
	"fmt"

	"aiohub/internal/output/finding"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/rules/rule"
)

// sentences say what a place does with the coroutine.
var sentences = map[callgraph.UseKind]string{
	callgraph.Tested:        "is asked for its truth: it is always true",
	callgraph.Compared:      "is compared: it equals nothing",
	callgraph.Operand:       "is calculated with",
	callgraph.Formatted:     "is put into a text: that shows the object, not its result",
	callgraph.Indexed:       "is indexed",
	callgraph.Key:           "is used as a key",
	callgraph.AttributeRead: "is asked for",
	callgraph.Iterated:      "is iterated over",
	callgraph.AsyncIterated: "is iterated over before it is awaited",
	callgraph.Unpacked:      "is unpacked",
	callgraph.Entered:       "is entered",
	callgraph.AsyncEntered:  "is entered before it is awaited",
	callgraph.Argument:      "is given to",
	callgraph.Returned:      "is returned by",
	callgraph.Raised:        "is raised",
}

// Rule finds coroutines that are used as if they were what they will return.
var Rule = &rule.Rule{
	Code:      "AH602",
	Name:      "coroutine-as-value",
	Severity:  finding.Error,
	Label:     "`await` is missing",
	Help:      "`await` the call, and use what it gives",
	Sentences: all(),
	Doc: rule.Doc{
		Title: "a coroutine that is used as if it were its result",
		What: `What calling a coroutine function gives is compared, tested, iterated over, formatted, indexed, unpacked, calculated with, entered by ` + "`with`" + `, asked for an
attribute, given to a function that wants a value, or returned by a function that promises one: a coroutine function, whose callers await once, a method that Python calls, or a
function whose annotation says so.`,
		Why: `A coroutine is always true, equals nothing, and has none of the attributes that its result has. A test goes wrong in silence; the rest raises TypeError or
AttributeError where a test may never come by.`,
		Before:    "async def is_open(self):\n    ...\n\nasync def send(self):\n    if self.is_open():\n        ...",
		After:     "async def is_open(self):\n    ...\n\nasync def send(self):\n    if await self.is_open():\n        ...",
		Fix:       finding.Manual,
		FixSafety: "an await lets other tasks run: what was decided before it may not hold behind it.",
		Pitfalls:  "In a comprehension an await makes a list comprehension wait for one element after the other; `asyncio.gather` runs them side by side.",
		Since:     "0.4.0",
	},
	CheckGraph: rule.Uses(say),
}

func all() []string {
	var list []string
	for kind := callgraph.Dropped; kind <= callgraph.Raised; kind++ {
		if s := sentences[kind]; s != "" {
			list = append(list, s)
		}
	}
	return list
}

func say(p *rule.Pass, u *callgraph.Use) string {
	sentence := sentences[u.Kind]
	if u.Nature != callgraph.Coroutine || sentence == "" {
		return ""
	}
	text := fmt.Sprintf("%s is a coroutine and %s", p.Quote(u.Start, u.End), sentence)
	switch u.Kind {
	case callgraph.AttributeRead, callgraph.Argument, callgraph.Returned:
		text += " `" + u.Name + "`"
	}
	return text
}
