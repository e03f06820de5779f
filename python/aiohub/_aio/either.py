"""Context managers of which it is not known for which world they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import TracebackType


class Entered:
    """`async with enter(manager):` enters *manager* by `async with` if it can be, and by `with` if not.

    An asyncio.Lock as well as contextlib.nullcontext. What stands behind `as` is what the manager gives. Raises
    TypeError for what is no context manager.
    """

    def __init__(self, manager: Any) -> None:
        self._manager = manager
        self._kind = type(manager)
        if not hasattr(self._kind, "__aenter__") and not hasattr(self._kind, "__enter__"):
            raise TypeError(f"enter() takes a context manager, not {manager!r}")

    async def __aenter__(self) -> Any:
        if hasattr(self._kind, "__aenter__"):
            return await self._kind.__aenter__(self._manager)
        return self._kind.__enter__(self._manager)

    async def __aexit__(
        self, typ: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None
    ) -> Any:
        if hasattr(self._kind, "__aenter__"):
            return await self._kind.__aexit__(self._manager, typ, exc, tb)
        return self._kind.__exit__(self._manager, typ, exc, tb)
