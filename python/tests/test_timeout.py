"""aiohub.timeout: `with` in green threads and coroutines, `async with` in coroutines."""

import asyncio
import math
import threading

import eventlet
import pytest
from greenlet import GreenletExit

import aiohub

#: Longer than any test runs: what waits this long is ended by something else.
LONG = 300


def in_green(body):
    """Run the coroutine function *body* with blocking pieces only: in a green thread."""
    coro = body(Blocking)
    try:
        coro.send(None)
    except StopIteration as stop:
        return stop.value
    raise AssertionError("a body awaited something in a green thread")


class Blocking:
    """The pieces of a body that runs in a green thread, or in a coroutine that blocks."""

    @staticmethod
    async def sleep(seconds):
        eventlet.sleep(seconds)

    class timeout:
        def __init__(self, seconds):
            self.real = aiohub.timeout(seconds)

        async def __aenter__(self):
            return self.real.__enter__()

        async def __aexit__(self, *exc_info):
            return self.real.__exit__(*exc_info)


class WithAroundAwait(Blocking):
    """`with` in a coroutine, around awaits."""

    sleep = staticmethod(asyncio.sleep)


class AsyncWith:
    """`async with` in a coroutine, around awaits."""

    sleep = staticmethod(asyncio.sleep)
    timeout = staticmethod(aiohub.timeout)


class AsyncWithAroundBlocking(AsyncWith):
    """`async with` in a coroutine, around blocking calls."""

    sleep = Blocking.sleep


def in_task(pieces):
    return lambda body: aiohub.wait(body(pieces))


WAYS = {
    "green thread": lambda body: eventlet.spawn(in_green, body).wait(),
    "main green thread": in_green,
    "with, coroutine blocks": in_task(Blocking),
    "with, coroutine awaits": in_task(WithAroundAwait),
    "async with, coroutine awaits": in_task(AsyncWith),
    "async with, coroutine blocks": in_task(AsyncWithAroundBlocking),
}
every_way = pytest.mark.parametrize("run", WAYS.values(), ids=WAYS.keys())


@every_way
def test_expires(run):
    async def body(w):
        cleaned_up = False
        timeout = None
        try:
            async with w.timeout(0.01) as timeout:
                try:
                    await w.sleep(LONG)
                finally:
                    await w.sleep(0)  # cleanup may wait
                    cleaned_up = True
        except TimeoutError as exc:
            assert "0.01 seconds" in str(exc)
            assert cleaned_up
            return timeout.expired()

    assert run(body) is True


@every_way
def test_in_time(run):
    async def body(w):
        async with w.timeout(LONG) as timeout:
            await w.sleep(0)
        assert not timeout.expired()
        return "in time"

    assert run(body) == "in time"


@every_way
def test_none_is_never(run):
    async def body(w):
        for forever in (None, math.inf):
            async with w.timeout(forever) as timeout:
                await w.sleep(0.01)
            assert not timeout.expired()
        return True

    assert run(body)


@every_way
def test_zero_expires_at_the_first_wait(run):
    async def body(w):
        reached = False
        with pytest.raises(TimeoutError):
            async with w.timeout(0):
                reached = True
                await w.sleep(LONG)
        return reached

    assert run(body)


@every_way
def test_nothing_is_left_after_the_block(run):
    async def body(w):
        async with w.timeout(0.005):
            pass
        await w.sleep(0.02)
        return "undisturbed"

    assert run(body) == "undisturbed"


@every_way
def test_except_exception_does_not_stop_it(run):
    async def body(w):
        with pytest.raises(TimeoutError):
            async with w.timeout(0.01):
                try:
                    await w.sleep(LONG)
                except Exception:
                    raise AssertionError("swallowed") from None

    run(body)


@every_way
@pytest.mark.parametrize(("outer", "inner"), [(0.01, LONG), (LONG, 0.01), (0.01, 0.01)])
def test_of_nested_ones_the_expired_one_is_seen(run, outer, inner):
    async def body(w):
        seen = None
        async with w.timeout(LONG):
            try:
                async with w.timeout(outer) as outside:
                    try:
                        async with w.timeout(inner) as inside:
                            await w.sleep(LONG)
                    except TimeoutError:
                        seen = "inner"
                        assert inside.expired()
            except TimeoutError:
                assert seen is None
                seen = "outer"
                assert outside.expired()
            # When both were due at once either may be seen, but one of them only.
            assert outer == inner or [outside.expired(), inside.expired()] == [outer < inner, inner < outer]
        return seen

    assert run(body) in {(0.01, LONG): ["outer"], (LONG, 0.01): ["inner"]}.get((outer, inner), ["outer", "inner"])


@every_way
def test_a_timeout_error_of_the_body_stays_what_it_is(run):
    async def body(w):
        mine = TimeoutError("mine")
        with pytest.raises(TimeoutError) as raised:
            async with w.timeout(LONG) as timeout:
                raise mine
        assert raised.value is mine
        return timeout.expired()

    assert run(body) is False


@every_way
def test_an_error_of_the_cleanup_stays_what_it_is(run):
    async def body(w):
        with pytest.raises(KeyError):
            async with w.timeout(0.01):
                try:
                    await w.sleep(LONG)
                finally:
                    raise KeyError
        await w.sleep(0)  # the task is as it was: nothing is pending
        return True

    assert run(body)


@every_way
def test_a_body_that_swallows_it_ends_as_it_likes(run):
    async def body(w):
        async with w.timeout(0.01) as timeout:
            try:
                await w.sleep(LONG)
            except BaseException:
                pass
        await w.sleep(0)
        return timeout.expired()

    assert run(body) is True


