"""Decorators of the tree that make an object of the coroutine or async generator."""
import asyncio
import functools


class Status:
    def __init__(self, coroutine):
        self.task = asyncio.ensure_future(coroutine)

    def __await__(self):
        return self.task.__await__()

    @classmethod
    def wrap(cls, f):
        @functools.wraps(f)
        def wrapped(*args, **kwargs):
            return cls(f(*args, **kwargs))

        return wrapped


class Watched(Status):
    def __init__(self, iterator):
        super().__init__(self.watch(iterator))

    async def watch(self, iterator):
        async for each in iterator:
            print(each)


class Motor:
    @Watched.wrap
    async def move(self, to):
        yield to

    @Status.wrap
    async def stop(self):
        await asyncio.sleep(0)

    async def steps(self):
        yield 1

    async def prepare(self):
        await self.move(1)
        await self.stop()
        self.stop()
        await self.steps()  # want AH603 "`self.steps\(\)` is an async generator"
