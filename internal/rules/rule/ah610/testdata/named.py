"""ensure_future returns a task as it is; of a coroutine it makes one."""
import asyncio

running = set()


async def work():
    await asyncio.sleep(0)


def begin(context):
    task = context.run(asyncio.get_running_loop().create_task, work())
    running.add(task)
    asyncio.ensure_future(task).add_done_callback(running.discard)  # possible AH610 "makes a task that nobody keeps"
    coroutine = work()
    asyncio.ensure_future(coroutine)  # want AH610 "makes a task that nobody keeps"
