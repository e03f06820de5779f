"""Promise 16: timeouts of both worlds around work of both worlds.

"Simultaneous" timeouts are made so: after they are set, the test holds the loop until all of them are due, so that
the loop finds them in one pass. Which one a program sees must then follow from the order of their deadlines alone.
"""

import asyncio
import sys
import time

import eventlet
import eventlet.hubs
import pytest
from _ending_scenes import SlowCoroutine, SlowGreenThread, open_gate, tasks_left, turns
from eventlet.event import Event
from greenlet import GreenletExit

import aiohub

SOON = 0.01
NEVER = 60

needs_asyncio_timeout = pytest.mark.skipif(sys.version_info < (3, 11), reason="asyncio.timeout came with Python 3.11")


class Custom(Exception):
    pass


async def await_for_ever():
    await asyncio.Event().wait()


async def sleep_for_ever():
    eventlet.sleep(NEVER)


async def block_for_ever():
    Event().wait()


async def await_green_for_ever():
    await eventlet.spawn(Event().wait)


async def block_on_wait_of_green():
    eventlet.spawn(Event().wait).wait()


async def wait_in_called_function():
    def deep(level):
        if level:
            deep(level - 1)
        else:
            eventlet.Queue().get()

    deep(5)


FOR_EVER = [
    await_for_ever,
    sleep_for_ever,
    block_for_ever,
    await_green_for_ever,
    block_on_wait_of_green,
    wait_in_called_function,
]


@pytest.fixture(params=FOR_EVER)
def for_ever(request):
    """A coroutine function that waits for ever in one of the ways a coroutine can wait."""
    return request.param


def green_sleep():
    eventlet.sleep(NEVER)


def green_event():
    Event().wait()


def green_wait_await():
    aiohub.wait(await_for_ever())


def green_wait_block():
    aiohub.wait(block_for_ever())


GREEN_FOR_EVER = [green_sleep, green_event, green_wait_await, green_wait_block]


@pytest.fixture(params=GREEN_FOR_EVER)
def green_for_ever(request):
    """A function that blocks for ever in one of the ways a green thread can block."""
    return request.param


def hold_the_loop(seconds):
    """Keep the loop from looking at its timers until all of *seconds* have passed."""
    time.sleep(seconds)


async def still_works():
    """Awaits and blocking calls of this task go undisturbed, so no late timeout or cancellation is on its way."""
    for _ in range(3):
        await asyncio.sleep(0)
        eventlet.sleep(0)
        await asyncio.sleep(2 * SOON)
    if sys.version_info >= (3, 11):
        assert asyncio.current_task().cancelling() == 0
    return True


# eventlet.Timeout inside coroutines


def test_promise_16_eventlet_timeout_in_a_coroutine(for_ever):
    async def main():
        with pytest.raises(eventlet.Timeout) as caught:
            with eventlet.Timeout(SOON) as timeout:
                await for_ever()
        assert caught.value is timeout
        return await still_works()

    assert aiohub.wait(main()) is True


def test_promise_16_eventlet_timeout_leaves_the_coroutine(for_ever):
    timeouts = []

    async def main():
        with eventlet.Timeout(SOON) as timeout:
            timeouts.append(timeout)
            await for_ever()

    task = aiohub.get_loop().create_task(main())
    with pytest.raises(eventlet.Timeout) as caught:
        aiohub.wait(task)
    assert caught.value is timeouts[0]
    assert not task.cancelled()
    assert task.exception() is timeouts[0]


def test_promise_16_silent_eventlet_timeout_in_a_coroutine(for_ever):
    async def main():
        with eventlet.Timeout(SOON, False):
            await for_ever()
            return "not reached"
        return await still_works()

    assert aiohub.wait(main()) is True


@pytest.mark.parametrize("exception", [Custom, Custom("instance"), ValueError, GeneratorExit])
def test_promise_16_eventlet_timeout_with_an_exception_in_a_coroutine(for_ever, exception):
    async def main():
        try:
            with eventlet.Timeout(SOON, exception):
                await for_ever()
        except BaseException as caught:
            if isinstance(exception, BaseException):
                assert caught is exception
            else:
                assert type(caught) is exception
            return await still_works()

    assert aiohub.wait(main()) is True


