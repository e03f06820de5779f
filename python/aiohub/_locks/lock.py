"""Lock and RLock."""

from __future__ import annotations

import asyncio
from asyncio.events import _get_running_loop

import greenlet

from .arguments import acquire_timeout
from .lockable import Lockable
from .permits import Permits

_getcurrent = greenlet.getcurrent


class Lock(Lockable):
    """A lock for green threads, coroutines and OS threads: `with lock:` or `async with lock:`.

    Like `threading.Lock` and `asyncio.Lock`, and fair: it goes to whoever has waited longest. Whoever knows it may
    release it.
    """

    def __init__(self) -> None:
        self._permits = Permits(1, limit=1, instead="lock.aacquire()")

    def acquire(self, blocking: bool = True, timeout: float | None = -1) -> bool:
        """Take the lock; False if that was not possible at once (blocking=False) or within *timeout* seconds."""
        seconds = None if blocking and timeout == -1 else acquire_timeout(blocking, timeout)
        return self._permits.acquire(seconds)

    def release(self) -> None:
        """Release the lock. Raises RuntimeError if it is not locked."""
        if not self._permits.release():
            raise RuntimeError("release unlocked lock")

    def __repr__(self) -> str:
        state = "locked" if self.locked() else "unlocked"
        return f"<{state} aiohub.{type(self).__name__} waiting={self._permits.waiting} at {id(self):#x}>"

    # For Condition: leave the lock altogether, and take it again as it was.

    def _is_owned(self) -> bool:
        return self.locked()

    def _release_save(self) -> int:
        self.release()
        return 1

    def _acquire_restore(self, depth: int) -> None:
        self._permits.acquire_surely()

    async def _aacquire_restore(self, depth: int) -> None:
        await self._permits.aacquire_surely()


class RLock(Lock):
    """A lock that its owner may take again: `with lock:` or `async with lock:`.

    The owner is a task in a coroutine, the green thread in a green thread, and the OS thread elsewhere. Each `acquire`
    needs a `release`, by the owner.
    """

    def __init__(self) -> None:
        super().__init__()
        self._owner: object = None
        self._depth = 0

    def acquire(self, blocking: bool = True, timeout: float | None = -1) -> bool:
        """Take the lock, or take it once more; False as with `Lock.acquire`."""
        seconds = None if blocking and timeout == -1 else acquire_timeout(blocking, timeout)
        me = _caller()
        return self._again(me) or (self._permits.acquire(seconds) and self._own(me))

    async def aacquire(self, timeout: float | None = None) -> bool:
        """`acquire` for coroutines."""
        seconds = acquire_timeout(True, timeout)
        me = _caller()
        return self._again(me) or (await self._permits.aacquire(seconds) and self._own(me))

    def release(self) -> None:
        """Undo one `acquire`. Raises RuntimeError if the caller is not the owner."""
        if self._owner is not _caller():
            raise RuntimeError("cannot release un-acquired lock")
        self._depth -= 1
        if not self._depth:
            self._owner = None
            self._permits.release()

    def __enter__(self) -> bool:
        return self.acquire()

    async def __aenter__(self) -> None:
        await self.aacquire()

    def __repr__(self) -> str:
        state = "locked" if self.locked() else "unlocked"
        return (
            f"<{state} aiohub.{type(self).__name__} owner={self._owner!r} count={self._depth} "
            f"waiting={self._permits.waiting} at {id(self):#x}>"
        )

    # Owner and depth need no mutex: only the owner changes them, and nobody else can find itself to be the owner.

    def _again(self, me: object) -> bool:
        if self._owner is not me:
            return False
        self._depth += 1
        return True

    def _own(self, me: object, depth: int = 1) -> bool:
        self._owner = me
        self._depth = depth
        return True

    def _is_owned(self) -> bool:
        return self._owner is _caller()

    def _release_save(self) -> int:
        depth, self._depth = self._depth, 0
        self._owner = None
        self._permits.release()
        return depth

    def _acquire_restore(self, depth: int) -> None:
        try:
            self._permits.acquire_surely()
        finally:
            self._own(_caller(), depth)

    async def _aacquire_restore(self, depth: int) -> None:
        try:
            await self._permits.aacquire_surely()
        except GeneratorExit:
            raise
        except BaseException:
            self._own(_caller(), depth)
            raise
        self._own(_caller(), depth)


def _caller() -> object:
    """Who is calling: the task, or the green thread. An OS thread without either is its only greenlet."""
    loop = _get_running_loop()
    if loop is not None:
        task = asyncio.current_task(loop)
        if task is not None:
            return task
    return _getcurrent()
