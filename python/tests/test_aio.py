"""aiohub.aio: pure asyncio helpers. Every test runs on aiohub's loop and on a plain asyncio loop without a hub."""

import asyncio
import gc
import logging
import random

import pytest
from _aio_loops import both_loops, turns, until

from aiohub import aio

LONG = 300


@pytest.mark.once
def test_imports_no_eventlet(run_script):
    result = run_script(
        """
        import sys
        import aiohub.aio
        assert aiohub.aio.Pool
        print([name for name in sys.modules if name.partition(".")[0] in ("eventlet", "greenlet")])
        """
    )
    assert (result.returncode, result.stdout) == (0, "[]\n"), result.stderr


@pytest.mark.once
def test_every_name_says_what_it_replaces():
    for name in set(aio.__all__) - {"Results"}:
        assert "Replaces `" in getattr(aio, name).__doc__ or "eventlet" in getattr(aio, name).__doc__, name


# sleep, spawn.


@both_loops
def test_sleep_lets_others_run(run):
    async def main():
        ran = []
        asyncio.get_running_loop().call_soon(ran.append, True)
        await aio.sleep()
        assert ran
        await aio.sleep(0.001)
        return True

    assert run(main)


@both_loops
def test_spawned_task_lives_without_a_reference(run):
    async def main():
        done = []

        async def work():
            # Only the task and this future know each other: the collector would take both.
            future = asyncio.get_running_loop().create_future()
            waiters.append(__import__("weakref").ref(future))
            await future
            done.append(True)

        waiters = []
        aio.spawn(work(), name="lonely")
        await turns()
        gc.collect()
        assert waiters[0]() is not None
        waiters[0]().set_result(None)
        await turns()
        return done

    assert run(main) == [True]


@both_loops
def test_spawn_returns_a_named_task(run):
    async def main():
        async def work():
            return 7

        task = aio.spawn(work(), name="worker")
        assert task.get_name() == "worker"
        return await task

    assert run(main) == 7


@both_loops
def test_spawned_error_that_nobody_awaits_is_logged_once(run, caplog):
    async def main():
        async def fail():
            raise ValueError("lost")

        aio.spawn(fail(), name="failing")
        await turns()
        gc.collect()
        await turns()

    with caplog.at_level(logging.ERROR):
        run(main)
    (record,) = caplog.records
    assert record.name == "aiohub.aio"
    assert "failing" in record.getMessage()
    assert str(record.exc_info[1]) == "lost"


@both_loops
def test_spawned_error_that_somebody_awaits_is_not_logged(run, caplog):
    async def main():
        async def fail():
            raise ValueError("taken")

        with pytest.raises(ValueError, match="taken"):
            await aio.spawn(fail())
        results = await asyncio.gather(aio.spawn(fail()), aio.spawn(fail()), return_exceptions=True)
        assert [str(each) for each in results] == ["taken", "taken"]
        cancelled = aio.spawn(asyncio.sleep(LONG))
        await turns()
        cancelled.cancel()
        await turns()
        return True

    assert run(main)
    assert not caplog.records


@both_loops
def test_spawn_takes_coroutines_only(run):
    async def main():
        with pytest.raises(TypeError, match="call the function"):
            aio.spawn(turns)
        return True

    assert run(main)


# silent_timeout.


@both_loops
def test_silent_timeout(run):
    async def main():
        async with aio.silent_timeout(0.01) as short:
            await asyncio.sleep(LONG)
        async with aio.silent_timeout(LONG) as long:
            await asyncio.sleep(0)
        async with aio.silent_timeout(None) as never:
            await asyncio.sleep(0.01)
        return short.expired(), long.expired(), never.expired()

    assert run(main) == (True, False, False)