def test_promise_16_eventlet_timeout_that_does_not_expire():
    async def main():
        with eventlet.Timeout(NEVER):
            await asyncio.sleep(0)
            eventlet.sleep(0)
        with eventlet.Timeout(SOON):
            await asyncio.sleep(0)
            eventlet.sleep(0)
        return await still_works()

    assert in_time(lambda: aiohub.wait(main())) is True


def in_time(block):
    """What *block* returns when it is not held up: a machine that is busy elsewhere lets SOON pass now and then."""
    while True:
        start = time.monotonic()
        try:
            return block()
        except (eventlet.Timeout, TimeoutError):
            if time.monotonic() - start < SOON:
                raise


def test_promise_16_eventlet_timeout_runs_the_cleanup(for_ever):
    steps = []

    async def main():
        try:
            with eventlet.Timeout(SOON, False):
                try:
                    await for_ever()
                except BaseException as error:
                    steps.append(type(error))
                    raise
                finally:
                    await asyncio.sleep(0)
                    eventlet.sleep(0)
                    steps.append("clean")
        finally:
            steps.append("left")

    aiohub.wait(main())
    assert steps == [eventlet.Timeout, "clean", "left"]


def test_promise_16_eventlet_timeout_cancels_what_the_coroutine_awaits():
    scene = SlowCoroutine()

    async def main():
        with pytest.raises(eventlet.Timeout):
            with eventlet.Timeout(SOON):
                await asyncio.gather(scene.run())
        scene.steps.append("timed out")

    open_gate(scene)
    aiohub.wait(main())
    assert scene.steps == ["CancelledError", "clean", "timed out"]


@pytest.mark.parametrize("kind", ["green thread", "task"])
def test_promise_16_a_timeout_whose_block_has_ended_in_an_error_is_over(kind):
    """What is awaited fails when the timeout ends it: the block sees that, and no later await sees the timeout."""

    def green():
        try:
            Event().wait()
        except GreenletExit:
            raise Custom from None

    async def task():
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            raise Custom from None

    async def main():
        with pytest.raises(Custom), eventlet.Timeout(SOON):
            await (eventlet.spawn(green) if kind == "green thread" else asyncio.ensure_future(task()))
        later = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_soon(later.cancel)
        with pytest.raises(asyncio.CancelledError):
            await later
        return asyncio.current_task().cancelling() if sys.version_info >= (3, 11) else 0

    assert aiohub.run(main) == 0


def test_promise_16_with_timeout_in_a_coroutine():
    async def main():
        return eventlet.with_timeout(SOON, eventlet.sleep, NEVER, timeout_value="timed out")

    assert aiohub.wait(main()) == "timed out"


def test_promise_16_eventlet_timeout_of_each_of_many_tasks():
    async def main(wait_for_ever):
        with pytest.raises(eventlet.Timeout) as caught:
            with eventlet.Timeout(SOON) as timeout:
                await wait_for_ever()
        return caught.value is timeout

    async def all_of_them():
        return await asyncio.gather(*(main(wait_for_ever) for wait_for_ever in FOR_EVER * 10))

    assert aiohub.wait(all_of_them()) == [True] * len(FOR_EVER) * 10


# eventlet.Timeout around eventlet.Timeout


@pytest.mark.parametrize("inner, outer, seen", [(SOON, NEVER, "inner"), (NEVER, SOON, "outer")])
def test_promise_16_nested_eventlet_timeouts_in_a_coroutine(for_ever, inner, outer, seen):
    async def main():
        with eventlet.Timeout(outer) as outer_timeout:
            try:
                with eventlet.Timeout(inner) as inner_timeout:
                    await for_ever()
            except eventlet.Timeout as caught:
                assert caught is {"inner": inner_timeout, "outer": outer_timeout}[seen]
                outer_timeout.cancel()
                return await still_works()

    assert aiohub.wait(main()) is True


