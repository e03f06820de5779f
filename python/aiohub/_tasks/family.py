"""Which tasks and asynchronous generators descend from which `asyncio.run`: its end ends them and no others."""

from __future__ import annotations

import contextvars
import weakref
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio


class Family(weakref.WeakSet["asyncio.Task[Any]"]):
    """The tasks of one run."""

    def __init__(self) -> None:
        super().__init__()
        #: The asynchronous generators that these tasks, and the green threads among them, have begun.
        self.generators: weakref.WeakSet[Any] = weakref.WeakSet()


#: The family of the run that this context belongs to. Tasks and green threads below it inherit it with the context.
family_of: contextvars.ContextVar[Family] = contextvars.ContextVar("aiohub_run")


def note_task(task: Any, context: contextvars.Context | None) -> None:
    """Count *task* among those of the run that made it."""
    family = context.get(family_of) if context is not None else family_of.get(None)
    if family is not None:
        family.add(task)


def note_generator(generator: Any) -> None:
    """Count *generator*, which begins, among those of the run that it begins in."""
    family = family_of.get(None)
    if family is not None:
        family.generators.add(generator)
