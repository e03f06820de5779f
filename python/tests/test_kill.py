"""Promise 13: killing a green thread that waits for a coroutine cancels it; `wait()` sees its cleanup through."""

import asyncio
import gc
import inspect
import warnings

import eventlet
import eventlet.asyncio
import pytest
from _ending_scenes import SlowCoroutine, open_gate, tasks_left, turns
from eventlet.event import Event
from greenlet import GreenletExit

import aiohub

pytestmark = pytest.mark.usefixtures("leak_check")


class Custom(Exception):
    pass


class CustomBase(BaseException):
    pass


async def passed_on(awaitable):
    return await awaitable


WAYS = {
    "wait": lambda awaitable: eventlet.spawn(aiohub.wait, awaitable),
    "future_to_greenlet": aiohub.future_to_greenlet,
    "spawn_for_awaitable": eventlet.asyncio.spawn_for_awaitable,
    "async_to_sync": lambda awaitable: eventlet.spawn(aiohub.async_to_sync(passed_on), awaitable),
}


@pytest.fixture(params=WAYS)
def spawn_waiting(request):
    """Each way a green thread can wait for a coroutine."""
    return WAYS[request.param]


@pytest.fixture(params=["default", Custom, CustomBase, eventlet.Timeout, StopIteration, asyncio.CancelledError])
def throw_args(request):
    """What `kill` may be given: nothing, or an exception."""
    return () if request.param == "default" else (request.param(),)


def outcome(green_thread):
    """What `wait()` raises."""
    with pytest.raises(BaseException) as caught:
        green_thread.wait()
    return caught.value


def test_promise_13_kill_cancels_the_coroutine(spawn_waiting, throw_args):
    scene = SlowCoroutine()
    green_thread = spawn_waiting(scene.run())
    scene.started.wait()
    open_gate(scene)
    green_thread.kill(*throw_args)
    error = outcome(green_thread)
    assert scene.steps == ["CancelledError", "clean"]
    if throw_args:
        assert error is throw_args[0]
    else:
        assert type(error) is GreenletExit
    assert green_thread.dead
    assert not tasks_left()


def test_promise_13_wait_returns_after_the_cleanup(spawn_waiting, throw_args):
    scene = SlowCoroutine()
    green_thread = spawn_waiting(scene.run())
    scene.started.wait()

    def watch():
        outcome(green_thread)
        scene.steps.append("wait returned")

    watcher = eventlet.spawn(watch)
    green_thread.kill(*throw_args)
    scene.steps.append("kill returned")
    turns()
    assert scene.steps == ["CancelledError", "kill returned"] or scene.steps == ["kill returned", "CancelledError"]
    assert not green_thread.dead
    open_gate(scene)
    watcher.wait()
    assert scene.steps[2:] == ["clean", "wait returned"]


def test_promise_13_links_run_after_the_cleanup(spawn_waiting):
    scene = SlowCoroutine()
    green_thread = spawn_waiting(scene.run())
    green_thread.link(lambda _: scene.steps.append("link"))
    scene.started.wait()
    green_thread.kill()
    turns()
    open_gate(scene)
    outcome(green_thread)
    assert scene.steps == ["CancelledError", "clean", "link"]


def test_promise_13_the_exception_is_raised_where_the_green_thread_waits():
    scene = SlowCoroutine()
    error = Custom()

    def body():
        try:
            aiohub.wait(scene.run())
        except Custom as caught:
            scene.steps.append(caught)
        return "went on"

    green_thread = eventlet.spawn(body)
    scene.started.wait()
    open_gate(scene)
    green_thread.kill(error)
    assert green_thread.wait() == "went on"
    assert scene.steps == ["CancelledError", "clean", error]


@pytest.mark.parametrize("killer", ["callback", "timer", "coroutine", "task that it waits for"])
def test_promise_13_kill_from_anywhere(killer):
    scene = SlowCoroutine()
    open_gate(scene)
    loop = aiohub.get_loop()
    green_thread = eventlet.spawn(aiohub.wait, scene.run())
    scene.started.wait()

    async def kill():
        green_thread.kill()

    if killer == "callback":
        loop.call_soon(green_thread.kill)
    elif killer == "timer":
        eventlet.hubs.get_hub().schedule_call_global(0, green_thread.kill)
    elif killer == "coroutine":
        loop.create_task(kill())
    else:
        aiohub.wait(kill())
    assert type(outcome(green_thread)) is GreenletExit
    assert scene.steps == ["CancelledError", "clean"]


def test_promise_13_a_coroutine_may_kill_the_green_thread_that_waits_for_it(throw_args):
    steps = []

    async def coroutine():
        try:
            green_thread.kill(*throw_args)
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            steps.append("cancelled")
            raise

    green_thread = eventlet.spawn(lambda: aiohub.wait(coroutine()))
    error = outcome(green_thread)
    assert steps == ["cancelled"]
    assert error is throw_args[0] if throw_args else type(error) is GreenletExit


def test_promise_13_a_coroutine_that_swallows_the_cancellation_has_the_last_word(spawn_waiting, throw_args):
    """As with a function that catches what kill() raises, and with a task that awaits one: its result counts."""
    started = Event()
    steps = []

    async def stubborn():
        started.send()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            steps.append("swallowed")
        await asyncio.sleep(0)
        steps.append("ended")
        return "result"

    green_thread = spawn_waiting(stubborn())
    started.wait()
    green_thread.kill(*throw_args)
    assert green_thread.wait() == "result"
    assert steps == ["swallowed", "ended"]
    assert not tasks_left()


