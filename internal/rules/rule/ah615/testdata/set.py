import asyncio


def make_loop():
    asyncio.set_event_loop(asyncio.new_event_loop())


def serve():
    make_loop()
    loop = asyncio.get_event_loop()
    loop.run_forever()


def other():
    loop = asyncio.get_event_loop()  # want AH615 "is called where no loop runs"
    loop.run_forever()
