"""Which hub belongs to which OS thread, and to which greenlet; a hub is closed when its thread ends.

All greenlets of an OS thread descend from one root greenlet, so the root identifies the thread: looking a hub up by the
root works from any other thread, which eventlet's own thread-local does not.
"""

from __future__ import annotations

import os
import sys
import weakref
from typing import TYPE_CHECKING, Any

import greenlet
from eventlet import hubs, patcher

if TYPE_CHECKING:
    from collections.abc import Callable

    from .._base.contract import Hub

_local = hubs._threadlocal
# The guard lives in a thread-local of the real threading module: its death tells that the OS thread is ending.
_threading: Any = patcher.original("threading")
_guards = _threading.local()
# Where the interpreter runs: its end is the end of the process. In the child of a fork it may be missing.
_main_thread: int | None = _threading.main_thread().ident
# Keyed by id of the root greenlet. A dict under the GIL: single operations are atomic, list(values()) is a snapshot.
_by_root: dict[int, weakref.ref[Hub]] = {}


class _Guard:
    """Closes the hubs of an OS thread when the thread's locals are torn down."""

    def __init__(self) -> None:
        self.hub: Hub | None = None
        self.pid = os.getpid()
        #: Whether the thread is what a fork in it has left of a process.
        self.is_process = False

    def __del__(self, is_finalizing: Callable[[], bool] = sys.is_finalizing) -> None:
        # At interpreter exit `shutdown` has closed what there is, and the modules are being taken apart.
        if self.hub is None or is_finalizing():
            return
        if self.pid == os.getpid():
            if self.is_process and len(sys._current_frames()) <= 1:
                # With its last thread a process ends, with 0; the engine's own threads would keep this one alive. The
                # hub is left as it is: uvloop cannot leave a run in the main thread that it began in another one.
                os._exit(0)
            self.hub.close()
        else:
            # A fork in another thread: this thread does not exist in the child, and its hub goes on in the parent.
            self.hub.abandon()


def survive_fork() -> None:
    """This OS thread is the one that goes on in the child of a fork."""
    guard = getattr(_guards, "guard", None)
    if guard is not None:
        guard.pid = os.getpid()
        guard.is_process = _threading.get_ident() != _main_thread


def root_of(green: greenlet.greenlet) -> greenlet.greenlet:
    """The root greenlet of the OS thread that *green* belongs to."""
    parent = green.parent
    while parent is not None:
        green = parent
        parent = green.parent
    return green


def register(hub: Hub) -> Hub | None:
    """Make *hub* the hub of this OS thread; returns the one it replaces, which will never run again."""
    root = root_of(greenlet.getcurrent())
    hub.root = root
    guard = getattr(_guards, "guard", None)
    if guard is None:
        guard = _guards.guard = _Guard()
    previous: Hub | None = guard.hub
    guard.hub = hub
    _by_root[id(root)] = weakref.ref(hub)
    return previous


def unregister(hub: Hub) -> None:
    """Forget *hub*, which has been closed."""
    entry = _by_root.get(id(hub.root))
    if entry is not None and entry() in (hub, None):
        _by_root.pop(id(hub.root), None)


def current_hub() -> Hub | None:
    """This OS thread's hub if it has one already and it is ours; never makes one."""
    hub = getattr(_local, "hub", None)
    return hub if getattr(hub, "is_aiohub", False) else None


def last_hub() -> Hub | None:
    """The hub of ours that this OS thread had last; `use_hub` may have been called since."""
    guard = getattr(_guards, "guard", None)
    return guard.hub if guard is not None else None


def hub_of(green: greenlet.greenlet) -> Hub | None:
    """The hub that runs *green*; any OS thread may ask."""
    entry = _by_root.get(id(root_of(green)))
    return entry() if entry is not None else None


def live_hubs() -> list[Hub]:
    """The hubs of all OS threads, a snapshot."""
    found = (entry() for entry in list(_by_root.values()))
    return [hub for hub in found if hub is not None]
