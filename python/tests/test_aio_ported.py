"""What the porting tool writes in place of eventlet's primitives, with eventlet's arguments and errors."""

import asyncio
import queue
import threading

import pytest
from _aio_loops import both_loops, turns

from aiohub import aio

LONG = 300


# Queues.


@both_loops
@pytest.mark.parametrize("kind", [queue.Empty, asyncio.QueueEmpty])
def test_an_empty_queue_is_empty_for_both_libraries(run, kind):
    async def main():
        jobs = aio.Queue()
        with pytest.raises(kind):
            jobs.get_nowait()
        with pytest.raises(kind):
            await jobs.get(False)
        with pytest.raises(kind):
            await jobs.get(timeout=0.001)
        with pytest.raises(kind):
            await jobs.get(timeout=-1)

    run(main)


@both_loops
@pytest.mark.parametrize("kind", [queue.Full, asyncio.QueueFull])
def test_a_full_queue_is_full_for_both_libraries(run, kind):
    async def main():
        jobs = aio.Queue(1)
        await jobs.put(1)
        assert jobs.full() and jobs.maxsize == 1 and list(jobs.queue) == [1]
        with pytest.raises(kind):
            jobs.put_nowait(2)
        with pytest.raises(kind):
            await jobs.put(2, block=False)
        with pytest.raises(kind):
            await jobs.put(2, timeout=0.001)
        assert await jobs.get(timeout=LONG) == 1

    run(main)


@both_loops
def test_a_timeout_loses_no_item_and_no_place(run):
    async def main():
        jobs = aio.Queue(1)
        with pytest.raises(queue.Empty):
            await jobs.get(timeout=0.001)
        taker = aio.spawn(jobs.get(timeout=LONG))
        await turns()
        assert (jobs.getting(), jobs.putting()) == (1, 0)
        jobs.put_nowait("first")
        assert await taker == "first"
        await jobs.put("second")
        giver = aio.spawn(jobs.put("third", timeout=LONG))
        await turns()
        assert (jobs.getting(), jobs.putting()) == (0, 1)
        assert [await jobs.get(), await jobs.get()] == ["second", "third"]
        await giver

    run(main)


@both_loops
def test_sizes_of_queues(run):
    async def main():
        for unbounded in (aio.Queue(), aio.Queue(None), aio.Queue(-1)):
            assert unbounded.maxsize is None
            for item in range(100):
                unbounded.put_nowait(item)
        with pytest.raises(ValueError, match=r"aio\.Channel"):
            aio.Queue(0)

    run(main)


@both_loops
def test_orders_of_queues(run):
    async def main():
        last, least = aio.LifoQueue(), aio.PriorityQueue(5)
        for item in (2, 1, 3):
            await last.put(item)
            await least.put(item)
        assert [await last.get() for _ in range(3)] == [3, 1, 2]
        assert [await least.get() for _ in range(3)] == [1, 2, 3]

    run(main)


@both_loops
def test_who_is_cancelled_in_get_gets_the_cancellation(run):
    async def main():
        taker = aio.spawn(aio.Queue().get(timeout=LONG))
        await turns()
        taker.cancel()
        with pytest.raises(asyncio.CancelledError):
            await taker

    run(main)


# Semaphores.


@both_loops
@pytest.mark.parametrize("kind", [aio.Semaphore, aio.BoundedSemaphore])
def test_acquire_says_whether_it_did(run, kind):
    async def main():
        permits = kind(1)
        assert await permits.acquire()
        assert not await permits.acquire(blocking=False)
        assert not await permits.acquire(False)
        assert not await permits.acquire(timeout=0.001)
        permits.release()
        assert await permits.acquire(timeout=LONG)
        permits.release()
        async with permits:
            assert permits.locked()
        assert await permits.acquire(timeout=-1)
        for arguments in ({"timeout": -2}, {"blocking": False, "timeout": 1}):
            with pytest.raises(ValueError, match="timeout"):
                await permits.acquire(**arguments)

    run(main)


@both_loops
def test_bounds(run):
    async def main():
        with pytest.raises(ValueError, match="released too many"):
            aio.BoundedSemaphore(1).release()

    run(main)


