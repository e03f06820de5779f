"""Which threads the end of a process waits for, under monkey patching, in a process that `multiprocessing` has forked.

It ends by `threading._shutdown()` where it has begun: in any green thread. Green threads survive a fork, so eventlet
lets the threading module forget none of its threads; but that function waits for the main thread unless it is called
there, and for threads that only the parent is to wait for. CPython 3.13 and later have no such locks.
"""

from __future__ import annotations

import os
import sys
import threading
from typing import TYPE_CHECKING, Any

from eventlet.green import threading as green_threading

if TYPE_CHECKING:
    from collections.abc import Callable

# Monkey patching gives the one some functions of the other; each keeps threads of its own.
_MODULES: tuple[Any, ...] = (threading, green_threading)
#: The locks they wait for that were there at the last fork.
_inherited: set[Any] = set()


def activate() -> None:
    """Put this into the threading module and eventlet's green copy of it."""
    if not hasattr(threading, "_shutdown_locks"):
        return
    for original in {module._shutdown for module in _MODULES}:
        replacement = _without_others(original)
        for module in _MODULES:
            if module._shutdown is original:
                module._shutdown = replacement
    os.register_at_fork(after_in_child=_note_inherited)


def _without_others(original: Callable[[], None]) -> Callable[[], None]:
    names: dict[str, Any] = original.__globals__

    def _shutdown() -> None:
        main, locks = names["_main_thread"], names["_shutdown_locks"]
        if _is_child_of_multiprocessing():
            locks -= _inherited
        if names["get_ident"]() != main.ident:
            locks.discard(main._tstate_lock)
        original()

    return _shutdown


def _note_inherited() -> None:
    _inherited.clear()
    for module in _MODULES:
        _inherited.update(module._shutdown_locks)


def _is_child_of_multiprocessing() -> bool:
    process: Any = sys.modules.get("multiprocessing.process")
    return process is not None and process.parent_process() is not None
