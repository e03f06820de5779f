package port

import "aiohub/internal/output/finding"

var becomesAsync = define(Rule{
	Name: "becomes-async", Stage: 2, Safety: finding.Safe,
	Title:  "a function of the component becomes `async def`",
	Why:    "All its certain callers change in the same step, and there are no possible ones. What blocks in it and is not rewritten goes on to work on aiohub: only this coroutine waits.",
	Before: "def load(key):\n    eventlet.sleep(1)", After: "async def load(key):\n    await asyncio.sleep(1)",
})

var awaits = define(Rule{
	Name: "awaits", Stage: 2, Safety: finding.Safe,
	Title:  "a call from within the component is awaited",
	Why:    "The call leads to a function of the component for certain.",
	Before: "value = self.load(key).strip()", After: "value = (await self.load(key)).strip()",
})

var bridges = define(Rule{
	Name: "bridges", Stage: 2, Safety: finding.Safe,
	Title:  "a call from outside of the component, or in a generator expression, waits for the coroutine",
	Why:    "`aiohub.wait` returns what the function returned and raises what it raised, in a green thread as in a coroutine that calls the caller.",
	Before: "value = store.load(key)", After: "value = aiohub.wait(store.load(key))",
})

var startsSync = define(Rule{
	Name: "starts-sync-face", Stage: 2, Safety: finding.Safe,
	Title:  "what is started as a green thread gets a blocking face",
	Why:    "The green thread runs the coroutine to its end: its result, its errors, `kill` and `link` are those of the green thread, as before.",
	Before: "eventlet.spawn(self.loop)", After: "eventlet.spawn(aiohub.async_to_sync(self.loop))",
})

var bridgesByName = define(Rule{
	Name: "bridges-by-name", Stage: 2, Safety: finding.Safe,
	Title:  "a test calls a method on an object of which nothing is known, and all methods of the tree with that name are of the component",
	Why:    "`aiohub.wait` returns what the method returned. If the object were something else, it would raise TypeError at once.",
	Before: "fixture.load(key)", After: "aiohub.wait(fixture.load(key))",
})

var calledAtOnce = define(Rule{
	Name: "called-at-once", Stage: 2, Safety: finding.Safe,
	Title:  "a function is handed to one that calls it while it runs, and gets a blocking face there",
	Why:    "`assertRaises`, `map` and the like keep nothing of it.",
	Before: "self.assertRaises(KeyError, store.load, 'x')", After: "self.assertRaises(KeyError, aiohub.async_to_sync(store.load), 'x')",
})

var escapesSync = define(Rule{
	Name: "callback-gets-face", Stage: 2, Safety: finding.Unsafe,
	Title: "a callback handed to code outside the tree gets a blocking face",
	Why:   "The face is a new object each time: who compares the callback, or takes it back by itself, no longer finds it.",
})

var mocksAsync = define(Rule{
	Name: "mock-can-be-awaited", Stage: 2, Safety: finding.Safe,
	Title:  "a mock in the place of a function that became async is an `AsyncMock`",
	Why:    "The code under test awaits it. `mock.patch` makes such a mock by itself.",
	Before: "store.load = mock.Mock(return_value=1)", After: "store.load = mock.AsyncMock(return_value=1)",
})

var sleeps = define(Rule{
	Name: "sleep", Stage: 2, Safety: finding.Safe,
	Title:  "`await asyncio.sleep(...)` in place of `eventlet.sleep(...)`",
	Why:    "The function is a coroutine now, the value is not used, and no test replaces `eventlet.sleep`. Without an argument it is `asyncio.sleep(0)`.",
	Before: "eventlet.sleep()", After: "await asyncio.sleep(0)",
})

var sleepStays = define(Rule{
	Name: "sleep-stays", Stage: 2, Safety: finding.Manual, Important: true,
	Title: "`eventlet.sleep`, or `time.sleep`, stays in a coroutine",
	Why:   "On aiohub only this coroutine waits. Stage 3 needs `await asyncio.sleep(...)` in its place: take away what is named here.",
})

var isGenerator = define(Rule{
	Name: "generator", Stage: 2, Safety: finding.Manual, Important: true,
	Title: "a generator would become an async generator",
	Why:   "Everybody who iterates over it has to say `async for`. Make a list of it, or keep it sync with stays-sync.",
})

var isSpecial = define(Rule{
	Name: "special-method", Stage: 2, Safety: finding.Manual, Important: true,
	Title: "nobody can await a property or a special method",
	Why:   "Move what blocks into a method of its own, or an async factory; or keep it with stays-sync.",
})

var isDecorated = define(Rule{
	Name: "decorated", Stage: 2, Safety: finding.Manual, Important: true,
	Title: "a decorator would get a coroutine",
	Why:   "One that retries, measures, locks or catches sees the coroutine being made and nothing of its run. Give it an async twin, or move it to a function inside.",
})

var notAFunction = define(Rule{
	Name: "no-function", Stage: 2, Safety: finding.Manual, Important: true,
	Title: "await cannot stand in a lambda",
	Why:   "Make a function of it.",
})

var sharesName = define(Rule{
	Name: "override-outside", Stage: 2, Safety: finding.Manual, Important: true,
	Title: "a method that overrides one of the component, or is overridden by it, is not part of the component",
	Why:   "Callers cannot know which of them they get: both are async, or none.",
})

var greenLocal = define(Rule{
	Name: "thread-local-state", Stage: 2, Safety: finding.Manual, Important: true,
	Title: "a function uses what a library keeps by thread: a session, a transaction, a request",
	Why:   "Behind a bridge it runs in a green thread of its own and does not find what its caller put there. Hand the session over as an argument, or port all that shares it in one step.",
})

var mayBeCalled = define(Rule{
	Name: "possible-caller", Stage: 2, Safety: finding.Manual, Important: true,
	Title: "a call that may lead to a function of the component",
	Why:   "It would get a coroutine and not the result. `aiohub plan --questions` asks what is called here; answer in [tool.aiohub.plan].",
})

var calledIndirectly = define(Rule{
	Name: "indirect-call", Stage: 2, Safety: finding.Manual, Important: true,
	Title: "a call of a function of the component that cannot be rewritten at its place",
	Why:   "It goes through an operator, a decorator, a helper or a computed name. Write it as a plain call.",
})

var passedOn = define(Rule{
	Name: "passed-on", Stage: 2, Safety: finding.Manual, Important: true,
	Title: "a function of the component is handed to code that calls it without await",
	Why:   "Hand over `aiohub.async_to_sync(function)`, if nobody compares it with the function later; --unsafe does so.",
})

var usedAsValue = define(Rule{
	Name: "used-as-value", Stage: 2, Safety: finding.Manual, Important: true,
	Title: "a name of a function of the component stands for a value",
	Why:   "Whoever calls the value gets a coroutine. If it is the function of the component, hand over `aiohub.async_to_sync(function)`; if it is another thing of the same name, say so by naming it differently.",
})

var replaced = define(Rule{
	Name: "replaced-by-sync", Stage: 2, Safety: finding.Manual, Important: true,
	Title: "something that is no coroutine function is put in the place of a function of the component",
	Why:   "The code under test awaits it. Use `mock.AsyncMock`, or an `async def`.",
})
