import asyncio


async def save(key):
    await asyncio.sleep(0)


async def main(keys):
    [save(k) for k in keys]  # want AH601 "is a coroutine that nobody awaits"
    {save(k) for k in keys}  # want AH601 "is a coroutine that nobody awaits"
    await asyncio.gather(*[save(k) for k in keys])
    work = [save(k) for k in keys]
    await asyncio.gather(*work)
