"""What pollers have in common: how a hub waits for the descriptors of green threads."""

from __future__ import annotations

import errno
from typing import Protocol

from eventlet.hubs import hub as _base

from .._base.errors import BadDescriptorError

#: The event types of eventlet.
READ_NAME = _base.READ
WRITE_NAME = _base.WRITE
#: What pollers are asked to wait for: bits, the same as in `selectors`.
READ, WRITE = 1, 2


class Poller(Protocol):
    """How a hub waits for descriptors: every wait is one-shot. Not thread-safe: it belongs to one hub."""

    #: The bits of the events of `poll` that wake a reader, and a writer.
    read_events: int
    write_events: int

    def attach(self) -> None:
        """Have the hub's loop tell the hub of what is ready."""

    def detach(self) -> None:
        """End what `attach` began."""

    def watched(self) -> set[int]:
        """The descriptors that the loop watches for the hub's sake."""

    def arm(self, fileno: int, events: int) -> None:
        """Wait once for *events* (READ, WRITE) on *fileno*, beside what is armed there already.

        Raises BadDescriptorError (a ValueError and an OSError) if the kernel will not poll *fileno*.
        """

    def disarm(self, fileno: int, events: int) -> None:
        """Nobody waits for *events* on *fileno* any more."""

    def forget(self, fileno: int) -> None:
        """Drop *fileno*, if it is waited for."""

    def poll(self) -> list[tuple[int, int]]:
        """The (descriptor, events) pairs that are ready now; they are no longer armed."""

    def close(self) -> None:
        """Give back what it has of the system."""


def bad_descriptor(fileno: int, error: BaseException) -> BadDescriptorError:
    """What is raised for a descriptor that the kernel will not poll; *error* is what it said."""
    code = getattr(error, "errno", None) or errno.EBADF
    text = getattr(error, "strerror", None) or str(error)
    return BadDescriptorError(code, f"cannot wait for file descriptor {fileno}: {text}")
