"""Promise 1: a green thread gets the result or exception of any awaitable."""

import asyncio
import concurrent.futures
import functools
import gc
import sys
import types
import warnings

import eventlet
import eventlet.asyncio
import pytest
from eventlet import event
from greenlet import GreenletExit

import aiohub

# Each kind of awaitable is made by a function of `outcome`: a function that returns or raises as the awaitable ends.


def coroutine_that_never_suspends(outcome):
    async def run():
        return outcome()

    return run()


def coroutine_that_suspends(outcome):
    async def run():
        await asyncio.sleep(0)
        await asyncio.sleep(0.001)
        return outcome()

    return run()


def coroutine_that_calls_coroutines(outcome):
    async def run(depth=10):
        return outcome() if depth == 0 else await run(depth - 1)

    return run()


@types.coroutine
def _generator_based(outcome):
    yield
    return outcome()


def coroutine_made_of_a_generator(outcome):
    return _generator_based(outcome)


def pending_future(outcome):
    future = aiohub.get_loop().create_future()
    aiohub.get_loop().call_soon(settle, future, outcome)
    return future


def settle(future, outcome):
    try:
        result = outcome()
    except BaseException as error:
        future.set_exception(error)
    else:
        future.set_result(result)


def done_future(outcome):
    future = aiohub.get_loop().create_future()
    settle(future, outcome)
    return future


def new_task(outcome):
    return asyncio.ensure_future(coroutine_that_suspends(outcome), loop=aiohub.get_loop())


def running_task(outcome):
    task = new_task(outcome)
    eventlet.sleep(0)
    eventlet.sleep(0)
    assert not task.done()
    return task


def done_task(outcome):
    task = new_task(outcome)
    while not task.done():
        eventlet.sleep(0)
    return task


class Awaitable:
    def __init__(self, iterator):
        self.iterator = iterator

    def __await__(self):
        return self.iterator


def object_with_dunder_await_of_a_coroutine(outcome):
    return Awaitable(coroutine_that_suspends(outcome).__await__())


def object_with_dunder_await_of_a_future(outcome):
    return Awaitable(pending_future(outcome).__await__())


def object_with_dunder_await_of_its_own(outcome):
    def iterate():
        yield
        yield
        return outcome()

    return Awaitable(iterate())


def asend_of_an_async_generator(outcome):
    async def generate():
        await asyncio.sleep(0)
        yield outcome()

    return generate().__anext__()


def shielded(outcome):
    return asyncio.shield(new_task(outcome))


def wait_for(outcome):
    return asyncio.wait_for(coroutine_that_suspends(outcome), 30)


def future_of_an_executor(outcome):
    return aiohub.get_loop().run_in_executor(None, outcome)


def wrapped_concurrent_future(outcome):
    future = concurrent.futures.Future()
    settle(future, outcome)
    return asyncio.wrap_future(future, loop=aiohub.get_loop())


def green_thread(outcome):
    return eventlet.spawn(outcome)


KINDS = [
    coroutine_that_never_suspends,
    coroutine_that_suspends,
    coroutine_that_calls_coroutines,
    coroutine_made_of_a_generator,
    pending_future,
    done_future,
    new_task,
    running_task,
    done_task,
    object_with_dunder_await_of_a_coroutine,
    object_with_dunder_await_of_a_future,
    object_with_dunder_await_of_its_own,
    asend_of_an_async_generator,
    shielded,
    wait_for,
    future_of_an_executor,
    wrapped_concurrent_future,
    green_thread,
]


async def passed_on(awaitable):
    return await awaitable


WAYS = {
    "wait": aiohub.wait,
    "wait_with_timeout": lambda awaitable: aiohub.wait(awaitable, timeout=30),
    "future_to_greenlet": lambda awaitable: aiohub.future_to_greenlet(awaitable).wait(),
    "future_to_greenlet_started_late": lambda awaitable: aiohub.future_to_greenlet(
        awaitable, autostart_future=False
    ).wait(),
    "spawn_for_awaitable": lambda awaitable: eventlet.asyncio.spawn_for_awaitable(awaitable).wait(),
    "async_to_sync": aiohub.async_to_sync(passed_on),
}
every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
every_way = pytest.mark.parametrize("get", WAYS.values(), ids=WAYS)


@every_way
@every_kind
def test_promise_01_result(kind, get):
    result = object()
    assert get(kind(lambda: result)) is result


