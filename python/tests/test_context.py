"""Promise 10: contextvars cross the border."""

import asyncio
import contextvars
import decimal
import gc
import sys
import weakref

import eventlet
import eventlet.asyncio
import pytest
from eventlet import event, hubs
from eventlet.green import thread

import aiohub

var = contextvars.ContextVar("var", default="default")


@pytest.fixture(autouse=True)
def restored():
    token = var.set("outside")
    yield
    var.reset(token)


async def get():
    return var.get()


async def get_later():
    await asyncio.sleep(0)
    return var.get()


async def set_var(value):
    await asyncio.sleep(0)
    var.set(value)
    await asyncio.sleep(0)


class SetInAwait:
    """An object with `__await__` that is no coroutine."""

    def __await__(self):
        return set_var("inside").__await__()


def in_green_thread(function):
    return eventlet.spawn(function).wait()


def in_main(function):
    return function()


def below_a_coroutine(function):
    async def run():
        return function()

    return aiohub.wait(run())


def below_a_coroutine_that_has_suspended(function):
    async def run():
        await asyncio.sleep(0)
        eventlet.sleep(0)
        return function()

    return aiohub.wait(run())


everywhere = pytest.mark.parametrize(
    "run",
    [in_main, in_green_thread, below_a_coroutine, below_a_coroutine_that_has_suspended],
    ids=lambda run: run.__name__,
)


# Green thread to coroutine.


@everywhere
@pytest.mark.parametrize("coroutine", [get, get_later], ids=lambda function: function.__name__)
@pytest.mark.parametrize(
    "way",
    [
        lambda coroutine: aiohub.wait(coroutine()),
        lambda coroutine: aiohub.wait(coroutine(), timeout=30),
        lambda coroutine: aiohub.future_to_greenlet(coroutine()).wait(),
        lambda coroutine: aiohub.future_to_greenlet(coroutine(), autostart_future=False).wait(),
        lambda coroutine: eventlet.asyncio.spawn_for_awaitable(coroutine()).wait(),
        lambda coroutine: aiohub.async_to_sync(coroutine)(),
        lambda coroutine: aiohub.wait(asyncio.ensure_future(coroutine(), loop=aiohub.get_loop())),
        lambda coroutine: aiohub.wait(asyncio.gather(coroutine(), asyncio.sleep(0)))[0],
    ],
    ids=[
        "wait",
        "wait_timeout",
        "future_to_greenlet",
        "started_late",
        "spawn_for_awaitable",
        "async_to_sync",
        "task",
        "gather",
    ],
)
def test_promise_10_a_coroutine_sees_the_values_of_the_green_thread_that_starts_it(run, way, coroutine):
    def green():
        var.set("mine")
        return way(coroutine)

    assert run(green) == "mine"


@everywhere
@pytest.mark.parametrize("timeout", [None, 30])
def test_promise_10_what_the_coroutine_sets_is_visible_afterwards(run, timeout):
    def green():
        var.set("before")
        aiohub.wait(set_var("inside"), timeout)
        return var.get()

    assert run(green) == "inside"


@everywhere
def test_promise_10_what_an_awaitable_object_sets_is_visible_afterwards(run):
    def green():
        aiohub.wait(SetInAwait())
        return var.get()

    assert run(green) == "inside"


@everywhere
def test_promise_10_what_a_failing_coroutine_has_set_is_visible_afterwards(run):
    async def fail():
        await set_var("set before it failed")
        raise KeyError

    def green():
        with pytest.raises(KeyError):
            aiohub.wait(fail())
        return var.get()

    assert run(green) == "set before it failed"


@everywhere
def test_promise_10_through_several_levels(run):
    """As with `await`, a chain of plain calls and waits shares one context."""

    async def deep(level):
        await asyncio.sleep(0)
        if level:
            calls_wait(level - 1)
        else:
            var.set("deep")

    def calls_wait(level):
        aiohub.wait(deep(level))

    def green():
        calls_wait(5)
        return var.get()

    assert run(green) == "deep"


