"""Ways to run a function in a greenlet that somebody else has made below a coroutine's: `await way(function)`.

In each the function may wait for a coroutine with the way's own means as well: `way.waits(awaitable)`.
"""

import asyncio

import greenback
import greenlet
from sqlalchemy.util import await_only, greenlet_spawn

import aiohub


async def plain_greenlet(function):
    return greenlet.greenlet(function).switch()


plain_greenlet.waits = aiohub.wait


async def three_greenlets_deep(function):
    def descend(depth):
        return function() if depth == 0 else greenlet.greenlet(descend).switch(depth - 1)

    return descend(3)


three_greenlets_deep.waits = aiohub.wait


async def greenlet_that_comes_and_goes(function):
    """The greenlet switches to its parent and back before it calls the function, as a generator would."""

    def run(word):
        while word != "call it":
            word = greenlet.getcurrent().parent.switch("not yet")
        return "result", function()

    green = greenlet.greenlet(run)
    assert green.switch("begin") == "not yet"
    await asyncio.sleep(0)
    assert green.switch("go on") == "not yet"
    await asyncio.sleep(0)
    word, result = green.switch("call it")
    assert word == "result"
    return result


greenlet_that_comes_and_goes.waits = aiohub.wait


async def playwright_way(function):
    """A dispatcher hands the function's greenlet what it waits for, by callbacks of the loop."""
    loop = asyncio.get_running_loop()
    outcome = loop.create_future()

    def run():
        dispatcher = greenlet.getcurrent().parent
        task = loop.create_task(asyncio.sleep(0, "slept"))
        task.add_done_callback(lambda _: here.set_result(None))
        here = loop.create_future()
        dispatcher.switch(here)
        assert task.result() == "slept"
        outcome.set_result(function())

    green = greenlet.greenlet(run)
    step = green.switch()
    while not green.dead:
        await step
        step = green.switch()
    return await outcome


playwright_way.waits = aiohub.wait


async def sqlalchemy_spawn(function):
    return await greenlet_spawn(function)


sqlalchemy_spawn.waits = await_only


async def sqlalchemy_between_awaits(function):
    def run():
        await_only(asyncio.sleep(0))
        result = function()
        assert await_only(asyncio.sleep(0, "after")) == "after"
        return result

    return await greenlet_spawn(run)


sqlalchemy_between_awaits.waits = await_only


async def greenback_run(function):
    return await greenback.with_portal_run_sync(function)


greenback_run.waits = greenback.await_


async def greenback_run_coroutine(function):
    async def run():
        greenback.await_(asyncio.sleep(0))
        result = function()
        await asyncio.sleep(0)
        return result

    return await greenback.with_portal_run(run)


greenback_run_coroutine.waits = greenback.await_


async def greenback_portal(function):
    await greenback.ensure_portal()
    greenback.await_(asyncio.sleep(0))
    result = function()
    assert greenback.await_(asyncio.sleep(0, "after")) == "after"
    return result


greenback_portal.waits = greenback.await_


async def greenback_in_sqlalchemy_in_greenback(function):
    await greenback.ensure_portal()

    def run():
        greenback.await_(asyncio.sleep(0))
        result = function()
        assert greenback.await_(asyncio.sleep(0, "after")) == "after"
        return result

    return await greenlet_spawn(run)


greenback_in_sqlalchemy_in_greenback.waits = greenback.await_

WAYS = [
    plain_greenlet,
    three_greenlets_deep,
    greenlet_that_comes_and_goes,
    playwright_way,
    sqlalchemy_spawn,
    sqlalchemy_between_awaits,
    greenback_run,
    greenback_run_coroutine,
    greenback_portal,
    greenback_in_sqlalchemy_in_greenback,
]
