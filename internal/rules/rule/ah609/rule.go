// Package ah609 is the rule AH609, slow-work-in-coroutine.
package ah609

import (
	"aiohub/internal/program/knowledge"
	"aiohub/internal/rules/rule"
	"aiohub/internal/rules/rule/hold"
)

const (
	files        = "works on files in the thread of the event loop"
	filesThrough = "works on files in the thread of the event loop: it leads to"
	cpu          = "calculates in the thread of the event loop"
	cpuThrough   = "calculates in the thread of the event loop: it leads to"
)

// Rule finds work on files and long calculations on the event loop.
var Rule = rule.OfGraph("AH609", check, files, filesThrough, cpu, cpuThrough)

func check(p *rule.Pass) {
	hold.Check(p, hold.Sentences{Direct: files, Through: filesThrough}, []knowledge.Hold{knowledge.Files}, false)
	hold.Check(p, hold.Sentences{Direct: cpu, Through: cpuThrough}, []knowledge.Hold{knowledge.Calculates}, false)
}
