"""The native halves of hubs, timers, tasks and waits, where the shim can be used: C in place of the same in Python.

`AIOHUB_ENGINE=0` in the environment turns it off.
"""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from typing import Any

from .errors import EngineUnavailableError

#: Written by setup.py where it has left the engine out, with the reason.
_REASON = Path(__file__).parent.with_name("_without_engine.txt")


def _shim() -> Any:
    """The shim, or None where it cannot be used."""
    if os.environ.get("AIOHUB_ENGINE") == "0":
        return None
    try:
        return built_shim()
    except ImportError:
        return None


def built_shim() -> Any:
    """The shim; raises EngineUnavailableError where it has not been built."""
    try:
        shim: Any = importlib.import_module("aiohub._shim")
    except ImportError as exc:
        raise EngineUnavailableError(_without_engine(str(exc))) from None
    if not hasattr(shim, "prepare"):  # the folder with its sources has the name
        raise EngineUnavailableError(_without_engine("its C shim is missing"))
    return shim


def _without_engine(otherwise: str) -> str:
    reason = _REASON.read_text().strip() if _REASON.exists() else otherwise
    return (
        f"aiohub's own loop cannot be used: {reason}; "
        'install aiohub again where Go and a C compiler are, or use loop="asyncio" or loop="uvloop"'
    )


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
