import asyncio


def following(number):
    return number + 1


def nothing():
    pass


def handed(given):
    return given


async def work():
    await asyncio.sleep(0)


async def main():
    await following(1)  # want AH603 "cannot be awaited: it is no coroutine, task or future"
    await nothing()  # want AH603 "cannot be awaited: it is no coroutine, task or future"
    await handed(work())
    task = asyncio.create_task(work())
    await task.cancel()  # want AH603 "cannot be awaited: it is no coroutine, task or future"
    await task
    await asyncio.gather(following(2))  # want AH603 "cannot be awaited: it is no coroutine, task or future"
