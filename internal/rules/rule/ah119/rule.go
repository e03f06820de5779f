// Package ah119 is the rule AH119, green-io.
package ah119

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/rules/rule"
)

// Rule finds eventlet's green sockets and pipes.
var Rule = &rule.Rule{
	Code:     "AH119",
	Name:     "green-io",
	Severity: finding.Warning,
	Help:     "use asyncio streams, or the plain object in a thread",
	Names: []string{
		"eventlet.greenio.*",
	},
	Phrases: rule.Phrases{
		Waits: "may wait in eventlet's hub for a descriptor",
		Makes: "makes a socket or a pipe that waits in eventlet's hub",
		Names: "is part of eventlet's green sockets and pipes",
	},
	Doc: rule.Doc{
		Title: "eventlet's green sockets and pipes",
		What:  "`greenio.GreenSocket`, `GreenPipe`, and methods of such objects.",
		Why:   "They wait in eventlet's hub for their descriptor.",
		Before: `
pipe = greenio.GreenPipe(fd)
pipe.read()
`,
		After: `
reader = asyncio.StreamReader()
await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), pipe)
await reader.read()
`,
		Fix:       finding.Manual,
		FixSafety: "reading and writing change shape: a stream hands out bytes, not calls.",
		Pitfalls:  "Two readers of one descriptor are an error in asyncio.",
		Since:     "0.1.0",
	},
	Check: rule.Say(),
}
