"""Tests of a program with both worlds, as pytest-asyncio and anyio's plugin run them."""

import asyncio

import anyio
import eventlet
import pytest


@pytest.fixture
def green_value():
    return eventlet.spawn(lambda: eventlet.sleep(0.01) or "green").wait()


def test_green(green_value):
    assert green_value == "green"


@pytest.mark.asyncio
async def test_coroutine(green_value):
    await asyncio.sleep(0.01)
    assert green_value == "green"


@pytest.mark.asyncio
async def test_coroutine_and_a_green_thread_beside_it():
    done = []
    eventlet.spawn_n(lambda: eventlet.sleep(0.01) or done.append("green"))
    for _ in range(1000):
        if done:
            break
        await asyncio.sleep(0.01)
    assert done == ["green"]


@pytest.mark.anyio
async def test_with_anyio(anyio_backend_name):
    async with anyio.create_task_group() as group:
        group.start_soon(anyio.sleep, 0.01)
    assert anyio_backend_name == "asyncio"


@pytest.fixture
def anyio_backend():
    return "asyncio"
