"""eventlet's hot calls in C, for green threads on the engine's loop.

`AIOHUB_NATIVE_SOCKETS=0` in the environment leaves GreenSocket's methods to eventlet. See
docs/design/0006-green-fast-paths.md.
"""

from __future__ import annotations

import os

from eventlet import greenthread, hubs, patcher
from eventlet.greenio import base

from .. import _shim
from .._hub import threads
from .._hub.timers import TimerQueue
from .functions import copy_function, replace
from .hubs import throw_timeout

_prepared = False


def prepare(hub_class: type) -> None:
    """Put the native calls in place; once per process, when the first hub runs on the engine's loop."""
    global _prepared
    if _prepared:
        return
    _prepared = True
    native = _shim.prepare(
        hub_local=threads._local,
        throw_timeout=throw_timeout,
        hub_class=hub_class,
        timers_class=TimerQueue,
        socket_class=base.GreenSocket,
        original_socket_class=patcher.original("socket").socket,
        io_closed=hubs.IOClosed,
        socket_timeout=base.socket_timeout,
        trampoline=copy_function(hubs.trampoline),
        sleep=copy_function(greenthread.sleep),
    )
    TimerQueue.run_pass = native["run_pass"]  # type: ignore[method-assign]
    replace(greenthread.sleep, native["sleep"])
    hub_class.switch = native["switch"]  # type: ignore[attr-defined]
    replace(hubs.trampoline, native["trampoline"])
    if os.environ.get("AIOHUB_NATIVE_SOCKETS") != "0":
        for name, method in native["socket_methods"].items():
            setattr(base.GreenSocket, name, method)