@pytest.mark.parametrize("inner, outer, expected", [(SOON, 2 * SOON, ["inner", "outer"]), (2 * SOON, SOON, ["outer"])])
def test_promise_16_simultaneous_eventlet_timeouts_in_a_coroutine(for_ever, inner, outer, expected):
    async def main():
        seen = []
        outer_timeout = eventlet.Timeout(outer)
        inner_timeout = eventlet.Timeout(inner)
        names = {outer_timeout: "outer", inner_timeout: "inner"}
        try:
            with outer_timeout:
                try:
                    with inner_timeout:
                        hold_the_loop(3 * SOON)
                        await for_ever()
                except eventlet.Timeout as caught:
                    if caught is outer_timeout:
                        raise
                    seen.append(names[caught])
                await for_ever()
        except eventlet.Timeout as caught:
            seen.append(names[caught])
        await still_works()
        return seen

    # What an `await` waits for is cancelled first, which takes a turn; the outer timeout may be due by then, and is
    # then all that is seen.
    awaits = for_ever in (await_for_ever, await_green_for_ever)
    assert aiohub.wait(main()) in ([expected, ["outer"]] if awaits else [expected])


@pytest.mark.parametrize("inner, outer, expected", [(SOON, 2 * SOON, ["inner", "outer"]), (2 * SOON, SOON, ["outer"])])
def test_promise_16_simultaneous_eventlet_timeouts_in_a_green_thread(green_for_ever, inner, outer, expected):
    def body():
        seen = []
        outer_timeout = eventlet.Timeout(outer)
        inner_timeout = eventlet.Timeout(inner)
        names = {outer_timeout: "outer", inner_timeout: "inner"}
        try:
            with outer_timeout:
                try:
                    with inner_timeout:
                        hold_the_loop(3 * SOON)
                        green_for_ever()
                except eventlet.Timeout as caught:
                    if caught is outer_timeout:
                        raise
                    seen.append(names[caught])
                green_for_ever()
        except eventlet.Timeout as caught:
            seen.append(names[caught])
        return seen

    waits = green_for_ever in (green_wait_await, green_wait_block)
    assert eventlet.spawn(body).wait() in ([expected, ["outer"]] if waits else [expected])
    assert not tasks_left()


# eventlet.Timeout around aiohub.wait


def test_promise_16_eventlet_timeout_around_wait_cancels_the_coroutine():
    scene = SlowCoroutine()
    open_gate(scene)
    with pytest.raises(eventlet.Timeout) as caught:
        with eventlet.Timeout(SOON) as timeout:
            aiohub.wait(scene.run())
    assert caught.value is timeout
    assert scene.steps == ["CancelledError", "clean"]
    assert not tasks_left()


@pytest.mark.parametrize("exception", [None, False, Custom])
def test_promise_16_eventlet_timeout_around_wait_sees_the_cleanup_through(exception):
    scene = SlowCoroutine()

    def body():
        try:
            with eventlet.Timeout(SOON, exception):
                aiohub.wait(scene.run())
        except (eventlet.Timeout, Custom) as caught:
            scene.steps.append(type(caught).__name__)
        else:
            scene.steps.append("silent")

    green_thread = eventlet.spawn(body)
    while not scene.steps:
        eventlet.sleep(SOON)
    turns()
    assert scene.steps == ["CancelledError"]
    open_gate(scene)
    green_thread.wait()
    assert scene.steps == ["CancelledError", "clean", {None: "Timeout", False: "silent", Custom: "Custom"}[exception]]


def test_promise_16_an_outer_timeout_ends_the_cleanup_of_an_inner_one():
    steps = []

    async def coroutine():
        try:
            await asyncio.Event().wait()
        finally:
            steps.append("cleaning")
            try:
                await asyncio.Event().wait()
            finally:
                steps.append("cancelled again")

    with pytest.raises(eventlet.Timeout) as caught:
        with eventlet.Timeout(3 * SOON) as outer:
            with eventlet.Timeout(SOON):
                aiohub.wait(coroutine())
    assert caught.value is outer
    assert steps == ["cleaning", "cancelled again"]
    assert not tasks_left()


