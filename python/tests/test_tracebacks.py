"""Promise 12: an exception keeps its traceback across the border; `format_stack` shows a live chain across it."""

import asyncio
import re
import sys
import traceback
from pathlib import Path

import eventlet
import eventlet.asyncio
import pytest
from eventlet import event

import aiohub


def names_in(error):
    return [frame.name for frame in traceback.extract_tb(error.__traceback__)]


def in_order(wanted, found):
    """Whether *wanted* is a subsequence of *found*."""
    rest = iter(found)
    return all(name in rest for name in wanted)


def raise_at_the_bottom():
    raise LookupError("bottom")


async def coroutine_that_fails():
    await asyncio.sleep(0)
    raise_at_the_bottom()


def green_thread_that_fails():
    eventlet.sleep(0)
    raise_at_the_bottom()


@pytest.mark.parametrize(
    "wait",
    [
        aiohub.wait,
        lambda coroutine: aiohub.wait(coroutine, timeout=30),
        lambda coroutine: aiohub.future_to_greenlet(coroutine).wait(),
        lambda coroutine: eventlet.asyncio.spawn_for_awaitable(coroutine).wait(),
        lambda coroutine: aiohub.wait(asyncio.ensure_future(coroutine, loop=aiohub.get_loop())),
    ],
    ids=["wait", "wait_timeout", "future_to_greenlet", "spawn_for_awaitable", "task"],
)
def test_promise_12_a_coroutines_traceback_in_a_green_thread(wait):
    def waiter():
        wait(coroutine_that_fails())

    with pytest.raises(LookupError) as caught:
        waiter()
    assert in_order(["waiter", "coroutine_that_fails", "raise_at_the_bottom"], names_in(caught.value))


@pytest.mark.parametrize("way", ["await", "greenlet_to_future", "sync_to_async", "wait"])
def test_promise_12_a_green_threads_traceback_in_a_coroutine(way):
    async def awaiter():
        if way == "sync_to_async":
            await aiohub.sync_to_async(green_thread_that_fails)()
        green_thread = eventlet.spawn(green_thread_that_fails)
        if way == "wait":
            green_thread.wait()
        await (green_thread if way == "await" else aiohub.greenlet_to_future(green_thread))

    with pytest.raises(LookupError) as caught:
        aiohub.wait(awaiter())
    assert in_order(["awaiter", "green_thread_that_fails", "raise_at_the_bottom"], names_in(caught.value))


def test_promise_12_a_blocking_calls_traceback_in_a_coroutine():
    async def blocking():
        await asyncio.sleep(0)
        green_thread_that_fails()

    with pytest.raises(LookupError) as caught:
        aiohub.wait(blocking())
    assert in_order(["blocking", "green_thread_that_fails", "raise_at_the_bottom"], names_in(caught.value))


async def await_green_thread():
    await eventlet.spawn(green_thread_that_fails)


async def use_sync_to_async():
    await aiohub.sync_to_async(green_thread_that_fails)()


async def items_that_fail():
    yield 1
    await coroutine_that_fails()


PACKAGE = str(Path(aiohub.__file__).parent)
CROSSINGS = {
    "wait": lambda: aiohub.wait(coroutine_that_fails()),
    "wait_timeout": lambda: aiohub.wait(coroutine_that_fails(), timeout=30),
    "async_to_sync": lambda: aiohub.async_to_sync(coroutine_that_fails)(),
    "asyncio.run": lambda: asyncio.run(coroutine_that_fails()),
    "run_until_complete": lambda: aiohub.get_loop().run_until_complete(coroutine_that_fails()),
    "GreenThread.wait": lambda: eventlet.spawn(green_thread_that_fails).wait(),
    "future_to_greenlet": lambda: aiohub.future_to_greenlet(coroutine_that_fails()).wait(),
    "await": lambda: aiohub.wait(await_green_thread()),
    "sync_to_async": lambda: aiohub.wait(use_sync_to_async()),
    "iterate": lambda: list(aiohub.iterate(items_that_fail())),
}


@pytest.mark.skipif(sys.version_info < (3, 11), reason="a frame that raises again is entered again")
@pytest.mark.parametrize("cross", CROSSINGS.values(), ids=CROSSINGS)
def test_promise_12_no_frames_of_aiohub_are_between_those_of_the_program(cross):
    with pytest.raises(LookupError) as caught:
        cross()
    files = [frame.filename for frame in traceback.extract_tb(caught.value.__traceback__)]
    assert [name for name in files if name.startswith(PACKAGE)] == []
    assert names_in(caught.value)[-1] == "raise_at_the_bottom"


def test_promise_12_an_error_of_aiohubs_own_keeps_its_frames():
    with pytest.raises(TypeError) as caught:
        aiohub.wait(5)
    assert "wait" in names_in(caught.value)


async def async_1(bottom):
    return await eventlet.spawn(green_2, bottom)


def green_2(bottom):
    return aiohub.wait(async_3(bottom))


async def async_3(bottom):
    await asyncio.sleep(0)
    return await aiohub.sync_to_async(green_4)(bottom)


def green_4(bottom):
    return aiohub.wait(async_5(bottom))


async def async_5(bottom):
    return helper_6(bottom)


def helper_6(bottom):
    eventlet.sleep(0)
    return bottom()


CHAIN = ["async_1", "green_2", "async_3", "green_4", "async_5", "helper_6"]


