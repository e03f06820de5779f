package port

import "aiohub/internal/output/finding"

// What takes the place of eventlet's primitives. An object changes together with every use of it, or not at all.

var events = define(Rule{
	Name: "event", Stage: 2, Safety: finding.Safe,
	Title:  "`aio.OneShot` in place of `eventlet.event.Event`",
	Why:    "Every place that can get the object is known, and uses what both have. It happens once, carries a value or an exception, and `wait` is awaited; `send` is not.",
	Before: "done = event.Event()\ndone.send(1)\nvalue = done.wait()", After: "done = aio.OneShot()\ndone.send(1)\nvalue = await done.wait()",
})

var queues = define(Rule{
	Name: "queue", Stage: 2, Safety: finding.Safe,
	Title:  "`asyncio.Queue` in place of `eventlet.queue.Queue`, or `aio.Queue` where its timeouts or `queue.Empty` are used, or `aio.Channel` for size 0",
	Why:    "Every place that can get the queue is known, and uses what both have. `aio.Queue` raises what `except queue.Empty` and `queue.Full` take; size 0 is a meeting of both sides in eventlet and no bound in asyncio.",
	Before: "jobs = eventlet.Queue()\njob = jobs.get(timeout=1)", After: "jobs = aio.Queue()\njob = await jobs.get(timeout=1)",
})

var semaphores = define(Rule{
	Name: "semaphore", Stage: 2, Safety: finding.Safe,
	Title:  "`asyncio.Semaphore` in place of `eventlet.semaphore.Semaphore`, or `aio.Semaphore` where `blocking` or `timeout` is used",
	Why:    "Every place that can get the object is known, and uses what both have. `with` becomes `async with`, `acquire` is awaited, `release` is not; `aio.CappedSemaphore` waits in `release` too.",
	Before: "with self.limit:\n    self.load()", After: "async with self.limit:\n    await self.load()",
})

var pools = define(Rule{
	Name: "pool", Stage: 2, Safety: finding.Safe,
	Title:  "`aio.Pool` and `aio.Pile` in place of `GreenPool` and `GreenPile`",
	Why:    "Every place that can get the pool is known, and uses what both have. `spawn` waits while the pool is full, as before; what it runs may be a coroutine function or a plain one.",
	Before: "pool.spawn_n(self.work, job)\npool.waitall()", After: "await pool.spawn(self.work, job)\nawait pool.waitall()",
})

var poolResults = define(Rule{
	Name: "pool-results", Stage: 2, Safety: finding.Safe,
	Title:  "`async for` over the results of a pool",
	Why:    "The loop, or the list, takes all results in the order of the items.",
	Before: "for page in pool.imap(fetch, urls):", After: "async for page in pool.imap(fetch, urls):",
})

var greenThreads = define(Rule{
	Name: "spawn", Stage: 2, Safety: finding.Safe,
	Title:  "`aio.spawn` in place of `eventlet.spawn` and `spawn_n`, `aio.spawn_after` in place of `spawn_after`; the result is awaited",
	Why:    "It is called in a coroutine, and every place that can get the green thread is known. The task is kept until it ends and its error is logged if nobody takes it; `aio.call` is around what may be no coroutine function. Who is cancelled while it waits for the task does not cancel the task.",
	Before: "thread = eventlet.spawn(self.work, job)\nvalue = thread.wait()", After: "thread = aio.spawn(self.work(job))\nvalue = await asyncio.shield(thread)",
})

var timeouts = define(Rule{
	Name: "timeout-block", Stage: 2, Safety: finding.Safe,
	Title:  "`async with asyncio.timeout(...)` in place of `with Timeout(...)`, with its handler",
	Why:    "The innermost handler that can see it is `except Timeout` in the same function, before any that takes TimeoutError by a wider name. `except TimeoutError` takes those of sockets and HTTP clients, too: what has not expired goes on.",
	Before: "try:\n    with Timeout(5):\n        self.load()\nexcept Timeout:\n    return None", After: "try:\n    async with asyncio.timeout(5) as deadline:\n        await self.load()\nexcept TimeoutError:\n    if not deadline.expired():\n        raise\n    return None",
})

