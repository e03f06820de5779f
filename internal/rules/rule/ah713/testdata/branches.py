import asyncio


class Window:
    def __init__(self):
        self.free = 10
        self.used = 0

    async def run(self):
        for n in range(4):
            asyncio.create_task(self.take(n))

    async def take(self, n):
        if self.free < n:
            await self.wait(n)
        elif self.used > n:
            await self.wait(n)
        else:
            self.free -= n
            self.used += n
        if self.used > n:  # want AH713 "`self.used` is tested here and changed in line"
            await self.wait(n)
            self.used -= n
        else:
            self.free += n

    async def wait(self, n):
        await asyncio.sleep(n)
