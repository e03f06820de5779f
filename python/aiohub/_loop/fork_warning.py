"""CPython 3.12 and later warn of a fork in a process with several OS threads, and count the engine's among them.

The warning is about locks that another thread holds at that moment and that the child would find locked for ever. The
threads of the Go runtime hold none that the child uses: the child never touches its parent's engine (see
docs/design/0003-fork.md). Where they are the only other threads there is nothing to warn of; where Python has several
threads the warning stays.
"""

from __future__ import annotations

import sys
import warnings
from typing import Any

_TEXT = "is multi-threaded, use of "


class _OnlyTheEngine:
    """Stands where a filter has its pattern: matches the warning while one OS thread alone runs Python."""

    def match(self, text: str) -> bool:
        return _TEXT in text and len(sys._current_frames()) == 1


def watch() -> None:
    """Ignore the warning from now on where the engine's threads are the only reason for it."""
    item: tuple[Any, ...] = ("ignore", _OnlyTheEngine(), DeprecationWarning, None, 0)
    if sys.version_info >= (3, 12):
        warnings.filters.insert(0, item)  # type: ignore[arg-type]
