"""Whether the engine can be used here. What cannot be loaded is asked for once, and its reason kept.

`AIOHUB_ENGINE=0` in the environment turns the engine off; everything then runs on asyncio's own loop.
"""

from __future__ import annotations

import importlib
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable


class _State:
    reason: str | None = None
    factory: Callable[[], asyncio.AbstractEventLoop] | None = None


def factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """The factory of the engine's loop, or None where the engine cannot be used."""
    if _State.factory is None and _State.reason is None:
        _load()
    return _State.factory


def reason_without() -> str | None:
    """Why the engine is not used here; None if it is, or if nobody has asked for it."""
    return _State.reason


def _load() -> None:
    if os.environ.get("AIOHUB_ENGINE") == "0":
        _State.reason = "the engine is turned off by AIOHUB_ENGINE=0"
        return
    try:
        loop: Any = importlib.import_module("aiohub.loop")
    except ImportError as exc:
        _State.reason = f"the engine cannot be loaded: {exc}"
        return
    _State.factory = loop.new_event_loop


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