@pytest.mark.parametrize("inner, outer, seen", [(SOON, NEVER, "inner"), (NEVER, SOON, "outer")])
def test_promise_16_nested_eventlet_timeouts_around_wait(for_ever, inner, outer, seen):
    with pytest.raises(eventlet.Timeout) as caught:
        with eventlet.Timeout(outer) as outer_timeout:
            with eventlet.Timeout(inner) as inner_timeout:
                aiohub.wait(for_ever())
    assert caught.value is {"inner": inner_timeout, "outer": outer_timeout}[seen]
    assert not tasks_left()


def test_promise_16_timeout_argument_of_wait(for_ever):
    with pytest.raises(TimeoutError):
        aiohub.wait(for_ever(), timeout=SOON)
    assert not tasks_left()


def test_promise_16_timeout_argument_of_wait_sees_the_cleanup_through():
    scene = SlowCoroutine()

    def body():
        with pytest.raises(TimeoutError):
            aiohub.wait(scene.run(), timeout=SOON)
        scene.steps.append("timed out")

    green_thread = eventlet.spawn(body)
    while not scene.steps:
        eventlet.sleep(SOON)
    turns()
    assert scene.steps == ["CancelledError"]
    open_gate(scene)
    green_thread.wait()
    assert scene.steps == ["CancelledError", "clean", "timed out"]


def test_promise_16_timeout_of_a_future_to_greenlet_leaves_it_running():
    scene = SlowCoroutine()
    green_thread = aiohub.future_to_greenlet(scene.run())
    with eventlet.Timeout(SOON, False):
        green_thread.wait()
    turns()
    # As with a green thread of eventlet's own: who waits gives up, what is waited for goes on.
    assert scene.steps == []
    open_gate(scene)
    green_thread.kill()
    with pytest.raises(GreenletExit):
        green_thread.wait()
    assert scene.steps == ["CancelledError", "clean"]


# asyncio's timeouts around green work


def test_promise_16_wait_for_kills_green_work(green_for_ever):
    steps = []

    def body():
        try:
            green_for_ever()
        except BaseException as error:
            steps.append(type(error).__name__)
            raise
        finally:
            eventlet.sleep(0)
            steps.append("clean")

    async def main():
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(aiohub.sync_to_async(body)(), SOON)
        steps.append("timed out")
        return await still_works()

    assert aiohub.wait(main()) is True
    assert steps == ["GreenletExit", "clean", "timed out"]
    assert not tasks_left()


def test_promise_16_wait_for_around_a_coroutine(for_ever):
    async def main():
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(for_ever(), SOON)
        return await still_works()

    assert aiohub.wait(main()) is True
    assert not tasks_left()


@needs_asyncio_timeout
def test_promise_16_asyncio_timeout_around_a_coroutine(for_ever):
    async def main():
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(SOON) as scope:
                await for_ever()
        assert scope.expired()
        return await still_works()

    assert aiohub.wait(main()) is True


@needs_asyncio_timeout
def test_promise_16_asyncio_timeout_kills_green_work():
    scene = SlowGreenThread()

    async def main():
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(SOON):
                await eventlet.spawn(scene.run)
        scene.steps.append("timed out")

    task = aiohub.get_loop().create_task(main())
    while not scene.steps:
        eventlet.sleep(SOON)
    turns()
    assert scene.steps == ["GreenletExit"]
    open_gate(scene)
    aiohub.wait(task)
    assert scene.steps == ["GreenletExit", "clean", "timed out"]


@needs_asyncio_timeout
@pytest.mark.parametrize("inner, outer, seen", [(SOON, NEVER, "inner"), (NEVER, SOON, "outer")])
def test_promise_16_asyncio_timeout_outside_eventlet_timeout(for_ever, inner, outer, seen):
    async def main():
        try:
            async with asyncio.timeout(outer):
                try:
                    with eventlet.Timeout(inner) as timeout:
                        await for_ever()
                except eventlet.Timeout as caught:
                    assert caught is timeout
                    return "inner", await still_works()
        except TimeoutError:
            return "outer", await still_works()

    assert aiohub.wait(main()) == (seen, True)


