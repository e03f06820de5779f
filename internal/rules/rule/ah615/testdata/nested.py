import asyncio


async def work():
    await asyncio.sleep(0)


def run():
    asyncio.run(work())


def maybe(flag):
    if flag:
        asyncio.run(work())


async def main(flag):
    run()  # want AH615 "is called in a coroutine, where a loop runs already, and leads to `asyncio.run` .nested.py:9."
    maybe(flag)  # possible AH615 "is called in a coroutine, where a loop runs already, and leads to `asyncio.run` .nested.py:14."
    await asyncio.to_thread(run)
    asyncio.new_event_loop().run_until_complete(work())  # want AH615 "is called in a coroutine, where a loop runs already: it raises RuntimeError"
    with asyncio.Runner() as runner:
        runner.run(work())  # want AH615 "is called in a coroutine, where a loop runs already: it raises RuntimeError"


started = asyncio.ensure_future(work())  # want AH615 "is called at import, where no loop runs: it raises RuntimeError"
