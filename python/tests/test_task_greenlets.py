"""The greenlet of a task that has returned may serve the next one; no program can tell it from a fresh one."""

import asyncio
import contextvars
import gc
import weakref

import eventlet
import greenlet
import pytest
from eventlet import corolocal

import aiohub
from aiohub._tasks import coroutine as _tasks

#: Enough tasks, one after the other, that greenlets are used again.
MANY = 20


async def one_after_the_other(coroutine_function):
    """What a task of each of MANY calls returns."""
    return [await asyncio.create_task(coroutine_function()) for _ in range(MANY)]


async def kept():
    return greenlet.getcurrent()


def test_a_kept_greenlet_is_dead_when_its_task_has_returned():
    async def main():
        seen = []
        for _ in range(MANY):
            green = await asyncio.create_task(kept())
            assert green.dead
            seen.append(green)
        return seen

    assert len({id(green) for green in aiohub.run(main())}) == MANY


def test_a_belated_wake_up_of_a_task_that_has_returned_does_nothing():
    async def main():
        for _ in range(MANY):
            green = await asyncio.create_task(kept())
            assert green.switch("too late") is None
            assert not green.blocked
            eventlet.kill(green)
        return "done"

    assert aiohub.run(main()) == "done"


def test_a_weak_reference_to_it_dies_with_the_task():
    told = []

    async def weak():
        return weakref.ref(greenlet.getcurrent(), told.append)

    async def main():
        for count in range(1, MANY + 1):
            reference = await asyncio.create_task(weak())
            assert reference() is None
            assert len(told) == count

    aiohub.run(main())


def test_attributes_set_on_it_are_not_seen_by_the_next_task():
    async def mark():
        current = greenlet.getcurrent()
        before = getattr(current, "mark", None)
        current.mark = "set"
        return before

    assert aiohub.run(one_after_the_other(mark)) == [None] * MANY


def test_locals_of_green_threads_are_empty_in_each_task():
    local = corolocal.local()

    async def count():
        before = getattr(local, "count", 0)
        local.count = before + 1
        return before

    assert aiohub.run(one_after_the_other(count)) == [0] * MANY


def test_a_timeout_that_a_task_forgot_does_not_hit_the_next_one():
    async def forgetful():
        eventlet.Timeout(0.001)

    async def main():
        for _ in range(MANY):
            await asyncio.create_task(forgetful())
            await asyncio.create_task(asyncio.sleep(0.002))
        return "done"

    assert aiohub.run(main()) == "done"


def test_a_child_of_it_keeps_its_parent():
    async def parent():
        child = greenlet.greenlet(lambda: None)
        return child, child.parent

    async def main():
        for child, green in [await asyncio.create_task(parent()) for _ in range(MANY)]:
            assert child.parent is green
            assert green.dead

    aiohub.run(main())


def test_each_task_has_the_context_it_was_given():
    variable = contextvars.ContextVar("variable", default=0)

    async def put():
        before = variable.get()
        variable.set(before + 1)
        return before

    async def main():
        variable.set(5)
        return [await asyncio.create_task(put()) for _ in range(MANY)], variable.get()

    assert aiohub.run(main()) == ([5] * MANY, 5)


def test_the_context_of_a_task_goes_with_the_task():
    variable = contextvars.ContextVar("variable")

    class Value:
        pass

    async def put():
        value = Value()
        variable.set(value)
        return weakref.ref(value)

    async def main():
        reference = await asyncio.create_task(put())
        await asyncio.sleep(0)  # until then asyncio itself holds the context
        gc.collect()
        return reference()

    assert aiohub.run(main()) is None


def test_who_counts_greenlets_finds_those_of_present_tasks_only():
    def alive():
        gc.collect()
        return sum(isinstance(found, greenlet.greenlet) and not found.dead for found in gc.get_objects())

    async def main():
        await one_after_the_other(kept)
        before = alive()
        tasks = [asyncio.create_task(asyncio.sleep(1000)) for _ in range(MANY)]
        await asyncio.sleep(0)
        during = alive()
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        return during - before, alive() - before

    assert aiohub.run(main()) == (MANY, 0)


@pytest.mark.parametrize("ending", ["return", "raise", "cancel", "kill"])
def test_a_task_blocks_and_ends_in_a_greenlet_that_served_others(ending):
    async def work():
        eventlet.sleep(0)
        await asyncio.sleep(0)
        if ending == "raise":
            raise LookupError("raised")
        if ending == "cancel":
            asyncio.current_task().cancel()
            await asyncio.sleep(0)
        if ending == "kill":
            raise greenlet.GreenletExit
        eventlet.sleep(0)
        return "returned"

    async def main():
        await one_after_the_other(kept)
        return await asyncio.gather(*[work() for _ in range(MANY)], return_exceptions=True)

    kinds = {
        "return": "returned",
        "raise": LookupError,
        "cancel": asyncio.CancelledError,
        "kill": asyncio.CancelledError,
    }
    expected = kinds[ending]
    for outcome in aiohub.run(main()):
        assert outcome == expected or isinstance(outcome, expected)


def test_a_task_gone_with_its_last_reference_needs_no_collector():
    async def work():
        return 1

    async def main():
        gc.disable()
        try:
            task = asyncio.create_task(work())
            gone = weakref.ref(task)
            await task
            del task
            await asyncio.sleep(0)
            return gone()
        finally:
            gc.enable()

    if _tasks._Step is _tasks.PurePythonStep:
        pytest.skip("without the native half a task and what it runs refer to each other")
    assert aiohub.run(main()) is None
