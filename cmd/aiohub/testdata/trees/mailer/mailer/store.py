import asyncio

lock = asyncio.Lock()


class Store:
    def __init__(self):
        self.sent = []

    async def is_sent(self, message):
        async with lock:
            return message in self.sent

    async def note(self, message):
        async with lock:
            self.sent.append(message)
