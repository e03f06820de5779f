"""What inspects a coroutine finds at a green task's what it would find at the coroutine itself."""

from __future__ import annotations

from typing import Any


class LooksLikeCoroutine:
    """Attributes of the coroutine behind `_coroutine`."""

    _coroutine: Any

    @property
    def __name__(self) -> str:
        return str(getattr(self._coroutine, "__name__", type(self._coroutine).__name__))

    cr_await = property(lambda self: self._coroutine.cr_await)
    cr_code = property(lambda self: self._coroutine.cr_code)
    cr_frame = property(lambda self: self._coroutine.cr_frame)
    cr_origin = property(lambda self: self._coroutine.cr_origin)
    cr_running = property(lambda self: self._coroutine.cr_running)
    cr_suspended = property(lambda self: self._coroutine.cr_suspended)
    gi_code = property(lambda self: self._coroutine.gi_code)
    gi_frame = property(lambda self: self._coroutine.gi_frame)
    gi_running = property(lambda self: self._coroutine.gi_running)
    gi_yieldfrom = property(lambda self: self._coroutine.gi_yieldfrom)

    def __repr__(self) -> str:
        return f"<green {self._coroutine!r}>"
