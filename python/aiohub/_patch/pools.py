"""ThreadPoolExecutor under monkey patching: its threads are real, so waiting for them must not block the hub's
thread.
"""

from __future__ import annotations

import concurrent.futures
import functools
from typing import Any

import greenlet
from eventlet import patcher

from .._hub import threads
from .._hub.shutdown import join_threads


def activate() -> None:
    """Under monkey patching, `ThreadPoolExecutor.shutdown` waits as other blocking calls do: the pool's threads
    are real, and joining one for real would stop every green thread, also the one its job waits for.
    """
    try:
        pool: Any = concurrent.futures.ThreadPoolExecutor
    except RuntimeError:
        return  # imported for the first time while the interpreter exits: there is no pool, and will be none
    original = pool.shutdown

    @functools.wraps(original)
    def shutdown(self: Any, wait: bool = True, *, cancel_futures: bool = False) -> None:
        hub = threads.current_hub()
        green = hub is not None and not hub._closed and greenlet.getcurrent() is not hub.greenlet
        if not (wait and green and patcher.is_monkey_patched("thread")):
            original(self, wait, cancel_futures=cancel_futures)
            return
        original(self, False, cancel_futures=cancel_futures)
        join_threads([thread for thread in self._threads if thread.is_alive()])

    pool.shutdown = shutdown
