"""The kinds of caller that use one synchronisation object: how a test starts each, waits for it and ends it."""

import asyncio
import threading
import time

import eventlet
from greenlet import GreenletExit

import aiohub

#: green: a green thread. thread: an OS thread without a hub. hub_thread: a green thread of another OS thread.
#: coroutine: a coroutine that makes the blocking call. task: a coroutine that awaits.
WORLDS = ["green", "thread", "hub_thread", "coroutine", "task"]
#: Those whose wait can be ended from outside.
KILLABLE = ["green", "coroutine", "task"]


def until(condition):
    """Let everything run until *condition* holds."""
    give_up = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < give_up, "it never came to this"
        eventlet.sleep(0.001)


def line_of(thing):
    """The list of those who wait for a lock, semaphore, event or condition."""
    return thing._line if hasattr(thing, "_line") else thing._permits._line


class Running:
    """*block*, or in a task *awaiting*, running in *world*."""

    def __init__(self, world, block, awaiting=None):
        self.world = world
        self.outcome = None
        self.error = GreenletExit("it was ended before it began")
        self.green = self.task = self.thread = None

        def run():
            try:
                self.outcome = block()
                self.error = None
            except BaseException as exc:
                self.error = exc

        async def run_awaiting():
            try:
                self.outcome = await awaiting()
                self.error = None
            except BaseException as exc:
                self.error = exc

        async def run_blocking():
            run()

        if world == "green":
            self.green = eventlet.spawn(run)
        elif world == "thread":
            self.thread = threading.Thread(target=run)
        elif world == "hub_thread":
            self.thread = threading.Thread(target=lambda: eventlet.spawn(run).wait())
        else:
            self.task = aiohub.get_loop().create_task(run_awaiting() if world == "task" else run_blocking())
        if self.thread is not None:
            self.thread.start()

    @property
    def done(self):
        if self.green is not None:
            return bool(self.green.dead)
        return self.task.done() if self.task is not None else not self.thread.is_alive()

    def result(self):
        until(lambda: self.done)
        if self.error is not None:
            raise self.error
        return self.outcome

    def end(self):
        """Kill or cancel it."""
        if self.green is not None:
            self.green.kill()
        else:
            self.task.cancel()

    def was_ended(self):
        until(lambda: self.done)
        return isinstance(self.error, GreenletExit | asyncio.CancelledError)


def start_waiting(thing, world, block, awaiting=None):
    """Start one and return it when it stands in the line of *thing*."""
    before = len(line_of(thing))
    running = Running(world, block, awaiting)
    until(lambda: len(line_of(thing)) > before)
    return running


def end_when_served(running, serve):
    """End the waiting *running* at the moment when *serve* gives it what it waits for: it has that and has not run."""
    if running.world == "coroutine":
        # The cancellation of a blocked coroutine takes a turn of the hub, as being woken does: the first one counts.
        running.end()
        serve()
    else:
        serve()
        running.end()
    assert running.was_ended()
