"""Tests of aiohub.aio run on aiohub's loop and on a plain asyncio loop without a hub."""

import asyncio
import threading

import eventlet
import pytest

import aiohub


def on_hub(main):
    return aiohub.wait(main())


def on_plain_loop(main):
    """In an OS thread without a hub, on a loop that knows nothing of aiohub."""
    results = []

    def run():
        loop = asyncio.SelectorEventLoop()
        try:
            results.append((loop.run_until_complete(main()), None))
        except BaseException as exc:
            results.append((None, exc))
        finally:
            loop.close()

    thread = threading.Thread(target=run)
    thread.start()
    while thread.is_alive():
        eventlet.sleep(0.001)
    result, exc = results[0]
    if exc is not None:
        raise exc
    return result


both_loops = pytest.mark.parametrize("run", [on_hub, pytest.param(on_plain_loop, marks=pytest.mark.once)])


async def turns(count=10):
    for _ in range(count):
        await asyncio.sleep(0)


async def until(condition):
    while not condition():
        await asyncio.sleep(0)
