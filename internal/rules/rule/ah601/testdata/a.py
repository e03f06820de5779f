import asyncio
import contextlib
import functools


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
