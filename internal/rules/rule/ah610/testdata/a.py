import asyncio
from asyncio import ensure_future as later

TASKS = set()


async def work():
    pass


def spawn(coroutine):
    return asyncio.create_task(coroutine)


def keep(coroutine):
    task = asyncio.create_task(coroutine)
    TASKS.add(task)
    task.add_done_callback(TASKS.discard)
    return task


class Server:
    def __init__(self, loop):
        self.loop = loop

    async def serve(self):
        self.loop.create_task(work())  # want AH610 "makes a task that nobody keeps"


async def main(given, group):
    asyncio.create_task(work())  # want AH610 "makes a task that nobody keeps"
    asyncio.ensure_future(work())  # want AH610 "makes a task that nobody keeps"
    later(work())  # want AH610 "makes a task that nobody keeps"
    asyncio.get_running_loop().create_task(work())  # want AH610 "makes a task that nobody keeps"
    spawn(work())  # want AH610 "makes a task that nobody keeps"
    keep(work())  # possible AH610 "makes a task that nobody keeps"
    unused = asyncio.create_task(work())  # possible AH610 "makes a task that is kept only until the function returns"
    given and asyncio.create_task(work())  # want AH610 "makes a task that nobody keeps"
    kept = asyncio.create_task(work())
    TASKS.add(asyncio.create_task(work()))
    await kept
    await asyncio.create_task(work())
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(work())
    group.create_task(work())
    [asyncio.create_task(work()) for _ in given]  # want AH610 "makes a task that nobody keeps"
    asyncio.create_task(work()).add_done_callback(print)  # want AH610 "makes a task that nobody keeps"
    listed = [asyncio.create_task(work()) for _ in given]
    await asyncio.wait(listed)
