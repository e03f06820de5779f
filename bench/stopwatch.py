"""Processor time per operation, for a process that measures itself."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

#: Each case is measured this many times and the best counts: what disturbs a stretch only ever adds to it.
STRETCHES = 3


def microseconds(batch: Callable[[int], object], seconds: float) -> float:
    """The cost of an operation; `batch(n)` does n of them. *seconds*: processor time of a stretch."""
    count, spent = 16, _spent(batch, 16)
    while spent < seconds / 4:
        count *= 4
        spent = _spent(batch, count)
    count = int(count * seconds / spent) + 1
    return min(_spent(batch, count) for _ in range(STRETCHES)) / count * 1e6


def _spent(batch: Callable[[int], object], count: int) -> float:
    start = time.process_time()
    batch(count)
    return time.process_time() - start


async def microseconds_async(batch: Callable[[int], Awaitable[object]], seconds: float) -> float:
    """`microseconds` of a coroutine function."""
    count, spent = 16, await _spent_async(batch, 16)
    while spent < seconds / 4:
        count *= 4
        spent = await _spent_async(batch, count)
    count = int(count * seconds / spent) + 1
    return min([await _spent_async(batch, count) for _ in range(STRETCHES)]) / count * 1e6


async def _spent_async(batch: Callable[[int], Awaitable[object]], count: int) -> float:
    start = time.process_time()
    await batch(count)
    return time.process_time() - start
