"""OS threads for what blocks, as many as eventlet's tpool has."""

from __future__ import annotations

import asyncio
import contextvars
import functools
import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_executors: dict[int, ThreadPoolExecutor] = {}


async def to_thread(fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Run `fn(*args, **kwargs)` in an OS thread, and return what it returns. Replaces `tpool.execute`.

    There are 20 threads, or as many as the environment variable EVENTLET_THREADPOOL_SIZE says: asyncio.to_thread has 4
    more than there are processors, and what waits for something that waits for a thread itself gets stuck there.
    """
    run = functools.partial(contextvars.copy_context().run, fn, *args, **kwargs)
    return await asyncio.get_running_loop().run_in_executor(_executor(), run)


def _executor() -> ThreadPoolExecutor:
    # By process: the threads do not survive a fork.
    found = _executors.get(os.getpid())
    if found is None:
        _executors.clear()
        size = int(os.environ.get("EVENTLET_THREADPOOL_SIZE", "20"))
        found = _executors[os.getpid()] = ThreadPoolExecutor(max(size, 1), thread_name_prefix="aiohub.aio")
    return found


class ThreadProxy:
    """Stands for *wrapped*, whose methods run in OS threads: `await proxy.method()`. Replaces `tpool.Proxy`.

    Attributes that cannot be called are those of *wrapped*. As a context manager, with `async with`, it enters and
    leaves *wrapped* in a thread, and gives what that gives. Who compares, prints or tests it does so with *wrapped*, at
    once and in no thread, as with tpool's.
    """

    def __init__(self, wrapped: Any) -> None:
        self._wrapped = wrapped

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._wrapped, name)
        return functools.partial(to_thread, value) if callable(value) else value

    async def __aenter__(self) -> Any:
        return await to_thread(self._wrapped.__enter__)

    async def __aexit__(self, *exc_info: object) -> Any:
        return await to_thread(self._wrapped.__exit__, *exc_info)

    def __eq__(self, other: object) -> bool:
        return bool(self._wrapped == other)

    def __hash__(self) -> int:
        return hash(self._wrapped)

    def __bool__(self) -> bool:
        return bool(self._wrapped)

    def __len__(self) -> int:
        return len(self._wrapped)

    def __str__(self) -> str:
        return str(self._wrapped)

    def __repr__(self) -> str:
        return repr(self._wrapped)
