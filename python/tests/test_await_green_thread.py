"""Promise 2: a coroutine awaits any green thread: not started, running, finished, failed, killed."""

import asyncio
import gc
import warnings

import eventlet
import pytest
from eventlet import event
from greenlet import GreenletExit

import aiohub


@pytest.fixture
def silent_hub():
    """Green threads that fail are the point here: the hub need not print them."""
    hub = eventlet.hubs.get_hub()
    hub.set_timer_exceptions(False)
    yield
    hub.set_timer_exceptions(True)


async def turns(count=10):
    for _ in range(count):
        await asyncio.sleep(0)


async def plain_await(green_thread):
    return await green_thread


async def through_a_future(green_thread):
    return await aiohub.greenlet_to_future(green_thread)


async def through_a_task(green_thread):
    async def run():
        return await green_thread

    return await asyncio.ensure_future(run())


async def through_ensure_future(green_thread):
    return await asyncio.ensure_future(green_thread)


async def through_gather(green_thread):
    (result,) = await asyncio.gather(green_thread)
    return result


async def through_wait_for(green_thread):
    return await asyncio.wait_for(green_thread, 60)


async def through_shield(green_thread):
    return await asyncio.shield(green_thread)


async def through_as_completed(green_thread):
    (first,) = asyncio.as_completed([aiohub.greenlet_to_future(green_thread)])
    return await first


async def through_wait(green_thread):
    (done,), pending = await asyncio.wait([aiohub.greenlet_to_future(green_thread)])
    assert not pending
    return done.result()


async def not_the_first_to_await(green_thread):
    others = [asyncio.ensure_future(plain_await(green_thread)) for _ in range(3)]
    try:
        return await green_thread
    finally:
        await asyncio.gather(*others, return_exceptions=True)


WAYS = [
    plain_await,
    through_a_future,
    through_a_task,
    through_ensure_future,
    through_gather,
    through_wait_for,
    through_shield,
    through_as_completed,
    through_wait,
    not_the_first_to_await,
]


# Each state is made by a function of `outcome`, a function that returns or raises as the green thread ends.


async def not_started(outcome):
    return eventlet.spawn(outcome)


async def waiting_for_its_time(outcome):
    return eventlet.spawn_after(0.001, outcome)


async def running(outcome):
    go_on = eventlet.event.Event()
    green_thread = eventlet.spawn(lambda: (go_on.wait(), outcome())[1])
    await turns()
    assert green_thread and not green_thread.dead
    asyncio.get_running_loop().call_soon(go_on.send)
    return green_thread


async def waiting_for_another(outcome):
    return eventlet.spawn(lambda: eventlet.spawn(lambda: (eventlet.sleep(0.001), outcome())[1]).wait())


async def finished(outcome):
    green_thread = eventlet.spawn(outcome)
    while not green_thread.dead:
        await asyncio.sleep(0)
    return green_thread


async def of_a_green_pool(outcome):
    return eventlet.GreenPool().spawn(outcome)


async def made_by_a_green_thread(outcome):
    return await eventlet.spawn(lambda: [eventlet.spawn(outcome)].pop())


STATES = [
    not_started,
    waiting_for_its_time,
    running,
    waiting_for_another,
    finished,
    of_a_green_pool,
    made_by_a_green_thread,
]

every_way = pytest.mark.parametrize("get", WAYS, ids=lambda way: way.__name__)
every_state = pytest.mark.parametrize("made", STATES, ids=lambda made: made.__name__)


@every_way
@every_state
def test_promise_02_result(made, get):
    result = object()

    async def main():
        return await get(await made(lambda: result))

    assert aiohub.wait(main()) is result


class CustomBase(BaseException):
    pass


@every_way
@every_state
@pytest.mark.parametrize(
    "error", [ValueError("x"), CustomBase("x"), eventlet.Timeout()], ids=lambda error: type(error).__name__
)
def test_promise_02_failed(made, get, error, silent_hub):
    def fail():
        raise error

    async def main():
        with pytest.raises(type(error)) as caught:
            await get(await made(fail))
        return caught.value

    assert aiohub.wait(main()) is error