@both_loops
def test_silent_timeout_silences_nothing_else(run):
    async def main():
        async with aio.silent_timeout(LONG):
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(asyncio.sleep(LONG), 0.01)
        with pytest.raises(KeyError):
            async with aio.silent_timeout(LONG):
                raise KeyError
        reached = []
        async with aio.silent_timeout(0.01) as outer:
            async with aio.silent_timeout(LONG) as inner:
                await asyncio.sleep(LONG)
            reached.append("between")
        assert (outer.expired(), inner.expired(), reached) == (True, False, [])

        async def work():
            async with aio.silent_timeout(LONG):
                await asyncio.sleep(LONG)

        task = asyncio.ensure_future(work())
        await turns()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return True

    assert run(main)


@pytest.mark.parametrize(("seconds", "error"), [("1", TypeError), (float("nan"), ValueError)])
def test_silent_timeout_bad_arguments(seconds, error):
    with pytest.raises(error, match="seconds"):
        aio.silent_timeout(seconds)


# OneShot.


@both_loops
def test_one_shot_carries_a_value(run):
    async def main():
        event = aio.OneShot()
        waiting = [asyncio.ensure_future(event.wait()) for _ in range(3)]
        await turns()
        assert not event.ready()
        event.send(7)
        assert event.ready()
        return await asyncio.gather(*waiting), await event.wait()

    assert run(main) == ([7, 7, 7], 7)


@both_loops
def test_one_shot_carries_an_exception(run):
    async def main():
        for exc in (KeyError("x"), KeyError):
            event = aio.OneShot()
            waiting = asyncio.ensure_future(event.wait())
            await turns()
            event.send_exception(exc)
            for _ in range(2):
                with pytest.raises(KeyError):
                    await event.wait()
            with pytest.raises(KeyError):
                await waiting
        with pytest.raises(TypeError, match="exception"):
            aio.OneShot().send_exception("x")
        return True

    assert run(main)


@both_loops
def test_one_shot_happens_once(run):
    async def main():
        for first in ("send", "send_exception"):
            event = aio.OneShot()
            event.send() if first == "send" else event.send_exception(KeyError)
            with pytest.raises(RuntimeError, match="already"):
                event.send(1)
            with pytest.raises(RuntimeError, match="already"):
                event.send_exception(KeyError)
        return True

    assert run(main)


@both_loops
def test_one_shot_survives_a_cancelled_waiter(run):
    async def main():
        event = aio.OneShot()
        first, second = (asyncio.ensure_future(event.wait()) for _ in range(2))
        await turns()
        first.cancel()
        await turns()
        assert len(event._waiters) == 1
        event.send("value")
        return await second

    assert run(main) == "value"


# Channel.


@both_loops
def test_channel_put_returns_when_the_item_is_taken(run):
    async def main():
        channel = aio.Channel()
        putting = asyncio.ensure_future(channel.put("item"))
        await turns()
        assert not putting.done()
        assert channel.putting() == 1
        assert await channel.get() == "item"
        await putting
        getting = asyncio.ensure_future(channel.get())
        await turns()
        assert channel.getting() == 1
        await channel.put("second")
        return await getting, channel.putting(), channel.getting()

    assert run(main) == ("second", 0, 0)


@both_loops
def test_channel_serves_in_turn(run):
    async def main():
        channel = aio.Channel()
        putting = [asyncio.ensure_future(channel.put(number)) for number in range(5)]
        await turns()
        got = [await channel.get() for _ in range(5)]
        await asyncio.gather(*putting)
        getting = [asyncio.ensure_future(channel.get()) for _ in range(5)]
        await turns()
        for number in range(5):
            await channel.put(number)
        return got, await asyncio.gather(*getting)

    assert run(main) == ([0, 1, 2, 3, 4], [0, 1, 2, 3, 4])


@both_loops
def test_channel_cancelled_put_withdraws_its_item(run):
    async def main():
        channel = aio.Channel()
        first = asyncio.ensure_future(channel.put("first"))
        second = asyncio.ensure_future(channel.put("second"))
        await turns()
        first.cancel()
        await turns()
        got = await channel.get()
        await second
        # Withdrawn after a getter was woken for it and before that ran.
        getting = asyncio.ensure_future(channel.get())
        await turns()
        third = asyncio.ensure_future(channel.put("third"))
        await until(lambda: channel._woken)
        third.cancel()
        await turns()
        assert third.cancelled()
        assert not getting.done()
        await channel.put("fourth")
        assert await getting == "fourth"
        return got, channel.putting(), channel.getting(), channel._woken

    assert run(main) == ("second", 0, 0, 0)