@needs_asyncio_timeout
@pytest.mark.parametrize("inner, outer, seen", [(SOON, NEVER, "inner"), (NEVER, SOON, "outer")])
def test_promise_16_eventlet_timeout_outside_asyncio_timeout(for_ever, inner, outer, seen):
    async def main():
        try:
            with eventlet.Timeout(outer) as timeout:
                try:
                    async with asyncio.timeout(inner):
                        await for_ever()
                except TimeoutError:
                    timeout.cancel()
                    return "inner", await still_works()
        except eventlet.Timeout as caught:
            assert caught is timeout
            return "outer", await still_works()

    assert aiohub.wait(main()) == (seen, True)


@needs_asyncio_timeout
@pytest.mark.parametrize("inner_kind", ["eventlet", "asyncio"])
@pytest.mark.parametrize("inner, outer", [(SOON, 2 * SOON), (2 * SOON, SOON)])
def test_promise_16_simultaneous_timeouts_of_both_kinds(for_ever, inner_kind, inner, outer):
    """Both are due in one pass: the outer one is seen, and it is seen by its own name."""

    def scope(kind, seconds):
        if kind == "asyncio":
            return asyncio.timeout(seconds)

        class Scope:
            async def __aenter__(self):
                self.timeout = eventlet.Timeout(seconds)

            async def __aexit__(self, *exc_info):
                return self.timeout.__exit__(*exc_info)

        return Scope()

    kinds = {"eventlet": eventlet.Timeout, "asyncio": TimeoutError}
    outer_kind = "asyncio" if inner_kind == "eventlet" else "eventlet"

    async def main():
        seen = []
        try:
            async with scope(outer_kind, outer):
                try:
                    async with scope(inner_kind, inner):
                        hold_the_loop(3 * SOON)
                        await for_ever()
                except kinds[inner_kind]:
                    seen.append("inner")
                await for_ever()
        except kinds[outer_kind]:
            seen.append("outer")
        await still_works()
        return seen

    assert aiohub.wait(main()) in (["outer"], ["inner", "outer"])
    assert not tasks_left()


def test_promise_16_cancel_and_timeout_at_once(for_ever):
    """A task that is cancelled while its own timeout is due ends, and ends as cancelled or as timed out, but not as
    if nothing had been.
    """

    async def main():
        with eventlet.Timeout(SOON):
            asyncio.current_task().cancel()
            hold_the_loop(2 * SOON)
            await for_ever()

    task = aiohub.get_loop().create_task(main())
    with pytest.raises((GreenletExit, eventlet.Timeout)):
        aiohub.wait(task)
    assert task.cancelled() or isinstance(task.exception(), eventlet.Timeout)


def test_promise_16_a_cancellation_right_after_a_timeout_is_not_lost(for_ever):
    steps = []

    async def main():
        try:
            with eventlet.Timeout(SOON):
                eventlet.hubs.get_hub().schedule_call_global(SOON, asyncio.current_task().cancel)
                hold_the_loop(2 * SOON)
                await for_ever()
        except eventlet.Timeout:
            steps.append("timed out")
        await for_ever()

    task = aiohub.get_loop().create_task(main())

    async def watch():
        await asyncio.wait([task])

    aiohub.wait(watch())
    assert steps == ["timed out"]
    assert task.cancelled()


# aiohub.timeout in both worlds


def test_promise_16_aiohub_timeout_in_a_green_thread(green_for_ever):
    def body():
        with pytest.raises(TimeoutError):
            with aiohub.timeout(SOON):
                green_for_ever()
        eventlet.sleep(2 * SOON)
        return "went on"

    assert eventlet.spawn(body).wait() == "went on"
    assert not tasks_left()


