import asyncio


class Server:
    def __init__(self):
        self.session = None
        self.total = 0
        self.peers = {}
        self.lock = asyncio.Lock()
        self.kept = None
        self.quick = {}

    async def serve(self, names):
        await asyncio.gather(*[self.handle(name) for name in names])

    async def handle(self, name):
        if self.session is None:  # want AH713 "`self.session` is made when it is first asked for"
            self.session = await self.connect()
        self.total += await self.size(name)  # want AH713 "`self.total` is read, changed and written back"
        if name not in self.peers:  # want AH713 "`self.peers` is tested here and changed in line"
            peer = await self.connect()
            self.peers[name] = peer
            del self.peers[name]
        async with self.lock:
            if self.kept is None:
                self.kept = await self.connect()
        if name not in self.quick:
            self.quick[name] = 1
        found = await self.connect()
        if name in self.quick:
            self.quick.pop(name)
        return found

    async def connect(self):
        await asyncio.sleep(0)
        return Session()

    async def size(self, name):
        await asyncio.sleep(0)
        return len(name)


class Session:
    def __init__(self):
        self.open = True

    def close(self):
        self.open = False
