import asyncio
import signal


def stop(number, frame):
    raise SystemExit  # possible AH614 "`raise SystemExit` ends the program from within the event loop"


def extra(work):
    signal.signal(signal.SIGTERM, stop)
    work()


async def serve():
    await asyncio.sleep(1)
