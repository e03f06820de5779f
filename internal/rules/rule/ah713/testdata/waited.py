import asyncio


class Dispatcher:
    def __init__(self):
        self.workers = []
        self.groups = {}

    async def start(self):
        for _ in range(4):
            self.workers.append(asyncio.create_task(self.work()))

    async def stop(self):
        await asyncio.gather(*self.workers)
        if self.groups:  # possible AH713 "is tested here and changed in line 17"
            await asyncio.sleep(0)
            self.groups.clear()

    async def restart(self):
        self.stopping = asyncio.create_task(self.stop())

    async def work(self):
        while True:
            if "a" in self.groups:  # want AH713 "`self.groups` is tested here and changed in line 26"
                await asyncio.sleep(0)
                self.groups["a"] = 1
