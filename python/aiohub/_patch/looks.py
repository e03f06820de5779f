"""A look is not a wait: `select`, a lock's `acquire` and the like with a timeout of zero ask and register nothing.

In a coroutine and in a callback of the loop they come back at once, because asyncio's code counts on nothing else
running before the next `await`. In a green thread they give way first, as eventlet's do: programs poll in loops.
"""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING, Any

import greenlet
from eventlet import greenthread, patcher
from eventlet.green.select import get_fileno

from .._hub import threads
from .._hub.pollers import bad_descriptor
from .._tasks.coroutine import working_for

if TYPE_CHECKING:
    from collections.abc import Iterable

_select: Any = patcher.original("select")
_PRIORITY = _select.POLLPRI
# A hang-up and an error make both directions ready: the next call says which it is.
_FAILED = _select.POLLHUP | _select.POLLERR
_READABLE = _select.POLLIN | _PRIORITY | _FAILED
_WRITABLE = _select.POLLOUT | _FAILED


def is_look(timeout: Any) -> bool:
    """Whether *timeout*, in seconds, leaves no time to wait."""
    try:
        return timeout is not None and float(timeout) <= 0
    except (TypeError, ValueError):
        return False  # who is given it complains


def look_for_ready(
    read_list: Iterable[Any], write_list: Iterable[Any], error_list: Iterable[Any]
) -> tuple[list[Any], list[Any], list[Any]]:
    """What `select.select` with a timeout of zero returns; raises BadDescriptorError for what is not open."""
    kinds = (_select.POLLIN, read_list), (_select.POLLOUT, write_list), (_PRIORITY, error_list)
    wanted = [(mask, [(get_fileno(obj), obj) for obj in objects]) for mask, objects in kinds]
    masks: dict[int, int] = {}
    for mask, pairs in wanted:
        for fileno, _ in pairs:
            masks[fileno] = masks.get(fileno, 0) | mask
    _give_way()
    ready = _poll(masks)
    found = [
        [obj for fileno, obj in pairs if ready.get(fileno, 0) & answer]
        for answer, (_, pairs) in zip((_READABLE & ~_PRIORITY, _WRITABLE, _PRIORITY), wanted, strict=True)
    ]
    return found[0], found[1], found[2]


def look_at(fileno: int, read: Any) -> bool:
    """Whether *fileno* is readable, or writable unless *read*; raises BadDescriptorError if it is not open."""
    _give_way()
    ready = _poll({fileno: _select.POLLIN | _PRIORITY if read else _select.POLLOUT})
    return bool(ready.get(fileno, 0) & (_READABLE if read else _WRITABLE))


def only_looks(timeout: Any) -> bool:
    """Whether a call with *timeout* says at once what there is, because it is a look, and not a green thread's."""
    return is_look(timeout) and not _in_green_thread()


def _in_green_thread() -> bool:
    hub = getattr(threads._local, "hub", None)
    current = greenlet.getcurrent()
    return hub is not None and current is not hub.greenlet and working_for(current) is None


def _give_way() -> None:
    """Let others run, if the caller is a green thread."""
    if _in_green_thread():
        greenthread.sleep(0)


def _poll(masks: dict[int, int]) -> dict[int, int]:
    poller = _select.poll()
    for fileno, mask in masks.items():
        try:
            poller.register(fileno, mask)
        except (ValueError, OverflowError) as exc:
            raise bad_descriptor(fileno, exc) from None
    ready = dict(poller.poll(0))
    for fileno, events in ready.items():
        if events & _select.POLLNVAL:
            raise bad_descriptor(fileno, OSError(errno.EBADF, os.strerror(errno.EBADF)))
    return ready
