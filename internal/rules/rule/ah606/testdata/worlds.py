import asyncio
from typing import Protocol

loop = asyncio.new_event_loop()


class Reader(Protocol):
    async def read(self, size: int) -> bytes: ...


class Wrapped:
    def __init__(self, stream):
        self.stream = stream

    async def read(self, size):
        return await loop.run_in_executor(None, self.stream.read, size)  # possible AH606 "`Reader.read` is a coroutine function, and is handed to"


def wrapped(stream: Reader):
    return Wrapped(stream)


class Downloads:
    async def audio(self):
        await asyncio.sleep(0)

    async def video(self):
        await asyncio.sleep(0)

    async def text(self):
        await asyncio.sleep(0)

    async def report(self):
        await asyncio.sleep(0)


class Client(Downloads):
    def audio(self):  # possible AH606 "`Client.audio` is not async, and overrides"
        asyncio.run(Downloads.audio(self))

    def video(self):  # possible AH606 "`Client.video` is not async, and overrides" type: ignore[override]
        print("video")

    def text(self):  # possible AH606 "`Client.text` is not async, and overrides" pyright: ignore[reportIncompatibleMethodOverride]
        print("text")

    def report(self):  # want AH606 "`Client.report` is not async, and overrides"
        print("report")


async def main(downloads: Downloads):
    await downloads.report()
    await downloads.video()
    await downloads.text()
