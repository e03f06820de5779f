"""What the examples have in common: which loop to run on, how they are told to stop, and one silenced warning."""
# ruff: noqa: E402

from __future__ import annotations

import argparse
import os
import signal
import warnings
from types import FrameType

# eventlet says on every import that it is being retired. Whoever runs these examples knows: it is what they are about.
warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")

import greenlet
from eventlet.hubs import get_hub


def chosen_loop() -> str | None:
    """The loop to run on: ``--loop NAME``, else the variable AIOHUB_LOOP, else None: aiohub's own choice."""
    parser = argparse.ArgumentParser()
    chosen = os.environ.get("AIOHUB_LOOP") or None
    parser.add_argument("--loop", choices=("engine", "asyncio", "uvloop"), default=chosen)
    return parser.parse_args().loop


def stop_on_signals() -> None:
    """Make Ctrl-C and SIGTERM raise KeyboardInterrupt in this green thread, at the blocking call that it waits in.

    Left to itself Ctrl-C raises it in whatever runs just then, also halfway through a pool's bookkeeping; that pool
    would wait for ever at the end. So the handler only asks the hub to raise it, which happens between two steps.
    """
    waiting = greenlet.getcurrent()

    def handler(number: int, frame: FrameType | None) -> None:
        get_hub().schedule_call_global(0, waiting.throw, KeyboardInterrupt)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, handler)
