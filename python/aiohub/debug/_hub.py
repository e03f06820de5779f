"""The hub that the diagnostics of this OS thread look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from eventlet import hubs

from .._hub import threads

if TYPE_CHECKING:
    from .._hub.core import CoreHub as Hub


def required_hub(caller: str) -> Hub:
    """This OS thread's hub, made if need be. Raises RuntimeError if it is not aiohub's."""
    found = hubs.get_hub()
    hub = threads.current_hub()
    if hub is None:
        kind = f"{type(found).__module__}.{type(found).__qualname__}"
        raise RuntimeError(f"{caller} needs aiohub's hub, but this thread's is {kind}; call aiohub.install() first")
    return cast("Hub", hub)