@every_way
def test_reschedule(run):
    async def body(w):
        async with w.timeout(LONG) as later:
            later.reschedule(None)
            later.reschedule(LONG)
            with pytest.raises(TimeoutError, match=r"0\.01"):
                async with w.timeout(LONG) as sooner:
                    sooner.reschedule(0.01)
                    await w.sleep(LONG)
            async with w.timeout(0.01) as never:
                never.reschedule(None)
                await w.sleep(0.03)
            assert not never.expired()
            with pytest.raises(RuntimeError, match="inside its block"):
                never.reschedule(1)
        return True

    assert run(body)


def test_reschedule_after_expiry():
    with pytest.raises(TimeoutError):
        with aiohub.timeout(0.01) as timeout:
            try:
                eventlet.sleep(LONG)
            finally:
                with pytest.raises(RuntimeError, match="has expired"):
                    timeout.reschedule(LONG)


@pytest.mark.parametrize(
    ("seconds", "error", "text"),
    [
        (-1, ValueError, "must not be negative, got -1"),
        (float("nan"), ValueError, "not NaN"),
        ("5", TypeError, "seconds .* not '5'"),
        (True, TypeError, "not True"),
        ([], TypeError, "not list"),
    ],
)
def test_bad_arguments(seconds, error, text):
    with pytest.raises(error, match=text):
        aiohub.timeout(seconds)
    with aiohub.timeout(LONG) as timeout, pytest.raises(error, match=text):
        timeout.reschedule(seconds)


def test_used_twice():
    timeout = aiohub.timeout(LONG)
    with timeout:
        with pytest.raises(RuntimeError, match="used once"):
            timeout.__enter__()
    with pytest.raises(RuntimeError, match="used once"):
        with timeout:
            pass


def test_with_in_a_plain_callback_is_refused():
    errors = []

    def callback():
        try:
            with aiohub.timeout(1):
                pass
        except RuntimeError as exc:
            errors.append(str(exc))

    aiohub.get_loop().call_soon(callback)
    eventlet.sleep(0)
    eventlet.sleep(0)
    assert len(errors) == 1
    assert "async with" in errors[0]


def test_caught_on_every_python_as_both_classes():
    for kind in (TimeoutError, asyncio.TimeoutError):
        with pytest.raises(kind):
            with aiohub.timeout(0):
                eventlet.sleep(LONG)


def test_around_wait_cancels_the_coroutine():
    ended = []

    async def work():
        try:
            await asyncio.sleep(LONG)
        except asyncio.CancelledError:
            await asyncio.sleep(0)
            ended.append("cancelled")
            raise

    with pytest.raises(TimeoutError):
        with aiohub.timeout(0.01):
            aiohub.wait(work())
    assert ended == ["cancelled"]


def test_around_await_kills_the_green_thread():
    ended = []

    def work():
        try:
            eventlet.sleep(LONG)
        except GreenletExit:
            eventlet.sleep(0)
            ended.append("killed")
            raise

    async def main():
        async with aiohub.timeout(0.01):
            await eventlet.spawn(work)

    with pytest.raises(TimeoutError):
        aiohub.wait(main())
    assert ended == ["killed"]


def test_in_a_task_a_cancellation_from_outside_stays_one():
    async def work():
        async with aiohub.timeout(LONG) as timeout:
            try:
                await asyncio.sleep(LONG)
            finally:
                assert not timeout.expired()

    async def main():
        task = asyncio.ensure_future(work())
        await asyncio.sleep(0)
        task.cancel("mine")
        with pytest.raises(asyncio.CancelledError):
            await task
        return task.cancelled()

    assert aiohub.wait(main())


def test_in_a_task_a_cancellation_during_its_own_cleanup_wins():
    reached = []

    async def work():
        async with aiohub.timeout(0):
            try:
                await asyncio.sleep(LONG)
            finally:
                reached.append("cleanup")
                await asyncio.sleep(LONG)

    async def main():
        task = asyncio.ensure_future(work())
        while not reached:
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return True

    assert aiohub.wait(main())


def test_the_task_can_be_cancelled_after_a_timeout():
    """The cancellation that ended the block is taken back: asyncio's own timeouts around it still work."""

    async def main():
        with pytest.raises(TimeoutError):
            async with aiohub.timeout(0):
                await asyncio.sleep(LONG)
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(asyncio.sleep(LONG), 0.01)
        task = asyncio.current_task()
        return task.cancelling() if hasattr(task, "cancelling") else 0

    assert aiohub.wait(main()) == 0


def test_killed_green_thread_dies_of_the_kill():
    def work():
        with aiohub.timeout(LONG):
            eventlet.sleep(LONG)

    green = eventlet.spawn(work)
    eventlet.sleep(0)
    green.kill()
    with pytest.raises(GreenletExit):
        green.wait()


def test_around_shared_objects():
    lock = aiohub.Lock()
    lock.acquire()
    with pytest.raises(TimeoutError):
        with aiohub.timeout(0.01):
            lock.acquire()

    async def main():
        async with aiohub.timeout(0.01):
            await lock.aacquire()

    with pytest.raises(TimeoutError):
        aiohub.wait(main())
    assert not lock._permits.waiting


def test_pure_asyncio_loop_without_a_hub():
    async def main():
        with pytest.raises(TimeoutError):
            async with aiohub.timeout(0.01):
                await asyncio.sleep(LONG)
        return "timed out"

    results = []

    def run():
        loop = asyncio.SelectorEventLoop()
        try:
            results.append(loop.run_until_complete(main()))
        finally:
            loop.close()

    thread = threading.Thread(target=run)
    thread.start()
    while thread.is_alive():
        eventlet.sleep(0.001)
    assert results == ["timed out"]
