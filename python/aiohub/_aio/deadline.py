"""A call with a deadline. Pure asyncio."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .tasks import call
from .timeout import Timeout

if TYPE_CHECKING:
    from collections.abc import Callable

_MISSING = object()


async def with_timeout(
    seconds: float | None, fn: Callable[..., Any], *args: Any, timeout_value: Any = _MISSING, **kwargs: Any
) -> Any:
    """Call *fn*, a coroutine function or a plain one, and return its result.

    After *seconds* it is cancelled, and *timeout_value* returned; without one `aiohub.aio.Timeout` is raised. Replaces
    `eventlet.with_timeout`.
    """
    timeout = Timeout(seconds)
    try:
        async with timeout:
            return await call(fn, *args, **kwargs)
    except Timeout as exc:
        if exc is timeout and timeout_value is not _MISSING:
            return timeout_value
        raise
