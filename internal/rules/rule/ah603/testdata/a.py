import asyncio
import contextlib
import time
import types


async def numbers():
    yield 1


def count():
    yield 1


@types.coroutine
def old():
    yield


@contextlib.contextmanager
def opened():
    yield 1


@contextlib.asynccontextmanager
async def connected():
    yield 1


def size(items):
    print(items)


def both(now):
    if now:
        return size(now)
    return asyncio.sleep(0)


def handed():
    return asyncio.sleep(0)


class Plain:
    def stop(self):
        return True

    async def run(self):
        pass


class Awaitable:
    def __await__(self):
        yield


async def main(anything):
    queue = asyncio.Queue()
    event = asyncio.Event()
    await queue.get_nowait()  # want AH603 "cannot be awaited: it is no coroutine, task or future"
    await anything.get_nowait()  # want AH603 "cannot be awaited: it is no coroutine, task or future"
    await event.set()  # want AH603 "cannot be awaited: it is no coroutine, task or future"
    await time.sleep(1)  # want AH603 "cannot be awaited: it is no coroutine, task or future"
    await size([])  # want AH603 "cannot be awaited: it is no coroutine, task or future"
    await Plain().stop()  # want AH603 "cannot be awaited: it is no coroutine, task or future"
    await Plain().run  # want AH603 "cannot be awaited: it is no coroutine, task or future"
    await Plain()  # want AH603 "cannot be awaited: it is no coroutine, task or future"
    await [handed(), handed()]  # want AH603 "cannot be awaited: it is no coroutine, task or future"
    await numbers()  # want AH603 "is an async generator: `async for` runs it, `await` cannot"
    await connected()  # want AH603 "is an async context manager: `async with` enters it, `await` cannot"
    await count()  # want AH603 "is a generator, which cannot be awaited"
    await opened()  # want AH603 "is a context manager, which cannot be awaited"
    await Awaitable()
    await handed()
    await old()
    asyncio.run_coroutine_threadsafe(handed(), asyncio.get_running_loop())
    await both(1)
    await Plain().run()
    await queue.get()
    await anything.get()
    await anything
    asyncio.create_task(handed)  # want AH603 "cannot be awaited: it is no coroutine, task or future, and is given to `asyncio.create_task`"
    await asyncio.gather(handed(), size([]))  # want AH603 "and is given to `asyncio.gather`"
    await asyncio.wait_for(Plain().stop(), timeout=1)  # want AH603 "and is given to `asyncio.wait_for`"
    loop = asyncio.get_running_loop()
    loop.create_task(Plain().run)  # want AH603 "and is given to `asyncio.AbstractEventLoop.create_task`"