def test_promise_13_a_second_kill_cancels_again(spawn_waiting):
    started = Event()
    cancelled = Event()
    steps = []

    async def stubborn():
        started.send()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            steps.append("swallowed")
            cancelled.send()
        try:
            await asyncio.Event().wait()
        finally:
            steps.append("ended")

    green_thread = spawn_waiting(stubborn())
    started.wait()
    green_thread.kill()
    cancelled.wait()
    turns()
    assert not green_thread.dead
    green_thread.kill()
    assert type(outcome(green_thread)) is GreenletExit
    assert steps == ["swallowed", "ended"]
    assert not tasks_left()


def test_promise_13_an_error_of_the_cleanup_is_seen(spawn_waiting):
    started = Event()
    error = Custom("in cleanup")

    async def coroutine():
        started.send()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            raise error

    green_thread = spawn_waiting(coroutine())
    started.wait()
    green_thread.kill()
    assert outcome(green_thread) is error
    assert green_thread.dead
    assert not tasks_left()


@pytest.mark.parametrize("kind", ["future", "task", "object"])
def test_promise_13_any_awaitable_is_cancelled(spawn_waiting, kind):
    loop = aiohub.get_loop()
    future = loop.create_future()

    async def until_future():
        await future

    class Wrapper:
        def __await__(self):
            return future.__await__()

    awaitable = {"future": lambda: future, "task": lambda: loop.create_task(until_future()), "object": Wrapper}[kind]()
    green_thread = spawn_waiting(awaitable)
    turns()
    green_thread.kill()
    assert type(outcome(green_thread)) is GreenletExit
    assert future.cancelled()
    assert not tasks_left()


def test_promise_13_shield_shields():
    loop = aiohub.get_loop()
    gate = asyncio.Event()

    async def protected():
        await gate.wait()
        return "whole"

    async def shielded():
        await asyncio.shield(task)

    task = loop.create_task(protected())
    green_thread = eventlet.spawn(aiohub.wait, shielded())
    turns()
    green_thread.kill()
    assert type(outcome(green_thread)) is GreenletExit
    assert not task.done()
    gate.set()
    assert aiohub.wait(task) == "whole"


def test_promise_13_without_autocancel_the_future_goes_on():
    future = aiohub.get_loop().create_future()
    green_thread = aiohub.future_to_greenlet(future, autocancel_future=False)
    turns()
    green_thread.kill()
    assert type(outcome(green_thread)) is GreenletExit
    turns()
    assert not future.done()
    future.set_result("whole")
    assert aiohub.wait(future) == "whole"


def test_promise_13_a_kill_goes_through_all_borders():
    steps = []
    started = Event()

    async def inner_coroutine():
        started.send()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            steps.append("inner coroutine")

    def inner_green():
        try:
            aiohub.wait(inner_coroutine())
        finally:
            eventlet.sleep(0)
            steps.append("inner green thread")

    async def outer_coroutine():
        try:
            await eventlet.spawn(inner_green)
        finally:
            await asyncio.sleep(0)
            steps.append("outer coroutine")

    def outer_green():
        try:
            aiohub.wait(outer_coroutine())
        finally:
            eventlet.sleep(0)
            steps.append("outer green thread")

    green_thread = eventlet.spawn(outer_green)
    started.wait()
    green_thread.kill()
    assert type(outcome(green_thread)) is GreenletExit
    assert steps == ["inner coroutine", "inner green thread", "outer coroutine", "outer green thread"]


def test_promise_13_kill_in_the_turn_in_which_the_coroutine_ends():
    future = aiohub.get_loop().create_future()
    steps = []

    async def coroutine():
        steps.append(await future)
        return "result"

    green_thread = eventlet.spawn(aiohub.wait, coroutine())
    turns()
    future.set_result("news")
    green_thread.kill()
    error = outcome(green_thread)
    assert type(error) is GreenletExit
    assert green_thread.dead
    assert not tasks_left()


def test_promise_13_kill_between_the_end_of_the_coroutine_and_the_wake_up():
    ended = []

    async def coroutine():
        # The next turn of the loop would wake the green thread; the kill, asked for first, comes before it.
        aiohub.get_loop().call_soon(green_thread.kill)
        ended.append(True)
        return "result"

    green_thread = eventlet.spawn(lambda: aiohub.wait(coroutine()))
    try:
        result = green_thread.wait()
    except GreenletExit:
        result = "killed"
    assert ended and result in ("result", "killed")
    assert green_thread.dead
    turns()
    assert not tasks_left()


UNSTARTED = {
    "future_to_greenlet": aiohub.future_to_greenlet,
    "future_to_greenlet without autostart": lambda c: aiohub.future_to_greenlet(c, autostart_future=False),
    "spawn_for_awaitable": eventlet.asyncio.spawn_for_awaitable,
}


@pytest.mark.parametrize("way", UNSTARTED)
@pytest.mark.parametrize("error", [None, Custom])
def test_promise_13_kill_before_the_start_closes_the_coroutine(way, error):
    ran = []

    async def coroutine():
        ran.append(True)

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        unstarted = coroutine()
        green_thread = UNSTARTED[way](unstarted)
        if error is None:
            green_thread.kill()
        else:
            # eventlet takes an exc_info triple when it kills what has not started.
            green_thread.kill(error, error(), None)
        assert type(outcome(green_thread)) is (error or GreenletExit)
        turns()
        assert inspect.getcoroutinestate(unstarted) == inspect.CORO_CLOSED
        del unstarted, green_thread
        gc.collect()
    assert not ran
    assert [str(w.message) for w in caught if "never awaited" in str(w.message)] == []
    assert not tasks_left()


def test_promise_13_kill_after_the_end_changes_nothing():
    async def coroutine():
        return "result"

    green_thread = aiohub.future_to_greenlet(coroutine())
    assert green_thread.wait() == "result"
    green_thread.kill()
    assert green_thread.wait() == "result"
