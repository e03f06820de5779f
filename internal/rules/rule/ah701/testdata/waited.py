import asyncio
import threading

running = {}


def kill(name):
    if name in running:  # possible AH701 "`running` is tested here"
        del running[name]


def start(name):
    running[name] = object()
    running.clear()


async def kill_async(name):
    await asyncio.to_thread(kill, name)


async def start_async(name):
    await asyncio.to_thread(start, name)


jobs = {}


def drop(name):
    if name in jobs:  # want AH701 "`jobs` is tested here"
        del jobs[name]


def renew():
    jobs["a"] = object()
    jobs.clear()


def main():
    threading.Thread(target=drop, args=("a",)).start()
    threading.Thread(target=renew).start()
