"""The end of a dummy Thread takes the lock of the threading module, also where monkey patching has replaced that.

CPython 3.14 keeps `threading._active_limbo_lock` in the default of an argument too, where eventlet's search for locks
does not look: it says that one RLock was not greened, and such an end then excludes nobody.
"""

from __future__ import annotations

import threading
from typing import Any

from eventlet import patcher

from .functions import copy_function, replace

_allocate_lock: Any = patcher.original("_thread").allocate_lock


def activate() -> None:
    """Have the default follow what eventlet puts in the lock's place."""
    end = getattr(getattr(threading, "_DeleteDummyThreadOnDel", None), "__del__", None)
    index = _lock_among(getattr(end, "__defaults__", None) or ())
    if index is None:
        return
    green_existing_locks: Any = copy_function(patcher._green_existing_locks)

    def _green_existing_locks(rlock_type: Any) -> None:
        # Only the module may hold the lock meanwhile: eventlet counts who is left. A thread that ends now has another.
        _put(end, index, _allocate_lock())
        green_existing_locks(rlock_type)
        _put(end, index, threading._active_limbo_lock)  # type: ignore[attr-defined]

    replace(patcher._green_existing_locks, _green_existing_locks)
    _put(end, index, threading._active_limbo_lock)  # type: ignore[attr-defined]  # if all was patched before


def _lock_among(defaults: tuple[Any, ...]) -> int | None:
    for index, value in enumerate(defaults):
        if hasattr(value, "acquire"):
            return index
    return None


def _put(function: Any, index: int, lock: Any) -> None:
    defaults = function.__defaults__
    function.__defaults__ = (*defaults[:index], lock, *defaults[index + 1 :])


__all__ = ["activate"]
