import asyncio
import contextlib
import threading


@contextlib.asynccontextmanager
async def session():
    yield object()


@contextlib.contextmanager
def opened():
    yield object()


class Pool:
    async def __aenter__(self):
        return self

    async def __aexit__(self, *failure):
        pass


class File:
    def __enter__(self):
        return self

    def __exit__(self, *failure):
        pass


lock = asyncio.Lock()


async def main():
    with session():  # want AH605 "is asynchronous, and is entered without `async`"
        pass
    with lock:  # want AH605 "is asynchronous, and is entered without `async`"
        pass
    with Pool() as pool:  # want AH605 "is asynchronous, and is entered without `async`"
        print(pool)
    async with opened():  # want AH605 "is not asynchronous, and is entered with `async with`"
        pass
    async with File():  # want AH605 "is not asynchronous, and is entered with `async with`"
        pass
    session().execute("select")  # want AH605 "is an async context manager, and is used as if it were what entering it gives"
    async with session() as s, Pool(), lock:
        print(s)
    with opened(), File(), threading.Lock():
        pass
    if lock.locked():
        lock.release()
