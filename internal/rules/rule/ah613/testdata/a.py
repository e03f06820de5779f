import asyncio
import threading


class Manager:
    def __init__(self):
        self.lock = asyncio.Lock()


LOCK = asyncio.Lock()  # possible AH613 "`asyncio.Lock` is made at import: before Python 3.10 it belongs to the loop of that moment"
MANAGER = Manager()  # possible AH613 "is made at import: before Python 3.10 it belongs to the loop of that moment, and it leads to `asyncio.Lock`"


class Pool:
    waiting = asyncio.Queue()  # possible AH613 "is made at import: before Python 3.10 it belongs to the loop of that moment"


def get(queue=asyncio.Queue()):  # possible AH613 "is made at import: before Python 3.10 it belongs to the loop of that moment"
    return queue


async def main():
    lock = asyncio.Lock()
    async with lock, LOCK:
        print(MANAGER, threading.Lock())