var timeoutsSilent = define(Rule{
	Name: "timeout-silent", Stage: 2, Safety: finding.Safe,
	Title:  "`async with aio.silent_timeout(n)` in place of `with Timeout(n, False)`",
	Why:    "Nothing leaves the block, and nothing in it handles the timeout.",
	Before: "with Timeout(5, False):\n    self.load()", After: "async with aio.silent_timeout(5):\n    await self.load()",
})

var withTimeoutValues = define(Rule{
	Name: "with-timeout-value", Stage: 2, Safety: finding.Safe,
	Title:  "`await aio.with_timeout(..., timeout_value=...)` in place of `with_timeout`",
	Why:    "It returns the value when the time is up, so that no error leaves it. The function may be a coroutine function or a plain one.",
	Before: "with_timeout(5, self.load, timeout_value=None)", After: "await aio.with_timeout(5, self.load, timeout_value=None)",
})

var timeSleeps = define(Rule{
	Name: "time-sleep", Stage: 2, Safety: finding.Safe,
	Title:  "`await asyncio.sleep(...)` in place of `time.sleep(...)`",
	Why:    "A program of the tree that gets to the file patches `time`, so that it was eventlet.sleep; the function is a coroutine now, the value is not used, and no test replaces `time.sleep`.",
	Before: "time.sleep(1)", After: "await asyncio.sleep(1)",
})

var threads = define(Rule{
	Name: "thread", Stage: 2, Safety: finding.Safe,
	Title:  "`await aio.to_thread(...)` in place of `tpool.execute(...)`",
	Why:    "It is called in a coroutine, and has as many threads as tpool: 20, or EVENTLET_THREADPOOL_SIZE. `asyncio.to_thread` has as few as 5.",
	Before: "data = tpool.execute(path.read_bytes)", After: "data = await aio.to_thread(path.read_bytes)",
})

var lives = define(Rule{
	Name: "stays", Stage: 2, Safety: finding.Safe,
	Title: "a name that stage 2 leaves alone: patching, hubs, constants and errors of green modules",
	Why:   "It waits for nothing, and means the same in a coroutine. It goes with eventlet at stage 3.",
})

var queueSizes = define(Rule{
	Name: "queue-size", Stage: 2, Safety: finding.Unsafe,
	Title: "the size of a queue is computed",
	Why:   "If it is 0, `aio.Queue` raises ValueError where eventlet's queue is a meeting of both sides: use `aio.Channel` then.",
})

var facesInside = define(Rule{
	Name: "face-below-decorator", Stage: 2, Safety: finding.Unsafe,
	Title:  "a decorated function becomes a coroutine function with a blocking face, below the decorator",
	Why:    "The decorator goes on to see a plain function that returns, raises and can be retried; nobody who calls it has to change. A coroutine that calls it stops there until it is done, and it is not seen by `inspect.iscoroutinefunction`. It cannot go on to stage 3 until the decorator has an async twin.",
	Before: "@retry(3)\ndef load(key):\n    eventlet.sleep(1)", After: "@retry(3)\n@aiohub.async_to_sync\nasync def load(key):\n    await asyncio.sleep(1)",
})

var bridgesSwitch = define(Rule{
	Name: "bridge-switches", Stage: 2, Safety: finding.Unsafe,
	Title:  "`aiohub.wait` around a `get`, `put`, `acquire` or `spawn` in a function that is no coroutine",
	Why:    "Others run during each such call, where eventlet's let them only if it had to wait: what was checked before the call may not hold behind it. It needs no --unsafe once all functions that use the object are coroutines.",
	Before: "def enter(self):\n    self.room.acquire()", After: "def enter(self):\n    aiohub.wait(self.room.acquire())",
})

