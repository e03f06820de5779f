"""Child processes whose ends a loop sees through pidfd_open(2): no thread for each, and in any OS thread.

For Python 3.10 and 3.11, where asyncio waits for each child in a thread; from 3.12 on it does what is done here itself.
"""

from __future__ import annotations

import asyncio
import os
from asyncio import unix_events
from asyncio.log import logger
from typing import Any


class ChildWatching:
    """A mixin for a loop of Unix: how `subprocess_exec` and `subprocess_shell` learn that the child has ended."""

    async def _make_subprocess_transport(self, *args: Any, extra: Any = None, **kwargs: Any) -> Any:
        loop: Any = self
        watcher: Any = asyncio.get_child_watcher()
        # What a program has chosen with asyncio.set_child_watcher is asked, as on any other loop.
        if type(watcher) is not unix_events.ThreadedChildWatcher:
            return await super()._make_subprocess_transport(*args, extra=extra, **kwargs)  # type: ignore[misc]
        waiter = loop.create_future()
        transport = unix_events._UnixSubprocessTransport(  # type: ignore[attr-defined]
            loop, *args, waiter=waiter, extra=extra, **kwargs
        )
        try:
            _Child(loop, transport)
        except OSError:  # no descriptor left, an old kernel, or a policy forbids it
            watcher.add_child_handler(transport.get_pid(), loop._child_watcher_callback, transport)
        try:
            await waiter
        except (SystemExit, KeyboardInterrupt):
            raise
        except BaseException:
            transport.close()
            await transport._wait()
            raise
        return transport


class _Child:
    """The process of *transport*, which is told when it has ended. OSError where that cannot be watched."""

    def __init__(self, loop: Any, transport: Any) -> None:
        self._loop = loop
        self._transport = transport
        self._pid = transport.get_pid()
        self._parent = os.getpid()
        self._pidfd = os.pidfd_open(self._pid)
        loop._add_reader(self._pidfd, self._ended)

    def _ended(self) -> None:
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
