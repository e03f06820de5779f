"""The hub that the diagnostics of this OS thread look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eventlet import hubs

from .. import _threads

if TYPE_CHECKING:
    from ..hub import Hub


def required_hub(caller: str) -> Hub:
    """This OS thread's hub, made if need be. Raises RuntimeError if it is not aiohub's."""
    found = hubs.get_hub()
    hub = _threads.current_hub()
    if hub is None:
        kind = f"{type(found).__module__}.{type(found).__qualname__}"
        raise RuntimeError(f"{caller} needs aiohub's hub, but this thread's is {kind}; call aiohub.install() first")
    return hub
