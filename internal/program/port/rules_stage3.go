package port

import "aiohub/internal/output/finding"

var (
	turnsAsync = define(Rule{
		Name: "coroutine", Stage: 3, Safety: finding.Safe,
		Title:  "what waits, and who calls it, becomes `async def`",
		Why:    "It waits for something whose twin is awaited, and all its callers are rewritten with it.",
		Before: "def fetch(self):\n    return self.queue.get()", After: "async def fetch(self):\n    return await self.queue.get()",
	})
	waitsFor = define(Rule{
		Name: "awaited", Stage: 3, Safety: finding.Safe,
		Title: "a call of a coroutine function is awaited",
		Why:   "All functions that the call can lead to are coroutine functions.",
	})
	callsEither = define(Rule{
		Name: "call-either", Stage: 3, Safety: finding.Safe,
		Title:  "a value is called that can be a coroutine function or a plain one",
		Why:    "`aio.call` awaits what the call gives if that can be awaited.",
		Before: "self.on_finished(job)", After: "await aio.call(self.on_finished, job)",
	})
	entersAsync = define(Rule{
		Name: "async-context-manager", Stage: 3, Safety: finding.Safe,
		Title:  "a context manager that waits is an asynchronous one, and its with statements are `async with`",
		Why:    "Every with statement that uses it is known.",
		Before: "@contextlib.contextmanager\ndef running():", After: "@contextlib.asynccontextmanager\nasync def running():",
	})
	renames = define(Rule{
		Name: "twin", Stage: 3, Safety: finding.Safe,
		Title: "a name of eventlet's becomes that of its twin in asyncio or `aiohub.aio`",
		Why:   "The twin does the same for coroutines; `aio.Timeout` is a BaseException, too, and `aio.OneShot` happens once.",
	})
	primitive = define(Rule{
		Name: "primitive", Stage: 3, Safety: finding.Safe,
		Title:  "a wait of eventlet's becomes the awaited one of its twin",
		Why:    "The function is a coroutine function, the arguments are those that the twin takes, and the value is the same.",
		Before: "self.pool.spawn_n(self.deliver, url)", After: "await self.pool.spawn(self.deliver, url)",
	})
	putsAtOnce = define(Rule{
		Name: "put-at-once", Stage: 3, Safety: finding.Safe,
		Title: "`put` into a queue that is never full is `put_nowait`",
		Why:   "No queue of the tree has a limit, so that none waits in `put`: its callers stay as they are.",
	})
	startsTask = define(Rule{
		Name: "task", Stage: 3, Safety: finding.Safe,
		Title:  "what was started as a green thread is a task",
		Why:    "`aio.spawn` keeps the task alive and logs its error. A plain function, or one that is not known, is run by `aio.call`.",
		Before: "eventlet.spawn(self.loop, 1)", After: "aio.spawn(self.loop(1))",
	})
	timeoutBlock = define(Rule{
		Name: "timeout", Stage: 3, Safety: finding.Safe,
		Title:  "`with Timeout` is `async with aio.Timeout`",
		Why:    "Nothing in the block catches it, so that nobody sees that it is on its way as a cancellation. It leaves the block as a BaseException of its own class, as before.",
		Before: "with eventlet.Timeout(5, False):\n    job.wait()", After: "async with aio.Timeout(5, False):\n    await job.wait()",
	})
	timeoutObject = define(Rule{
		Name: "timeout-object", Stage: 3, Safety: finding.Safe,
		Title:  "a Timeout that is made before a try and cancelled in its finally limits the body of the try",
		Why:    "It is cancelled on every way out, and the handlers stand around the block that it limits.",
		Before: "limit = Timeout(5)\ntry:\n    work()\nfinally:\n    limit.cancel()", After: "limit = aio.Timeout(5)\nasync with limit:\n    await work()",
	})
	bridgeGoes = define(Rule{
		Name: "bridge-goes", Stage: 3, Safety: finding.Safe,
		Title:  "`aiohub.wait(x)` is `await x`",
		Why:    "The function around it is a coroutine function now.",
		Before: "value = aiohub.wait(store.load(key))", After: "value = await store.load(key)",
	})
	lastMiles = define(Rule{
		Name: "last-mile", Stage: 3, Safety: finding.Safe,
		Title:  "what aiohub had for the border is asyncio's",
		Why:    "Only coroutines are left to wait for it.",
		Before: "await event.async_wait()", After: "await event.wait()",
	})
	uninstalls = define(Rule{
		Name: "uninstall", Stage: 3, Safety: finding.Safe,
		Title: "`aiohub.install` and `monkey_patch` go",
		Why:   "Nothing in the tree needs a hub or a green standard library any more.",
	})
	startsWithRun = define(Rule{
		Name: "asyncio-run", Stage: 3, Safety: finding.Safe,
		Title:  "a program starts with `asyncio.run`",
		Why:    "It is the one call that the file makes as a program.",
		Before: "if __name__ == \"__main__\":\n    main()", After: "if __name__ == \"__main__\":\n    asyncio.run(main())",
	})
	greenGoes = define(Rule{
		Name: "green-module-goes", Stage: 3, Safety: finding.Safe,
		Title:  "a module below `eventlet.green` is the module itself",
		Why:    "What waited in it is rewritten, or reported.",
		Before: "from aiohub.green.green import subprocess", After: "import subprocess",
	})
	requirementGoes = define(Rule{
		Name: "requirement-goes", Stage: 3, Safety: finding.Safe,
		Title: "eventlet leaves the requirements, and aiohub with it if nothing imports `aiohub.aio`",
		Why:   "Nothing of the tree imports them.",
	})
	requirementAlone = define(Rule{
		Name: "requires-aio-alone", Stage: 3, Safety: finding.Safe,
		Title:  "`aiohub` becomes `aiohub-aio` among the requirements",
		Why:    "Only `aiohub.aio` is imported any more. This distribution has it alone, under the same name, and needs neither eventlet nor greenlet.",
		Before: "aiohub>=1", After: "aiohub-aio>=1",
	})
	testCase = define(Rule{
		Name: "async-test-case", Stage: 3, Safety: finding.Safe,
		Title:  "a test case with coroutines is an `IsolatedAsyncioTestCase`",
		Why:    "It runs `async def test_...` on a loop, and plain tests as before. `setUp` that waits is `asyncSetUp`, and a cleanup that waits `addAsyncCleanup`.",
		Before: "class JobTest(unittest.TestCase):", After: "class JobTest(unittest.IsolatedAsyncioTestCase):",
	})
	testRaises = define(Rule{
		Name: "assert-raises", Stage: 3, Safety: finding.Safe,
		Title:  "`assertRaises` of a coroutine function is a with statement",
		Why:    "Called with the function it would see the coroutine being made, and nothing of its run.",
		Before: "self.assertRaises(KeyError, store.load, 'x')", After: "with self.assertRaises(KeyError):\n    await store.load('x')",
	})
	mockFollows = define(Rule{
		Name: "mock-follows", Stage: 3, Safety: finding.Safe,
		Title:  "a mock of a name of eventlet's replaces its twin",
		Why:    "The code under test calls the twin with the same arguments. `mock.patch` makes a mock that can be awaited by itself.",
		Before: `@mock.patch("shop.prices.eventlet.sleep")`, After: `@mock.patch("shop.prices.asyncio.sleep")`,
	})
	mockAwaited = define(Rule{
		Name: "mock-gets-awaitable", Stage: 3, Safety: finding.Safe,
		Title:  "a mock of a whole object gets an `AsyncMock` for a method that is awaited",
		Why:    "The test looks at the mock's method of this name, and all methods of the tree with it are coroutine functions.",
		Before: "service = mock.Mock()\nservice.submit.return_value = 5", After: "service = mock.Mock()\nservice.submit = mock.AsyncMock()\nservice.submit.return_value = 5",
	})
	testInLoop = define(Rule{
		Name: "test-in-loop", Stage: 3, Safety: finding.Safe,
		Title:  "a test that the project's runner could not await runs in a loop of its own",
		Why:    "`aio.in_loop` makes a plain function of a coroutine function, by asyncio.run. What decorates it from outside, as mock.patch does, is in force while it runs.",
		Before: "def test_it(self):\n    store.load()", After: "@aio.in_loop\nasync def test_it(self):\n    await store.load()",
	})
	testMarked = define(Rule{
		Name: "test-marked", Stage: 3, Safety: finding.Safe,
		Title: "a test that became a coroutine function is marked for the plugin that the project has",
		Why:   "pytest-asyncio and anyio run what is marked.",
	})

	links = define(Rule{
		Name: "link", Stage: 3, Safety: finding.Unsafe,
		Title:  "`link` is a callback of the task",
		Why:    "eventlet called it in the green thread itself, before anybody else ran. A task's callback runs in the next turn of the loop, and one that waits as a task of its own.",
		Before: "thread.link(self.ended, job)", After: "aio.link(thread, self.ended, job)",
	})
	cancels = define(Rule{
		Name: "cancel", Stage: 3, Safety: finding.Unsafe,
		Title: "`cancel` of a task also ends one that has begun",
		Why:   "eventlet's did nothing then.",
	})
	currentTask = define(Rule{
		Name: "current-task", Stage: 3, Safety: finding.Unsafe,
		Title: "`getcurrent` is `asyncio.current_task`",
		Why:   "As a key or an identity it does. Plain callbacks of the loop have none, and functions that are called in a coroutine its task.",
	})
	exitsByCancel = define(Rule{
		Name: "cancelled-error", Stage: 3, Safety: finding.Unsafe,
		Title: "`except GreenletExit` is `except asyncio.CancelledError`",
		Why:   "A handler that does not raise it again turns the cancellation into a normal end, also one that a timeout asked for.",
	})
	threadPool = define(Rule{
		Name: "to-thread-pool", Stage: 3, Safety: finding.Unsafe,
		Title:  "`tpool.execute` is `asyncio.to_thread`",
		Why:    "eventlet has 20 threads; asyncio's executor has min(32, processors + 4), and code that uses it for other things shares them. `loop.set_default_executor` decides otherwise.",
		Before: "tpool.execute(digest, data)", After: "await asyncio.to_thread(digest, data)",
	})
	toThread = define(Rule{
		Name: "blocking-call-in-thread", Stage: 3, Safety: finding.Unsafe,
		Title:  "a call that waits for the standard library goes to a thread",
		Why:    "It was green under monkey_patch, and a Timeout ended it. In a thread it goes on to its end, whatever becomes of who waits for it; at most as many run as the executor has threads. Better is a library that speaks asyncio.",
		Before: "urllib.request.urlopen(url)", After: "await asyncio.to_thread(urllib.request.urlopen, url)",
	})
	testInThread = define(Rule{
		Name: "test-helper-in-thread", Stage: 3, Safety: finding.Unsafe,
		Title:  "a helper of the tests that waits for the standard library is called in a thread",
		Why:    "It plays the other side, a client or a server, and has to run beside the loop. In a thread it must not touch what belongs to the loop.",
		Before: "client.ask(\"STATS\")", After: "await asyncio.to_thread(client.ask, \"STATS\")",
	})
	onSockets = define(Rule{
		Name: "loop-socket", Stage: 3, Safety: finding.Unsafe,
		Title:  "a green socket's method is the loop's",
		Why:    "The socket must not block: those of `aio.listen`, and what `sock_accept` gives, do not. A timeout of the socket has no effect any more. Two coroutines must not wait for the same direction of one socket.",
		Before: "data = sock.recv(4096)", After: "data = await asyncio.get_running_loop().sock_recv(sock, 4096)",
	})
	childOnLoop = define(Rule{
		Name: "child-process", Stage: 3, Safety: finding.Unsafe,
		Title:  "a child process belongs to the loop",
		Why:    "`asyncio.create_subprocess_exec` takes the command as arguments of their own, and its pipes are streams. If the command is a string at run time it becomes one argument for each character.",
		Before: "process = subprocess.Popen(command, stdout=subprocess.PIPE)", After: "process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)",
	})
	callsSoon = define(Rule{
		Name: "call-soon", Stage: 3, Safety: finding.Unsafe,
		Title: "a call that the hub made is one that the loop makes",
		Why:   "The loop's order of calls that are due at once differs from the hub's.",
	})
	realThread = define(Rule{
		Name: "real-thread", Stage: 3, Safety: finding.Unsafe,
		Title: "a thread that was green is one of the operating system",
		Why:   "It runs beside the loop, and between any two instructions of it. What it shares with coroutines needs `loop.call_soon_threadsafe`, or a lock. Better is a task.",
	})
	valueByName = define(Rule{
		Name: "value-by-name", Stage: 3, Safety: finding.Unsafe,
		Title: "something with the name of a coroutine function stands for a value, in a test or on an object that is not known",
		Why:   "If it is that function, whoever calls it has to await what comes out.",
	})

	kills = define(Rule{
		Name: "kill", Stage: 3, Safety: finding.Manual, Important: true, Accept: true,
		Title:  "`kill` ends running code",
		Why:    "eventlet switched there at once, and it was over when `kill` returned. `task.cancel()` is a request: the code ends at its next await, and may refuse. Look at what relies on it, await the task where it does, and then say `--accept kill`: it becomes `cancel()`.",
		Before: "self.thread.kill()", After: "self.thread.cancel()",
	})
	byHand = define(Rule{
		Name: "still-needed", Stage: 3, Safety: finding.Manual, Important: true,
		Title: "something that has no twin still needs eventlet, or the border",
		Why:   "Replace it by hand; the code before stage 3 runs in both worlds, so that it can be done step by step.",
	})
	faceStays = define(Rule{
		Name: "face-stays", Stage: 3, Safety: finding.Manual, Important: true,
		Title: "a coroutine function still has a blocking face here",
		Why:   "Code that is not known calls it without await. Give it a function that starts a task.",
	})
	atImport = define(Rule{
		Name: "waits-at-import", Stage: 3, Safety: finding.Manual, Important: true,
		Title: "the code of a module waits while it is imported, or starts a program in more than one place",
		Why:   "No loop runs then. Move it into a coroutine that `asyncio.run` is called with under `if __name__ == \"__main__\":`.",
	})
	twoRuns = define(Rule{
		Name: "second-run", Stage: 3, Safety: finding.Manual, Important: true,
		Title: "a program would call asyncio.run twice",
		Why:   "Each has a loop of its own, and what the first left waits for a loop that is closed. Make one coroutine of them.",
	})
	entryPoint = define(Rule{
		Name: "entry-point", Stage: 3, Safety: finding.Manual, Important: true,
		Title:  "a console script calls a function that becomes a coroutine function",
		Why:    "Nobody would await it. Name a plain function that calls asyncio.run in its place.",
		Before: "tool = pkg.cli:main", After: "tool = pkg.cli:run  # def run(): asyncio.run(main())",
	})
	generatorWaits = define(Rule{
		Name: "generator-waits", Stage: 3, Safety: finding.Manual, Important: true,
		Title: "a generator waits",
		Why:   "As an async generator it needs `async for` from everybody who takes from it. Make a list first, or write both by hand.",
	})
	specialWaits = define(Rule{
		Name: "special-method-waits", Stage: 3, Safety: finding.Manual, Important: true,
		Title: "a property or a special method waits, which nobody can await",
		Why:   "Move what waits into a method of its own.",
	})
	initWaits = define(Rule{
		Name: "init-waits", Stage: 3, Safety: finding.Manual, Important: true,
		Title:  "`__init__` waits",
		Why:    "Move what waits into an async method that the maker awaits.",
		Before: "def __init__(self):\n    self.sock = connect()", After: "@classmethod\nasync def make(cls):\n    self = cls()\n    self.sock = await connect()\n    return self",
	})
	lambdaWaits = define(Rule{
		Name: "lambda-waits", Stage: 3, Safety: finding.Manual, Important: true,
		Title: "a lambda waits, and await cannot stand in it",
		Why:   "Make an `async def` of it, where the one who calls it awaits.",
	})
	decoratorBlind = define(Rule{
		Name: "decorator-blind", Stage: 3, Safety: finding.Manual, Important: true,
		Title: "a decorator would get a coroutine",
		Why:   "One that retries, measures, locks or catches sees the coroutine being made and nothing of its run. Give it an async twin.",
	})
	callerUnknown = define(Rule{
		Name: "caller-unknown", Stage: 3, Safety: finding.Manual, Important: true,
		Title: "a call that may lead to a coroutine function",
		Why:   "It would get a coroutine and not the result. `aiohub plan --questions` asks what is called here; answer in [tool.aiohub.plan].",
	})
	callHidden = define(Rule{
		Name: "call-hidden", Stage: 3, Safety: finding.Manual, Important: true,
		Title: "a coroutine function is called by an operator, a loop or a helper",
		Why:   "There is no call at which an await could stand. Write it as a plain call.",
	})
	valueEscapes = define(Rule{
		Name: "value-escapes", Stage: 3, Safety: finding.Manual, Important: true,
		Title: "a coroutine function is handed to code that is not known",
		Why:   "Whoever calls it gets a coroutine, and nothing runs. Hand over a function that starts a task, or one that stays plain.",
	})
	handlerInside = define(Rule{
		Name: "handler-inside-timeout", Stage: 3, Safety: finding.Manual, Important: true,
		Title: "a handler inside the block of a Timeout would have caught it",
		Why:   "Inside the block it is asyncio.CancelledError now, and becomes the Timeout at the end of the block only. Put the handler around the block.",
	})
	lockAcrossAwait = define(Rule{
		Name: "lock-across-await", Stage: 3, Safety: finding.Manual, Important: true,
		Title: "a lock of the standard library is held across an await",
		Why:   "Another task that wants it stops the loop, and with it the one that holds it. Make it an asyncio.Lock.",
	})
	outsideCode = define(Rule{
		Name: "chosen-elsewhere", Stage: 3, Safety: finding.Manual, Important: true,
		Title: "eventlet is chosen by a variable, an option or another library",
		Why:   "Choose asyncio, or threads, there.",
	})
	mockByHand = define(Rule{
		Name: "mock-by-hand", Stage: 3, Safety: finding.Manual, Important: true,
		Title: "a mock replaces something whose twin is called in another way, or where no twin stands",
		Why:   "Write the test anew: what counts is what the code does, and not that it calls eventlet.",
	})
	requirementStays = define(Rule{
		Name: "requirement-by-hand-3", Stage: 3, Safety: finding.Manual, Important: true,
		Title: "a requirement of eventlet in a form that cannot be taken out",
		Why:   "Take it out by hand.",
	})
)
