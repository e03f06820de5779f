import asyncio


class Client:
    def __init__(self, results):
        self.results = results

    def ask(self, number):
        self.results[number] = asyncio.get_running_loop().create_future()
        return self.results[number]

    async def tell(self):
        pass

    async def run(self, other):
        asyncio.ensure_future(self.ask(1))  # possible AH610 "makes a task that nobody keeps"
        asyncio.ensure_future(other.send(1))  # possible AH610 "makes a task that nobody keeps"
        asyncio.ensure_future(self.tell())  # want AH610 "makes a task that nobody keeps"
        asyncio.ensure_future(asyncio.sleep(1))  # want AH610 "makes a task that nobody keeps"
