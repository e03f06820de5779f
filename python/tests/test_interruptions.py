"""Promise 16: cancellations and timeouts end a coroutine in the same way whether it awaits or blocks.

The judge is asyncio. Random programs, nested blocks with timeouts, cleanup and handlers, run on a plain asyncio loop
where every pause is an `await`; then here, where some pauses or all of them block in eventlet instead.
"""

import asyncio
import contextlib
import random
import sys
import threading

import eventlet
import pytest
from eventlet.event import Event

import aiohub

pytestmark = pytest.mark.skipif(sys.version_info < (3, 11), reason="asyncio.timeout and uncancel() are of Python 3.11")

PROGRAMS = 120
#: How often the loop goes round until the coroutine is at its next pause.
TURNS = 30


def statements(rng, depth=0):
    made = []
    for _ in range(rng.randint(1, 3)):
        kind = rng.choice(["pause", "pause", "timeout", "catch", "cleanup"]) if depth < 4 else "pause"
        if kind == "pause":
            made.append((kind, rng.choice(["await", "block", "green thread"])))
        elif kind == "timeout":
            made.append((kind, rng.choice(["aiohub", "asyncio"]), statements(rng, depth + 1), rng.random() < 0.7))
        elif kind == "catch":
            then = rng.choice(["raise", "swallow", "uncancel"])
            made.append((kind, statements(rng, depth + 1), statements(rng, depth + 2), then))
        else:
            made.append((kind, statements(rng, depth + 1), statements(rng, depth + 2)))
    return made


class Interpreter:
    """Runs the statements; *pauses* is "await" or "block" for all of them, or None for the program's own choice."""

    def __init__(self, seed, pauses, timeouts):
        rng = random.Random(seed)
        self.statements = statements(rng)
        self.actions = [rng.choice(["wake", "wake", "cancel", "expire 0", "expire 1"]) for _ in range(10)]
        self.pauses = pauses
        self.timeout = timeouts
        self.wake = None
        self.armed = []
        self.history = []

    async def run(self, block):
        for kind, *parts in block:
            if kind == "pause":
                await self.pause(self.pauses or parts[0])
            elif kind == "timeout":
                await self.with_timeout(*parts)
            elif kind == "catch":
                await self.catch(*parts)
            else:
                try:
                    await self.run(parts[0])
                finally:
                    await self.run(parts[1])

    async def pause(self, how):
        self.history.append("pause")
        if how == "await":
            future = asyncio.get_running_loop().create_future()
            self.wake = lambda: future.set_result(None)
        else:
            event = Event()
            self.wake = event.send
        try:
            if how == "await":
                await future
            elif how == "block":
                event.wait()
            else:
                await eventlet.spawn(event.wait)
        finally:
            self.wake = None
        self.history.append("woken")

    async def with_timeout(self, kind, block, forgiven):
        try:
            async with self.timeout[kind](None) as timeout:
                with self.expires(timeout, kind):
                    await self.run(block)
        except TimeoutError:
            self.history.append("timed out")
            if not forgiven:
                raise

    @contextlib.contextmanager
    def expires(self, timeout, kind):
        now = asyncio.get_running_loop().time() - 1 if isinstance(timeout, asyncio.Timeout) else 0
        entry = lambda: timeout.reschedule(now)  # noqa: E731
        self.armed.append(entry)
        try:
            yield
        finally:
            if entry in self.armed:
                self.armed.remove(entry)

    async def catch(self, block, handler, then):
        try:
            await self.run(block)
        except asyncio.CancelledError:
            self.history.append("cancelled")
            await self.run(handler)
            if then == "raise":
                raise
            if then == "uncancel":
                self.history.append(asyncio.current_task().uncancel())

    async def drive(self):
        """One thing at a time happens to the task; the history is what it made of it."""
        task = asyncio.get_running_loop().create_task(self.run(self.statements))
        await turns()
        for action in self.actions:
            if task.done():
                break
            self.history.append(action)
            if action == "wake":
                self.wake()
            elif action == "cancel":
                task.cancel()
            elif self.armed:
                self.armed.pop(int(action[-1]) % len(self.armed))()
            await turns()
            self.history.append(("requests to cancel", task.cancelling()))
        history = [*self.history, outcome(task) if task.done() else "running"]
        while not task.done():
            task.cancel()
            await turns()
        outcome(task)
        return history


async def turns():
    for _ in range(TURNS):
        await asyncio.sleep(0)


def outcome(task):
    return "cancelled" if task.cancelled() else type(task.exception()).__name__


def on_plain_asyncio(seeds):
    histories = {}

    def run():
        loop = asyncio.SelectorEventLoop()
        for seed in seeds:
            plain = {"aiohub": asyncio.timeout, "asyncio": asyncio.timeout}
            histories[seed] = loop.run_until_complete(Interpreter(seed, "await", plain).drive())
        loop.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return histories


@pytest.fixture(scope="module")
def judged():
    return on_plain_asyncio(range(PROGRAMS))


@pytest.mark.parametrize("pauses", ["await", "block", None], ids=["await", "block", "mixed"])
def test_promise_16_what_ends_a_coroutine_ends_it_as_on_plain_asyncio(judged, pauses):
    timeouts = {"aiohub": aiohub.timeout, "asyncio": getattr(asyncio, "timeout", None)}
    for seed, expected in judged.items():
        history = aiohub.wait(Interpreter(seed, pauses, timeouts).drive())
        assert history == expected, f"program {seed}"


def test_promise_16_the_programs_reach_every_end(judged):
    seen = {entry for history in judged.values() for entry in history}
    assert {"timed out", "cancelled", "running", "NoneType", "TimeoutError", 0} <= seen
