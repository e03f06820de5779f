import asyncio


def prepare():
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        asyncio.set_event_loop(asyncio.new_event_loop())


class Client:
    def __init__(self):
        prepare()

    def go(self):
        asyncio.get_event_loop().run_until_complete(self.ask())  # possible AH615 "is called where no loop runs"

    async def ask(self):
        pass