@every_way
@every_kind
def test_promise_01_exception(kind, get):
    error = ValueError("the very object")

    def fail():
        raise error

    with pytest.raises(ValueError) as caught:
        get(kind(fail))
    assert caught.value is error


@every_way
@every_kind
def test_promise_01_made_and_waited_for_in_a_spawned_green_thread(kind, get):
    assert eventlet.spawn(lambda: get(kind(lambda: "result"))).wait() == "result"


@every_way
@pytest.mark.parametrize("made_by", ["spawn_n", "GreenPool", "spawn_after"])
def test_promise_01_in_every_sort_of_green_thread(get, made_by):
    results = event.Event()

    def green():
        results.send(get(coroutine_that_suspends(lambda: made_by)))

    if made_by == "GreenPool":
        pool = eventlet.GreenPool()
        pool.spawn_n(green)
    elif made_by == "spawn_after":
        eventlet.spawn_after(0.001, green)
    else:
        eventlet.spawn_n(green)
    assert results.wait() == made_by


@every_way
@pytest.mark.parametrize(
    "result",
    [None, False, (), (1, 2), {"a": 1}, ValueError("not raised"), GreenletExit(), StopIteration, [None]],
    ids=repr,
)
def test_promise_01_results_arrive_as_they_are(get, result):
    """Also those that could be taken for arguments of `switch`, or for something to raise."""
    assert get(coroutine_that_suspends(lambda: result)) is result
    assert get(done_future(lambda: result)) is result


class CustomBase(BaseException):
    pass


@every_way
@pytest.mark.parametrize(
    "error",
    [LookupError("x"), CustomBase("x"), TimeoutError("not ours"), eventlet.Timeout(), OSError(2, "x")],
    ids=repr,
)
def test_promise_01_exceptions_arrive_as_they_are(get, error):
    def fail():
        raise error

    for kind in (coroutine_that_never_suspends, coroutine_that_suspends, done_future):
        with pytest.raises(type(error)) as caught:
            get(kind(fail))
        assert caught.value is error


@every_way
def test_promise_01_a_coroutine_can_only_be_awaited_once(get):
    coroutine = coroutine_that_suspends(lambda: 1)
    assert get(coroutine) == 1
    with pytest.raises(RuntimeError, match="already awaited"):
        get(coroutine)


@pytest.mark.parametrize("kind", [pending_future, running_task, done_future], ids=lambda kind: kind.__name__)
def test_promise_01_many_green_threads_wait_for_one_future(kind):
    result = object()
    future = kind(lambda: result)
    waiting = [eventlet.spawn(get, future) for get in (aiohub.wait, aiohub.async_to_sync(passed_on)) for _ in range(10)]
    waiting += [aiohub.future_to_greenlet(future) for _ in range(10)]
    assert all(green_thread.wait() is result for green_thread in waiting)


def test_promise_01_many_green_threads_wait_for_many_coroutines():
    """They end in another order than they began, and nobody gets another's result."""
    gates = [asyncio.Event() for _ in range(100)]
    order = []

    async def gated(number):
        await gates[number].wait()
        order.append(number)
        return number

    waiting = [eventlet.spawn(aiohub.wait, gated(number)) for number in range(100)]
    eventlet.sleep(0)
    eventlet.sleep(0)

    async def open_backwards():
        for gate in reversed(gates):
            gate.set()
            await asyncio.sleep(0)

    aiohub.wait(open_backwards())
    assert [green_thread.wait() for green_thread in waiting] == list(range(100))
    assert order == list(reversed(range(100)))


def test_promise_01_other_green_threads_run_while_one_waits():
    gate = asyncio.Event()
    waiting = eventlet.spawn(aiohub.wait, gate.wait())
    for _ in range(10):
        eventlet.sleep(0)
    assert not waiting.dead
    gate.set()
    assert waiting.wait() is True


def test_promise_01_asyncio_makes_futures_in_a_green_thread():
    """What asyncio's own functions need is there in a green thread: the running loop is the hub's."""

    def green():
        loop = asyncio.get_running_loop()
        assert loop is aiohub.get_loop()
        assert asyncio.get_event_loop() is loop
        task = asyncio.create_task(coroutine_that_suspends(lambda: "task"))
        future = asyncio.Future()
        loop.call_soon(future.set_result, "future")
        both = asyncio.gather(asyncio.sleep(0, "slept"), asyncio.ensure_future(asyncio.sleep(0, "ensured")))
        return [aiohub.wait(task), aiohub.wait(future), *aiohub.wait(both)]

    assert eventlet.spawn(green).wait() == ["task", "future", "slept", "ensured"]
    assert green() == ["task", "future", "slept", "ensured"]  # the main green thread is one, too