@both_loops
def test_a_capped_semaphore_waits_on_both_sides(run):
    async def main():
        permits = aio.CappedSemaphore(0, 1)
        assert permits.locked() and not permits.bounded()
        assert not await permits.acquire(blocking=False)
        taker = aio.spawn(permits.acquire())
        await turns()
        assert not taker.done()
        await permits.release()
        await taker
        await permits.release()
        assert not await permits.release(blocking=False)
        giver = aio.spawn(permits.release())
        await turns()
        assert not giver.done()
        async with permits:
            await giver
            taker = aio.spawn(permits.acquire())
            await taker
        assert not permits.locked()

    run(main)


@both_loops
def test_a_cancelled_wait_passes_its_turn_on(run):
    async def main():
        permits = aio.CappedSemaphore(0, 2)
        first, second = aio.spawn(permits.acquire()), aio.spawn(permits.acquire())
        await turns()
        await permits.release()
        first.cancel()  # woken, and not run since
        await turns()
        assert second.done() and first.cancelled()

    run(main)


@pytest.mark.parametrize("arguments", [(-1, 1), (2, 1)])
def test_a_capped_semaphore_of_nonsense(arguments):
    with pytest.raises(ValueError, match="count"):
        aio.CappedSemaphore(*arguments)


# Events.


@both_loops
def test_an_event_with_eventlets_arguments(run):
    async def main():
        done = aio.OneShot()
        assert await done.wait(0.001) is None
        done.send(exc=KeyError("a"))
        assert done.has_exception() and not done.has_result()
        with pytest.raises(KeyError):
            await done.wait(timeout=LONG)
        with pytest.raises(AssertionError):
            done.send(1)
        with pytest.raises(RuntimeError):
            done.send(1)
        value = aio.OneShot()
        value.send(result=7)
        assert value.has_result() and await value.wait() == 7
        both = aio.OneShot()
        try:
            raise ValueError("where")
        except ValueError as exc:
            both.send_exception(type(exc), exc, exc.__traceback__)
        with pytest.raises(ValueError, match="where"):
            await both.wait()

    run(main)


# Pools.


@both_loops
def test_a_full_pool_of_tasks_that_spawn_goes_on(run):
    async def main():
        pool = aio.Pool(2)
        done = []

        async def inner(n):
            await asyncio.sleep(0)
            done.append(n)

        async def outer(n):
            await pool.spawn(inner, n)

        for n in range(4):
            await pool.spawn(outer, n)
        await pool.waitall()
        return sorted(done)

    assert run(main) == [0, 1, 2, 3]


@both_loops
def test_a_pool_runs_plain_functions_too(run):
    async def main():
        pool = aio.Pool(2)
        task = await pool.spawn(int, "7")
        return await task, [item async for item in pool.imap(str, [1, 2])]

    assert run(main) == (7, ["1", "2"])


@both_loops
def test_a_pile_gives_results_in_order(run):
    async def main():
        pile = aio.Pile(2)

        async def work(n):
            for _ in range(3 - n):
                await asyncio.sleep(0)
            if n == 1:
                raise KeyError(n)
            return n

        for n in range(3):
            await pile.spawn(work, n)
        found = []
        while len(found) < 3:
            try:
                async for result in pile:
                    found.append(result)
            except KeyError as exc:
                found.append(repr(exc))
        assert [item async for item in pile] == []
        pool = aio.Pool(1)
        await aio.Pile(pool).spawn(work, 0)
        assert pool.running() == 1
        await pool.waitall()
        return found

    assert run(main) == [0, "KeyError(1)", 2]


# Timeouts.


@both_loops
def test_with_timeout(run):
    async def main():
        async def forever(*args, **kwargs):
            await asyncio.get_running_loop().create_future()

        async def double(n, by=2):
            return n * by

        assert await aio.with_timeout(LONG, double, 4, by=3) == 12
        assert await aio.with_timeout(LONG, int, "4") == 4
        assert await aio.with_timeout(0.001, forever, 1, timeout_value="late") == "late"
        with pytest.raises(aio.Timeout):
            await aio.with_timeout(0.001, forever)
        with pytest.raises(aio.Timeout):  # the outer one: no value for it
            async with aio.Timeout(0.001):
                await aio.with_timeout(LONG, forever, timeout_value="late")

    run(main)


