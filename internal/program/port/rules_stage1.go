package port

import "aiohub/internal/output/finding"

var moves = define(Rule{
	Name: "names-move", Stage: 1, Safety: finding.Safe,
	Title:  "an import of eventlet becomes one of `aiohub.green`, or of the facade",
	Why:    "The names are eventlet's own objects, and who replaces a name of `aiohub.green` replaces eventlet's. The name that the import binds stays, so that nothing else in the file, and nobody who reaches through it, has to change.",
	Before: "import eventlet\nfrom eventlet.green import socket", After: "from aiohub import green as eventlet\nfrom aiohub.green.green import socket",
})

var follows = define(Rule{
	Name: "follows-its-import", Stage: 1, Safety: finding.Safe,
	Title: "a name, method or mock target that follows an import",
	Why:   "It is reached through an import that moves; its text stays.",
})

var stringMoves = define(Rule{
	Name: "strings-follow", Stage: 1, Safety: finding.Safe,
	Title:  "the dotted path of something to mock or to import",
	Why:    "The path leads to the same attribute: a mock of it is seen by all who reach the name as eventlet's, too.",
	Before: `mock.patch("eventlet.sleep")`, After: `mock.patch("aiohub.green.sleep")`,
})

var installs = define(Rule{
	Name: "install", Stage: 1, Safety: finding.Safe,
	Title:  "`aiohub.install(patch=...)` in place of `monkey_patch(...)`",
	Why:    "It makes aiohub's hub the hub of the process and then calls `eventlet.monkey_patch` with the same arguments, at the same place.",
	Before: "import eventlet\neventlet.monkey_patch(os=False)", After: "import aiohub\naiohub.install(patch={\"os\": False})",
})

var installsHub = define(Rule{
	Name: "install-hub", Stage: 1, Safety: finding.Safe,
	Title:  "`aiohub.install()` in place of `use_hub(...)`",
	Why:    "The program chose a hub at this place; now it chooses aiohub's. `use_hub()` without an argument stays: it makes the default hub anew, which is aiohub's.",
	Before: "eventlet.hubs.use_hub(get_hub())", After: "aiohub.install()",
})

var scriptInstalls = define(Rule{
	Name: "script-installs", Stage: 1, Safety: finding.Safe,
	Title:  "a file that is run as a program, and uses eventlet without patching, installs the hub first",
	Why:    "It is done in the block that only a program runs, before its first statement. Who imports the file sees nothing of it.",
	Before: "if __name__ == \"__main__\":\n    main()", After: "if __name__ == \"__main__\":\n    aiohub.install()\n    main()",
})

var requires = define(Rule{
	Name: "requires-aiohub", Stage: 1, Safety: finding.Safe,
	Title:  "aiohub joins eventlet among the requirements",
	Why:    "Nothing is taken away: aiohub needs eventlet until stage 3.",
	Before: "eventlet>=0.36", After: "aiohub\neventlet>=0.36",
})

var staysValue = define(Rule{
	Name: "string-is-a-value", Stage: 1, Safety: finding.Safe,
	Title: "a string that is a value and no path: the name of a logger or an executor, a key of a WSGI environment",
	Why:   "Whoever reads it expects this very text.",
})

var hubVariable = define(Rule{
	Name: "hub-variable", Stage: 1, Safety: finding.Safe,
	Title: "an environment variable that eventlet reads",
	Why:   "`aiohub.install()` decides about the hub, whatever EVENTLET_HUB says; the others mean what they meant.",
})

var importsByName = define(Rule{
	Name: "import-by-name", Stage: 1, Safety: finding.Manual, Important: true,
	Title: "an import by a name that cannot be changed at its place",
	Why:   "Import `aiohub.green` there.",
})

var patchPassedOn = define(Rule{
	Name: "patch-passed-on", Stage: 1, Safety: finding.Manual, Important: true,
	Title:  "`monkey_patch` is no plain call here: it is a value, or the name has other values too",
	Why:    "Its callers cannot be told for certain. It goes on to work as it is, on the hub that there is then: call `aiohub.install()` where the program starts, before it.",
	Before: "patch = eventlet.monkey_patch", After: "def patch(**modules):\n    aiohub.install(patch=modules or True)",
})

var hubPassedOn = define(Rule{
	Name: "hub-passed-on", Stage: 1, Safety: finding.Manual, Important: true,
	Title: "`use_hub` through a name that nothing here imports",
	Why:   "Put `aiohub.install()` in its place, or it takes aiohub's hub away again.",
})

var mocksPatch = define(Rule{
	Name: "mock-of-monkey-patch", Stage: 1, Safety: finding.Manual, Important: true,
	Title: "a mock of `monkey_patch` or `use_hub`",
	Why:   "The code under test may call `aiohub.install` now, which calls `eventlet.patcher.monkey_patch`. Mock `aiohub.install`, and look at what is asserted.",
})

var requiresByHand = define(Rule{
	Name: "requirement-by-hand", Stage: 1, Safety: finding.Manual, Important: true,
	Title: "a requirement of eventlet in a form that is not understood",
	Why:   "Add aiohub beside it.",
})
