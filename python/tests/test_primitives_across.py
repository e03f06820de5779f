"""Promise 9: asyncio's primitives in green threads, eventlet's in coroutines by promise 5; one object for both."""

import asyncio
import sys

import eventlet
import pytest
from eventlet import event, queue, semaphore

import aiohub

wait = aiohub.wait


def turns(count=20):
    for _ in range(count):
        eventlet.sleep(0)


class AsyncioLock:
    """An asyncio lock or semaphore, used from both worlds."""

    def __init__(self, kind=asyncio.Lock):
        self.lock = kind()

    def green(self, inside):
        wait(self.lock.acquire())
        try:
            inside()
        finally:
            self.lock.release()

    async def coroutine(self, inside):
        async with self.lock:
            await asyncio.sleep(0)
            inside()


class EventletSemaphore:
    """An eventlet semaphore, used from both worlds."""

    def __init__(self, kind=semaphore.Semaphore):
        self.lock = kind(1)

    def green(self, inside):
        with self.lock:
            inside()

    async def coroutine(self, inside):
        with self.lock:
            await asyncio.sleep(0)
            inside()


LOCKS = {
    "asyncio.Lock": AsyncioLock,
    "asyncio.Semaphore": lambda: AsyncioLock(asyncio.Semaphore),
    "asyncio.BoundedSemaphore": lambda: AsyncioLock(asyncio.BoundedSemaphore),
    "asyncio.Condition": lambda: AsyncioLock(asyncio.Condition),
    "eventlet Semaphore": EventletSemaphore,
    "eventlet BoundedSemaphore": lambda: EventletSemaphore(semaphore.BoundedSemaphore),
}


@pytest.mark.parametrize("make", LOCKS.values(), ids=LOCKS)
def test_promise_09_mutual_exclusion_between_both_worlds(make):
    lock, present, count = make(), [], []

    def inside():
        assert present == []
        present.append(1)
        eventlet.sleep(0)
        assert present.pop() == 1
        count.append(1)

    async def main():
        await asyncio.gather(
            *(side for _ in range(10) for side in (lock.coroutine(inside), eventlet.spawn(lock.green, inside)))
        )

    wait(main())
    assert len(count) == 20


@pytest.mark.parametrize("make", LOCKS.values(), ids=LOCKS)
@pytest.mark.parametrize("first", ["green", "coroutine"])
def test_promise_09_one_world_waits_for_the_other(make, first):
    lock, let_go, order = make(), event.Event(), []

    def hold():
        order.append("first in")
        let_go.wait()
        order.append("first out")

    sides = {
        "green": lambda inside: eventlet.spawn(lock.green, inside),
        "coroutine": lambda inside: aiohub.future_to_greenlet(lock.coroutine(inside)),
    }
    second = "coroutine" if first == "green" else "green"
    holding = sides[first](hold)
    turns()
    waiting = sides[second](lambda: order.append("second in"))
    turns()
    assert order == ["first in"]
    let_go.send()
    holding.wait()
    waiting.wait()
    assert order == ["first in", "first out", "second in"]


def test_promise_09_asyncio_event():
    done = asyncio.Event()
    waiting = [eventlet.spawn(wait, done.wait()) for _ in range(3)]
    tasks = [aiohub.future_to_greenlet(done.wait()) for _ in range(3)]
    turns()
    assert not any(green_thread.dead for green_thread in waiting)
    done.set()
    assert [green_thread.wait() for green_thread in waiting + tasks] == [True] * 6


def test_promise_09_asyncio_condition():
    condition, stock, taken = asyncio.Condition(), [], []

    def green():
        wait(condition.acquire())
        try:
            wait(condition.wait_for(lambda: stock))
            taken.append(stock.pop())
        finally:
            condition.release()

    async def coroutine():
        async with condition:
            await condition.wait_for(lambda: stock)
            taken.append(stock.pop())

    takers = [eventlet.spawn(green), aiohub.future_to_greenlet(coroutine()), eventlet.spawn(green)]
    turns()

    for item in range(3):
        wait(condition.acquire())
        stock.append(item)
        condition.notify_all()
        condition.release()
        turns()
    for taker in takers:
        taker.wait()
    assert taken == [0, 1, 2]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [(asyncio.Queue, [3, 1, 2]), (asyncio.LifoQueue, [2, 1, 3]), (asyncio.PriorityQueue, [1, 2, 3])],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_promise_09_asyncio_queues(kind, expected):
    items = kind()
    for item in (3, 1, 2):
        wait(items.put(item))
    assert [wait(items.get()) for _ in range(3)] == expected


def test_promise_09_asyncio_queue_both_ends_in_both_worlds():
    """A full queue holds putters back, an empty one getters, of whichever world; `join` waits for all."""
    items, got = asyncio.Queue(2), []

    def green_put():
        for number in range(50):
            wait(items.put(number))

    async def async_put():
        for number in range(50):
            await items.put(number)

    def green_get():
        while (item := wait(items.get())) is not None:
            got.append(item)
            items.task_done()
        items.task_done()

    async def async_get():
        while (item := await items.get()) is not None:
            got.append(item)
            items.task_done()
        items.task_done()

    putters = [eventlet.spawn(green_put), aiohub.future_to_greenlet(async_put())]
    getters = [eventlet.spawn(green_get), aiohub.future_to_greenlet(async_get())]
    for putter in putters:
        putter.wait()
    wait(items.join())
    for _ in getters:
        wait(items.put(None))
    for getter in getters:
        getter.wait()
    assert sorted(got) == sorted(list(range(50)) * 2)


