"""aiohub's hub, as eventlet finds it: `EVENTLET_HUB=aiohub.hub` or `aiohub.install()` selects it.

The hub is in `_hub`. Here it meets what is replaced in eventlet and the standard library when the first hub is made
(`_patch`), and the border between green threads and coroutines (`_border`); neither is known to it.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from . import _factories
from ._border import activation as border
from ._border import bridge, runner
from ._hub.core import READ, WRITE, CoreHub
from ._loop import adopted
from ._patch import activation as patch
from ._patch import asyncio_modules, green_calls

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from greenlet import greenlet as Greenlet

__all__ = ["READ", "WRITE", "Hub", "is_available"]

# use_hub("aiohub"): eventlet takes a name without a dot for a module beside its own.
sys.modules.setdefault("eventlet.hubs.aiohub", sys.modules[__name__])
# Each OS thread gets its hub from the variable, as it does after `aiohub.install`.
runner.every_thread = os.environ.get("EVENTLET_HUB", "").strip().startswith("aiohub")
# AIOHUB_LOOP goes with EVENTLET_HUB=aiohub.hub, for programs whose start cannot be changed.
adopted.configure(_factories.resolve(os.environ.get("AIOHUB_LOOP") or None), True)


def is_available() -> bool:
    """Whether the hub can run here: on Unix."""
    return os.name == "posix"


class Hub(CoreHub):
    """An eventlet hub over any asyncio event loop. Made by eventlet, one for each OS thread that needs one."""

    def __init__(self, clock: Callable[[], float] | None = None) -> None:
        super().__init__(clock)
        patch.activate()
        green_calls.prepare_hub(type(self))
        border.activate()

    def _post_initialize(self) -> None:
        """Called by eventlet when this hub has become the thread's hub: making the loop may ask for the hub again."""
        asyncio_modules.unpatch_asyncio()
        super()._post_initialize()

    def _prepare_for_engine(self) -> None:
        green_calls.prepare_sockets()

    def future_for(self, awaitable: Any, lender: Greenlet) -> asyncio.Future[Any]:
        return bridge.as_future(self, awaitable, lender=lender)
