import asyncio
import contextlib
import functools
import inspect
import threading
import time

LOCK = threading.Lock()


def retried(function):
    @functools.wraps(function)
    def wrapper(*args):
        for _ in range(3):
            try:
                return function(*args)
            except OSError:
                pass
    return wrapper


def locked(name):
    def decorate(function):
        def wrapper(*args):
            with LOCK:
                return function(*args)
        return wrapper
    return decorate


def timed(function):
    def wrapper(*args):
        start = time.monotonic()
        result = function(*args)
        print(time.monotonic() - start)
        return result
    return wrapper


def logged(function):
    def wrapper(*args):
        print(args)
        return function(*args)
    return wrapper


def both(function):
    def wrapper(*args):
        try:
            return function(*args)
        except OSError:
            return None

    async def awaiting(*args):
        try:
            return await function(*args)
        except OSError:
            return None
    return awaiting if inspect.iscoroutinefunction(function) else wrapper


def awaited(function):
    async def wrapper(*args):
        try:
            return await function(*args)
        except OSError:
            return None
    return wrapper


def bridged(function):
    def wrapper(*args):
        with LOCK:
            return asyncio.run(function(*args))
    return wrapper


@contextlib.contextmanager
def measured():
    yield


@retried  # want AH617 "`retried` ends before the coroutine runs: it wraps the call, and does not await it"
async def fetch():
    pass


class Client:
    @locked("client")  # want AH617 "ends before the coroutine runs: it wraps the call, and does not await it"
    async def fetch(self):
        pass

    @timed  # want AH617 "ends before the coroutine runs: it wraps the call, and does not await it"
    async def slow(self):
        pass


@measured()  # want AH617 "`measured` is a plain context manager: as a decorator it is left before the coroutine runs"
async def measure():
    pass


@functools.lru_cache  # want AH617 "`functools.lru_cache` keeps the coroutine and gives it again: the second await raises RuntimeError"
async def load():
    pass


@contextlib.suppress(OSError)  # want AH617 "`contextlib.suppress` does not await what it calls: it ends before the coroutine runs"
async def quiet():
    pass


@logged
async def fine():
    pass


@both
async def served():
    pass


@both
def plain():
    pass


@awaited
async def right():
    pass


@bridged
async def outward():
    pass


@retried
def sync():
    pass