def test_promise_01_a_failed_gather():
    async def fail():
        await asyncio.sleep(0)
        raise KeyError("failed")

    with pytest.raises(KeyError, match="failed"):
        aiohub.wait(asyncio.gather(asyncio.sleep(0), fail(), loop_of_the_hub()))
    first, second = aiohub.wait(asyncio.gather(asyncio.sleep(0, 1), fail(), return_exceptions=True))
    assert first == 1 and isinstance(second, KeyError)


async def loop_of_the_hub():
    return asyncio.get_running_loop()


@pytest.mark.parametrize("first", ["pending", "done"])
def test_promise_01_a_cancelled_future_is_greenlet_exit(first):
    future = aiohub.get_loop().create_future()
    if first == "done":
        future.cancel()
    else:
        aiohub.get_loop().call_soon(future.cancel)
    with pytest.raises(GreenletExit):
        aiohub.wait(future)


def test_promise_01_wait_with_a_timeout_that_expires():
    """The built-in TimeoutError, also before Python 3.11; the coroutine is cancelled and its cleanup is over."""
    steps = []

    async def for_ever():
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            steps.append("clean")

    with pytest.raises(TimeoutError):
        aiohub.wait(for_ever(), timeout=0.001)
    assert steps == ["clean"]
    future = aiohub.get_loop().create_future()
    with pytest.raises(TimeoutError):
        aiohub.wait(future, 0.001)
    assert future.cancelled()


def test_promise_01_wait_with_no_time_at_all():
    """What is done already is had; what is not is a timeout."""
    assert aiohub.wait(done_future(lambda: "at once"), timeout=0) == "at once"
    with pytest.raises(TimeoutError):
        aiohub.wait(aiohub.get_loop().create_future(), timeout=0)


def test_promise_01_a_timeout_that_does_not_expire_leaves_no_timer():
    hub = eventlet.hubs.get_hub()
    eventlet.sleep(0)
    before = hub.get_timers_count()
    for _ in range(10):
        assert aiohub.wait(asyncio.sleep(0, "result"), timeout=1000) == "result"
    eventlet.sleep(0)
    assert len(hub.timer_queue.pending()) <= before


def test_promise_01_future_to_greenlet_is_a_green_thread():
    green_thread = aiohub.future_to_greenlet(asyncio.sleep(0, "result"))
    assert isinstance(green_thread, eventlet.greenthread.GreenThread)
    links = []
    green_thread.link(lambda ended: links.append(ended.wait()))
    assert green_thread.wait() == "result"
    assert links == ["result"]


@pytest.mark.parametrize("autostart", [True, False])
def test_promise_01_autostart_future(autostart):
    """A coroutine becomes a task at once, or when the green thread first runs."""
    coroutine = coroutine_that_suspends(lambda: "result")
    tasks = asyncio.all_tasks(aiohub.get_loop())
    green_thread = aiohub.future_to_greenlet(coroutine, autostart_future=autostart)
    assert len(asyncio.all_tasks(aiohub.get_loop()) - tasks) == (1 if autostart else 0)
    assert green_thread.wait() == "result"


def test_promise_01_async_to_sync_passes_arguments_and_keeps_the_name():
    @aiohub.async_to_sync
    async def joined(*args, sep):
        """Join."""
        await asyncio.sleep(0)
        return sep.join(args)

    assert joined("a", "b", sep="-") == "a-b"
    assert (joined.__name__, joined.__doc__) == ("joined", "Join.")
    assert eventlet.spawn(joined, "a", "b", sep="+").wait() == "a+b"


def test_promise_01_async_to_sync_of_a_method():
    class Service:
        name = "service"

        @aiohub.async_to_sync
        async def get(self, what):
            await asyncio.sleep(0)
            return self.name, what

    assert Service().get("x") == ("service", "x")


