"""Child processes whose ends a loop sees through pidfd_open(2): no thread for each, in any OS thread, and across forks.

asyncio before 3.12 waits for each child in a thread of its own. Later versions watch a pidfd, too, but in the child of
a fork they take the processes of its parent for its own.
"""

from __future__ import annotations

import asyncio
import functools
import os
import sys
from asyncio import unix_events
from asyncio.log import logger
from typing import Any


class ChildWatching:
    """A mixin for a loop of Unix: how `subprocess_exec` and `subprocess_shell` learn that the child has ended."""

    async def _make_subprocess_transport(self, *args: Any, extra: Any = None, **kwargs: Any) -> Any:
        if _program_has_a_watcher():
            return await super()._make_subprocess_transport(*args, extra=extra, **kwargs)  # type: ignore[misc]
        loop: Any = self
        waiter = loop.create_future()
        transport = unix_events._UnixSubprocessTransport(  # type: ignore[attr-defined]
            loop, *args, waiter=waiter, extra=extra, **kwargs
        )
        try:
            _Child(loop, transport)
        except OSError:  # no descriptor left, an old kernel, or a policy forbids it
            _threads().add_child_handler(transport.get_pid(), loop._child_watcher_callback, transport)
        try:
            await waiter
        except (SystemExit, KeyboardInterrupt):
            raise
        except BaseException:
            transport.close()
            await transport._wait()
            raise
        return transport


def _asyncios(*names: str) -> list[Any]:
    return [getattr(unix_events, name) for name in names if hasattr(unix_events, name)]


def _program_has_a_watcher() -> bool:
    """Whether the program has called asyncio.set_child_watcher, which Python 3.14 has no more."""
    if sys.version_info >= (3, 14):
        return False
    watcher = getattr(asyncio.get_event_loop_policy(), "_watcher", None)
    return watcher is not None and type(watcher) not in _asyncios("ThreadedChildWatcher", "PidfdChildWatcher")


@functools.cache
def _threads() -> Any:
    """asyncio's watcher with a thread for each child."""
    return _asyncios("ThreadedChildWatcher", "_ThreadedChildWatcher")[0]()


#: Those that have not ended, as asyncio keeps its own: a transport that outlives its loop would complain at the end.
_living: set[_Child] = set()


class _Child:
    """The process of *transport*, which is told when it has ended. OSError where that cannot be watched."""

    def __init__(self, loop: Any, transport: Any) -> None:
        self._loop = loop
        self._transport = transport
        self._pid = transport.get_pid()
        self._parent = os.getpid()
        self._pidfd = os.pidfd_open(self._pid)
        try:
            loop._add_reader(self._pidfd, self._ended)
        except OSError:
            os.close(self._pidfd)
            raise
        _living.add(self)

    def _ended(self) -> None:
        _living.discard(self)
        self._loop._remove_reader(self._pidfd)
        os.close(self._pidfd)
        if os.getpid() != self._parent:
            return  # the loop goes on in the child of a fork: that process is none of its own
        try:
            _, status = os.waitpid(self._pid, 0)
        except ChildProcessError:
            code = 255
            logger.warning("child process pid %d exit status already read: will report returncode 255", self._pid)
        else:
            code = os.waitstatus_to_exitcode(status)
        self._loop._child_watcher_callback(self._pid, code, self._transport)