@both_loops
def test_channel_cancelled_get_loses_nothing(run):
    async def main():
        channel = aio.Channel()
        first = asyncio.ensure_future(channel.get())
        second = asyncio.ensure_future(channel.get())
        await turns()
        putting = asyncio.ensure_future(channel.put("item"))
        await until(lambda: channel._woken)  # the first was woken and has not run
        first.cancel()
        await putting
        with pytest.raises(asyncio.CancelledError):
            await first
        return await second, channel.getting(), channel._woken

    assert run(main) == ("item", 0, 0)


@both_loops
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_channel_at_random(run, seed):
    async def main():
        rng = random.Random(seed)
        channel = aio.Channel()
        put, got, tasks = set(), set(), []

        async def putter(item):
            await channel.put(item)
            put.add(item)

        async def getter():
            got.add(await channel.get())

        for number in range(1000):
            tasks.append(asyncio.ensure_future(putter(number) if rng.random() < 0.5 else getter()))
            if rng.random() < 0.3:
                rng.choice(tasks[-10:]).cancel()
            if rng.random() < 0.3:
                await asyncio.sleep(0)
        await turns()
        assert not (channel.putting() and channel.getting())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        # A put that is cancelled when its item has just been taken cannot say so.
        assert put <= got
        assert len(got) > 100
        return channel.putting(), channel.getting(), channel._woken

    assert run(main) == (0, 0, 0)


# Pool.


@both_loops
def test_pool_waits_when_it_is_full(run):
    async def main():
        pool = aio.Pool(2)
        go = asyncio.Event()
        tasks = [await pool.spawn(go.wait) for _ in range(2)]
        assert (pool.running(), pool.free(), pool.waiting()) == (2, 0, 0)
        third = asyncio.ensure_future(pool.spawn(turns, count=1))
        await turns()
        assert not third.done()
        assert (pool.running(), pool.free(), pool.waiting()) == (2, 0, 1)
        go.set()
        task = await third
        await pool.waitall()
        assert task.done()
        assert all(each.done() for each in tasks)
        return pool.running(), pool.free(), pool.waiting()

    assert run(main) == (0, 2, 0)


@both_loops
def test_pool_spawn_gives_the_result(run):
    async def main():
        async def add(a, b=0):
            return a + b

        async def fail():
            raise KeyError

        pool = aio.Pool(1)
        results = [await (await pool.spawn(add, 1, b=2)), await (await pool.spawn(add, 5))]
        task = await pool.spawn(fail)
        with pytest.raises(KeyError):
            await task
        task = await pool.spawn(add, c=1)
        with pytest.raises(TypeError):  # of the call, which is the task's
            await task
        assert pool.free() == 1
        return results

    assert run(main) == [3, 5]


@both_loops
def test_pool_cancelled_spawn_leaves_its_place(run):
    async def main():
        pool = aio.Pool(1)
        go = asyncio.Event()
        await pool.spawn(go.wait)
        first = asyncio.ensure_future(pool.spawn(turns))
        second = asyncio.ensure_future(pool.spawn(turns))
        third = asyncio.ensure_future(pool.spawn(turns))
        await turns()
        first.cancel()
        await turns()
        assert pool.waiting() == 2
        go.set()
        await until(lambda: pool._promised)  # the slot was given to the second, which has not run
        second.cancel()
        await third
        await pool.waitall()
        assert first.cancelled()
        assert second.cancelled()
        return pool.running(), pool.free(), pool.waiting()

    assert run(main) == (0, 1, 0)


