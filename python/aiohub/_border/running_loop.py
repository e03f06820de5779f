"""Who sees a running loop: `asyncio.get_running_loop`, answered for its caller.

asyncio keeps one running loop for an OS thread, and while a hub is there it is the hub's, in green threads as well:
`asyncio.create_task` works there. Two kinds of callers must not see it:

* the code of an OS thread in which no loop runs, such as an executor's, whose hub is there only because a patched call
  had to wait. It begins without a running loop and has none after the wait either;
* libraries that take a running loop for "this code is not allowed to block", in green threads, which may: asgiref and
  Django. In coroutines they see it as ever.
"""

from __future__ import annotations

import asyncio
import sys
from asyncio import events
from typing import TYPE_CHECKING, Any

import greenlet
from eventlet import patcher

from .._base import native
from .._tasks.task_greenlet import TaskGreenlet

_running: Any = events._get_running_loop
_current_task: Any = asyncio.current_task
_getcurrent = greenlet.getcurrent
_threading: Any = patcher.original("threading")

#: Packages and modules that refuse to block where a loop runs.
_STRICT = ("asgiref", "django.utils.asyncio")
_FIRST_PARTS = ("asgiref", "django")


def get_running_loop() -> asyncio.AbstractEventLoop:
    """The running loop of this OS thread; raises RuntimeError where there is none, as for this caller."""
    loop = _running()
    # A task's greenlet first: coroutines ask most of all.
    if loop is None or (
        type(_getcurrent()) is not TaskGreenlet and _is_hidden(loop, sys._getframe(1).f_globals.get("__name__"))
    ):
        raise RuntimeError("no running event loop")
    return loop  # type: ignore[no-any-return]


def _is_hidden(loop: Any, name: Any) -> bool:
    """Whether code of the module *name* that runs now is not to see *loop*."""
    if not (_is_strict(str(name)) or _is_root_of_other_thread()):
        return False
    hub = getattr(loop, "_hub", None)
    if hub is None or _getcurrent() is hub.greenlet:
        return False  # without a hub, or a callback
    return _current_task(loop) is None


def _is_strict(name: str) -> bool:
    return name.startswith(_FIRST_PARTS) and (name in _STRICT or name.partition(".")[0] in _STRICT)


def _is_root_of_other_thread() -> bool:
    """Whether the code of an OS thread other than the main one runs here, and no green thread of its hub."""
    return _getcurrent().parent is None and _threading.get_ident() != _threading.main_thread().ident


if not TYPE_CHECKING:
    get_running_loop = native.prepare(
        task_greenlet_class=TaskGreenlet, running_loop=_running, hides_loop=_is_hidden
    ).get("get_running_loop", get_running_loop)


def activate() -> None:
    """Put it in the place of asyncio's, also in the modules that have imported that by name."""
    original = events.get_running_loop
    asyncio.get_running_loop = events.get_running_loop = get_running_loop
    for name in _STRICT:
        module = sys.modules.get(name)
        if getattr(module, "get_running_loop", None) is original:
            module.get_running_loop = get_running_loop  # type: ignore[union-attr]
