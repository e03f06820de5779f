import asyncio

import trio


async def run(work):
    try:
        await work()
    except (trio.Cancelled, GeneratorExit):
        raise
    except BaseException:
        print("ended")


async def main():
    asyncio.create_task(run(print))
    try:
        await asyncio.sleep(1)
    except BaseException:  # want AH616 "`except BaseException` catches the cancellation of the task as well"
        print("ended")
