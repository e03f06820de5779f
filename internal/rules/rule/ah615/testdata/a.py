import asyncio

loop = asyncio.get_event_loop()  # want AH615 "`asyncio.get_event_loop` is called where no loop runs: Python 3.14 raises RuntimeError, older ones make a loop that nobody runs or warn"


async def work():
    asyncio.get_event_loop()
    asyncio.run(main())  # want AH615 "`asyncio.run` is called in a coroutine, where a loop runs already: it raises RuntimeError"


class Client:
    loop = asyncio.get_event_loop()  # want AH615 "is called where no loop runs: Python 3.14 raises RuntimeError, older ones make a loop that nobody runs or warn"

    def __init__(self):
        self.loop = asyncio.get_event_loop()  # possible AH615 "is called where no loop runs"


def run():
    own = asyncio.get_event_loop()  # want AH615 "is called where no loop runs"
    own.run_until_complete(work())


def run_own():
    asyncio.set_event_loop(asyncio.new_event_loop())
    asyncio.get_event_loop().run_until_complete(work())


async def main():
    asyncio.get_running_loop()


RUNNING = asyncio.get_running_loop()  # want AH615 "is called at import, where no loop runs: it raises RuntimeError"
asyncio.run(main())


def run_what_is_there(work):
    try:
        there = asyncio.get_event_loop()
    except RuntimeError:
        return asyncio.run(work)
    there.run_until_complete(work)


def run_in_vain(work):
    try:
        there = asyncio.get_event_loop()  # want AH615 "is called where no loop runs"
        there.run_until_complete(work)
    except OSError:
        there = asyncio.get_event_loop()  # want AH615 "is called where no loop runs"
