"""Waiting for one wake-up, whoever waits: a green thread, a coroutine, or an OS thread that has no hub.

A waiter is made by the one that is going to wait, shown to whoever will wake it, and used once. `wake` may be called
from any OS thread, from either world, from a signal handler or a finalizer; it never blocks, and a second call does
nothing. Waking is not giving: what a waiter has been given is recorded in `called` (see `waitlist`).
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from asyncio.events import _get_running_loop
from typing import TYPE_CHECKING, Any

import greenlet
from eventlet import hubs, patcher

from .._base.errors import BlockingInLoopError
from .._hub import threads

if TYPE_CHECKING:
    from .._base.contract import Hub

__all__ = ["BlockingWaiter", "TaskWaiter", "Waiter", "blocking_waiter", "mutex"]

_thread: Any = patcher.original("_thread")
_getcurrent = greenlet.getcurrent
_get_ident = _thread.get_ident

#: Guards the state of all synchronisation objects. It is held for a few steps at a time, never while waiting, switching
#: greenlets or running a caller's code, so no other lock is ever taken inside it and one for all objects is enough.
#:
#: It cannot deadlock on itself. A signal handler or a finalizer that the garbage collector runs may use a
#: synchronisation object in the middle of another use of it in the same OS thread; the mutex is re-entrant (the one in
#: C, which has no gap between taking it and knowing its owner), and what it guards is written so that the state is
#: whole wherever such an interruption can come: at a call, at a loop's jump back, where a container is made. Between
#: those, as from `if value > 0` to `value -= 1`, CPython runs nothing else.
#:
#: It is the original module's type on purpose: `eventlet.monkey_patch()` looks for `threading.RLock`s made earlier
#: and turns them green.
mutex: Any = _thread.RLock()

# The OS thread that made each fork on the way from the first process to this one: no other thread lived on.
_survivors: list[int] = []


def _after_fork_in_child() -> None:
    # Another OS thread may have been inside the mutex; it does not exist here and would never leave.
    if not mutex._is_owned():
        mutex._at_fork_reinit()
    _survivors.append(_get_ident())


os.register_at_fork(after_in_child=_after_fork_in_child)


class Waiter:
    """One wait of one waiter."""

    __slots__ = ("_forks", "_thread", "called", "woken")

    def __init__(self) -> None:
        #: Whether it was given what it waits for. Set under the mutex by the giver.
        self.called = False
        self.woken = False
        self._thread = _get_ident()
        self._forks = len(_survivors)

    def wake(self) -> bool:
        """Let the waiter go on. False if it never can: its OS thread or its loop has ended."""
        raise NotImplementedError

    def is_lost(self) -> bool:
        """Whether the waiter was left behind in the parent of a fork: its OS thread is not in this process."""
        if self._forks == len(_survivors):
            return False
        return any(survivor != self._thread for survivor in _survivors[self._forks :])


class BlockingWaiter(Waiter):
    """A waiter outside asyncio."""

    __slots__ = ()

    def park(self, timeout: float | None) -> bool:
        """Wait for `wake`, at most *timeout* seconds; whether it came. Raises what is thrown in meanwhile."""
        raise NotImplementedError


class GreenWaiter(BlockingWaiter):
    """A greenlet of a thread that has a hub: a green thread, the main greenlet, or a coroutine's greenlet."""

    __slots__ = ("_expired", "_greenlet", "_hub", "_parked")

    def __init__(self, hub: Hub, green: greenlet.greenlet) -> None:
        super().__init__()
        self._hub = hub
        self._greenlet = green
        self._parked = False
        self._expired = False

    def park(self, timeout: float | None) -> bool:
        hub = self._hub
        timer = None if timeout is None else hub.schedule_call_global(timeout, self._expire)
        self._parked = True
        try:
            # A loop, because anybody may switch to a greenlet; only these two mean something.
            while not (self.woken or self._expired):
                hub.switch()
        finally:
            self._parked = False
            if timer is not None:
                timer.cancel()
        return self.woken

    def wake(self) -> bool:
        if self.woken:
            return True
        self.woken = True
        hub = self._hub
        if threads.current_hub() is hub:
            hub.schedule_call_global(0, self._resume)
            return True
        try:
            hub.call_threadsafe(self._resume)
        except RuntimeError:
            return False
        return True

    def _expire(self) -> None:
        self._expired = True
        self._resume()

    def _resume(self) -> None:
        # It may have left meanwhile: it saw `woken` after a spurious switch, or was killed.
        if self._parked:
            self._greenlet.switch()