@pytest.mark.parametrize("kind", [queue.Queue, queue.LightQueue], ids=lambda kind: kind.__name__)
def test_promise_09_eventlet_queue_both_ends_in_both_worlds(kind):
    items, got = kind(2), []

    def put():
        for number in range(50):
            items.put(number)

    def get():
        while (item := items.get()) is not None:
            got.append(item)

    async def async_put():
        for number in range(50):
            items.put(number)
            await asyncio.sleep(0)

    async def async_get():
        while (item := items.get()) is not None:
            got.append(item)
            await asyncio.sleep(0)

    getters = [eventlet.spawn(get), aiohub.future_to_greenlet(async_get())]
    for putter in [eventlet.spawn(put), aiohub.future_to_greenlet(async_put())]:
        putter.wait()
    for _ in getters:
        items.put(None)
    for getter in getters:
        getter.wait()
    assert sorted(got) == sorted(list(range(50)) * 2)


def test_promise_09_asyncio_functions():
    """What coordinates coroutines takes green threads as well, and is waited for in a green thread."""

    def green():
        done, pending = wait(
            asyncio.wait(
                [asyncio.ensure_future(eventlet.spawn(len, "abc")), asyncio.ensure_future(asyncio.sleep(1000))],
                return_when=asyncio.FIRST_COMPLETED,
            )
        )
        assert [task.result() for task in done] == [3]
        for task in pending:
            task.cancel()
        first = next(iter(asyncio.as_completed([asyncio.sleep(0, "first"), asyncio.sleep(1000)])))
        assert wait(first) == "first"
        with pytest.raises(asyncio.TimeoutError):
            wait(asyncio.wait_for(asyncio.sleep(1000), 0.001))
        return wait(asyncio.gather(asyncio.sleep(0, "coroutine"), eventlet.spawn(lambda: "green")))

    assert eventlet.spawn(green).wait() == ["coroutine", "green"]
    for task in asyncio.all_tasks(aiohub.get_loop()):
        task.cancel()
    turns()


def test_promise_09_streams_in_a_green_thread():
    async def echo(reader, writer):
        writer.write((await reader.readline()).upper())
        await writer.drain()
        writer.close()

    def green():
        server = wait(asyncio.start_server(echo, "127.0.0.1", 0))
        host, port = server.sockets[0].getsockname()
        reader, writer = wait(asyncio.open_connection(host, port))
        writer.write(b"hello\n")
        wait(writer.drain())
        line = wait(reader.readline())
        writer.close()
        wait(writer.wait_closed())
        server.close()
        wait(server.wait_closed())
        return line

    assert eventlet.spawn(green).wait() == b"HELLO\n"


@pytest.mark.skipif(sys.version_info < (3, 11), reason="asyncio.Barrier came with Python 3.11")
def test_promise_09_asyncio_barrier():
    barrier = asyncio.Barrier(4)

    async def coroutine():
        return await barrier.wait()

    parties = [
        eventlet.spawn(wait, barrier.wait()),
        eventlet.spawn(wait, barrier.wait()),
        aiohub.future_to_greenlet(coroutine()),
    ]
    turns()
    assert not any(party.dead for party in parties)
    places = [wait(barrier.wait())] + [party.wait() for party in parties]
    assert sorted(places) == [0, 1, 2, 3]


def test_promise_09_eventlet_event_in_coroutines():
    done, failed = event.Event(), event.Event()

    async def coroutine(one):
        return one.wait()

    waiting = [aiohub.future_to_greenlet(coroutine(done)), eventlet.spawn(done.wait)]
    failing = [aiohub.future_to_greenlet(coroutine(failed)), eventlet.spawn(failed.wait)]
    turns()

    async def send():
        done.send("sent")
        failed.send_exception(KeyError("x"))

    wait(send())
    assert [green_thread.wait() for green_thread in waiting] == ["sent", "sent"]
    for green_thread in failing:
        with pytest.raises(KeyError):
            green_thread.wait()


def test_promise_09_green_pool_in_coroutines():
    async def main():
        pool = eventlet.GreenPool(2)
        running, most = [], []

        def work(number):
            running.append(number)
            most.append(len(running))
            eventlet.sleep(0)
            running.remove(number)
            return number * number

        results = list(pool.imap(work, range(10)))
        awaited = [await pool.spawn(work, number) for number in range(3)]
        pool.waitall()
        assert max(most) == 2
        return results, awaited

    assert wait(main()) == ([number * number for number in range(10)], [0, 1, 4])


def test_promise_09_giving_up_waiting_leaves_the_primitive_whole():
    """A green thread killed, or timed out, in `wait(lock.acquire())` does not take the lock with it."""
    lock = asyncio.Lock()
    wait(lock.acquire())
    with pytest.raises(TimeoutError):
        wait(lock.acquire(), timeout=0.001)
    killed = eventlet.spawn(wait, lock.acquire())
    with pytest.raises(eventlet.Timeout):
        with eventlet.Timeout(0.001):
            wait(lock.acquire())
    killed.kill()
    turns()
    lock.release()
    assert not lock.locked()
    assert wait(lock.acquire()) is True
    lock.release()
