"""Borders nested at random: a chain of green threads and coroutines, each of which waits for the next.

A seed gives a chain, so a failure can be had again. `Nest(seed).top()` goes down through all levels to `bottom`;
every level writes down that
it was entered and left, and what it saw.
"""

import asyncio
import random

import eventlet

import aiohub

# From a coroutine into a green thread. The last one is no border: promise 5.


async def await_green_thread(function):
    return await eventlet.spawn(function)


async def await_future_of_green_thread(function):
    return await aiohub.greenlet_to_future(eventlet.spawn(function))


async def await_sync_to_async(function):
    return await aiohub.sync_to_async(function)()


async def await_in_a_task_of_its_own(function):
    async def run():
        return await eventlet.spawn(function)

    return await asyncio.ensure_future(run())


async def call(function):
    return function()


INTO_GREEN = [await_green_thread, await_future_of_green_thread, await_sync_to_async, await_in_a_task_of_its_own, call]


# From a green thread into a coroutine.


def wait_for_coroutine(function):
    return aiohub.wait(function())


def wait_for_task(function):
    return aiohub.wait(asyncio.ensure_future(function(), loop=aiohub.get_loop()))


def wait_for_object(function):
    class Awaitable:
        def __await__(self):
            return function().__await__()

    return aiohub.wait(Awaitable())


def call_async_to_sync(function):
    return aiohub.async_to_sync(function)()


INTO_ASYNC = [wait_for_coroutine, wait_for_task, wait_for_object, call_async_to_sync]


class Nest:
    """A chain of *depth* levels, or of a random depth up to 30, that ends in `bottom(nest)`.

    `log` holds ("in", level) and ("out", level) as they happened; `seen` the exception that passed each level.
    """

    def __init__(self, seed, bottom, depth=None):
        self.random = random.Random(seed)
        self.depth = self.random.randint(1, 30) if depth is None else depth
        self.bottom = bottom
        self.log = []
        self.seen = {}
        self.path = []
        self.around = {}

    def from_green(self):
        """Go down from a green thread."""
        return self._green(0)

    async def from_async(self):
        """Go down from a coroutine."""
        return await self._async(0)

    def _green(self, level):
        with self._entered(level, "green"):
            if level == self.depth:
                return self.bottom(self)
            if self.random.random() < 0.1:  # a plain call: two green levels share a green thread
                return self._green(level + 1)
            border = self.random.choice(INTO_ASYNC)
            self.path.append(border.__name__)
            with self._around(level):
                return border(lambda: self._async(level + 1))

    async def _async(self, level):
        with self._entered(level, "async"):
            if self.random.random() < 0.3:
                await asyncio.sleep(0)
            if level == self.depth:
                return await call(lambda: self.bottom(self))
            if self.random.random() < 0.1:
                return await self._async(level + 1)
            border = self.random.choice(INTO_GREEN)
            self.path.append(border.__name__)
            with self._around(level):
                return await border(lambda: self._green(level + 1))

    def _around(self, level):
        return self.around.get(level, _Nothing)()

    def _entered(self, level, world):
        return _Level(self, level, world)


class _Nothing:
    def __enter__(self):
        pass

    def __exit__(self, *error):
        pass


class _Level:
    def __init__(self, nest, level, world):
        self.nest, self.level, self.world = nest, level, world

    def __enter__(self):
        self.nest.log.append(("in", self.level))

    def __exit__(self, kind, error, traceback):
        self.nest.log.append(("out", self.level))
        if error is not None:
            self.nest.seen[self.level] = (self.world, error)


def whole(depth):
    """The log of a chain that was gone down and come up in order."""
    return [("in", level) for level in range(depth + 1)] + [("out", level) for level in reversed(range(depth + 1))]
