"""A meeting of two sides. Pure asyncio."""

from __future__ import annotations

import asyncio
import collections
from typing import Generic, TypeVar

_T = TypeVar("_T")


class Channel(Generic[_T]):
    """A queue without a place: `put` returns when the item has been taken. Replaces `eventlet.queue.Queue(0)`.

    Both sides are served in turn. A `put` that is cancelled before its item was taken withdraws it; a `get` that is
    cancelled takes none.
    """

    def __init__(self) -> None:
        self._offers: collections.OrderedDict[asyncio.Future[None], _T] = collections.OrderedDict()
        self._getters: collections.deque[asyncio.Future[None]] = collections.deque()
        # Getters that were woken and have not taken their item yet. As many offers are theirs.
        self._woken = 0

    def putting(self) -> int:
        """How many wait in `put`. Replaces `Queue.putting`."""
        return len(self._offers)

    def getting(self) -> int:
        """How many wait in `get`. Replaces `Queue.getting`."""
        return len(self._getters)

    async def put(self, item: _T) -> None:
        """Offer *item* and wait until it has been taken. Replaces `Queue.put`."""
        taken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._offers[taken] = item
        self._match()
        try:
            await taken
        except BaseException:
            self._offers.pop(taken, None)
            raise

    async def get(self) -> _T:
        """Wait for an item and take it. Replaces `Queue.get`."""
        is_our_turn = len(self._offers) > self._woken
        join = self._getters.append
        while True:
            while is_our_turn and self._offers:
                taken, item = self._offers.popitem(last=False)
                if not taken.done():  # else the put is being cancelled
                    taken.set_result(None)
                    return item
            woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            join(woken)
            try:
                await woken
            except BaseException:
                if woken in self._getters:
                    self._getters.remove(woken)
                elif woken.done() and not woken.cancelled():
                    self._woken -= 1
                    self._match()  # its item is for the next one
                raise
            self._woken -= 1
            is_our_turn = True
            join = self._getters.appendleft  # woken for an offer that was withdrawn: still the first

    def _match(self) -> None:
        """Wake as many getters as there are items for."""
        while self._getters and len(self._offers) > self._woken:
            getter = self._getters.popleft()
            if not getter.done():
                self._woken += 1
                getter.set_result(None)
