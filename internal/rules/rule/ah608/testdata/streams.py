import queue

jobs = queue.Queue()


def gone_through():
    while True:
        yield jobs.get()


async def made():
    yield 1


async def stream(source):
    async for item in source:
        yield item


async def main(plainly):
    if plainly:
        return stream(gone_through())
    return stream(made())
