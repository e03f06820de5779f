"""Which loop a name means: "engine", "asyncio", "uvloop", or the best one here.

Whether the engine can be used is asked for once, and the reason why not is kept. `AIOHUB_ENGINE=0` in the environment
turns it off; everything then runs on asyncio's own loop.
"""

from __future__ import annotations

import asyncio
import importlib
import os
from typing import TYPE_CHECKING, cast

from ._base.errors import EngineUnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable

    LoopFactory = Callable[[], asyncio.AbstractEventLoop]

NAMES = ("engine", "asyncio", "uvloop")


class _State:
    reason: str | None = None
    factory: LoopFactory | None = None


def engine_factory() -> LoopFactory | None:
    """The factory of the engine's loop, or None where the engine cannot be used."""
    if _State.factory is None and _State.reason is None:
        _load()
    return _State.factory


def reason_without() -> str | None:
    """Why the engine is not used here; None if it is, or if nobody has asked for it."""
    return _State.reason


def _load() -> None:
    if os.environ.get("AIOHUB_ENGINE") == "0":
        _State.reason = 'the engine is turned off by AIOHUB_ENGINE=0; use loop="asyncio" or loop="uvloop"'
        return
    try:
        from . import loop
    except ImportError as exc:
        _State.reason = str(exc)
        return
    _State.factory = loop.new_event_loop


def resolve(spec: str | LoopFactory | None) -> LoopFactory:
    """The factory that *spec* means: None, "engine", "asyncio", "uvloop", or a factory itself.

    Raises ValueError for an unknown name, TypeError for anything else, EngineUnavailableError or ImportError if the
    loop is not here.
    """
    if spec is None:
        return engine_factory() or asyncio.SelectorEventLoop
    if spec == "asyncio":
        return asyncio.SelectorEventLoop
    if spec == "engine":
        factory = engine_factory()
        if factory is None:
            raise EngineUnavailableError(f'loop="engine": {reason_without()}')
        return factory
    if spec == "uvloop":
        try:
            uvloop = importlib.import_module("uvloop")
        except ImportError as exc:
            raise ImportError(
                'loop="uvloop": uvloop is not installed; pip install uvloop, or use loop="asyncio"'
            ) from exc
        except RuntimeError:
            # The first hub of the process is made while the interpreter exits: too late to import uvloop.
            return asyncio.SelectorEventLoop
        return cast("LoopFactory", uvloop.new_event_loop)
    if isinstance(spec, str):
        raise ValueError(f"loop={spec!r}: unknown loop; one of {', '.join(map(repr, NAMES))}, None, or a factory")
    if not callable(spec):
        raise TypeError(
            f"loop={spec!r}: a loop name or a factory without arguments is needed, not {type(spec).__name__}"
        )
    return spec