@everywhere
def test_promise_10_a_token_of_the_coroutine_can_be_reset_outside(run):
    """Only in the very same Context can a token be used."""

    async def enter():
        await asyncio.sleep(0)
        return var.set("inside")

    def green():
        var.set("before")
        token = aiohub.wait(enter())
        assert var.get() == "inside"
        var.reset(token)
        return var.get()

    if sys.version_info >= (3, 11) or run is not below_a_coroutine:
        assert run(green) == "before"
    else:
        # Before Python 3.11 a task copies its Context, and a coroutine's is in use as long as its task's step runs:
        # another task cannot enter it. Values are carried over. A coroutine that has blocked is in no step.
        with pytest.raises(ValueError):
            run(green)


@everywhere
def test_promise_10_what_a_task_sets_is_its_own(run):
    """As with `await task`."""

    def green():
        var.set("before")
        task = asyncio.ensure_future(set_var("inside"), loop=aiohub.get_loop())
        aiohub.wait(task)
        aiohub.future_to_greenlet(set_var("inside")).wait()
        return var.get()

    assert run(green) == "before"


@everywhere
def test_promise_10_wait_inside_context_run(run):
    """The waiter's context is entered already by `Context.run`: values still go in and come out."""

    async def exchange():
        await asyncio.sleep(0)
        seen = var.get()
        var.set("inside")
        return seen

    def green():
        context = contextvars.copy_context()
        context.run(var.set, "in the copy")
        seen, after = context.run(lambda: (aiohub.wait(exchange()), var.get()))
        return seen, after, context[var], var.get()

    assert run(green) == ("in the copy", "inside", "inside", "outside")


# To green threads.

SPAWNS = {
    "spawn": lambda function: eventlet.spawn(function),
    "spawn_n": lambda function: eventlet.spawn_n(function),
    "spawn_after": lambda function: eventlet.spawn_after(0.001, function),
    "spawn_after_local": lambda function: eventlet.greenthread.spawn_after_local(0.001, function),
    "GreenPool.spawn": lambda function: eventlet.GreenPool().spawn(function),
    "GreenPool.spawn_n": lambda function: eventlet.GreenPool().spawn_n(function),
    "GreenPile.spawn": lambda function: eventlet.GreenPile().spawn(function),
    "imap": lambda function: next(eventlet.GreenPool().imap(lambda _: function(), [0])),
    "Thread": lambda function: thread.start_new_thread(function, ()),
}
every_spawn = pytest.mark.parametrize("spawn", SPAWNS.values(), ids=SPAWNS)


@everywhere
@every_spawn
def test_promise_10_a_green_thread_starts_with_a_copy(run, spawn):
    def spawner():
        var.set("mine")
        seen = event.Event()

        def child():
            before = var.get()
            var.set("the child's")
            eventlet.sleep(0)
            seen.send((before, var.get()))

        spawn(child)
        return seen.wait(), var.get()

    assert run(spawner) == (("mine", "the child's"), "mine")


@everywhere
def test_promise_10_the_copy_is_made_when_it_is_spawned(run):
    def spawner():
        var.set("when spawned")
        children = [eventlet.spawn(var.get), eventlet.spawn_after(0.001, var.get)]
        var.set("later")
        return [child.wait() for child in children]

    assert run(spawner) == ["when spawned", "when spawned"]


def test_promise_10_a_task_starts_with_a_copy_of_the_green_threads_context():
    def green():
        var.set("when created")
        task = asyncio.ensure_future(get_later(), loop=aiohub.get_loop())
        var.set("later")
        return aiohub.wait(task)

    assert in_green_thread(green) == "when created"


def test_promise_10_awaited_green_threads_see_the_tasks_values():
    async def main():
        var.set("the task's")
        return (
            await eventlet.spawn(var.get),
            await aiohub.sync_to_async(var.get)(),
            await aiohub.greenlet_to_future(eventlet.spawn(var.get)),
        )

    assert aiohub.wait(main()) == ("the task's",) * 3