var testsFollow = define(Rule{
	Name: "tests-have-to-follow", Stage: 2, Safety: finding.Unsafe,
	Title: "tests replace the primitive, or one of its methods, by a mock",
	Why:   "The code is right, but the mock no longer stands in its way, or cannot be awaited: `asyncio.sleep` is not `eventlet.sleep`, and what is spawned is a coroutine. Let the tests replace the new name, with `mock.AsyncMock` where it is awaited.",
})

var proxies = define(Rule{
	Name: "thread-proxy", Stage: 2, Safety: finding.Unsafe,
	Title:  "`aio.ThreadProxy` in place of `tpool.Proxy`, whose methods are awaited",
	Why:    "Every place that can get the proxy is known. Its methods are coroutine functions now: who hands one on as a value hands on that, and operators and iteration are not there.",
	Before: "image = tpool.Proxy(rbd.Image(pool, name))\nsize = image.size()", After: "image = aio.ThreadProxy(rbd.Image(pool, name))\nsize = await image.size()",
})

var killsThread = define(Rule{
	Name: "kill-cancels", Stage: 2, Safety: finding.Unsafe,
	Title:  "`task.cancel()` in place of `green_thread.kill()`",
	Why:    "`kill` switches at once, and the green thread has ended, or waits in its cleanup, when it returns. `cancel` is a request that arrives at the next await of the task, as CancelledError, which who awaits the task gets too. It also gives True or False.",
	Before: "thread.kill()", After: "thread.cancel()",
})

var cancelsThread = define(Rule{
	Name: "cancel-ends-task", Stage: 2, Safety: finding.Unsafe,
	Title: "`task.cancel()` in place of `green_thread.cancel()`",
	Why:   "eventlet's does nothing once the green thread has started; a task ends at its next await. Who waits for it gets CancelledError, where eventlet's `wait` returned a GreenletExit.",
})

var linksThread = define(Rule{
	Name: "link-calls-back", Stage: 2, Safety: finding.Unsafe,
	Title:  "`aio.link` in place of `green_thread.link`",
	Why:    "The function runs in a callback of the loop after the task has ended, not in the green thread: it may not block, and gets the task.",
	Before: "thread.link(self.ended, job)", After: "aio.link(thread, self.ended, job)",
})

var spawnsPlain = define(Rule{
	Name: "spawn-in-plain-function", Stage: 2, Safety: finding.Unsafe,
	Title:  "`aio.spawn` in a function that is no coroutine",
	Why:    "It raises RuntimeError where no loop runs: at import, or before the program's loop starts. eventlet.spawn waits for the hub.",
	Before: "def start(self):\n    self.thread = eventlet.spawn(self.run)", After: "def start(self):\n    self.thread = aio.spawn(self.run)",
})

var poolSizes = define(Rule{
	Name: "pool-resize", Stage: 2, Safety: finding.Unsafe,
	Title: "a pool is resized, or asked for its free places after that",
	Why:   "`aio.Pool.free` is never negative.",
})

var timeoutsKept = define(Rule{
	Name: "timeout-kept", Stage: 2, Safety: finding.Safe,
	Title:  "`async with aio.Timeout(...)` in place of `with Timeout(...)`",
	Why:    "It raises itself as eventlet's does, past `except Exception`, and the handlers in the function that see it take it. Nothing in the block would take it, and no function above names Timeout in a handler.",
	Before: "try:\n    with Timeout(5, TooLate):\n        self.load()\nexcept (KeyError, Timeout):\n    return None", After: "try:\n    async with aio.Timeout(5, TooLate):\n        await self.load()\nexcept (KeyError, aio.Timeout):\n    return None",
})

var timeoutsEscape = define(Rule{
	Name: "timeout-escapes", Stage: 2, Safety: finding.Unsafe,
	Title:  "`async with aio.Timeout(...)`, whose error leaves the function, while other functions handle Timeouts",
	Why:    "A handler of eventlet's Timeout does not take it. Look at the handlers of those who call the function, and write `except (Timeout, aio.Timeout)`.",
	Before: "with Timeout(5):\n    self.load()", After: "async with aio.Timeout(5):\n    await self.load()",
})

