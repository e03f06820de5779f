// Package ah113 is the rule AH113, green-event.
package ah113

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/rules/rule"
)

// Rule finds eventlet's Event.
var Rule = &rule.Rule{
	Code:     "AH113",
	Name:     "green-event",
	Severity: finding.Warning,
	Help:     "use a future, or `aiohub.aio.OneShot`; `asyncio.Event` only if no value is sent",
	Names: []string{
		"eventlet.event.*",
	},
	Phrases: rule.Phrases{
		Waits:  "waits in eventlet's hub for a value or a signal",
		Makes:  "makes an event that green threads wait for",
		Method: "belongs to an event that green threads wait for",
		Names:  "is about events that green threads wait for",
	},
	Doc: rule.Doc{
		Title: "eventlet's Event",
		What:  "`Event`, and methods of one.",
		Why:   "It is a one-shot box for a value or an error, not a flag. Sending twice raises.",
		Before: `
done = event.Event()
done.send(result)
...
value = done.wait()
`,
		After: `
done = asyncio.get_running_loop().create_future()
done.set_result(result)
...
value = await done
`,
		Fix:       finding.Unsafe,
		FixSafety: "whether it escapes to code that is not ported has to be known.",
		Pitfalls:  "`asyncio.Event` carries no value and can be set twice. A cancelled waiter cancels a shared future; use `asyncio.shield`.",
		Since:     "0.1.0",
	},
	Check: rule.Say(),
}
