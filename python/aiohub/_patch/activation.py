"""What is replaced inside eventlet and the standard library when the first hub is made. Why, says each module."""

from __future__ import annotations

from . import (
    closing,
    dummy_threads,
    greenthread,
    hubs,
    joining,
    libraries,
    local_data,
    pools,
    primitives,
    socket_methods,
)

_active = False


def activate() -> None:
    """Make the replacements; once per process."""
    global _active
    if _active:
        return
    _active = True
    for module in (
        primitives,
        greenthread,
        hubs,
        closing,
        pools,
        joining,
        dummy_threads,
        local_data,
        socket_methods,
        libraries,
    ):
        module.activate()
