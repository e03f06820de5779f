"""Debug mode names each place where a coroutine blocks."""

from __future__ import annotations

import logging
import sys

_logger = logging.getLogger("aiohub")

_reported: set[tuple[str, int]] = set()
# Modules between the user's line and the hub: the line that is left to port is the one above them.
_machinery = (
    "aiohub",
    "eventlet",
    "threading",
    "socket",
    "ssl",
    "queue",
    "select",
    "selectors",
    "subprocess",
    "logging",
)


def report_blocking_call(coroutine: str) -> None:
    """In debug mode, name each place where a coroutine blocks, once: it is what is left to port."""
    frame = sys._getframe(2)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] in _machinery:
        frame = frame.f_back
    site = (frame.f_code.co_filename, frame.f_lineno)
    if site not in _reported:
        _reported.add(site)
        _logger.warning(
            "%s:%d: %s blocks in eventlet inside the coroutine %s; await an asyncio equivalent instead",
            site[0], site[1], frame.f_code.co_name, coroutine,
        )  # fmt: skip
