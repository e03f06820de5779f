import asyncio


class Helped(asyncio.Protocol):
    def __init__(self):
        self.tasks = set()

    def data_received(self, data):
        self.start(data)

    def start(self, data):
        self.tasks.add(asyncio.create_task(self.handle(data)))  # want AH611 "makes a task for each event: the next one can overtake it"

    def also(self, data):
        self.tasks.add(asyncio.create_task(self.handle(data)))

    async def handle(self, data):
        await asyncio.sleep(0)


class Otherwise(asyncio.Protocol):
    def data_received(self, data):
        self.start(data)

    def connection_lost(self, error):
        self.start(error)

    def start(self, what):
        self.task = asyncio.create_task(self.handle(what))

    async def handle(self, what):
        await asyncio.sleep(0)
