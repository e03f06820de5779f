import asyncio
import concurrent.futures


async def tick():
    await asyncio.sleep(0)


def plain():
    print("x")


class Bus:
    def __init__(self):
        self.handlers = []
        self.mixed = {}

    def on(self, handler):
        self.handlers.append(handler)

    async def emit(self):
        for handler in self.handlers:
            await handler()  # want AH606 "is awaited, and can be `plain` .b.py:9., which is not async"

    async def emit_some(self):
        for handler in self.mixed.values():
            result = handler()
            if asyncio.iscoroutine(result):
                await result


bus = Bus()
bus.on(plain)


async def main():
    loop = asyncio.get_running_loop()
    loop.call_soon(lambda: tick())  # want AH606 "is a coroutine function, and is handed to `asyncio.AbstractEventLoop.call_soon`, which does not await it"
    loop.call_soon(lambda: asyncio.ensure_future(tick()))
    with concurrent.futures.ThreadPoolExecutor() as pool:
        pool.map(tick, [1])  # want AH606 "is a coroutine function, and is handed to `concurrent.futures.ThreadPoolExecutor.map`, which does not await it"
        pool.map(plain, [1])


def start(handler, pool: concurrent.futures.ThreadPoolExecutor):
    if asyncio.iscoroutinefunction(handler):
        return asyncio.ensure_future(handler())
    return pool.submit(handler)  # possible AH606 "`tick` is a coroutine function, and is handed to"


start(tick, concurrent.futures.ThreadPoolExecutor())


class Node:
    def close(self):
        print("closed")


class AsyncNode:
    async def close(self):
        await asyncio.sleep(0)


NODES = [Node(), AsyncNode()]


async def close_first():
    await NODES[0].close()  # possible AH606 "is awaited, and can be `Node.close`"


async def lines():
    yield 1


async def read():
    async for line in await asyncio.get_running_loop().run_in_executor(None, lines):
        print(line)
