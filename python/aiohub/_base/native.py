"""The native halves of hubs, timers, tasks and waits, where the shim can be used: C in place of the same in Python.

`AIOHUB_ENGINE=0` in the environment turns it off.
"""

from __future__ import annotations

import importlib
import os
from typing import Any


def _shim() -> Any:
    """The shim, or None where it cannot be used."""
    if os.environ.get("AIOHUB_ENGINE") == "0":
        return None
    try:
        shim: Any = importlib.import_module("aiohub._shim")
    except ImportError:
        return None
    # Where it has not been built, the folder with its sources has the name.
    return shim if hasattr(shim, "prepare") else None


def prepare(**parts: Any) -> dict[str, Any]:
    """What native code can stand for some Python functions and classes, by name, once it has been given these parts.

    The shim's parts.h says what they are. Each function and class is handed out once, by the call that completes what
    it needs. Nothing without the shim.
    """
    shim = _shim()
    return shim.prepare(**parts) if shim is not None else {}


def hub_core() -> Any:
    """The native half of a hub; None without the shim."""
    shim = _shim()
    return shim.HubCore if shim is not None else None


def hub_timers() -> Any:
    """The native half of a hub's timers; None without the shim."""
    shim = _shim()
    return shim.HubTimers if shim is not None else None


def wake_up() -> Any:
    """The native done-callback of who waits for a future; None without the shim."""
    shim = _shim()
    return shim.WakeUp if shim is not None else None
