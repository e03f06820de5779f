"""How a handle of the engine's loop shows itself: the same text as asyncio's own."""

from __future__ import annotations

from asyncio import format_helpers
from typing import Any


def describe(handle: Any) -> str:
    """The repr of a Handle or TimerHandle."""
    parts = [type(handle).__name__]
    if handle._cancelled:
        parts.append("cancelled")
    when = getattr(handle, "_when", None)
    if when is not None:
        parts.append(f"when={when}")
    if handle._callback is not None:
        parts.append(_source_of(handle))
    if handle._source_traceback:
        frame = handle._source_traceback[-1]
        parts.append(f"created at {frame[0]}:{frame[1]}")
    return f"<{' '.join(parts)}>"


def failure(handle: Any, exc: BaseException) -> dict[str, Any]:
    """What the loop's exception handler is told when the callback of *handle* raised *exc*."""
    callback = _source_of(handle) if handle._callback is not None else repr(handle)
    context = {"message": f"Exception in callback {callback}", "exception": exc, "handle": handle}
    if handle._source_traceback:
        context["source_traceback"] = handle._source_traceback
    return context


# Newer Pythons show the arguments in debug mode only.
_SHOWS_ARGUMENTS = "debug" not in (getattr(format_helpers._format_callback_source, "__kwdefaults__", None) or {})


def _source_of(handle: Any) -> str:
    mode: dict[str, Any] = {} if _SHOWS_ARGUMENTS else {"debug": handle._loop.get_debug()}
    text: str = format_helpers._format_callback_source(handle._callback, handle._args, **mode)
    return text
