// Package ah117 is the rule AH117, green-server.
package ah117

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/rules/rule"
)

// Rule finds eventlet's own servers and sockets.
var Rule = &rule.Rule{
	Code:     "AH117",
	Name:     "green-server",
	Severity: finding.Warning,
	Help:     "serve the application with an ASGI or WSGI server of its own",
	Names: []string{
		"eventlet.wsgi.*",
		"eventlet.websocket.*",
		"eventlet.convenience.*",
		"eventlet.backdoor.*",
	},
	Phrases: rule.Phrases{
		Waits: "serves or connects in eventlet's hub",
		Calls: "sets up a server or a connection in eventlet's hub",
		Names: "is part of eventlet's own servers and sockets",
	},
	Doc: rule.Doc{
		Title:     "eventlet's own servers and sockets",
		What:      "`wsgi.server`, `websocket`, `listen`, `connect`, `serve`, `wrap_ssl`, the backdoor.",
		Why:       "The server is the outermost thing that runs in eventlet's hub, and it comes last: everything it calls has to be ready first.",
		Before:    "wsgi.server(eventlet.listen((\"\", 8080)), app)",
		After:     "# uvicorn --interface wsgi service:app",
		Fix:       finding.Manual,
		FixSafety: "which server is right depends on the deployment.",
		Pitfalls:  "`wsgi.MAX_HEADER_LINE`, `HttpProtocol` subclasses and `environ[\"eventlet.posthooks\"]` have no counterpart. A WSGI app in a thread pool sees real threads.",
		Since:     "0.1.0",
	},
	Check: rule.Say(),
}
