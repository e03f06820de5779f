"""A decorator of the tree that calls one function in a coroutine and another elsewhere; twins of two worlds."""
import asyncio
import functools


def in_coroutine():
    return bool(asyncio.all_tasks())


def dispatch(other):
    def decorator(function):
        @functools.wraps(function)
        def wrapper(*args):
            chosen = other if in_coroutine() else function
            return chosen(*args)

        return wrapper

    return decorator


class Storage:
    async def write(self, path):
        await asyncio.sleep(0)


class Local(Storage):
    async def awrite(self, path):
        await asyncio.sleep(0)

    @dispatch(awrite)
    def write(self, path):
        print(path)


class Plain(Storage):
    def write(self, path):  # want AH606 "`Plain.write` is not async, and overrides"
        print(path)


async def main(storage: Storage):
    await storage.write("a")


def entered():
    print("entered")


async def entered_later():
    await asyncio.sleep(0)


class Transition:
    entering = [entered, entered_later]

    def change(self):
        for each in self.entering:
            each()  # possible AH606 "is not awaited, and can be"
        return self


class AsyncTransition(Transition):
    async def change(self):
        for each in self.entering:
            await each()  # possible AH606 "is awaited, and can be"
        return self


def other():
    for each in [entered, entered_later]:
        each()  # want AH606 "is not awaited, and can be"