var timeoutsRaise = define(Rule{
	Name: "timeout-exception", Stage: 2, Safety: finding.Unsafe,
	Title:  "`async with aio.Timeout(n, exception)`, with handlers below the block",
	Why:    "eventlet raises the exception inside the block, where handlers below can take it; now the block ends with it, and below it is a CancelledError.",
	Before: "with Timeout(5, TooLate):\n    self.load()", After: "async with aio.Timeout(5, TooLate):\n    await self.load()",
})

var timeoutObjects = define(Rule{
	Name: "timeout-object-block", Stage: 2, Safety: finding.Unsafe,
	Title:  "`t = Timeout(n)`, `try`, `finally: t.cancel()` becomes a block",
	Why:    "The time begins with the block, and its error is raised at the end of it: below it is a CancelledError.",
	Before: "timer = Timeout(5)\ntry:\n    self.load()\nfinally:\n    timer.cancel()", After: "async with aio.Timeout(5):\n    await self.load()",
})

var timeoutClasses = define(Rule{
	Name: "timeout-class", Stage: 2, Safety: finding.Safe,
	Title:  "a Timeout of the project's own derives from `aio.Timeout`",
	Why:    "Every place that enters one is a coroutine now, and nothing in the blocks would take it. It is a BaseException as before, so that all handlers go on to mean what they meant.",
	Before: "class TooLate(Timeout):\n    pass\n\nwith TooLate(5):\n    self.load()", After: "class TooLate(aio.Timeout):\n    pass\n\nasync with TooLate(5):\n    await self.load()",
})

var withTimeouts = define(Rule{
	Name: "with-timeout", Stage: 2, Safety: finding.Unsafe,
	Title:  "`await aio.with_timeout(...)` in place of `with_timeout(...)`",
	Why:    "Without `timeout_value` it raises aio.Timeout, which a handler of eventlet's Timeout does not take.",
	Before: "with_timeout(5, self.load)", After: "await aio.with_timeout(5, self.load)",
})

var currents = define(Rule{
	Name: "current-green-thread", Stage: 2, Safety: finding.Unsafe,
	Title: "`asyncio.current_task()` in place of `getcurrent()`, as a key or to compare",
	Why:   "It is None where no task runs, and another object than the green thread that other places get.",
})

var exits = define(Rule{
	Name: "greenlet-exit", Stage: 2, Safety: finding.Unsafe,
	Title:  "`except asyncio.CancelledError` in place of `except GreenletExit`",
	Why:    "The end of a coroutine is a CancelledError, also when the green thread that waits for it is killed. A handler that does not raise it again goes on where the green thread had ended.",
	Before: "except GreenletExit:", After: "except asyncio.CancelledError:",
})

var objectStays = define(Rule{
	Name: "object-stays", Stage: 2, Safety: finding.Manual, Important: true,
	Title: "a primitive of eventlet stays, and blocks in coroutines",
	Why:   "On aiohub only the coroutine waits that uses it. To change it, all places that can get the object have to be known, and to use what asyncio has: change the one that is named here.",
})

var timeoutStays = define(Rule{
	Name: "timeout-stays", Stage: 2, Safety: finding.Manual, Important: true,
	Title: "a Timeout stays in a coroutine",
	Why:   "It works on aiohub. Write `async with asyncio.timeout(...)` by hand, and look at every handler that may see its error.",
})

var callStays = define(Rule{
	Name: "call-stays", Stage: 2, Safety: finding.Manual, Important: true,
	Title: "a call of eventlet stays as it is",
	Why:   "It works on aiohub, and stage 3 needs another one in its place.",
})

var exitStays = define(Rule{
	Name: "greenlet-exit-stays", Stage: 2, Safety: finding.Manual, Important: true,
	Title: "a function takes GreenletExit",
	Why:   "As a coroutine it would see CancelledError in its place. --unsafe writes `except asyncio.CancelledError`: look at what the handler does then.",
})
