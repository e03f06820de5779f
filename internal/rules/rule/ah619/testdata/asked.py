import asyncio
import threading

kept = threading.local()
named = threading.local()


async def lock():
    if not hasattr(kept, "lock"):
        kept.lock = asyncio.Lock()  # possible AH619 "`kept` belongs to the thread, and is written"
    return kept.lock  # possible AH619 "`kept` belongs to the thread, and is read"


async def loop(default):
    return getattr(named, "loop", default)


async def other():
    return named.loop  # possible AH619 "`named` belongs to the thread, and is read"


class Sockets:
    def __init__(self):
        self.per_thread = threading.local()

    def socket(self):
        if not hasattr(self.per_thread, "socket"):
            self.per_thread.socket = object()
        return self.per_thread.socket

    async def connect(self, loop):
        self.per_thread.transport = await loop.connect()  # possible AH619 "belongs to the thread, and is written"
