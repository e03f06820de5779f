"""Promise 16: which cancellations a coroutine has seen is known, whether they came at an await or in a blocking call.

A timeout that comes after one of them has to tell the two apart: it must not take the cancellation for its own, wait
for a cancellation that is over, or hide one that is still to come.
"""

import asyncio
import sys

import eventlet
import pytest
from eventlet.event import Event

import aiohub


class Slow(asyncio.Future):
    """A future that is cancelled when `end` is called, not when it is asked to be."""

    asked = 0

    def cancel(self, msg=None):
        if self.done():
            return False
        self.asked += 1
        return True

    def end(self):
        super().cancel()


async def forgive_with_aiohub():
    async with aiohub.timeout(0):
        await asyncio.Event().wait()


async def forgive_with_asyncio():
    async with asyncio.timeout(0):
        await asyncio.Event().wait()


async def forgive_by_hand():
    task = asyncio.current_task()
    task.cancel()
    try:
        await asyncio.sleep(0)
    except asyncio.CancelledError:
        task.uncancel()
        raise TimeoutError from None


async def forgive_in_a_blocking_call():
    async with aiohub.timeout(0):
        Event().wait()


since_3_11 = pytest.mark.skipif(
    sys.version_info < (3, 11), reason="asyncio.timeout and Task.uncancel are of Python 3.11 and newer"
)
FORGIVEN = [
    forgive_with_aiohub,
    pytest.param(forgive_with_asyncio, marks=since_3_11),
    pytest.param(forgive_by_hand, marks=since_3_11),
    forgive_in_a_blocking_call,
]


def block(event):
    event.wait()


def lend(event):
    # kill() of another green thread lends the loop to it until that has ended.
    victim = eventlet.spawn(Event().wait)
    eventlet.sleep(0)
    victim.kill()
    event.wait()


@pytest.mark.parametrize("forgiven", FORGIVEN)
@pytest.mark.parametrize("pause", [block, lend])
def test_promise_16_a_cancellation_after_a_forgiven_one_outlives_a_timeout(forgiven, pause):
    """Requested while the coroutine is in a blocking call that has its result already, seen at the next await, where
    an eventlet.Timeout comes as well: that is the first to be seen, and not the only one.
    """
    event, slow = Event(), Slow(loop=aiohub.get_loop())
    steps = []

    async def main():
        with pytest.raises(TimeoutError):
            await forgiven()
        steps.append("blocks")
        pause(event)
        try:
            with eventlet.Timeout(60) as timeout:
                steps.append((eventlet.getcurrent(), timeout))
                await slow
        except eventlet.Timeout:
            steps.append("timed out")
        await asyncio.Event().wait()

    task = aiohub.get_loop().create_task(main())
    while "blocks" not in steps:
        eventlet.sleep(0)
    for _ in range(5):
        eventlet.sleep(0)
    event.send()
    eventlet.hubs.get_hub().schedule_call_global(0, task.cancel)
    while not slow.asked:
        eventlet.sleep(0)
    green, timeout = steps.pop()
    green.throw(timeout)
    slow.end()

    check_ends_cancelled(task)


@pytest.mark.parametrize("cleanup", ["await", "block"])
def test_promise_16_a_timeout_in_the_cleanup_of_a_cancelled_blocking_call(cleanup):
    seen = []

    async def main():
        try:
            Event().wait()
        except asyncio.CancelledError:
            with eventlet.Timeout(0.001, False):
                if cleanup == "await":
                    await asyncio.Event().wait()
                else:
                    Event().wait()
            seen.append("timed out")
            raise

    check_cancelled_once(main())
    assert seen == ["timed out"]


@pytest.mark.parametrize(
    "timeout", [aiohub.timeout, pytest.param(getattr(asyncio, "timeout", None), marks=since_3_11, id="asyncio.timeout")]
)
def test_promise_16_a_task_timeout_after_a_cancellation_that_a_blocking_call_saw(timeout):
    seen = []

    async def main():
        try:
            Event().wait()
        except asyncio.CancelledError:
            try:
                async with timeout(0):
                    await asyncio.Event().wait()
            except TimeoutError:
                seen.append("timed out")
            raise

    check_cancelled_once(main())
    assert seen == ["timed out"]


def check_cancelled_once(coroutine):
    """One cancellation ends *coroutine*, which waits in a blocking call at first."""
    task = aiohub.get_loop().create_task(coroutine)
    for _ in range(5):
        eventlet.sleep(0)
    task.cancel()

    check_ends_cancelled(task)


def check_ends_cancelled(task):
    async def watch():
        await asyncio.wait([task])

    with eventlet.Timeout(10):
        aiohub.wait(watch())
    assert task.cancelled()
