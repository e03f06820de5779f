"""Which poller a hub gets.

On the engine's loop the engine waits, on others an epoll set of the hub's own. Where there is no epoll, or with
AIOHUB_POLLER=poll in the environment, the hub waits in the selector of asyncio's own loop.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from eventlet import patcher

if TYPE_CHECKING:
    from .._base.contract import Hub
    from .pollers import Poller

_NAMES = ("epoll", "poll", "selector")


def make(hub: Hub) -> Poller:
    """A poller for *hub* and its present loop."""
    # Imported here, because each needs what is not everywhere.
    if hasattr(hub.loop, "_restore_engine"):
        from . import poller_engine

        return poller_engine.Poller(hub)
    name = _name()
    if name == "epoll":
        from . import poller_epoll

        return poller_epoll.Poller(hub)
    from . import poller_selector

    return poller_selector.Poller(hub, name)


def _name() -> str:
    chosen = os.environ.get("AIOHUB_POLLER")
    if not chosen:
        return "epoll" if hasattr(patcher.original("select"), "epoll") else "selector"
    if chosen not in _NAMES:
        raise ValueError(f"AIOHUB_POLLER={chosen}: unknown poller; one of {', '.join(_NAMES)}")
    return chosen
