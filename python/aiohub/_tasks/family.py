"""Which tasks descend from which `asyncio.run`, so that its end cancels them and no others."""

from __future__ import annotations

import contextvars
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio
    import weakref

#: The tasks of the run that this context belongs to. Tasks and green threads below it inherit it with the context.
family_of: contextvars.ContextVar[weakref.WeakSet[asyncio.Task[Any]]] = contextvars.ContextVar("aiohub_run")


def note_task(task: Any, context: contextvars.Context | None) -> None:
    """Count *task* among those of the run that made it."""
    family = context.get(family_of) if context is not None else family_of.get(None)
    if family is not None:
        family.add(task)
