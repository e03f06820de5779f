"""aiohub.aio.Local: attributes that each task has for itself. On a plain asyncio loop."""

import asyncio
import gc
import threading
import weakref

import pytest
from _aio_loops import turns

from aiohub import aio

pytestmark = pytest.mark.once


def run(main):
    """Run a coroutine on a loop that knows nothing of aiohub's hub, in a thread that no hub knows."""
    results = []

    def plain():
        loop = asyncio.SelectorEventLoop()
        try:
            results.append(loop.run_until_complete(main()))
        finally:
            loop.close()

    thread = threading.Thread(target=plain)
    thread.start()
    thread.join()
    return results[0]


def test_each_task_has_its_own():
    local = aio.Local()

    async def serve(number, got):
        local.number = number
        await turns(3)
        got.append((number, local.number))

    async def main():
        got = []
        await asyncio.gather(*(serve(number, got) for number in range(3)))
        return got, hasattr(local, "number")

    assert run(main) == ([(0, 0), (1, 1), (2, 2)], False)


def test_a_task_begins_with_nothing_and_an_awaited_coroutine_with_all():
    local = aio.Local()

    async def ask():
        return getattr(local, "user", None)

    async def main():
        local.user = "anna"
        return await ask(), await asyncio.create_task(ask()), local.user

    assert run(main) == ("anna", None, "anna")


def test_what_a_callee_sets_stays():
    local = aio.Local()

    async def enter():
        local.depth = 1

    async def main():
        await enter()
        local.depth += 1
        return local.depth, vars(local)

    assert run(main) == (2, {"depth": 2})


def test_outside_of_tasks_it_belongs_to_the_thread():
    local = aio.Local()
    local.name = "main"
    seen = []

    async def main():
        seen.append(hasattr(local, "name"))
        seen.append(await asyncio.to_thread(hasattr, local, "name"))

    run(main)
    assert (seen, local.name) == ([False, False], "main")


def test_attributes_can_be_deleted_and_missing_ones_are_errors():
    local = aio.Local()
    local.name = 1
    del local.name
    with pytest.raises(AttributeError):
        local.name
    with pytest.raises(AttributeError):
        del local.name
    with pytest.raises(AttributeError):
        local.__dict__ = {}


def test_a_derived_class_is_made_anew_for_each_task():
    class Counted(aio.Local):
        limit = 3

        def __init__(self, start):
            self.count = start

        def more(self):
            self.count += 1
            return self.count

    local = Counted(5)

    async def count():
        return local.more(), local.more(), local.limit

    async def main():
        return await asyncio.gather(count(), count())

    assert run(main) == [(6, 7, 3), (6, 7, 3)]
    assert local.count == 5


def test_arguments_need_an_init_of_ones_own():
    with pytest.raises(TypeError):
        aio.Local(1)


def test_the_data_of_a_task_goes_with_it():
    local = aio.Local()

    class Held:
        pass

    async def hold():
        local.held = Held()
        return weakref.ref(local.held)

    async def main():
        return await asyncio.create_task(hold())

    ref = run(main)
    gc.collect()
    assert ref() is None