@every_way
@pytest.mark.parametrize(
    "made", [not_started, waiting_for_its_time, running, waiting_for_another], ids=lambda made: made.__name__
)
@pytest.mark.parametrize("killed", ["before the await", "during the await"])
def test_promise_02_killed_is_cancelled(made, get, killed, silent_hub):
    def for_ever():
        event.Event().wait()

    async def main():
        green_thread = await made(for_ever)
        if killed == "before the await":
            green_thread.kill()
        else:
            asyncio.get_running_loop().call_later(0.005, green_thread.kill)
        with pytest.raises(asyncio.CancelledError):
            await get(green_thread)
        assert green_thread.dead
        return "went on"  # the awaiting task has not been cancelled itself

    assert aiohub.wait(main()) == "went on"


@every_way
@pytest.mark.parametrize("made", [not_started, running], ids=lambda made: made.__name__)
def test_promise_02_killed_with_an_exception_raises_that_exception(made, get, silent_hub):
    error = KeyError("killed")

    async def main():
        green_thread = await made(lambda: event.Event().wait())
        asyncio.get_running_loop().call_soon(green_thread.kill, error)
        with pytest.raises(KeyError) as caught:
            await get(green_thread)
        return caught.value

    assert aiohub.wait(main()) is error


@every_way
def test_promise_02_cancelled_before_it_started(get):
    async def main():
        steps = []
        green_thread = eventlet.spawn_after(1000, steps.append, "ran")
        green_thread.cancel()
        with pytest.raises(asyncio.CancelledError):
            await get(green_thread)
        assert steps == []

    aiohub.wait(main())


@every_way
def test_promise_02_ended_by_greenlet_exit_of_its_own(get):
    def leave():
        raise GreenletExit

    async def main():
        with pytest.raises(asyncio.CancelledError):
            await get(await not_started(leave))

    aiohub.wait(main())


@every_way
@pytest.mark.parametrize(
    "result", [None, False, (), (1, 2), {"a": 1}, ValueError("not raised"), (ValueError, ValueError(), None)], ids=repr
)
def test_promise_02_results_arrive_as_they_are(get, result):
    async def main():
        assert await get(await not_started(lambda: result)) is result
        assert await get(await finished(lambda: result)) is result

    aiohub.wait(main())


def test_promise_02_awaited_again_and_again():
    async def main():
        green_thread = eventlet.spawn(lambda: "result")
        assert [await green_thread for _ in range(3)] == ["result"] * 3
        failed = eventlet.spawn(lambda: 1 / 0)
        for _ in range(3):
            with pytest.raises(ZeroDivisionError):
                await failed

    aiohub.wait(main())


def test_promise_02_awaited_from_both_sides():
    async def main():
        done = event.Event()
        green_thread = eventlet.spawn(done.wait)
        tasks = [asyncio.ensure_future(plain_await(green_thread)) for _ in range(3)]
        green_threads = [eventlet.spawn(green_thread.wait) for _ in range(3)]
        links = []
        green_thread.link(lambda ended: links.append(ended.wait()))
        await turns()
        done.send("result")
        assert await asyncio.gather(*tasks, *green_threads) == ["result"] * 6
        assert links == ["result"]

    aiohub.wait(main())


def test_promise_02_awaited_and_linked():
    async def main():
        done = event.Event()
        green_thread = eventlet.spawn(done.wait)
        task = asyncio.ensure_future(plain_await(green_thread))
        await turns()
        called = []
        for name in ("kept", "dropped"):
            green_thread.link(lambda _ended, name: called.append(name), name)
        another = asyncio.ensure_future(plain_await(green_thread))
        await turns()
        function, _, _ = green_thread._exit_funcs[2]
        assert green_thread.unlink(function, "dropped")
        done.send("result")
        assert await asyncio.gather(task, another) == ["result"] * 2
        assert called == ["kept"]

    aiohub.wait(main())


def test_promise_02_the_loop_runs_on_while_one_task_awaits():
    """The green thread is let go by a task, and only after other tasks have had many turns."""

    async def main():
        done = event.Event()
        waiting = asyncio.ensure_future(plain_await(eventlet.spawn(done.wait)))
        await turns(100)
        assert not waiting.done()
        done.send("result")
        return await waiting

    assert aiohub.wait(main()) == "result"


