"""Puts another loop in the place of the one that asyncio makes. Given with -p before any test is imported.

PEERS_LOOP       "stock", "uvloop" or "engine"

Replaced is what programs ask for a loop: the names asyncio.SelectorEventLoop and asyncio.EventLoop, the default
policy's factory, and what uvloop's own tests ask. Tests of a stock class that they import by its private module's name
go on testing that class.
"""

from __future__ import annotations

import asyncio
import os
from asyncio import unix_events
from typing import Any


def loop_class(name: str) -> type[asyncio.AbstractEventLoop]:
    """The class that *name* stands for; takes and ignores a selector."""
    base: Any
    if name == "uvloop":
        import uvloop

        base = uvloop.Loop
    elif name == "engine":
        import aiohub

        base = aiohub.EventLoop
    else:
        raise SystemExit(f"aiohub: error: PEERS_LOOP={name}: no such loop; use stock, uvloop or engine")

    class Loop(base):
        # CPython's tests look at this attribute of a loop when they close it.
        if not hasattr(base, "_default_executor"):
            _default_executor = None

        def __new__(cls, selector: object = None) -> Any:
            return super().__new__(cls)

        def __init__(self, selector: object = None) -> None:
            super().__init__()

    # uvloop's and aiohttp's tests compare names to tell loops apart.
    Loop.__name__, Loop.__qualname__, Loop.__module__ = base.__name__, base.__qualname__, base.__module__
    return Loop


def replace(cls: type[asyncio.AbstractEventLoop]) -> None:
    """Make asyncio's public names and default policy stand for *cls*."""
    for module in (asyncio, unix_events):
        for name in ("SelectorEventLoop", "EventLoop"):
            if hasattr(module, name):
                setattr(module, name, cls)
    for name in ("_UnixDefaultEventLoopPolicy", "_DefaultEventLoopPolicy"):
        if hasattr(unix_events, name):
            getattr(unix_events, name)._loop_factory = cls


def replace_in_uvloop() -> None:
    """Make uvloop's tests of uvloop run on whatever asyncio makes now."""
    import uvloop

    uvloop.new_event_loop = asyncio.new_event_loop
    uvloop.EventLoopPolicy = asyncio.DefaultEventLoopPolicy


LOOP = os.environ["PEERS_LOOP"]
if LOOP != "stock":
    replace(loop_class(LOOP))
if LOOP != "uvloop":
    replace_in_uvloop()