@both_loops
def test_pool_resize(run):
    async def main():
        pool = aio.Pool(1)
        go = asyncio.Event()
        await pool.spawn(go.wait)
        waiting = [asyncio.ensure_future(pool.spawn(go.wait)) for _ in range(3)]
        await turns()
        pool.resize(3)
        await turns()
        assert (pool.size, pool.running(), pool.waiting()) == (3, 3, 1)
        pool.resize(1)
        assert pool.free() == 0
        go.set()
        await asyncio.gather(*waiting)
        await pool.waitall()
        return pool.free()

    assert run(main) == 1


@both_loops
def test_pool_waitall(run):
    async def main():
        pool = aio.Pool(2)
        await pool.waitall()  # nothing to wait for
        async with pool:
            tasks = [await pool.spawn(turns) for _ in range(5)]
        assert all(task.done() for task in tasks)

        async def wait_for_itself():
            await pool.waitall()

        with pytest.raises(RuntimeError, match="itself"):
            await (await pool.spawn(wait_for_itself))
        return True

    assert run(main)


@pytest.mark.parametrize(("size", "error"), [(-1, ValueError), ("1", TypeError), (True, TypeError)])
def test_pool_bad_size(size, error):
    with pytest.raises(error, match="size"):
        aio.Pool(size)
    with pytest.raises(error, match="size"):
        aio.Pool(1).resize(size)


@both_loops
def test_pool_imap_keeps_order_and_limit(run):
    async def main():
        rng = random.Random(7)
        pool = aio.Pool(4)
        most = 0

        async def work(number):
            nonlocal most
            most = max(most, pool.running())
            await turns(rng.randrange(20))
            return number * 2

        results = [result async for result in pool.imap(work, range(100))]
        assert results == [number * 2 for number in range(100)]
        assert most == 4
        assert pool.running() == 0
        return True

    assert run(main)


@both_loops
def test_pool_starmap_and_several_iterables(run):
    async def main():
        async def add(a, b):
            return a + b

        pool = aio.Pool(2)
        starmap = [result async for result in pool.starmap(add, [(1, 2), (3, 4)])]
        imap = [result async for result in pool.imap(add, [1, 2, 3], [10, 20])]
        nothing = [result async for result in pool.imap(add, [])]
        return starmap, imap, nothing

    assert run(main) == ([3, 7], [11, 22], [])


@both_loops
def test_pool_imap_takes_items_as_they_are_needed(run):
    async def main():
        taken = []

        def items():
            for number in range(1000):
                taken.append(number)
                yield number

        async def work(number):
            return number

        pool = aio.Pool(3)
        results = pool.imap(work, items())
        assert not taken
        assert await results.__anext__() == 0
        assert len(taken) <= 4
        await results.aclose()
        with pytest.raises(StopAsyncIteration):
            await results.__anext__()
        return pool.running()

    assert run(main) == 0


@both_loops
def test_pool_imap_gets_on_when_others_fill_the_pool(run):
    async def main():
        pool = aio.Pool(2)
        go = asyncio.Event()

        async def work(number):
            return number

        for _ in range(2):
            await pool.spawn(go.wait)
        collecting = asyncio.ensure_future(collect(pool.imap(work, range(10))))
        await turns()
        assert not collecting.done()
        go.set()
        return await collecting

    async def collect(results):
        return [result async for result in results]

    assert run(main) == list(range(10))


@both_loops
def test_pool_imap_error_comes_in_its_turn(run):
    async def main():
        async def work(number):
            if number == 2:
                raise KeyError(number)
            return number

        seen = []
        results = aio.Pool(10).imap(work, range(5))
        while True:
            try:
                seen.append(await results.__anext__())
            except KeyError:
                seen.append("error")
            except StopAsyncIteration:
                return seen

    assert run(main) == [0, 1, "error", 3, 4]


@both_loops
def test_pool_imap_cancelled_iteration_can_go_on(run):
    async def main():
        go = asyncio.Event()

        async def work(number):
            await go.wait()
            return number

        results = aio.Pool(2).imap(work, range(3))
        waiting = asyncio.ensure_future(results.__anext__())
        await turns()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        go.set()
        return [result async for result in results]

    assert run(main) == [0, 1, 2]