@both_loops
def test_a_time_that_has_passed(run):
    async def main():
        with pytest.raises(aio.Timeout):
            async with aio.Timeout(-1):
                await asyncio.sleep(LONG)
        async with aio.silent_timeout(-1):
            await asyncio.sleep(LONG)

    run(main)


# Threads.


@both_loops
def test_to_thread_has_as_many_threads_as_tpool(run):
    async def main():
        # Each waits for all of them: fewer threads would never come to the end.
        barrier = threading.Barrier(20)
        await asyncio.gather(*(aio.to_thread(barrier.wait, timeout=LONG) for _ in range(20)))
        with pytest.raises(ValueError, match="invalid literal"):
            await aio.to_thread(int, "x")

    run(main)


@both_loops
def test_thread_proxy(run):
    async def main():
        class Image:
            size = 3

            def __init__(self):
                self.idents = []

            def read(self, n, unit=1):
                self.idents.append(threading.get_ident())
                return n * unit

        image = Image()
        proxy = aio.ThreadProxy(image)
        assert (proxy.size, await proxy.read(2, unit=4), hasattr(proxy, "nothing")) == (3, 8, False)
        with pytest.raises(AttributeError):
            _ = proxy.nothing
        assert threading.get_ident() not in image.idents

    run(main)


@both_loops
def test_who_looks_at_a_proxy_sees_what_it_stands_for(run):
    async def main():
        empty, full = [], [1, 2]
        assert not aio.ThreadProxy(empty)
        proxy = aio.ThreadProxy(full)
        assert proxy and proxy == [1, 2] and proxy != [1] and len(proxy) == 2
        assert (str(proxy), repr(proxy)) == ("[1, 2]", "[1, 2]")
        assert hash(aio.ThreadProxy("key")) == hash("key")

    run(main)


# What can be of either world.


class Manager:
    def __init__(self):
        self.said = []

    def __enter__(self):
        self.said.append("in")
        return 5

    def __exit__(self, kind, error, trace):
        self.said.append(kind)
        return kind is KeyError


@both_loops
def test_enter_takes_managers_of_both_worlds(run):
    async def main():
        plain, lock = Manager(), asyncio.Lock()
        async with aio.enter(plain) as value:
            assert value == 5
        async with aio.enter(plain):
            raise KeyError("swallowed")
        assert plain.said == ["in", None, "in", KeyError]
        async with aio.enter(lock):
            assert lock.locked()
        assert not lock.locked()
        with pytest.raises(TypeError, match="not 7"):
            aio.enter(7)

    run(main)


@both_loops
def test_a_proxy_is_entered_and_left_in_a_thread(run):
    threads = []

    class Image(Manager):
        def __enter__(self):
            threads.append(threading.get_ident())
            return super().__enter__()

        def __exit__(self, *exc_info):
            threads.append(threading.get_ident())
            return super().__exit__(*exc_info)

    async def main():
        image = Image()
        async with aio.ThreadProxy(image) as value:
            assert value == 5
            raise KeyError("swallowed")
        assert image.said == ["in", KeyError]

    run(main)
    assert len(threads) == 2 and threading.get_ident() not in threads


class Runs:
    def __init__(self):
        self.said = []

    def wait(self):
        return 7

    def kill(self):
        self.said.append("kill")

    def link(self, function, *args):
        function(self, *args)


@both_loops
def test_join_kill_and_link_take_tasks_and_what_is_none(run):
    async def give(value):
        await asyncio.sleep(0)
        return value

    async def main():
        other, ended = Runs(), []
        assert await aio.join(other) == 7
        aio.kill(other)
        aio.link(other, lambda thread, name: ended.append(name), "other")
        assert other.said == ["kill"] and ended == ["other"]
        task = aio.spawn(give(3))
        aio.link(task, lambda thread, name: ended.append((thread.result(), name)), "task")
        assert await aio.join(task) == 3
        await turns()
        assert ended[1:] == [(3, "task")]
        task = aio.spawn(give(3))
        aio.kill(task)
        with pytest.raises(asyncio.CancelledError):
            await aio.join(task)

    run(main)