def test_promise_12_a_traceback_across_many_borders():
    def outermost():
        aiohub.wait(async_1(raise_at_the_bottom))

    with pytest.raises(LookupError) as caught:
        outermost()
    assert in_order(["outermost", *CHAIN, "raise_at_the_bottom"], names_in(caught.value))


def test_promise_12_cause_and_context_are_kept():
    async def fails():
        try:
            green_thread = eventlet.spawn(green_thread_that_fails)
            await green_thread
        except LookupError as error:
            raise ValueError("because") from error

    def waits():
        try:
            aiohub.wait(fails())
        except ValueError:
            raise KeyError("while handling") from None

    with pytest.raises(KeyError) as caught:
        waits()
    value_error = caught.value.__context__
    assert isinstance(value_error, ValueError)
    assert isinstance(value_error.__cause__, LookupError)
    assert in_order(["green_thread_that_fails", "raise_at_the_bottom"], names_in(value_error.__cause__))


def test_promise_12_the_traceback_does_not_grow_with_every_look():
    """Several waiters, one after another, do not pile up frames of each other without end."""
    failed = eventlet.spawn(green_thread_that_fails)

    async def look():
        with pytest.raises(LookupError) as caught:
            await failed
        return caught.value

    async def main():
        lengths = []
        for _ in range(5):
            error = await look()
            lengths.append(names_in(error).count("raise_at_the_bottom"))
        return lengths

    assert aiohub.wait(main()) == [1] * 5


# The live chain.


def live_stack(wanted):
    """What `format_stack` says of *wanted* ("bottom", "outermost" ...) while the chain of `async_1` is waiting at its
    bottom.
    """
    gate, reached, found = event.Event(), event.Event(), {}

    def bottom():
        found["current"] = eventlet.getcurrent()
        reached.send()
        gate.wait()

    def outermost():
        aiohub.wait(async_1(bottom))

    found["outermost"] = eventlet.spawn(outermost)
    reached.wait()
    text = aiohub.debug.format_stack(found[wanted])
    gate.send()
    found["outermost"].wait()
    return text


def functions(text):
    return re.findall(r"line \d+, in (\S+)", text)


def test_promise_12_format_stack_across_many_borders_outermost_first():
    assert in_order(["outermost", *CHAIN, "bottom"], functions(live_stack("current")))


def test_promise_12_format_stack_ends_with_the_one_asked_about():
    found = functions(live_stack("outermost"))
    assert "outermost" in found
    assert "async_1" not in found


def test_promise_12_format_stack_shows_each_frame_once():
    found = functions(live_stack("current"))
    for name in ["outermost", *CHAIN, "bottom"]:
        assert found.count(name) == 1, (name, found)


def test_promise_12_format_stack_of_oneself():
    found = []

    def bottom():
        found.append(aiohub.debug.format_stack(eventlet.getcurrent()))

    async def current_task(bottom):
        await asyncio.sleep(0)
        found.append(aiohub.debug.format_stack(asyncio.current_task()))

    aiohub.wait(async_1(bottom))
    assert in_order([*CHAIN, "bottom"], functions(found[0]))
    eventlet.spawn(lambda: aiohub.wait(current_task(bottom))).wait()
    assert in_order(["<lambda>", "current_task"], functions(found[1]))


@pytest.mark.parametrize(
    "way",
    [aiohub.wait, lambda awaitable: aiohub.future_to_greenlet(awaitable).wait()],
    ids=["wait", "future_to_greenlet"],
)
def test_promise_12_format_stack_of_a_task_a_green_thread_waits_for(way):
    async def suspended():
        await inner()

    async def inner():
        await gate.wait()

    def waiter():
        way(task)

    gate = asyncio.Event()
    task = aiohub.get_loop().create_task(suspended())
    green_thread = eventlet.spawn(waiter)
    for _ in range(5):
        eventlet.sleep(0)
    text = aiohub.debug.format_stack(task)
    gate.set()
    green_thread.wait()
    assert in_order(["waiter", "suspended", "inner"], functions(text))


@pytest.mark.parametrize("way", ["await", "greenlet_to_future", "sync_to_async", "gather"])
def test_promise_12_format_stack_of_a_green_thread_a_task_awaits(way):
    gate, found = event.Event(), []

    def green():
        found.append(eventlet.getcurrent())
        gate.wait()

    async def awaiter():
        if way == "await":
            await eventlet.spawn(green)
        elif way == "greenlet_to_future":
            await aiohub.greenlet_to_future(eventlet.spawn(green))
        elif way == "gather":
            await asyncio.gather(eventlet.spawn(green))
        else:
            await aiohub.sync_to_async(green)()

    task = aiohub.get_loop().create_task(awaiter())
    while not found:
        eventlet.sleep(0)
    eventlet.sleep(0)
    text = aiohub.debug.format_stack(found[0])
    gate.send()
    aiohub.wait(task)
    assert in_order(["awaiter", "green"], functions(text))


def test_promise_12_format_stack_names_files_and_source_lines():
    text = live_stack("current")
    assert f'File "{__file__}"' in text
    assert "gate.wait()" in text


def test_promise_12_format_stack_of_what_has_ended():
    green_thread = eventlet.spawn(len, "")
    green_thread.wait()
    eventlet.sleep(0)
    assert "ended" in aiohub.debug.format_stack(green_thread)


def test_promise_12_format_stack_of_something_else():
    with pytest.raises(TypeError, match="int"):
        aiohub.debug.format_stack(5)
