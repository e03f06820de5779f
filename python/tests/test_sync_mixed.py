"""Green threads, coroutines and OS threads contend for the same objects at random; nothing is lost or left over."""

import asyncio
import contextlib
import random
import threading
import time

import eventlet
import pytest
from _sync_worlds import KILLABLE, WORLDS, Running, line_of, until
from greenlet import GreenletExit

import aiohub

SEEDS = [1, 2, 3]
ENDED = (GreenletExit, asyncio.CancelledError)


def pause(world, rng):
    """Give others a chance inside a critical section."""
    if rng.random() < 0.5:
        (time.sleep if world == "thread" else eventlet.sleep)(0)


async def apause(rng):
    if rng.random() < 0.5:
        await asyncio.sleep(0)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("make", [aiohub.Lock, aiohub.RLock, aiohub.Semaphore, aiohub.Condition])
def test_one_at_a_time(make, seed):
    lock = make()
    inside = most = total = 0
    rounds = 100

    def enter():
        nonlocal inside, most
        inside += 1
        most = max(most, inside)

    def leave():
        nonlocal inside, total
        inside -= 1
        total += 1

    def worker(world, number):
        rng = random.Random(f"{seed} {world} {number}")

        def block():
            for _ in range(rounds):
                with lock:
                    enter()
                    pause(world, rng)
                    leave()
                pause(world, rng)

        async def awaiting():
            for _ in range(rounds):
                async with lock:
                    enter()
                    await apause(rng)
                    leave()
                await apause(rng)

        return Running(world, block, awaiting)

    workers = [worker(world, number) for world in WORLDS for number in range(3)]
    for each in workers:
        each.result()
    assert (most, inside) == (1, 0)
    assert total == rounds * len(workers)
    assert not line_of(lock)
    assert lock.acquire(blocking=False)
    lock.release()


@pytest.mark.parametrize("seed", SEEDS)
def test_lock_survives_kills_cancels_and_timeouts(seed):
    """Those who wait for it are ended at random moments, also at the one at which they get it."""
    rng = random.Random(seed)
    lock = aiohub.Lock()
    taken = 0
    inside = 0

    def worker(world):
        timeout = rng.choice([None, None, 0.002])

        def block():
            nonlocal taken, inside
            if lock.acquire(timeout=timeout):
                try:
                    inside += 1
                    assert inside == 1
                    pause(world, rng)
                    taken += 1
                finally:
                    inside -= 1
                    lock.release()

        async def awaiting():
            nonlocal taken, inside
            if await lock.aacquire(timeout=timeout):
                try:
                    inside += 1
                    assert inside == 1
                    await apause(rng)
                    taken += 1
                finally:
                    inside -= 1
                    lock.release()

        return Running(world, block, awaiting)

    running = []
    for _ in range(1500):
        running.append(worker(rng.choice(WORLDS) if rng.random() < 0.05 else rng.choice(KILLABLE)))
        if rng.random() < 0.5:
            victim = rng.choice(running)
            if victim.world in KILLABLE and not victim.done:
                victim.end()
        if rng.random() < 0.1:
            eventlet.sleep(0)
    for each in running:
        with contextlib.suppress(*ENDED):
            each.result()
    assert taken > 100
    assert inside == 0
    assert not lock.locked()
    assert not line_of(lock)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("maxsize", [0, 1, 5])
@pytest.mark.parametrize("make", [aiohub.Queue, aiohub.LifoQueue, aiohub.PriorityQueue])
def test_every_item_arrives_once(make, maxsize, seed):
    q = make(maxsize)
    got = []
    per_putter = 60

    def putter(world, number):
        rng = random.Random(f"{seed} put {world} {number}")
        items = [(rng.random(), world, number, index) for index in range(per_putter)]

        def block():
            for item in items:
                q.put(item)
                pause(world, rng)

        async def awaiting():
            for item in items:
                await q.aput(item)
                await apause(rng)

        return Running(world, block, awaiting), items

    def getter(world, number):
        rng = random.Random(f"{seed} get {world} {number}")

        def block():
            while (item := q.get())[1] is not None:
                got.append(item)
                q.task_done()
                pause(world, rng)

        async def awaiting():
            while (item := await q.aget())[1] is not None:
                got.append(item)
                q.task_done()
                await apause(rng)

        return Running(world, block, awaiting)

    getters = [getter(world, number) for world in WORLDS for number in range(2)]
    putters = [putter(world, number) for world in WORLDS for number in range(2)]
    for running, _ in putters:
        running.result()
    q.join()
    for _ in getters:
        q.put((2.0, None))
    for running in getters:
        running.result()
    assert sorted(got) == sorted(item for _, items in putters for item in items)
    assert q.empty()
    assert not q._items.waiting
    assert not (q._places and q._places.waiting)


