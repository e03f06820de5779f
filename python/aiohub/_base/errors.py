"""The exception classes of aiohub. Each message names the thing and the way out."""

from __future__ import annotations

import asyncio

__all__ = [
    "BadDescriptorError",
    "BlockingInLoopError",
    "DeadlockError",
    "EngineUnavailableError",
    "HubStopped",
    "blocking_in_loop",
]


class BlockingInLoopError(RuntimeError, AssertionError):
    """A blocking eventlet call was made in the hub's own greenlet, where nothing can wait.

    eventlet raises AssertionError or RuntimeError for this, depending on the call: this class is both.
    """


def blocking_in_loop(what: str, otherwise: str) -> BlockingInLoopError:
    """The error for *what*, called in the hub's own greenlet; *otherwise* is what to do instead in a plain callback."""
    task = asyncio.current_task()
    if task is not None:
        if getattr(task.get_loop(), "_green_tasks", False):
            return BlockingInLoopError(
                f"{what} was called in a task of a class that was kept since before the hub was made, not under a "
                "module's name: look asyncio.Task up at the call, or use loop.create_task()"
            )
        return BlockingInLoopError(
            f"{what} was called in a coroutine, and green tasks are off: "
            "use `await` there, or aiohub.install(green_tasks=True)"
        )
    return BlockingInLoopError(
        f"{what} was called in a plain callback of the loop, which cannot wait "
        f"(Cannot switch to MAINLOOP from MAINLOOP): {otherwise}"
    )


class HubStopped(SystemExit):
    """Thrown into a hub's greenlet to unwind its loop. A SystemExit, because loops let nothing else through."""


class BadDescriptorError(OSError, ValueError):
    """A number that is not an open descriptor, or one that cannot be polled, was given to the hub.

    eventlet's poll hubs raise OSError, its callers expect ValueError: this class is both.
    """


class EngineUnavailableError(ImportError, RuntimeError):
    """aiohub's own loop was asked for, and its engine was not built, is turned off or cannot be loaded."""


class DeadlockError(RuntimeError):
    """Nothing in this process can ever run again; the message lists who waits for whom."""
