"""Promise 15: killed is cancelled, cancelled is GreenletExit, every other exception stays what it is."""

import asyncio
import concurrent.futures

import eventlet
import eventlet.asyncio
import pytest
from _ending_scenes import tasks_left, turns
from eventlet.event import Event
from greenlet import GreenletExit

import aiohub


class Custom(Exception):
    pass


class CustomBase(BaseException):
    pass


# KeyboardInterrupt and SystemExit are not here: they go to the main green thread (promise 17).
PLAIN = [
    Custom,
    CustomBase,
    ValueError,
    KeyError,
    OSError,
    AssertionError,
    GeneratorExit,
    StopAsyncIteration,
    TimeoutError,
    asyncio.TimeoutError,
    asyncio.InvalidStateError,
    asyncio.IncompleteReadError,
    concurrent.futures.CancelledError,
    eventlet.Timeout,
]


def make(error_type):
    if error_type is asyncio.IncompleteReadError:
        return error_type(b"", 1)
    return error_type() if error_type is eventlet.Timeout else error_type("text")


def raising(error):
    def function():
        eventlet.sleep(0)
        raise error

    return function


async def raising_coroutine(error):
    await asyncio.sleep(0)
    raise error


def caught_in_green_thread(function, *args):
    """What *function* raises in a green thread, as the green thread sees it."""

    def body():
        try:
            return "returned", function(*args)
        except BaseException as error:
            return error

    return eventlet.spawn(body).wait()


def caught_in_coroutine(make_awaitable):
    """What awaiting raises in a coroutine, as the coroutine sees it."""

    async def main():
        try:
            return "returned", await make_awaitable()
        except BaseException as error:
            return error

    return aiohub.wait(main())


TO_FUTURE = {
    "await green thread": lambda green_thread: green_thread,
    "greenlet_to_future": aiohub.greenlet_to_future,
}


@pytest.fixture(params=TO_FUTURE)
def to_awaitable(request):
    return TO_FUTURE[request.param]


TO_GREEN = {
    "wait": aiohub.wait,
    "future_to_greenlet": lambda awaitable: aiohub.future_to_greenlet(awaitable).wait(),
    "spawn_for_awaitable": lambda awaitable: eventlet.asyncio.spawn_for_awaitable(awaitable).wait(),
}


@pytest.fixture(params=TO_GREEN)
def wait_in_green(request):
    return TO_GREEN[request.param]


def test_promise_15_a_killed_green_thread_is_a_cancelled_future(to_awaitable):
    green_thread = eventlet.spawn(Event().wait)
    future = aiohub.greenlet_to_future(green_thread)
    turns()
    green_thread.kill()
    assert type(caught_in_coroutine(lambda: to_awaitable(green_thread))) is asyncio.CancelledError
    assert type(caught_in_coroutine(lambda: future)) is asyncio.CancelledError
    assert future.cancelled()


def test_promise_15_a_task_that_awaits_a_killed_green_thread_is_cancelled(to_awaitable):
    green_thread = eventlet.spawn(Event().wait)

    async def main():
        await to_awaitable(green_thread)

    task = aiohub.get_loop().create_task(main())
    turns()
    green_thread.kill()

    async def watch():
        await asyncio.wait([task])

    aiohub.wait(watch())
    assert task.cancelled()


def test_promise_15_killed_before_the_start(to_awaitable):
    green_thread = eventlet.spawn(Event().wait)
    green_thread.kill()
    assert type(caught_in_coroutine(lambda: to_awaitable(green_thread))) is asyncio.CancelledError


def test_promise_15_killed_with_another_exception(to_awaitable):
    green_thread = eventlet.spawn(Event().wait)
    error = Custom()
    turns()
    green_thread.kill(error)
    assert caught_in_coroutine(lambda: to_awaitable(green_thread)) is error


def test_promise_15_greenlet_exit_raised_by_hand_is_a_kill(to_awaitable):
    green_thread = eventlet.spawn(raising(GreenletExit()))
    assert type(caught_in_coroutine(lambda: to_awaitable(green_thread))) is asyncio.CancelledError


def test_promise_15_cancelled_error_raised_in_a_green_thread(to_awaitable):
    green_thread = eventlet.spawn(raising(asyncio.CancelledError()))
    assert type(caught_in_coroutine(lambda: to_awaitable(green_thread))) is asyncio.CancelledError


def test_promise_15_a_cancelled_future_is_greenlet_exit(wait_in_green):
    future = aiohub.get_loop().create_future()
    future.cancel()
    assert type(caught_in_green_thread(wait_in_green, future)) is GreenletExit


def test_promise_15_a_future_cancelled_while_a_green_thread_waits(wait_in_green):
    future = aiohub.get_loop().create_future()
    eventlet.spawn_after(0, future.cancel)
    assert type(caught_in_green_thread(wait_in_green, future)) is GreenletExit


def test_promise_15_a_task_cancelled_while_a_green_thread_waits(wait_in_green):
    async def for_ever():
        await asyncio.Event().wait()

    task = aiohub.get_loop().create_task(for_ever())
    eventlet.spawn_after(0, task.cancel)
    assert type(caught_in_green_thread(wait_in_green, task)) is GreenletExit
    assert task.cancelled()


def test_promise_15_cancelled_error_raised_by_a_coroutine(wait_in_green):
    assert type(caught_in_green_thread(wait_in_green, raising_coroutine(asyncio.CancelledError()))) is GreenletExit


def test_promise_15_greenlet_exit_raised_by_a_coroutine(wait_in_green):
    assert type(caught_in_green_thread(wait_in_green, raising_coroutine(GreenletExit()))) is GreenletExit


