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
