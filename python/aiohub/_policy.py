"""EventLoopPolicy: apart from the loop, because newer Pythons warn of every use of asyncio's policies."""

from __future__ import annotations

import asyncio

from .loop import EventLoop

__all__ = ["EventLoopPolicy"]


class EventLoopPolicy(asyncio.DefaultEventLoopPolicy):
    """Makes the engine's loop asyncio's default: `asyncio.set_event_loop_policy(aiohub.EventLoopPolicy())`."""

    _loop_factory = EventLoop
