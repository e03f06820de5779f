"""What locks and semaphores have in common: `with`, `async with` and whether one is locked, over permits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .arguments import acquire_timeout

if TYPE_CHECKING:
    from types import TracebackType

    from .permits import Permits


class Lockable:
    """Something of which a permit is taken and given back."""

    _permits: Permits

    async def aacquire(self, timeout: float | None = None) -> bool:
        """`acquire` for coroutines. If it is cancelled nothing is taken, or it goes to the next one."""
        return await self._permits.aacquire(acquire_timeout(True, timeout))

    def release(self) -> None:
        raise NotImplementedError

    def locked(self) -> bool:
        """Whether nobody could acquire it at once."""
        return not self._permits.free

    def __enter__(self) -> bool:
        return self._permits.acquire(None)

    def __exit__(self, typ: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        self.release()

    async def __aenter__(self) -> None:
        await self._permits.aacquire(None)

    async def __aexit__(
        self, typ: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None
    ) -> None:
        self.release()
