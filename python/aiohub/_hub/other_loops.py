"""A loop that is not the hub's in the hub's OS thread: taken over before it runs, refused while it runs.

A thread runs one loop. What green threads wait for is not seen by another one, and what a coroutine of the other waits
for is not seen by the hub's: each would stand still while the other runs. Only in the OS threads that aiohub itself
gives to such a loop (`_loop.beside`) a blocking call does just that: it holds the loop up, and there it may.
"""

from __future__ import annotations

import asyncio
from asyncio import events
from typing import TYPE_CHECKING, Any, cast

import greenlet

from .succession import Succession
from .threads import root_of

if TYPE_CHECKING:
    from .._base.contract import Hub


def check_none_runs(what: str) -> None:
    """Raise RuntimeError, which begins with *what*, in a coroutine or a callback of a loop that is no hub's."""
    running = events._get_running_loop()
    if running is not None and not hasattr(running, "_hub") and _loop_beside() is not running:
        raise RuntimeError(
            f"{what} while an event loop runs in this thread, {running!r}, "
            "which aiohub's hub cannot take over any more; call aiohub.install() before asyncio.run(), "
            "give the server loop=aiohub.hub_loop, or start the program with python -m aiohub"
        )


def _loop_beside() -> asyncio.AbstractEventLoop | None:
    """The loop that this OS thread was made for, if aiohub has made it."""
    return getattr(root_of(greenlet.getcurrent()), "_aiohub_beside", None)


def interruption(hub: Hub) -> Interruption | None:
    """What *hub* is, in the OS thread of a loop beside another hub's: None elsewhere."""
    loop = _loop_beside()
    return None if loop is None else Interruption(hub, loop)


class _Held:
    """The part of a predecessor that a Succession looks at, for a loop that no hub runs."""

    def __init__(self, root: greenlet.greenlet, loop: asyncio.AbstractEventLoop) -> None:
        self.greenlet, self.loop = root, loop

    @property
    def running(self) -> bool:
        return self.loop.is_running()


class Interruption(Succession):
    """A hub that runs while a callback or a coroutine of another loop, in which it was asked for, waits."""

    def __init__(self, hub: Hub, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(hub, cast("Any", _Held(hub.root, loop)))

    def end(self) -> None:
        """It never ends: the loop has the OS thread, and the hub is its guest."""


def may_take(hub: Hub, loop: asyncio.AbstractEventLoop) -> bool:
    """Whether *hub*, which has not run its own loop, may run *loop* in its place, for the main green thread."""
    return not (
        hub._closed
        or hub.running
        or hasattr(loop, "_hub")
        or loop.is_closed()
        or events._get_running_loop() is not None
        or greenlet.getcurrent() is not hub.root
        or (not hub.loop.is_closed() and asyncio.all_tasks(hub.loop))
    )
