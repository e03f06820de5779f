"""Locks, semaphores, events and conditions for green threads, coroutines and OS threads at once.

One object serves all three, at the same time; it belongs to no loop and to no thread. Green threads and OS threads use
the names of `threading`, coroutines the same names with an `a` or `async_` in front. Waiters are served in the order
in which they came, whatever world they are of, and a waiter that is killed or cancelled at the moment it is served
passes on what it got: nothing is lost.

The layers: a waiter (`park`), a list of waiters (`waitlist`), permits that waiters queue for (`permits`), and
on top the public classes, and the queues.
"""

from __future__ import annotations

from .condition import Condition
from .event import Event
from .lock import Lock, RLock
from .semaphores import BoundedSemaphore, Semaphore

__all__ = ["BoundedSemaphore", "Condition", "Event", "Lock", "RLock", "Semaphore"]