def test_promise_10_what_an_awaited_green_thread_sets_is_its_own():
    async def main():
        var.set("before")
        await eventlet.spawn(var.set, "inside")
        return var.get()

    assert aiohub.wait(main()) == "before"


def test_promise_10_green_threads_spawned_by_a_callback_see_its_context():
    seen = event.Event()
    context = contextvars.copy_context()
    context.run(var.set, "the callback's")
    aiohub.get_loop().call_soon(eventlet.spawn, lambda: seen.send(var.get()), context=context)
    assert seen.wait() == "the callback's"


def test_promise_10_green_threads_do_not_see_each_other():
    def green(number):
        for step in range(20):
            var.set((number, step))
            eventlet.sleep(0)
            assert var.get() == (number, step)
            aiohub.wait(set_var((number, step, "waited")))
            assert var.get() == (number, step, "waited")
        return number

    assert [child.wait() for child in [eventlet.spawn(green, number) for number in range(10)]] == list(range(10))
    assert var.get() == "outside"


def test_promise_10_tasks_that_block_do_not_see_each_other():
    async def run(number):
        for step in range(20):
            var.set((number, step))
            eventlet.sleep(0)
            assert var.get() == (number, step)
            await asyncio.sleep(0)
            assert var.get() == (number, step)
        return number

    async def main():
        return await asyncio.gather(*(run(number) for number in range(10)))

    assert aiohub.wait(main()) == list(range(10))
    assert var.get() == "outside"


def test_promise_10_the_waker_does_not_lend_its_context():
    """Who is woken goes on in its own context, whoever woke it."""
    woken = event.Event()

    def waiter():
        var.set("the waiter's")
        woken.wait()
        return var.get()

    async def async_waiter():
        return waiter()

    def waker():
        var.set("the waker's")
        woken.send()

    waiting = [eventlet.spawn(waiter), aiohub.future_to_greenlet(async_waiter())]
    eventlet.sleep(0)
    eventlet.sleep(0)
    eventlet.spawn(waker)
    assert [green_thread.wait() for green_thread in waiting] == ["the waiter's", "the waiter's"]


def test_promise_10_a_context_is_not_kept_alive_by_the_hub():
    """A timer or a task that is over must not hold what a context held."""

    class Value:
        pass

    def green():
        value = Value()
        var.set(value)
        eventlet.sleep(0)
        aiohub.wait(get_later())
        return weakref.ref(value)

    reference = in_green_thread(green)
    eventlet.sleep(0)
    gc.collect()
    assert reference() is None


def test_promise_10_decimal_contexts_are_per_green_thread_and_task():
    def divide(precision):
        with decimal.localcontext() as context:
            context.prec = precision
            eventlet.sleep(0)
            return len(str(decimal.Decimal(1) / decimal.Decimal(3))) - 2

    async def main():
        async def task(precision):
            return divide(precision)

        return await asyncio.gather(eventlet.spawn(divide, 5), task(7), eventlet.spawn(divide, 9), task(11))

    assert aiohub.wait(main()) == [5, 7, 9, 11]


@pytest.mark.skipif(sys.version_info < (3, 11), reason="create_task takes a context since Python 3.11")
def test_promise_10_a_task_in_a_context_given_to_it():
    context = contextvars.copy_context()
    context.run(var.set, "given")

    async def run():
        eventlet.sleep(0)
        seen = var.get()
        var.set("set")
        eventlet.sleep(0)
        return seen, await eventlet.spawn(var.get)

    assert aiohub.wait(aiohub.get_loop().create_task(run(), context=context)) == ("given", "set")
    assert context[var] == "set"


def test_promise_10_timers_of_the_hub_do_not_run_in_a_users_context():
    """A timer is the runtime's: what its callback sets is seen by nobody."""
    hub = hubs.get_hub()

    def green():
        var.set("the scheduler's")
        hub.schedule_call_global(0, var.set, "the timer's")
        eventlet.sleep(0)
        eventlet.sleep(0)
        return var.get()

    assert in_green_thread(green) == "the scheduler's"
    assert var.get() == "outside"
