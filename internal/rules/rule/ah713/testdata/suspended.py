import asyncio
import time


class Hub:
    def __init__(self):
        self.proxies = {}
        self.seen = {}
        self.names = {}
        self.queue = asyncio.Queue()
        self.few = asyncio.Queue(3)
        self.jobs = {}
        self.turns = {}

    async def serve(self, names):
        await asyncio.gather(*[self.handle(name) for name in names])

    async def handle(self, name):
        proxy = self.proxies.get(name)
        if proxy is not None:
            await proxy.ready()
            return
        self.proxies[name] = object()
        if self.seen[name] < 10:  # possible AH713 "`self.seen` is tested here"
            await proxy.ready()
            self.seen[name] = time.monotonic()
        if name not in self.names:
            await self.quick(name)
            self.names[name] = True
            await self.queue.put(name)
        if name in self.jobs:
            await self.queue.put(name)
            del self.jobs[name]
        if name in self.turns:  # want AH713 "`self.turns` is tested here and changed in line"
            await self.few.put(name)
            del self.turns[name]

    async def quick(self, name):
        await self.noted(name)
        print(name)

    async def noted(self, name):
        await self.queue.put(name)
