import asyncio
import contextlib
import inspect

LOCK = asyncio.Lock()
TASKS = set()


async def fetch():
    pass


async def get(self):
    async with LOCK:
        return fetch()  # want AH620 "`fetch..` is returned out of a `with` before it runs: what was entered is left already"


def shielded():
    try:
        return fetch()  # want AH620 "is returned out of a `try` before it runs: the handlers see none of its errors"
    except OSError:
        return None


def quiet():
    with contextlib.suppress(OSError):
        return fetch()  # want AH620 "is returned out of a `with` before it runs: what was entered is left already"


async def start():
    try:
        task = asyncio.create_task(fetch())  # want AH620 "runs as a task of its own: the handlers of this `try` see none of its errors"
    except OSError:
        return
    TASKS.add(task)


def right():
    try:
        print(1)
    except OSError:
        pass
    return fetch()


async def awaiting():
    try:
        return await fetch()
    except OSError:
        return None


def traced(call):
    with opened():
        result = call()
        if inspect.isawaitable(result):
            return fetch()  # possible AH620 "is returned out of a `with` before it runs"
        return result
