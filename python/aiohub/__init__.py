"""aiohub: eventlet and asyncio on one event loop, in one thread.

Names are resolved on first use, so that importing this package (or `aiohub.aio`) imports neither eventlet nor asyncio.
"""

from __future__ import annotations

import importlib
import warnings
from typing import TYPE_CHECKING, Any

from ._base.interpreters import refuse_subinterpreter

if TYPE_CHECKING:
    from . import aio, debug, green
    from ._base.errors import BadDescriptorError, BlockingInLoopError, DeadlockError, EngineUnavailableError
    from ._border.bridge import async_to_sync, future_to_greenlet, greenlet_to_future, sync_to_async, wait
    from ._border.iteration import iterate
    from ._border.timeout import timeout
    from ._install import get_loop, hub_loop, install, run
    from ._locks import BoundedSemaphore, Condition, Event, Lock, RLock, Semaphore
    from ._locks.queues import LifoQueue, PriorityQueue, Queue, ShutDown
    from ._policy import EventLoopPolicy
    from .loop import EventLoop, new_event_loop

__version__ = "0.1.0"

refuse_subinterpreter()

# eventlet announces its retirement to whoever imports it. Who imports aiohub is on the way already; a program's own
# import of eventlet is still told.
warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated", module=r"aiohub\b")

_MODULE_OF = {
    "BadDescriptorError": "_base.errors",
    "BlockingInLoopError": "_base.errors",
    "DeadlockError": "_base.errors",
    "EngineUnavailableError": "_base.errors",
    "get_loop": "_install",
    "hub_loop": "_install",
    "install": "_install",
    "run": "_install",
    "async_to_sync": "_border.bridge",
    "future_to_greenlet": "_border.bridge",
    "greenlet_to_future": "_border.bridge",
    "sync_to_async": "_border.bridge",
    "wait": "_border.bridge",
    "iterate": "_border.iteration",
    "timeout": "_border.timeout",
    "BoundedSemaphore": "_locks",
    "Condition": "_locks",
    "Event": "_locks",
    "Lock": "_locks",
    "RLock": "_locks",
    "Semaphore": "_locks",
    "LifoQueue": "_locks.queues",
    "PriorityQueue": "_locks.queues",
    "Queue": "_locks.queues",
    "ShutDown": "_locks.queues",
    "EventLoop": "loop",
    "EventLoopPolicy": "_policy",
    "new_event_loop": "loop",
}
_SUBMODULES = ("aio", "debug", "green", "hub")

__all__ = [
    "BadDescriptorError",
    "BlockingInLoopError",
    "BoundedSemaphore",
    "Condition",
    "DeadlockError",
    "EngineUnavailableError",
    "Event",
    "EventLoop",
    "EventLoopPolicy",
    "LifoQueue",
    "Lock",
    "PriorityQueue",
    "Queue",
    "RLock",
    "Semaphore",
    "ShutDown",
    "aio",
    "async_to_sync",
    "debug",
    "future_to_greenlet",
    "get_loop",
    "green",
    "greenlet_to_future",
    "hub_loop",
    "install",
    "iterate",
    "new_event_loop",
    "run",
    "sync_to_async",
    "timeout",
    "wait",
]


def __getattr__(name: str) -> Any:
    module = name if name in _SUBMODULES else _MODULE_OF.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        found = importlib.import_module(f"{__name__}.{module}")
    except ModuleNotFoundError as exc:
        missing = exc.name or ""
        if missing.partition(".")[0] not in ("eventlet", "greenlet", __name__):
            raise
        # aiohub-aio has some of this package's modules only, and aiohub may be installed without what it needs.
        raise ImportError(f"aiohub.{name} needs the distribution aiohub with eventlet and greenlet: {exc}") from exc
    if name in _SUBMODULES:
        return found
    value = globals()[name] = getattr(found, name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