def test_promise_16_aiohub_timeout_in_a_coroutine(for_ever):
    async def main():
        with pytest.raises(TimeoutError):
            async with aiohub.timeout(SOON):
                await for_ever()
        return await still_works()

    assert aiohub.wait(main()) is True


def test_promise_16_aiohub_timeout_that_does_not_expire():
    async def main():
        async with aiohub.timeout(SOON):
            await asyncio.sleep(0)
            eventlet.sleep(0)
        return await still_works()

    def body():
        with aiohub.timeout(SOON):
            eventlet.sleep(0)
            aiohub.wait(asyncio.sleep(0))
        eventlet.sleep(2 * SOON)
        return "undisturbed"

    assert in_time(lambda: aiohub.wait(main())) is True
    assert in_time(lambda: eventlet.spawn(body).wait()) == "undisturbed"


def test_promise_16_aiohub_timeout_around_wait_sees_the_cleanup_through():
    scene = SlowCoroutine()

    def body():
        with pytest.raises(TimeoutError):
            with aiohub.timeout(SOON):
                aiohub.wait(scene.run())
        scene.steps.append("timed out")

    green_thread = eventlet.spawn(body)
    while not scene.steps:
        eventlet.sleep(SOON)
    turns()
    assert scene.steps == ["CancelledError"]
    open_gate(scene)
    green_thread.wait()
    assert scene.steps == ["CancelledError", "clean", "timed out"]


def test_promise_16_aiohub_timeout_around_await_sees_the_cleanup_through():
    scene = SlowGreenThread()

    async def main():
        with pytest.raises(TimeoutError):
            async with aiohub.timeout(SOON):
                await eventlet.spawn(scene.run)
        scene.steps.append("timed out")

    task = aiohub.get_loop().create_task(main())
    while not scene.steps:
        eventlet.sleep(SOON)
    turns()
    assert scene.steps == ["GreenletExit"]
    open_gate(scene)
    aiohub.wait(task)
    assert scene.steps == ["GreenletExit", "clean", "timed out"]


@pytest.mark.parametrize("inner, outer, seen", [(SOON, NEVER, "inner"), (NEVER, SOON, "outer")])
def test_promise_16_nested_aiohub_timeouts_in_a_green_thread(green_for_ever, inner, outer, seen):
    def body():
        try:
            with aiohub.timeout(outer):
                try:
                    with aiohub.timeout(inner):
                        green_for_ever()
                except TimeoutError:
                    return "inner"
        except TimeoutError:
            return "outer"

    assert eventlet.spawn(body).wait() == seen


@pytest.mark.parametrize("inner, outer, seen", [(SOON, NEVER, "inner"), (NEVER, SOON, "outer")])
def test_promise_16_nested_aiohub_timeouts_in_a_coroutine(for_ever, inner, outer, seen):
    async def main():
        try:
            async with aiohub.timeout(outer):
                try:
                    async with aiohub.timeout(inner):
                        await for_ever()
                except TimeoutError:
                    return "inner", await still_works()
        except TimeoutError:
            return "outer", await still_works()

    assert aiohub.wait(main()) == (seen, True)


def test_promise_16_a_cancellation_inside_aiohub_timeout_stays_one(for_ever):
    async def main():
        async with aiohub.timeout(NEVER):
            await for_ever()

    task = aiohub.get_loop().create_task(main())
    turns()
    task.cancel()

    async def watch():
        await asyncio.wait([task])

    aiohub.wait(watch())
    assert task.cancelled()


@pytest.mark.parametrize("inner, outer, seen", [(SOON, NEVER, "Timeout"), (NEVER, SOON, "TimeoutError")])
def test_promise_16_eventlet_timeout_inside_aiohub_timeout(green_for_ever, inner, outer, seen):
    def body():
        try:
            with aiohub.timeout(outer):
                with eventlet.Timeout(inner):
                    green_for_ever()
        except eventlet.Timeout:
            return "Timeout"
        except TimeoutError:
            return "TimeoutError"

    assert eventlet.spawn(body).wait() == seen