@pytest.mark.parametrize("seed", SEEDS)
def test_ended_getters_and_putters_lose_nothing(seed):
    rng = random.Random(seed)
    q = aiohub.Queue(3)
    put, got = set(), set()

    def putter(world, item):
        def block():
            q.put(item)
            put.add(item)

        async def awaiting():
            await q.aput(item)
            put.add(item)

        return Running(world, block, awaiting)

    def getter(world):
        def block():
            got.add(q.get())

        async def awaiting():
            got.add(await q.aget())

        return Running(world, block, awaiting)

    running = []
    for number in range(2000):
        world = rng.choice(KILLABLE)
        running.append(putter(world, number) if rng.random() < 0.5 else getter(world))
        if rng.random() < 0.4:
            victim = rng.choice(running[-20:])
            if not victim.done:
                victim.end()
        if rng.random() < 0.1:
            eventlet.sleep(0)
    until(lambda: not (q._items.waiting and (q._places.waiting or q._items.free)))
    for each in running:
        if not each.done:
            each.end()
    for each in running:
        with contextlib.suppress(*ENDED):
            each.result()
    while not q.empty():
        got.add(q.get_nowait())
    assert got == put
    assert len(put) > 300
    assert not q._items.waiting
    assert (q._places.waiting, q._places.free, q._items.free) == (0, 3, 0)


@pytest.mark.parametrize("seed", SEEDS)
def test_semaphore_lets_in_no_more_than_it_has(seed):
    semaphore = aiohub.BoundedSemaphore(4)
    guard = threading.Lock()
    inside = most = total = 0

    def count(step):
        nonlocal inside, most, total
        with guard:
            inside += step
            most = max(most, inside)
            total += step > 0

    def worker(world, number):
        rng = random.Random(f"{seed} {world} {number}")

        def block():
            for _ in range(50):
                with semaphore:
                    count(1)
                    pause(world, rng)
                    count(-1)

        async def awaiting():
            for _ in range(50):
                async with semaphore:
                    count(1)
                    await apause(rng)
                    count(-1)

        return Running(world, block, awaiting)

    workers = [worker(world, number) for world in WORLDS for number in range(4)]
    for each in workers:
        each.result()
    assert inside == 0
    assert 1 < most <= 4
    assert total == 50 * len(workers)
    assert (semaphore._permits.free, semaphore._permits.waiting) == (4, 0)


def test_condition_as_a_bounded_buffer():
    condition = aiohub.Condition()
    buffer, got = [], []

    def producer(world):
        def block():
            for number in range(50):
                with condition:
                    condition.wait_for(lambda: len(buffer) < 2)
                    buffer.append((world, number))
                    condition.notify_all()

        async def awaiting():
            for number in range(50):
                async with condition:
                    await condition.async_wait_for(lambda: len(buffer) < 2)
                    buffer.append((world, number))
                    condition.notify_all()

        return Running(world, block, awaiting)

    def consumer(world):
        def block():
            for _ in range(50):
                with condition:
                    condition.wait_for(lambda: buffer)
                    got.append(buffer.pop(0))
                    condition.notify_all()

        async def awaiting():
            for _ in range(50):
                async with condition:
                    await condition.async_wait_for(lambda: buffer)
                    got.append(buffer.pop(0))
                    condition.notify_all()

        return Running(world, block, awaiting)

    everybody = [start(world) for world in WORLDS for start in (producer, consumer)]
    for each in everybody:
        each.result()
    assert sorted(got) == sorted((world, number) for world in WORLDS for number in range(50))
    for world in WORLDS:
        assert [number for name, number in got if name == world] == list(range(50))
    assert not condition.locked()
    assert not line_of(condition)
