"""eventlet's hot calls in C, where the shim has been built: what green threads do on any loop, and on the engine's.

`AIOHUB_NATIVE_SOCKETS=0` in the environment leaves GreenSocket's methods to eventlet. See
docs/design/0006-green-fast-paths.md.
"""

from __future__ import annotations

import os

from eventlet import greenthread, hubs, patcher
from eventlet.greenio import base

from .._base import native
from .._hub import threads
from .._hub.timers import TimerQueue
from .functions import copy_function, replace
from .hubs import throw_timeout

_has_hub_calls = _has_socket_calls = False


def prepare_hub(hub_class: type) -> None:
    """Put the calls of any loop in place: switching to the hub, `sleep(0)`, passes over timers. Once per process."""
    global _has_hub_calls
    if _has_hub_calls:
        return
    _has_hub_calls = True
    made = native.prepare(
        hub_local=threads._local,
        hub_class=hub_class,
        timers_class=TimerQueue,
        sleep=copy_function(greenthread.sleep),
    )
    if made:
        TimerQueue.run_pass = made["run_pass"]  # type: ignore[method-assign]
        hub_class.switch = made["switch"]  # type: ignore[attr-defined]
        replace(greenthread.sleep, made["sleep"])


def prepare_sockets() -> None:
    """Put those in place that wait in the engine. Once per process, when the first hub runs on the engine's loop."""
    global _has_socket_calls
    if _has_socket_calls:
        return
    _has_socket_calls = True
    made = native.prepare(
        throw_timeout=throw_timeout,
        socket_class=base.GreenSocket,
        original_socket_class=patcher.original("socket").socket,
        io_closed=hubs.IOClosed,
        socket_timeout=base.socket_timeout,
        trampoline=copy_function(hubs.trampoline),
    )
    replace(hubs.trampoline, made["trampoline"])
    if os.environ.get("AIOHUB_NATIVE_SOCKETS") != "0":
        for name, method in made["socket_methods"].items():
            setattr(base.GreenSocket, name, method)
