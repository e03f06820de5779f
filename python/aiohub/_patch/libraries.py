"""Libraries that are made to cooperate when they are imported.

Each waits in C, or in OS threads of its own that patching takes away. AIOHUB_LEAVE in the environment leaves some of
them as they are: `AIOHUB_LEAVE=grpc,psycopg`.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, cast

from eventlet import patcher

from .on_import import on_import

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType


def _mend_grpc(cygrpc: ModuleType) -> None:
    """grpc.aio has an OS thread that waits in C for all channels; patched, it is a green one, and nothing runs."""
    cast("Any", cygrpc).threading = patcher.original("threading")


def _mend_oslo_log(pipe_mutex: ModuleType) -> None:
    """oslo.log takes a mutex that fails between two OS threads for every hub that is a subclass of eventlet's asyncio
    hub, because that hub cannot serve several readers. Ours can, so the other one works.
    """
    mutex = getattr(pipe_mutex, "_ReallyPipeMutex", None)
    if mutex is not None:
        cast("Any", pipe_mutex).PipeMutex = mutex


def _mend_psycopg(waiting: ModuleType) -> None:
    """psycopg 3 waits in C for its socket; its Python function for the same waits as the patched `select` does."""
    module = cast("Any", waiting)
    native = module.wait

    def wait(*args: Any, **kwargs: Any) -> Any:
        # Decided at the call: a program may patch after it has imported its database.
        return (module.wait_select if patcher.is_monkey_patched("select") else native)(*args, **kwargs)

    module.wait = wait
    # It is looked up when the module is imported, and a connection is made with it.
    module.DefaultSelector = lambda: sys.modules["selectors"].DefaultSelector()


#: What a library is called in AIOHUB_LEAVE, the module that is mended, and how.
LIBRARIES: dict[str, tuple[str, Callable[[ModuleType], None]]] = {
    "grpc": ("grpc._cython.cygrpc", _mend_grpc),
    "oslo_log": ("oslo_log.pipe_mutex", _mend_oslo_log),
    "psycopg": ("psycopg.waiting", _mend_psycopg),
}


def _left() -> set[str]:
    """The libraries that the environment says to leave. Raises ValueError for one that is not known."""
    names = {name.strip() for name in os.environ.get("AIOHUB_LEAVE", "").split(",")} - {""}
    unknown = sorted(names - set(LIBRARIES))
    if unknown:
        raise ValueError(f"AIOHUB_LEAVE={unknown[0]}: one or more of {', '.join(LIBRARIES)} is needed")
    return names


def activate() -> None:
    """Mend what is imported, and what will be."""
    left = _left()
    for name, (module, mend) in LIBRARIES.items():
        if name not in left:
            on_import(module, mend)