@both_loops
def test_result_takes_tasks_that_have_ended_and_what_is_none(run):
    async def fail():
        raise ValueError("failed")

    async def main():
        assert aio.result(Runs()) == 7
        task = aio.spawn(asyncio.sleep(0, 3))
        with pytest.raises(asyncio.InvalidStateError):
            aio.result(task)
        await task
        assert aio.result(task) == 3
        task = aio.spawn(fail())
        await turns()
        with pytest.raises(ValueError, match="failed"):
            aio.result(task)

    run(main)


@both_loops
def test_who_is_cancelled_in_join_leaves_the_task(run):
    async def main():
        gate = asyncio.Event()
        task = aio.spawn(gate.wait())
        waiter = aio.spawn(aio.join(task))
        await turns()
        waiter.cancel()
        await turns()
        assert waiter.cancelled() and not task.done()
        gate.set()
        assert await task

    run(main)


@both_loops
def test_an_event_says_whether_it_was_set_in_time(run):
    async def main():
        event = aio.Event()
        assert await event.wait(0.001) is False
        assert await event.wait(0) is False
        waiter = aio.spawn(event.wait(LONG))
        await turns()
        event.set()
        assert await waiter is True
        assert await event.wait() is True and await event.wait(0) is True
        event.clear()
        assert not event.is_set()

    run(main)


# Pools of things.


class Things(aio.ItemPool):
    made = 0

    def create(self):
        self.made += 1
        return self.made


@both_loops
def test_things_are_made_when_they_are_needed_and_lent_to_one_at_a_time(run):
    async def main():
        pool = Things(min_size=1, max_size=2)
        assert (pool.made, pool.free(), list(pool.free_items)) == (1, 2, [1])
        async with pool.item() as one, pool.item() as two:
            assert (one, two, pool.made, pool.free()) == (1, 2, 2, 0)
            waiter = aio.spawn(pool.get())
            await turns()
            assert pool.waiting() == 1 and not waiter.done()
            pool.put(two)
            assert await waiter == 2 and pool.waiting() == 0 and not pool.free_items
        assert list(pool.free_items) == [2, 1]

    run(main)


@both_loops
@pytest.mark.parametrize("stack", [False, True])
def test_what_comes_back_is_the_last_or_the_first_to_be_lent_again(run, stack):
    async def main():
        pool = Things(max_size=3, order_as_stack=stack)
        things = [await pool.get() for _ in range(3)]
        for thing in things:
            pool.put(thing)
        assert list(pool.free_items) == ([3, 2, 1] if stack else [1, 2, 3])

    run(main)


@both_loops
def test_a_thing_whose_taker_was_cancelled_goes_to_the_next(run):
    async def main():
        pool = Things(max_size=1)
        thing = await pool.get()
        first, second = aio.spawn(pool.get()), aio.spawn(pool.get())
        await turns()
        pool.put(thing)
        first.cancel()  # it has the thing, and has not run
        assert await second == 1
        assert first.cancelled() and pool.waiting() == 0
        third = aio.spawn(pool.get())
        await turns()
        third.cancel()
        await turns()
        assert pool.waiting() == 0
        pool.put(1)
        assert list(pool.free_items) == [1]

    run(main)


@both_loops
def test_what_cannot_be_made_takes_no_place(run):
    async def fails():
        await asyncio.sleep(0)
        raise OSError("away")

    async def main():
        pool = aio.ItemPool(max_size=1, create=fails)
        for _ in range(2):
            with pytest.raises(OSError, match="away"):
                await pool.get()
        assert pool.free() == 1
        pool.resize(0)
        pool.current_size = 1
        pool.put("dropped")
        assert not pool.free_items and pool.current_size == 0
        with pytest.raises(NotImplementedError):
            await aio.ItemPool().get()

    run(main)
