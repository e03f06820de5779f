import asyncio


class Transport:
    def __init__(self):
        self.ping = None
        self.link = None
        self.files = {}
        self.groups = {}

    async def serve(self, names):
        await asyncio.gather(*[self.close(name) for name in names])

    async def close(self, name):
        if self.ping is not None:  # possible AH713 "`self.ping` is tested here"
            self.ping.cancel()
            await self.ping
            self.ping = None
        if self.link is not None:  # want AH713 "`self.link` is tested here"
            await asyncio.sleep(1)
            self.link.close()
            self.link = None
        if name in self.files:
            async with self.files[name].lock:
                print(name)
        for group in [g.copy() for g in self.groups.values()]:
            await asyncio.sleep(1)
        for group in sorted(g for g in self.groups):
            await asyncio.sleep(1)
        self.files.pop(name, None)
        self.groups.pop(name, None)


async def upload(names):
    failure = None

    async def worker():
        nonlocal failure
        while not failure:  # possible AH713 "`failure` of upload is tested here"
            try:
                await asyncio.sleep(1)
            except OSError as error:
                failure = error
                break

    async def reader():
        nonlocal failure
        while not failure:  # possible AH713 "`failure` of upload is tested here"
            try:
                await asyncio.sleep(2)
            except OSError as error:
                failure = error
                break

    asyncio.ensure_future(reader())
    await asyncio.gather(*[worker() for _ in names])


class Worker:
    def __init__(self):
        self.pool = None

    async def start(self):
        self.task = asyncio.create_task(self.work())
        await asyncio.sleep(1)

    async def work(self):
        if self.pool is None:  # possible AH713 "`self.pool` is made when it is first asked for"
            self.pool = await asyncio.open_connection("localhost", 1)

    async def close(self):
        if not self.pool:  # possible AH713 "`self.pool` is tested here"
            return
        await asyncio.sleep(1)
        self.pool = None
