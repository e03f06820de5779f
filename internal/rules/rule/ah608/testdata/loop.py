import asyncio
import time


def slowly():
    time.sleep(1)  # want AH608 "`time.sleep` stops the event loop until it returns"


def in_thread():
    time.sleep(1)


class Entered:
    def __enter__(self):
        time.sleep(1)
        return self

    def __exit__(self, *error):
        pass


class Left:
    def __enter__(self):
        return self

    def __exit__(self, *error):
        slowly()


class Remote:
    @property
    def state(self):
        time.sleep(1)
        return 1

    @property
    def cached(self):
        return 1

    async def show(self):
        print(self.cached)
        return self.state  # want AH608 "`Remote.state` stops the event loop: it leads to `time.sleep` .loop.py:33."


class Base(asyncio.Protocol):
    def data_received(self, data):
        time.sleep(1)  # want AH608 "`time.sleep` stops the event loop until it returns"

    def close(self):
        time.sleep(1)


class Derived(Base):
    def connection_made(self, transport):
        in_thread()  # want AH608 "it leads to `time.sleep` .loop.py:10."


async def main():
    with Entered():  # want AH608 "`Entered.__enter__` stops the event loop: it leads to `time.sleep` .loop.py:15."
        pass
    with Left():  # want AH608 "`Left.__exit__` stops the event loop: it leads to `time.sleep` .loop.py:6."
        pass
    input("go on? ")  # want AH608 "`builtins.input` stops the event loop until it returns"
    loop = asyncio.get_running_loop()
    loop.call_later(1, slowly)
    await loop.run_in_executor(None, in_thread)
