import asyncio


class Handler:
    def __init__(self):
        self.retries = 3

    def subscribe(self):
        self.task = asyncio.create_task(self.on_answer())

    async def on_answer(self):
        await self.lost()

    async def lost(self):
        if self.retries:  # possible AH713 "`self.retries` is tested here"
            await asyncio.sleep(1)
            self.retries -= 1


class Reader(Handler):
    async def on_answer(self):
        await self.lost()


class Writer(Handler):
    async def on_answer(self):
        await self.lost()
