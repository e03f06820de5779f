"""Promise 6: `aiohub.wait` starts no greenlet for the waiting side."""

import asyncio
import gc

import eventlet
import greenlet
import pytest
from eventlet import hubs

import aiohub


class Trace:
    """The greenlets that run between entry and exit, and those made meanwhile."""

    def __enter__(self):
        self.ran = set()
        self.before = set(greenlets())
        self.previous = greenlet.settrace(self._switched)
        return self

    def __exit__(self, *error):
        greenlet.settrace(self.previous)

    def _switched(self, event, arguments):
        self.ran.add(arguments[1])

    def made(self):
        return {green for green in self.ran | set(greenlets()) if green not in self.before}


def greenlets():
    gc.unfreeze()  # the session's own greenlets are among what is frozen
    gc.collect()
    return [thing for thing in gc.get_objects() if isinstance(thing, greenlet.greenlet)]


def a_future(loop):
    future = loop.create_future()
    loop.call_soon(future.set_result, "result")
    return future


def a_task(loop):
    task = loop.create_task(asyncio.sleep(0.001, "result"))
    eventlet.sleep(0)  # begun: its own greenlet is not of wait's making
    eventlet.sleep(0)
    return task


def wait_in_trace(awaitable, timeout=None):
    """Wait; returns the result, the greenlets made for it, and those that ran besides the waiter and the hub's."""
    current, hub = greenlet.getcurrent(), hubs.get_hub()
    with Trace() as trace:
        result = aiohub.wait(awaitable, timeout)
        assert greenlet.getcurrent() is current
    return result, trace.made(), trace.ran - {current, hub.greenlet}


@pytest.mark.parametrize("timeout", [None, 30])
@pytest.mark.parametrize("made", [a_future, a_task], ids=lambda made: made.__name__)
def test_promise_06_waiting_for_a_future_or_task_makes_no_greenlet(made, timeout):
    eventlet.sleep(0)
    awaitable = made(aiohub.get_loop())
    result, greenlets_made, _ = wait_in_trace(awaitable, timeout)
    assert result == "result"
    assert greenlets_made == set()


@pytest.mark.parametrize("timeout", [None, 30])
def test_promise_06_waiting_for_a_coroutine_makes_no_green_thread(timeout):
    """The coroutine, the other side, has a greenlet of its own; one, and no green thread."""

    async def run():
        await asyncio.sleep(0.001)
        return greenlet.getcurrent()

    eventlet.sleep(0)
    coroutines_own, greenlets_made, others = wait_in_trace(run(), timeout)
    assert greenlets_made <= {coroutines_own}
    assert others <= {coroutines_own}
    assert not isinstance(coroutines_own, eventlet.greenthread.GreenThread)


def test_promise_06_only_the_waiter_and_the_hub_run():
    eventlet.sleep(0)
    result, _, others = wait_in_trace(a_future(aiohub.get_loop()))
    assert (result, others) == ("result", set())


@pytest.mark.parametrize("spawn", [eventlet.spawn, eventlet.spawn_n], ids=lambda spawn: spawn.__name__)
def test_promise_06_in_any_green_thread(spawn):
    results = eventlet.Event()
    spawn(lambda: results.send(wait_in_trace(a_future(aiohub.get_loop()))))
    result, greenlets_made, others = results.wait()
    assert (result, greenlets_made, others) == ("result", set(), set())


def test_promise_06_what_is_done_is_had_without_a_switch():
    future = aiohub.get_loop().create_future()
    future.set_result("result")
    with Trace() as trace:
        assert aiohub.wait(future) == "result"
    assert trace.ran == set()


def test_promise_06_in_a_function_below_a_coroutine():
    """There the coroutine's greenlet is the one that waits."""

    async def main():
        def helper():
            return wait_in_trace(a_future(asyncio.get_running_loop()))

        return helper()

    result, greenlets_made, _ = aiohub.wait(main())
    assert (result, greenlets_made) == ("result", set())


def test_promise_06_a_coroutine_that_ran_leaves_no_greenlet_behind():
    eventlet.sleep(0)
    aiohub.wait(asyncio.sleep(0))
    before = len(greenlets())
    for _ in range(20):
        aiohub.wait(asyncio.sleep(0))
    eventlet.sleep(0)
    assert len(greenlets()) <= before
