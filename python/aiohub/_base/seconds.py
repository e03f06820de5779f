"""What counts as a number of seconds. Imports nothing of eventlet: `aio` uses it too."""

from __future__ import annotations

import math


def check_seconds(name: str, value: object) -> float | None:
    """*value* as seconds, None meaning for ever; infinity is for ever too.

    Raises TypeError for what is not a number and ValueError for NaN; *name* is the argument the message names.
    """
    if value is None:
        return None
    if isinstance(value, (str, bytes, bool)):
        raise TypeError(f"{name} must be a number of seconds or None, not {value!r}")
    try:
        seconds = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise TypeError(f"{name} must be a number of seconds or None, not {type(value).__name__}") from None
    except OverflowError:
        return None
    if math.isnan(seconds):
        raise ValueError(f"{name} must be a number of seconds or None, not NaN")
    return None if seconds == math.inf else seconds