@pytest.mark.parametrize("error_type", PLAIN)
def test_promise_15_other_exceptions_stay_from_green_to_async(error_type, to_awaitable):
    error = make(error_type)
    assert caught_in_coroutine(lambda: to_awaitable(eventlet.spawn(raising(error)))) is error


@pytest.mark.parametrize("error_type", PLAIN)
def test_promise_15_other_exceptions_stay_from_green_to_async_when_already_dead(error_type, to_awaitable):
    error = make(error_type)
    green_thread = eventlet.spawn(raising(error))
    while not green_thread.dead:
        eventlet.sleep(0)
    assert caught_in_coroutine(lambda: to_awaitable(green_thread)) is error


@pytest.mark.parametrize("error_type", PLAIN)
def test_promise_15_other_exceptions_stay_in_sync_to_async(error_type):
    error = make(error_type)
    assert caught_in_coroutine(aiohub.sync_to_async(raising(error))) is error


@pytest.mark.parametrize("error_type", PLAIN)
def test_promise_15_other_exceptions_stay_from_async_to_green(error_type, wait_in_green):
    error = make(error_type)
    assert caught_in_green_thread(wait_in_green, raising_coroutine(error)) is error


@pytest.mark.parametrize("error_type", PLAIN)
def test_promise_15_other_exceptions_stay_in_a_future(error_type, wait_in_green):
    error = make(error_type)
    future = aiohub.get_loop().create_future()
    future.set_exception(error)
    assert caught_in_green_thread(wait_in_green, future) is error


@pytest.mark.parametrize("error_type", PLAIN)
def test_promise_15_other_exceptions_stay_in_async_to_sync(error_type):
    error = make(error_type)
    assert caught_in_green_thread(aiohub.async_to_sync(raising_coroutine), error) is error


@pytest.mark.parametrize("error_type", [*PLAIN, GreenletExit])
def test_promise_15_exceptions_of_a_blocking_call_in_a_coroutine(error_type):
    error = make(error_type)

    async def main():
        try:
            eventlet.spawn(raising(error)).wait()
        except BaseException as caught:
            return caught

    assert aiohub.wait(main()) is error


def test_promise_15_generator_exit_thrown_into_a_green_thread():
    error = GeneratorExit()
    green_thread = eventlet.spawn(aiohub.wait, aiohub.get_loop().create_future())
    turns()
    green_thread.kill(error)
    assert caught_in_coroutine(lambda: green_thread) is error


# A coroutine cannot raise StopIteration: Python makes it a RuntimeError (PEP 479). The border does the same, as a
# Future cannot hold one.


def is_stop_iteration(error, cause):
    return type(error) is RuntimeError and error.__cause__ is cause


def test_promise_15_stop_iteration_from_green_to_async(to_awaitable):
    error = StopIteration("value")
    assert is_stop_iteration(caught_in_coroutine(lambda: to_awaitable(eventlet.spawn(raising(error)))), error)


def test_promise_15_stop_iteration_of_a_dead_green_thread(to_awaitable):
    error = StopIteration("value")
    green_thread = eventlet.spawn(raising(error))
    while not green_thread.dead:
        eventlet.sleep(0)
    assert is_stop_iteration(caught_in_coroutine(lambda: to_awaitable(green_thread)), error)


def test_promise_15_stop_iteration_in_sync_to_async():
    error = StopIteration("value")
    assert is_stop_iteration(caught_in_coroutine(aiohub.sync_to_async(raising(error))), error)


def test_promise_15_stop_iteration_from_async_to_green(wait_in_green):
    error = StopIteration("value")
    assert is_stop_iteration(caught_in_green_thread(wait_in_green, raising_coroutine(error)), error)


def test_promise_15_stop_iteration_in_async_to_sync():
    error = StopIteration("value")
    assert is_stop_iteration(caught_in_green_thread(aiohub.async_to_sync(raising_coroutine), error), error)


def test_promise_15_stop_iteration_of_a_blocking_call_in_a_coroutine():
    error = StopIteration("value")

    async def main():
        eventlet.spawn(raising(error)).wait()

    assert is_stop_iteration(caught_in_green_thread(aiohub.wait, main()), error)


def test_promise_15_stop_iteration_caught_at_a_blocking_call_stays_what_it_is():
    error = StopIteration("value")

    async def main():
        try:
            eventlet.spawn(raising(error)).wait()
        except StopIteration as caught:
            return caught is error

    assert aiohub.wait(main()) is True


def test_promise_15_stop_iteration_as_a_kill(to_awaitable):
    error = StopIteration("value")
    green_thread = eventlet.spawn(aiohub.wait, aiohub.get_loop().create_future())
    turns()
    green_thread.kill(error)
    assert caught_in_green_thread(green_thread.wait) is error
    assert is_stop_iteration(caught_in_coroutine(lambda: to_awaitable(green_thread)), error)


def test_promise_15_stop_iteration_as_a_timeout_of_an_await():
    async def main():
        with eventlet.Timeout(0.01, StopIteration):
            await asyncio.Event().wait()

    error = caught_in_green_thread(aiohub.wait, main())
    assert type(error) is RuntimeError
    assert type(error.__cause__) is StopIteration
    assert not tasks_left()


def test_promise_15_an_awaitable_that_returns_by_stop_iteration(wait_in_green):
    class Plain:
        def __await__(self):
            return iter(())

    class WithValue:
        def __await__(self):
            return self

        def __iter__(self):
            return self

        def __next__(self):
            raise StopIteration("value")

    assert caught_in_green_thread(wait_in_green, Plain()) == ("returned", None)
    assert caught_in_green_thread(wait_in_green, WithValue()) == ("returned", "value")