def test_promise_01_async_to_sync_gives_the_same_face_again():
    """What was registered under a face can be found by it: in a list of callbacks, and by unlink."""

    def copied(fn):
        @functools.wraps(fn)
        async def inner():
            return await fn() + 1

        return inner

    async def one():
        return 1

    class Service:
        async def done(self, thread, name):
            called.append(name)

    called = []
    service = Service()
    assert aiohub.async_to_sync(one) is aiohub.async_to_sync(one)
    assert aiohub.async_to_sync(copied(one))() == 2
    assert aiohub.async_to_sync(service.done) == aiohub.async_to_sync(service.done)
    assert aiohub.async_to_sync(service.done) != aiohub.async_to_sync(Service().done)
    thread = eventlet.spawn(aiohub.async_to_sync(one))
    thread.link(aiohub.async_to_sync(service.done), "first")
    thread.link(aiohub.async_to_sync(service.done), "second")
    thread.unlink(aiohub.async_to_sync(service.done), "first")
    assert thread.wait() == 1
    while not called:  # what is linked runs in the thread itself, when it has ended
        eventlet.sleep(0)
    assert called == ["second"]


def test_promise_01_nothing_is_left_unawaited_or_unretrieved():
    """No 'never awaited' and no 'exception was never retrieved' after failures that were seen."""
    loop = aiohub.get_loop()
    complaints = []
    loop.set_exception_handler(lambda loop, context: complaints.append(context))
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            for get in WAYS.values():
                for kind in (coroutine_that_never_suspends, coroutine_that_suspends, pending_future, new_task):
                    with pytest.raises(ZeroDivisionError):
                        get(kind(lambda: 1 / 0))
            gc.collect()
            eventlet.sleep(0)
            gc.collect()
    finally:
        loop.set_exception_handler(None)
    assert complaints == []
    assert [str(warning.message) for warning in caught if issubclass(warning.category, RuntimeWarning)] == []


BEFORE_THE_HUB_RAN = {
    "coroutine": "run()",
    "task of the loop": "loop.create_task(run())",
    "ensure_future with a loop": "asyncio.ensure_future(run(), loop=loop)",
    "ensure_future": "asyncio.ensure_future(run())",
    "gather": "asyncio.gather(run())",
    "object": "Awaitable()",
    "future": "settled(loop.create_future())",
    "asyncio.Future": "settled(asyncio.Future())",
}


@pytest.mark.parametrize("name", BEFORE_THE_HUB_RAN)
@pytest.mark.parametrize(
    "get", ["aiohub.wait(made)", "aiohub.future_to_greenlet(made).wait()", "eventlet.spawn(aiohub.wait, made).wait()"]
)
def test_promise_01_before_the_hub_has_ever_run(run_script, name, get):
    result = run_script(
        f"""
        import os
        import aiohub
        aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"])
        import asyncio
        import eventlet

        async def run():
            await asyncio.sleep(0)
            return "result"

        class Awaitable:
            def __await__(self):
                return run().__await__()

        def settled(future):
            future.get_loop().call_soon(future.set_result, "result")
            return future

        loop = aiohub.get_loop()
        assert not eventlet.hubs.get_hub().running
        made = {BEFORE_THE_HUB_RAN[name]}
        assert not eventlet.hubs.get_hub().running
        print({get})
        """
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() in ("result", "['result']")


def test_promise_01_the_proposals_example(run_script):
    """`from eventlet_asyncio import future_to_greenlet`: the names of the proposal are the package's own."""
    result = run_script(
        """
        import os
        import aiohub
        aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"])
        import asyncio
        from eventlet_asyncio import future_to_greenlet, greenlet_to_future

        assert (future_to_greenlet, greenlet_to_future) == (aiohub.future_to_greenlet, aiohub.greenlet_to_future)
        print(future_to_greenlet(asyncio.sleep(0, "result")).wait())
        """
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout == "result\n"


@pytest.mark.skipif(sys.version_info < (3, 12), reason="eager tasks came with Python 3.12")
def test_promise_01_an_eager_task():
    def green():
        done = asyncio.eager_task_factory(aiohub.get_loop(), coroutine_that_never_suspends(lambda: "done"))
        assert done.done()
        return aiohub.wait(done), aiohub.wait(
            asyncio.eager_task_factory(aiohub.get_loop(), coroutine_that_suspends(lambda: "later"))
        )

    assert eventlet.spawn(green).wait() == ("done", "later")
