"""One hub after another in an OS thread: `use_hub`, and what it means in a callback of the hub that is replaced."""

from __future__ import annotations

import gc
from asyncio import events
from typing import TYPE_CHECKING, Any

import greenlet

from .._base.waiting import WakeUp
from .._loop import adopted
from .._loop.signals import set_wakeup_fd
from .._tasks.coroutine import working_for
from . import pollers

if TYPE_CHECKING:
    import asyncio

    from eventlet.hubs.hub import FdListener

    from .._base.contract import Hub

_getcurrent = greenlet.getcurrent


class Succession:
    """A hub and its predecessor, whose loop is on the stack below it and which cannot be closed yet.

    The predecessor goes on when its callback has returned, as eventlet's own hubs do, until a green thread first waits
    in the hub.
    """

    def __init__(self, hub: Hub, predecessor: Hub) -> None:
        self._hub = hub
        self.predecessor = predecessor
        #: Whether the callback of the predecessor's loop waits in the hub.
        self.waits = False
        #: What signals write to while the hub's loop runs; kept here while its predecessor's does.
        self._wakeup_fd: int | None = None

    def switch(self) -> Any:
        """The hub's `switch`, called in the callback in which the hub was made."""
        hub, predecessor = self._hub, self.predecessor
        if hub.running:
            events._set_running_loop(hub.loop)
        theirs = set_wakeup_fd(self._wakeup_fd)
        self.waits = True
        try:
            return hub.greenlet.switch()
        finally:
            self.waits = False
            self._wakeup_fd = set_wakeup_fd(theirs)
            if predecessor.running:
                events._set_running_loop(predecessor.loop)

    def end(self) -> None:
        """A green thread begins to wait in the hub: that is the end of the one before it."""
        hub = self._hub
        hub.succession = None
        succeed(hub, self.predecessor)
        if hub.running:
            events._set_running_loop(hub.loop)
            set_wakeup_fd(self._wakeup_fd)


def _raise(error: BaseException) -> None:
    raise error


def succeed(hub: Any, previous: Hub) -> None:
    """Close the hub that *hub* replaces, or, in a callback of its loop, let it go on as a Succession."""
    if previous.greenlet is _getcurrent():
        hub.succession = Succession(hub, previous)
        return
    earlier, previous.succession = previous.succession, None
    if earlier is not None:
        hub.succession = Succession(hub, earlier.predecessor)
    if previous.forks or previous.number > hub.number:
        # The repair of a child takes a while, and so does the making of a hub, in which a signal's handler has made the
        # other one. What was spawned meanwhile is for the new hub.
        hub.timer_queue.take_new_over(previous.timer_queue)
    elif hub.root is not _getcurrent():
        _take_main_over(hub, previous)
    error = adopted.error_on_its_way(previous.loop) if previous.running else None
    previous.close()
    if error is not None:
        # The main green thread's, and lost with the loop. It comes before whatever wakes that one.
        hub.schedule_call_global(-1, _raise, error)
    if previous.greenlet.dead:
        previous.greenlet.parent = hub.greenlet  # where its green threads go when they end


def _take_main_over(hub: Any, previous: Any) -> None:
    """Let the main green thread, which waits in *previous*, go on waiting in *hub*.

    All others are given up with the hub they wait in, as eventlet says. In the child of a fork the main one is as well:
    it is the parent's, and the child has replaced its hub in order not to be the parent.
    """
    hub.timer_queue.take_over(previous.timer_queue, hub.root)
    for evtype in (pollers.READ_NAME, pollers.WRITE_NAME):
        for fileno, listener in list(previous.listeners[evtype].items()):
            if listener.greenlet is hub.root and not listener.spent:
                _wait_for_main(hub, previous, listener, evtype, fileno)
    # A coroutine that makes the hub goes on in its greenlet, and main may be what waits for it.
    if working_for(_getcurrent()) is None and _waits_for_future(hub.root, previous):
        error = RuntimeError("eventlet.hubs.use_hub() has given up the hub that ran what is waited for here")
        hub.schedule_call_global(0, hub.root.throw, error)


def _waits_for_future(green: greenlet.greenlet, hub: Hub) -> bool:
    """Whether *green* waits for a future of *hub*, not of one before it: that was given up then, as it should be."""
    # Rare enough for a look at every object; a note of it would cost each wait.
    return any(
        isinstance(found, WakeUp) and found.waiter is green and found.hub is hub for found in gc.get_referrers(green)
    )


def _wait_for_main(hub: Any, previous: Any, listener: FdListener, evtype: str, fileno: int) -> None:
    def is_ready(_: Any) -> None:
        hub.remove(ours)
        if previous.listeners[evtype].get(fileno) is listener:  # else it has gone on already
            hub.root.switch(fileno)

    def is_closed(*args: Any) -> None:
        if previous.listeners[evtype].get(fileno) is listener:
            hub.root.throw(*args)

    ours = hub.add(evtype, fileno, is_ready, is_closed, listener.mark_as_closed)


def has_succeeded(hub: Hub, loop: asyncio.AbstractEventLoop) -> bool:
    """Whether *hub* has been made in a callback of *loop*, which is its predecessor's."""
    return hub.succession is not None and hub.succession.predecessor.loop is loop
