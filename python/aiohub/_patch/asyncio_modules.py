"""asyncio keeps the original modules: socket, select, threading, time ..., however a program is patched."""

from __future__ import annotations

import sys

from eventlet import patcher

_done = False


def unpatch_asyncio() -> None:
    """Give asyncio's modules the original socket, select, threading, time ...; once per process."""
    global _done
    if _done:
        return
    _done = True
    _make_original_selectors()
    patcher._unmonkey_patch_asyncio_all()
    # The original subprocess module itself looks at the patched os and select, which would block in the loop.
    subprocess = patcher.original("subprocess")
    for name in ("os", "select", "selectors", "threading", "time"):
        if hasattr(subprocess, name):
            setattr(subprocess, name, patcher.original(name))


def _make_original_selectors() -> None:
    """Import the original selectors module against the original select: monkey patching takes epoll, kqueue and poll
    out of the other one, and asyncio would come out with green selectors where the program was patched before there
    was a hub of ours.
    """
    name = "__original_module_selectors"
    if name in sys.modules and hasattr(sys.modules[name], "PollSelector"):
        return
    sys.modules.pop(name, None)
    patched = sys.modules.get("select")
    sys.modules["select"] = patcher.original("select")
    try:
        patcher.original("selectors")
    finally:
        if patched is not None:
            sys.modules["select"] = patched
