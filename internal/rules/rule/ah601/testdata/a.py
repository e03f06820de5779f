import asyncio
import contextlib
import functools
import inspect

import compat


async def refresh():
    await asyncio.sleep(1)


async def stream():
    yield 1


@contextlib.asynccontextmanager
async def session():
    yield 1


def logged(function):
    @functools.wraps(function)
    def wrapper(*args):
        print(function.__name__)
        return function(*args)
    return wrapper


def blocking(function):
    @functools.wraps(function)
    def wrapper(*args):
        return asyncio.run(function(*args))
    return wrapper


@logged
async def noted():
    pass


@blocking
async def bridged():
    pass


class Base:
    async def save(self):
        pass

    @classmethod
    async def load(cls):
        pass

    @staticmethod
    async def check():
        pass


class Store(Base):
    write = Base.save

    async def save(self):
        super().save()  # want AH601 "is a coroutine that nobody awaits"
        await super().save()

    def flush(self):
        return self.save()

    async def close(self):
        self.save()  # want AH601 "`self.save..` is a coroutine that nobody awaits"
        self.flush()  # want AH601 "is a coroutine that nobody awaits"
        self.write()  # want AH601 "is a coroutine that nobody awaits"
        self.load()  # want AH601 "is a coroutine that nobody awaits"
        Store.check()  # want AH601 "is a coroutine that nobody awaits"
        self.save() if self else self.load()  # want AH601 "self.save" # want AH601 "self.load"
        self and self.save()  # want AH601 "is a coroutine that nobody awaits"
        result = self.save()  # want AH601 "is a coroutine that nobody awaits"
        kept = self.save()
        await kept
        await self.flush()
        return await self.save()


again = refresh
later = functools.partial(refresh)


async def main(callback=refresh):
    refresh()  # want AH601 "is a coroutine that nobody awaits"
    again()  # want AH601 "is a coroutine that nobody awaits"
    later()  # want AH601 "is a coroutine that nobody awaits"
    stream()  # want AH601 "is an async generator that nobody iterates over"
    session()  # want AH601 "is an async context manager that nobody enters"
    noted()  # want AH601 "is a coroutine that nobody awaits"
    (lambda: refresh())()  # want AH601 "is a coroutine that nobody awaits"
    asyncio.sleep(1)  # want AH601 "is a coroutine that nobody awaits"
    Store().save()  # want AH601 "is a coroutine that nobody awaits"
    callback()  # possible AH601 "is a coroutine that nobody awaits"
    bridged()
    await refresh()
    task = asyncio.create_task(refresh())
    await asyncio.gather(refresh(), again(), task)
    asyncio.run(refresh())
    for work in [refresh(), again()]:
        await work


def later_or_never(when):
    if when:
        return refresh()


async def careful():
    later_or_never(True)  # possible AH601 "is a coroutine that nobody awaits"


class File:
    async def write(self, data):
        pass

    async def seek(self, place):
        pass


class Writer:
    def __init__(self):
        self.file = File()

    async def put(self, file: File, data):
        if inspect.iscoroutinefunction(file.seek) and inspect.iscoroutinefunction(file.write):
            await file.seek(0)
            await file.write(data)
        else:
            file.seek(0)  # possible AH601 "is a coroutine that nobody awaits"
            file.write(data)  # possible AH601 "is a coroutine that nobody awaits"
        await self.flush(file)
        self.flush(file)  # want AH601 "is a coroutine that nobody awaits"

    async def put_all(self, file: File, data):
        is_async = asyncio.iscoroutinefunction(file.write)

        async def one(piece):
            if is_async:
                await file.write(piece)
            else:
                file.write(piece)  # possible AH601 "is a coroutine that nobody awaits"

        for piece in data:
            await one(piece)

    async def put_own(self, data):
        if compat.is_coroutine_callable(self.flush):
            await self.flush(self.file)
        else:
            self.flush(self.file)  # possible AH601 "is a coroutine that nobody awaits"
            self.close()  # want AH601 "is a coroutine that nobody awaits"

    async def flush(self, file: File):
        file.seek(0)  # want AH601 "is a coroutine that nobody awaits"

    async def close(self):
        pass


async def either():
    call = refresh
    if asyncio.iscoroutinefunction(call):
        await call()
    else:
        call()  # possible AH601 "is a coroutine that nobody awaits"
    if isinstance(main, int):
        refresh()  # want AH601 "is a coroutine that nobody awaits"


class Connection:
    async def close(self):
        pass


async def connect():
    return Connection()


class Connector:
    def __init__(self):
        self.coroutine = None

    def start(self):
        if self.coroutine is None:
            self.coroutine = connect()
        return self.coroutine

    def close(self):
        if self.coroutine is not None:
            self.coroutine.close()


_IS_SYNC = False
LATE = False
LATE = True


async def generated(connection: Connection):
    if _IS_SYNC:
        connection.close()  # possible AH601 "is a coroutine that nobody awaits"
    else:
        connection.close()  # want AH601 "is a coroutine that nobody awaits"
    if not _IS_SYNC:
        connection.close()  # want AH601 "is a coroutine that nobody awaits"
    if _IS_SYNC and connection:
        connection.close()  # possible AH601 "is a coroutine that nobody awaits"
    if _IS_SYNC or connection:
        connection.close()  # want AH601 "is a coroutine that nobody awaits"
    if LATE:
        connection.close()  # want AH601 "is a coroutine that nobody awaits"


class Transport:
    async def connect(self):
        pass

    async def close(self):
        pass


class Client:
    def __init__(self):
        self.transport = Transport()

    def __enter__(self):
        if hasattr(self.transport, "connect"):
            self.transport.connect()  # possible AH601 "is a coroutine that nobody awaits"
        self.transport.close()  # want AH601 "is a coroutine that nobody awaits"
        return self