def test_promise_02_a_hundred_green_threads_at_once():
    async def main():
        events = [event.Event() for _ in range(100)]
        everything = asyncio.gather(*(eventlet.spawn(one.wait) for one in events))
        await turns()
        for number in reversed(range(100)):
            events[number].send(number)
            await asyncio.sleep(0)
        return await everything

    assert aiohub.wait(main()) == list(range(100))


def test_promise_02_a_gather_of_green_threads_coroutines_and_futures():
    async def main():
        future = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_soon(future.set_result, "future")
        return await asyncio.gather(
            eventlet.spawn(lambda: "green"),
            asyncio.sleep(0, "coroutine"),
            future,
            eventlet.spawn(lambda: 1 / 0),
            return_exceptions=True,
        )

    green, coroutine, done, failed = aiohub.wait(main())
    assert (green, coroutine, done) == ("green", "coroutine", "future")
    assert isinstance(failed, ZeroDivisionError)


def test_promise_02_greenlet_to_future_is_an_asyncio_future():
    async def main():
        done = event.Event()
        future = aiohub.greenlet_to_future(eventlet.spawn(done.wait))
        assert asyncio.isfuture(future)
        assert future.get_loop() is asyncio.get_running_loop()
        called = []
        future.add_done_callback(called.append)
        await turns()
        assert not future.done()
        done.send("result")
        assert await future == future.result() == "result"
        await turns()
        assert called == [future]

    aiohub.wait(main())


@pytest.mark.parametrize("autostart", [True, False])
def test_promise_02_autostart_greenlet(autostart):
    """A green thread made by `spawn` starts by itself in either case."""

    async def main():
        return await aiohub.greenlet_to_future(eventlet.spawn(lambda: "result"), autostart_greenlet=autostart)

    assert aiohub.wait(main()) == "result"


def test_promise_02_greenlet_to_future_before_the_hub_has_ever_run(run_script):
    result = run_script(
        """
        import os
        import aiohub
        aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"])
        import asyncio
        import eventlet

        future = aiohub.greenlet_to_future(eventlet.spawn(lambda: "result"))

        async def main():
            return await future, await eventlet.spawn(lambda: "another")

        print(aiohub.run(main))
        """
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout == "('result', 'another')\n"


def test_promise_02_sync_to_async():
    order = []

    @aiohub.sync_to_async
    def join(*parts, sep):
        """Join."""
        order.append("begins")
        eventlet.sleep(0.001)
        order.append("ends")
        return sep.join(parts)

    async def main():
        made = join("a", "b", sep="-")
        await turns(3)
        results = await asyncio.gather(made, join("c", "d", sep="+"))
        assert order == ["begins", "begins", "ends", "ends"]
        return results

    assert (join.__name__, join.__doc__) == ("join", "Join.")
    assert aiohub.wait(main()) == ["a-b", "c+d"]


def test_promise_02_sync_to_async_runs_in_a_green_thread_of_its_own():
    async def main():
        return await aiohub.sync_to_async(eventlet.getcurrent)(), eventlet.getcurrent()

    inside, outside = aiohub.wait(main())
    assert isinstance(inside, eventlet.greenthread.GreenThread)
    assert inside is not outside


def test_promise_02_sync_to_async_passes_exceptions():
    error = LookupError("x")

    def fail():
        raise error

    async def main():
        with pytest.raises(LookupError) as caught:
            await aiohub.sync_to_async(fail)()
        assert caught.value is error

    aiohub.wait(main())


def test_promise_02_failures_that_were_seen_leave_no_complaints():
    loop = aiohub.get_loop()
    complaints = []
    loop.set_exception_handler(lambda loop, context: complaints.append(context))

    async def main():
        for get in WAYS:
            with pytest.raises(ZeroDivisionError):
                await get(await running(lambda: 1 / 0))

    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            aiohub.wait(main())
            gc.collect()
            eventlet.sleep(0)
            gc.collect()
    finally:
        loop.set_exception_handler(None)
    assert complaints == []
    assert [str(warning.message) for warning in caught if issubclass(warning.category, RuntimeWarning)] == []
