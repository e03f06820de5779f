// Package ah602 is the rule AH602, coroutine-as-value.
package ah602

import (
	"fmt"

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
	callgraph.Delegated:     "is iterated over",
	callgraph.AsyncIterated: "is iterated over before it is awaited",
	callgraph.Unpacked:      "is unpacked",
	callgraph.Entered:       "is entered",
	callgraph.AsyncEntered:  "is entered before it is awaited",
	callgraph.Argument:      "is given to",
	callgraph.Returned:      "is returned by",
	callgraph.Raised:        "is raised",
}

// Rule finds coroutines that are used as if they were what they will return.
var Rule = rule.Described(rule.Rule{
	Code:       "AH602",
	Label:      "`await` is missing",
	Sentences:  all(),
	CheckGraph: rule.Uses(say),
})

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
	if u.Nature != callgraph.Coroutine || sentence == "" || u.Kind == callgraph.Returned && u.Name == "" {
		return ""
	}
	text := fmt.Sprintf("%s is a coroutine and %s", p.Quote(u.Start, u.End), sentence)
	switch u.Kind {
	case callgraph.AttributeRead, callgraph.Argument, callgraph.Returned:
		text += " `" + u.Name + "`"
	}
	return text
}
