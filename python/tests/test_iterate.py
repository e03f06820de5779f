"""`aiohub.iterate`: asynchronous iterables in green threads (promises 1, 10, 12 and 13)."""

import asyncio
import contextvars
import gc

import eventlet
import greenlet
import pytest
from eventlet import corolocal, event

import aiohub

pytestmark = pytest.mark.usefixtures("leak_check")

var = contextvars.ContextVar("var", default="default")


async def count(number, log=None):
    try:
        for item in range(number):
            await asyncio.sleep(0)
            eventlet.sleep(0)
            yield item
    finally:
        await asyncio.sleep(0)
        if log is not None:
            log.append("closed")


class Countdown:
    """An asynchronous iterator that is no generator."""

    def __init__(self, number):
        self.number = number

    def __aiter__(self):
        return self

    async def __anext__(self):
        if not self.number:
            raise StopAsyncIteration
        self.number -= 1
        return self.number


def in_main(function):
    return function()


def in_green_thread(function):
    return eventlet.spawn(function).wait()


def below_a_coroutine(function):
    async def run():
        return function()

    return aiohub.wait(run())


everywhere = pytest.mark.parametrize(
    "run", [in_main, in_green_thread, below_a_coroutine], ids=lambda function: function.__name__
)


@everywhere
@pytest.mark.parametrize(
    ("make", "items"),
    [
        (lambda: count(0), []),
        (lambda: count(3), [0, 1, 2]),
        (lambda: Countdown(3), [2, 1, 0]),
        (lambda: (item async for item in count(3)), [0, 1, 2]),
    ],
    ids=["empty", "generator", "object", "expression"],
)
def test_promise_01_iterate_gives_all_items(run, make, items):
    assert run(lambda: list(aiohub.iterate(make()))) == items


def test_promise_01_several_at_once():
    def green():
        return [a + b for a, b in zip(aiohub.iterate(count(50)), aiohub.iterate(count(50)))]

    assert [one.wait() for one in [eventlet.spawn(green) for _ in range(5)]] == [list(range(0, 100, 2))] * 5


@everywhere
def test_promise_13_the_generator_is_closed_when_the_loop_is_left(run):
    log = []

    def green():
        for item in aiohub.iterate(count(10, log)):
            if item == 2:
                break
        return item, list(log)

    assert run(green) == (2, ["closed"])


@everywhere
def test_promise_13_the_generator_is_closed_when_the_body_fails(run):
    log = []

    def green():
        for item in aiohub.iterate(count(10, log)):
            raise KeyError(item)

    with pytest.raises(KeyError):
        run(green)
    assert log == ["closed"]


@everywhere
def test_promise_12_an_error_of_the_generator(run):
    async def fail():
        yield 1
        await asyncio.sleep(0)
        raise LookupError("in the generator")

    def green():
        items = []
        with pytest.raises(LookupError, match="in the generator"):
            for item in aiohub.iterate(fail()):
                items.append(item)
        return items

    assert run(green) == [1]


@pytest.mark.parametrize("end", ["kill", "timeout", "aiohub.timeout"])
def test_promise_13_what_ends_the_green_thread_ends_the_iteration(end):
    log, begun = [], event.Event()

    async def hang():
        try:
            yield 1
            if end == "kill":
                begun.send()
            await asyncio.Event().wait()
        except BaseException as exc:
            log.append(type(exc))
            raise
        finally:
            await asyncio.sleep(0)
            log.append("cleaned up")

    def green():
        items = aiohub.iterate(hang())
        try:
            next(items)
            if end == "timeout":
                with eventlet.Timeout(0.01):
                    next(items)
            elif end == "aiohub.timeout":
                with aiohub.timeout(0.01):
                    next(items)
            else:
                next(items)
        finally:
            log.append("green")

    one = eventlet.spawn(green)
    if end == "kill":
        begun.wait()
        one.kill()
    with pytest.raises({"kill": greenlet.GreenletExit, "timeout": eventlet.Timeout}.get(end, TimeoutError)):
        one.wait()
    # GeneratorExit: the time was up before the iteration had gone on.
    assert log[0] in (asyncio.CancelledError, GeneratorExit)
    assert log[1:] == ["cleaned up", "green"]


def test_promise_13_killed_between_two_items():
    log, arrived = [], event.Event()

    def green():
        for _ in aiohub.iterate(count(10, log)):
            arrived.send()
            eventlet.sleep(3600)

    one = eventlet.spawn(green)
    arrived.wait()
    one.kill()
    eventlet.sleep(0.01)
    assert log == ["closed"]


def test_promise_10_one_task_and_one_context_for_all_items():
    tasks = set()
    local = corolocal.local()

    async def generator():
        async with aiohub.timeout(3600):
            for _ in range(3):
                tasks.add(asyncio.current_task())
                var.set(var.get() + "+")
                local.value += 1
                yield var.get()

    def green():
        var.set("green")
        local.value = 0
        seen = []
        for item in aiohub.iterate(generator()):
            seen.append((item, var.get(), local.value))
            var.set(var.get() + "-")
        return seen

    assert eventlet.spawn(green).wait() == [
        ("green+", "green+", 1),
        ("green+-+", "green+-+", 2),
        ("green+-+-+", "green+-+-+", 3),
    ]
    assert len(tasks) == 1


def test_promise_10_inside_context_run():
    def green():
        var.set("mine")
        return contextvars.copy_context().run(lambda: [(item, var.get()) for item in aiohub.iterate(count(2))])

    assert eventlet.spawn(green).wait() == [(0, "mine"), (1, "mine")]


def test_a_generator_that_is_never_asked_for_costs_nothing():
    log = []
    aiohub.iterate(count(3, log))
    gc.collect()
    eventlet.sleep(0)
    assert log == []


def test_what_was_cancelled_between_two_items_raises_at_the_next():
    def green():
        iterator = aiohub.iterate(count(3))
        next(iterator)
        (task,) = [task for task in asyncio.all_tasks(aiohub.get_loop()) if not task.done()]
        task.cancel()
        eventlet.sleep(0)
        with pytest.raises(greenlet.GreenletExit):
            next(iterator)

    eventlet.spawn(green).wait()


def test_an_iteration_that_is_collected_in_the_hub_is_cancelled():
    log = []
    kept = [aiohub.iterate(count(3, log))]
    next(kept[0])
    aiohub.get_loop().call_soon(kept.clear)
    for _ in range(10):
        eventlet.sleep(0)
    assert log == ["closed"]


def test_in_a_coroutine_the_error_names_async_for():
    async def coroutine():
        return aiohub.iterate(count(3))

    with pytest.raises(RuntimeError, match="async for"):
        aiohub.wait(coroutine())


@pytest.mark.parametrize("wrong", [[1], 3, None])
def test_what_is_not_asynchronous(wrong):
    with pytest.raises(TypeError, match="not an asynchronous iterable"):
        aiohub.iterate(wrong)


def test_a_generator_function_that_was_not_called():
    with pytest.raises(TypeError, match=r"call it: count\(\)"):
        aiohub.iterate(count)


def test_in_a_callback_of_the_loop():
    seen = event.Event()

    def callback():
        try:
            next(aiohub.iterate(count(3)))
        except aiohub.BlockingInLoopError as exc:
            seen.send(str(exc))

    aiohub.get_loop().call_soon(callback)
    assert "aiohub.iterate()" in seen.wait()
