"""What the tests of promises 13 to 16 begin with: something that waits for ever and takes its time to clean up.

Both scenes write down what happens to them in `steps`, tell with `started` that they wait, and stay in their cleanup
until `gate` opens. So a test can look at the moment in which the kill has arrived and the cleanup has not ended yet.
"""

import asyncio

import eventlet
from eventlet.event import Event

import aiohub


def turns(count=25):
    """Let the hub turn: what can go on without news from outside has gone on afterwards."""
    for _ in range(count):
        eventlet.sleep(0)


class SlowCoroutine:
    """A coroutine that waits for ever; its cleanup awaits `gate`."""

    def __init__(self):
        self.steps = []
        self.started = Event()
        self.gate = asyncio.Event()

    async def run(self):
        self.started.send()
        try:
            await asyncio.Event().wait()
        except BaseException as error:
            self.steps.append(type(error).__name__)
            raise
        finally:
            await self.gate.wait()
            self.steps.append("clean")


class SlowGreenThread:
    """A green thread's function that waits for ever; its cleanup blocks on `gate`."""

    def __init__(self):
        self.steps = []
        self.started = Event()
        self.gate = Event()

    def run(self):
        self.started.send()
        try:
            Event().wait()
        except BaseException as error:
            self.steps.append(type(error).__name__)
            raise
        finally:
            self.gate.wait()
            self.steps.append("clean")


def open_gate(scene):
    """Open the gate of a scene of either kind."""
    if isinstance(scene.gate, Event):
        scene.gate.send()
    else:
        scene.gate.set()


def tasks_left():
    """The tasks of this thread's loop that have not ended."""
    return asyncio.all_tasks(aiohub.get_loop())
