import asyncio


class Connection:
    def __init__(self):
        self.nominated = {}
        self.slots = [None, None]
        self.checks = []

    async def connect(self):
        self.checks = [asyncio.create_task(self.check(n)) for n in range(3)]
        await asyncio.sleep(1)
        for task in self.checks:
            task.cancel()
        self.consent = asyncio.create_task(self.ask())

    async def check(self, n):
        await asyncio.sleep(n)
        self.nominated[n] = n

    async def ask(self):
        if self.nominated:  # possible AH713 "`self.nominated` is tested here"
            await asyncio.sleep(1)
            self.nominated = {}


class Pool:
    def __init__(self):
        self.slots = [None, None]
        self.worker = asyncio.create_task(self.fill())
        self.cleaner = asyncio.create_task(self.free())

    async def fill(self):
        while True:
            if None in self.slots:  # possible AH713 "`self.slots` is tested here"
                job = await asyncio.sleep(1, "job")
                self.slots[self.slots.index(None)] = job

    async def free(self):
        self.slots[0] = None