class ThreadWaiter(BlockingWaiter):
    """An OS thread without a hub."""

    __slots__ = ("_gate",)

    def __init__(self) -> None:
        super().__init__()
        self._gate = _thread.allocate_lock()
        self._gate.acquire()

    def park(self, timeout: float | None) -> bool:
        # A longer wait than the platform can tell from for ever is for ever.
        forever = timeout is None or timeout > _thread.TIMEOUT_MAX
        self._gate.acquire(True, -1 if forever else timeout)
        return self.woken

    def wake(self) -> bool:
        if not self.woken:
            self.woken = True
            with contextlib.suppress(RuntimeError):  # two at once: the other one has opened it
                self._gate.release()
        return True


class TaskWaiter(Waiter):
    """A coroutine, on whichever loop runs it."""

    __slots__ = ("_future", "_loop")

    def __init__(self) -> None:
        super().__init__()
        self._loop = asyncio.get_running_loop()
        self._future: asyncio.Future[None] = self._loop.create_future()

    async def park(self, timeout: float | None) -> bool:
        """Wait for `wake`, at most *timeout* seconds; whether it came."""
        handle = None if timeout is None else self._loop.call_later(timeout, self._finish)
        try:
            await self._future
        finally:
            if handle is not None:
                handle.cancel()
        return self.woken

    def wake(self) -> bool:
        if self.woken:
            return True
        self.woken = True
        try:
            if self._loop_will_turn():
                self._finish()
            else:
                self._loop.call_soon_threadsafe(self._finish)
        except RuntimeError:
            return False
        return True

    def _loop_will_turn(self) -> bool:
        """Whether the loop looks at its callbacks before it sleeps: what runs here is run by it.

        Without a hub nothing wakes the loop for a signal handler, which may have interrupted its sleep: only what runs
        in a task can be sure then.
        """
        if self._thread != _get_ident():
            return False
        hub = threads.current_hub()
        return (hub is not None and hub.loop is self._loop) or asyncio.current_task(self._loop) is not None

    def _finish(self) -> None:
        if not self._future.done():
            self._future.set_result(None)


def blocking_waiter(instead: str) -> BlockingWaiter:
    """A waiter for whoever is calling; *instead* is what a coroutine should await."""
    hub = threads.current_hub()
    if hub is None:
        # The main thread of a process is eventlet's: it gets a hub.
        if not _is_main_thread() or _get_running_loop() is not None:
            return ThreadWaiter()
        hub = hubs.get_hub()
        if not getattr(hub, "is_aiohub", False):
            raise RuntimeError(
                f"the main thread runs the hub {type(hub).__module__}, which other threads cannot wake; "
                "call aiohub.install() first"
            )
    current = _getcurrent()
    if current is hub.greenlet:
        raise BlockingInLoopError(
            f"a blocking call in a plain callback of the loop, which cannot wait; `await {instead}` in a coroutine, "
            "or make the call in a green thread (eventlet.spawn)"
        )
    return GreenWaiter(hub, current)


if sys.platform == "linux":

    def _is_main_thread() -> bool:
        return bool(_thread.get_native_id() == os.getpid())  # also in a child whose `threading` has been replaced

else:

    def _is_main_thread() -> bool:
        return bool(_thread.get_ident() == patcher.original("threading").main_thread().ident)
