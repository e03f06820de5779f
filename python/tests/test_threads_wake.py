"""Promise 21: eventlet's primitives, used in another OS thread, wake the green thread at once, also in an idle hub.

The hub under test has nothing to do but a timer far away, which ends the test when the wake-up is lost.
"""

import asyncio
import queue
import threading

import eventlet
import eventlet.hubs
import eventlet.queue
import eventlet.semaphore
import pytest
from _ending_threads import LIMIT, Thread, limited, when_idle, with_own_hub
from eventlet.event import Event
from greenlet import GreenletExit

import aiohub

pytestmark = pytest.mark.usefixtures("leak_check")

ROUNDS = 2000


@pytest.fixture(params=["thread without a hub", "thread with a hub"])
def foreign(request):
    """Start a function in an OS thread of either kind, once this thread's hub is idle."""

    def start(function, *args):
        idle = when_idle()

        def run():
            assert idle.wait(LIMIT)
            return function(*args)

        return Thread(with_own_hub(run) if request.param == "thread with a hub" else run)

    return start


@pytest.fixture(params=["green thread", "coroutine that blocks", "coroutine that awaits"])
def waits(request):
    """Call a blocking function where the parameter says, and return its result."""

    def in_green_thread(function, *args):
        return eventlet.spawn(function, *args).wait()

    async def blocking(function, *args):
        return function(*args)

    async def awaiting(function, *args):
        return await eventlet.spawn(function, *args)

    in_coroutine = blocking if request.param == "coroutine that blocks" else awaiting
    if request.param == "green thread":
        return lambda function, *args: limited(in_green_thread, function, *args)
    return lambda function, *args: limited(lambda: aiohub.wait(in_coroutine(function, *args)))


def test_promise_21_event_send(foreign, waits):
    event = Event()
    thread = foreign(event.send, "sent")
    assert waits(event.wait) == "sent"
    thread.end()


def test_promise_21_event_send_to_the_main_green_thread(foreign):
    event = Event()
    thread = foreign(event.send, "sent")
    assert limited(event.wait) == "sent"
    thread.end()


def test_promise_21_event_send_exception(foreign, waits):
    event = Event()
    thread = foreign(event.send_exception, ValueError("sent"))

    def wait():
        with pytest.raises(ValueError, match="sent"):
            event.wait()
        return "raised"

    assert waits(wait) == "raised"
    thread.end()


def test_promise_21_event_with_many_waiters(foreign):
    event = Event()
    green_threads = [eventlet.spawn(event.wait) for _ in range(50)]
    thread = foreign(event.send, "sent")
    assert [limited(green_thread.wait) for green_thread in green_threads] == ["sent"] * 50
    thread.end()


def test_promise_21_event_with_waiters_in_several_hubs(foreign):
    event = Event()
    waiting = queue.SimpleQueue()

    def body():
        green_thread = eventlet.spawn(event.wait)
        eventlet.sleep(0)
        waiting.put(None)
        return limited(green_thread.wait)

    threads = [Thread(body) for _ in range(3)]
    for _ in threads:
        waiting.get(timeout=LIMIT)
    sender = foreign(event.send, "sent")
    assert limited(event.wait) == "sent"
    assert [thread.end() for thread in threads] == ["sent"] * 3
    sender.end()


QUEUES = [eventlet.queue.Queue, eventlet.queue.LightQueue, eventlet.queue.LifoQueue, eventlet.queue.PriorityQueue]


@pytest.mark.parametrize("queue_type", QUEUES)
def test_promise_21_queue_put(foreign, waits, queue_type):
    green_queue = queue_type()
    thread = foreign(green_queue.put, "item")
    assert waits(green_queue.get) == "item"
    thread.end()


@pytest.mark.parametrize("queue_type", QUEUES)
def test_promise_21_queue_get_makes_room(foreign, waits, queue_type):
    green_queue = queue_type(1)
    green_queue.put("first")
    thread = foreign(green_queue.get)
    waits(green_queue.put, "second")
    assert thread.end() == "first"
    assert green_queue.get() == "second"


def test_promise_21_queue_put_nowait_and_get_nowait(foreign, waits):
    green_queue = eventlet.queue.Queue(1)
    thread = foreign(green_queue.put_nowait, "item")
    assert waits(green_queue.get) == "item"
    thread.end()
    green_queue.put("first")
    thread = foreign(green_queue.get_nowait)
    waits(green_queue.put, "second")
    assert thread.end() == "first"


def test_promise_21_queue_task_done_ends_join(foreign, waits):
    green_queue = eventlet.queue.Queue()
    green_queue.put("item")
    green_queue.get()
    thread = foreign(green_queue.task_done)
    waits(green_queue.join)
    thread.end()


@pytest.mark.parametrize("semaphore_type", [eventlet.semaphore.Semaphore, eventlet.semaphore.BoundedSemaphore])
def test_promise_21_semaphore_release(foreign, waits, semaphore_type):
    semaphore = semaphore_type(1)
    semaphore.acquire()
    thread = foreign(semaphore.release)
    assert waits(semaphore.acquire)
    thread.end()
    assert not semaphore.acquire(blocking=False)


def test_promise_21_semaphore_with_many_waiters(foreign):
    semaphore = eventlet.semaphore.Semaphore(0)
    green_threads = [eventlet.spawn(semaphore.acquire) for _ in range(50)]

    def release():
        for _ in green_threads:
            semaphore.release()

    thread = foreign(release)
    assert all(limited(green_thread.wait) for green_thread in green_threads)
    thread.end()
    assert not semaphore.acquire(blocking=False)


async def for_ever():
    await asyncio.Event().wait()


WAITING = {
    "event": lambda: Event().wait(),
    "sleep": lambda: eventlet.sleep(600),
    "queue": lambda: eventlet.queue.Queue().get(),
    "coroutine": lambda: aiohub.wait(for_ever()),
}


@pytest.mark.parametrize("waiting_in", WAITING)
@pytest.mark.parametrize("error", [None, ValueError("kill")])
def test_promise_21_kill(foreign, waiting_in, error):
    green_thread = eventlet.spawn(WAITING[waiting_in])
    for _ in range(5):
        eventlet.sleep(0)
    thread = foreign(green_thread.kill, *([error] if error else []))
    with pytest.raises(GreenletExit if error is None else ValueError):
        limited(green_thread.wait)
    thread.end()
    assert green_thread.dead


def test_promise_21_kill_before_the_start(foreign):
    ran = []
    green_thread = eventlet.spawn_after(600, ran.append, True)
    thread = foreign(green_thread.kill)
    with pytest.raises(GreenletExit):
        limited(green_thread.wait)
    thread.end()
    assert not ran


def test_promise_21_kill_by_function(foreign):
    green_thread = eventlet.spawn(Event().wait)
    eventlet.sleep(0)
    thread = foreign(eventlet.kill, green_thread)
    with pytest.raises(GreenletExit):
        limited(green_thread.wait)
    thread.end()


def test_promise_21_kill_is_awaited_by_a_coroutine(foreign):
    green_thread = eventlet.spawn(Event().wait)

    async def main():
        with pytest.raises(asyncio.CancelledError):
            await green_thread
        return "cancelled"

    thread = foreign(green_thread.kill)
    assert limited(lambda: aiohub.wait(main())) == "cancelled"
    thread.end()


def test_promise_21_run_coroutine_threadsafe(foreign):
    loop = aiohub.get_loop()
    event = Event()

    async def coroutine():
        await asyncio.sleep(0)
        eventlet.sleep(0)
        event.send("ran")
        return await eventlet.spawn(lambda: "result")

    thread = foreign(lambda: asyncio.run_coroutine_threadsafe(coroutine(), loop).result(LIMIT))
    assert limited(event.wait) == "ran"
    assert thread.end() == "result"


def test_promise_21_run_coroutine_threadsafe_is_cancelled(foreign):
    loop = aiohub.get_loop()
    started = threading.Event()
    cancelled = Event()

    async def coroutine():
        started.set()
        try:
            await eventlet.spawn(Event().wait)
        finally:
            cancelled.send("cancelled")

    def cancel():
        future = asyncio.run_coroutine_threadsafe(coroutine(), loop)
        assert started.wait(LIMIT)
        return future.cancel()

    thread = foreign(cancel)
    assert limited(cancelled.wait) == "cancelled"
    assert thread.end() is True


def test_promise_21_call_soon_threadsafe_of_spawn(foreign):
    loop = aiohub.get_loop()
    event = Event()
    ident = threading.get_ident()

    def body(text):
        eventlet.sleep(0)
        assert threading.get_ident() == ident
        event.send(text)

    thread = foreign(loop.call_soon_threadsafe, eventlet.spawn, body, "spawned")
    assert limited(event.wait) == "spawned"
    thread.end()


def test_promise_21_a_thread_ends_before_its_wake_up_is_seen():
    """The wake-up does not depend on the thread, or on the hub, that it comes from."""
    for _ in range(20):
        event = Event()
        green_thread = eventlet.spawn(event.wait)
        eventlet.sleep(0)
        thread = threading.Thread(target=with_own_hub(event.send), args=("sent",))
        thread.start()
        thread.join()
        assert limited(green_thread.wait) == "sent"


# Races. What is lost once in a thousand times is found here.


def test_promise_21_race_of_send_and_wait():
    """The event is sent when the waiter is about to wait, waits, or has not begun: each of them in some of the
    rounds.
    """
    handed_over = queue.SimpleQueue()

    def send():
        for number in range(ROUNDS):
            handed_over.get(timeout=LIMIT).send(number)

    thread = Thread(send)
    for number in range(ROUNDS):
        event = Event()
        handed_over.put(event)
        assert limited(event.wait) == number
    thread.end()


def test_promise_21_race_of_send_and_many_waiters():
    handed_over = queue.SimpleQueue()
    rounds = ROUNDS // 10

    def send():
        for number in range(rounds):
            handed_over.get(timeout=LIMIT).send(number)

    thread = Thread(with_own_hub(send))
    for number in range(rounds):
        event = Event()
        green_threads = [eventlet.spawn(event.wait) for _ in range(10)]
        eventlet.sleep(0)
        handed_over.put(event)
        green_threads += [eventlet.spawn(event.wait) for _ in range(10)]
        assert [limited(green_thread.wait) for green_thread in green_threads] == [number] * 20
    thread.end()


@pytest.mark.parametrize("maxsize", [None, 1, 10])
def test_promise_21_race_of_put_and_get(maxsize):
    """Many items from a thread to this hub, in order, with the putter blocking in its own hub when the queue is
    full.
    """
    green_queue = eventlet.queue.Queue(maxsize)

    def put():
        for number in range(ROUNDS):
            limited(green_queue.put, number)

    thread = Thread(put)
    assert [limited(green_queue.get) for _ in range(ROUNDS)] == list(range(ROUNDS))
    thread.end()
    assert green_queue.empty()


@pytest.mark.parametrize("maxsize", [None, 1])
def test_promise_21_race_of_put_and_get_in_the_other_thread(maxsize):
    green_queue = eventlet.queue.Queue(maxsize)

    def get():
        return [limited(green_queue.get) for _ in range(ROUNDS)]

    thread = Thread(get)
    for number in range(ROUNDS):
        limited(green_queue.put, number)
    assert thread.end() == list(range(ROUNDS))


def test_promise_21_race_of_many_putters_and_getters():
    green_queue = eventlet.queue.Queue(3)
    each = ROUNDS // 4

    def put():
        for number in range(each):
            limited(green_queue.put, number)

    def get():
        return [limited(green_queue.get) for _ in range(each)]

    putters = [Thread(put) for _ in range(3)]
    getters = [Thread(get) for _ in range(3)]
    own_putter = eventlet.spawn(put)
    own_getter = eventlet.spawn(get)
    items = own_getter.wait()
    for thread in getters:
        items += thread.end()
    own_putter.wait()
    for thread in putters:
        thread.end()
    assert sorted(items) == sorted(list(range(each)) * 4)
    assert green_queue.empty()


def test_promise_21_race_of_two_queues():
    there = eventlet.queue.Queue()
    back = eventlet.queue.Queue()

    def answer():
        for _ in range(ROUNDS):
            back.put(limited(there.get) + 1)

    thread = Thread(answer)
    for number in range(ROUNDS):
        there.put(number)
        assert limited(back.get) == number + 1
    thread.end()


def test_promise_21_race_of_release_and_acquire():
    semaphore = eventlet.semaphore.Semaphore(0)

    def release():
        for _ in range(ROUNDS):
            semaphore.release()

    thread = Thread(release)
    for _ in range(ROUNDS):
        assert limited(semaphore.acquire)
    thread.end()
    assert not semaphore.acquire(blocking=False)


def test_promise_21_race_of_two_semaphores():
    there = eventlet.semaphore.Semaphore(0)
    back = eventlet.semaphore.Semaphore(0)

    def answer():
        for _ in range(ROUNDS):
            limited(there.acquire)
            back.release()

    thread = Thread(answer)
    for _ in range(ROUNDS):
        there.release()
        assert limited(back.acquire)
    thread.end()
    assert not there.acquire(blocking=False)
    assert not back.acquire(blocking=False)


def test_promise_21_race_for_one_semaphore():
    """Mutual exclusion holds between green threads of several hubs, and nobody waits for ever."""
    semaphore = eventlet.semaphore.Semaphore(1)
    state = {"inside": 0, "count": 0}
    each = ROUNDS // 10

    def body():
        for _ in range(each):
            with semaphore:
                state["inside"] += 1
                eventlet.sleep(0)
                assert state["inside"] == 1
                state["inside"] -= 1
                state["count"] += 1

    def in_thread():
        green_threads = [eventlet.spawn(body) for _ in range(2)]
        for green_thread in green_threads:
            limited(green_thread.wait)

    threads = [Thread(in_thread) for _ in range(2)]
    in_thread()
    for thread in threads:
        thread.end()
    assert state == {"inside": 0, "count": 6 * each}


def test_promise_21_race_of_acquire_with_a_timeout():
    """An acquire that gives up in the moment of the release neither loses the semaphore nor takes it twice."""
    semaphore = eventlet.semaphore.Semaphore(0)
    taken = 0
    rounds = ROUNDS // 4

    def release():
        for _ in range(rounds):
            semaphore.release()
            eventlet.sleep(0.001)

    thread = Thread(release)
    while taken < rounds:
        if limited(semaphore.acquire, True, 0.001):
            taken += 1
    thread.end()
    assert not semaphore.acquire(blocking=False)


def test_promise_21_race_of_kill_and_end():
    """A green thread that is killed from outside in the moment in which it ends has ended, one way or the other."""
    handed_over = queue.SimpleQueue()
    rounds = ROUNDS // 4

    def kill():
        for _ in range(rounds):
            handed_over.get(timeout=LIMIT).kill()

    thread = Thread(kill)
    for number in range(rounds):
        event = Event()
        green_thread = eventlet.spawn(event.wait)
        eventlet.sleep(0)
        handed_over.put(green_thread)
        event.send(number)
        try:
            assert limited(green_thread.wait) == number
        except GreenletExit:
            pass
        assert green_thread.dead
    thread.end()


def test_promise_21_race_of_call_soon_threadsafe():
    loop = aiohub.get_loop()
    green_queue = eventlet.queue.Queue()

    def call():
        for number in range(ROUNDS):
            loop.call_soon_threadsafe(eventlet.spawn, green_queue.put, number)

    thread = Thread(call)
    assert [limited(green_queue.get) for _ in range(ROUNDS)] == list(range(ROUNDS))
    thread.end()


def test_promise_21_race_of_run_coroutine_threadsafe():
    loop = aiohub.get_loop()
    finished = Event()
    rounds = ROUNDS // 4

    async def double(number):
        return await eventlet.spawn(lambda: 2 * number)

    def call():
        results = [asyncio.run_coroutine_threadsafe(double(number), loop).result(LIMIT) for number in range(rounds)]
        finished.send()
        return results

    thread = Thread(call)
    limited(finished.wait)
    assert thread.end() == [2 * number for number in range(rounds)]


def test_promise_21_a_green_thread_of_another_os_thread(run_script):
    """Its own `wait` works from everywhere, and so do `aiohub.wait` and `await`."""
    result = run_script(
        """
        import os, threading
        import aiohub
        aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"])
        import eventlet
        from eventlet import event

        go_on = event.Event()
        green_thread = eventlet.spawn(go_on.wait)
        failing = eventlet.spawn(lambda: go_on.wait() and 1 / 0)

        async def await_it():
            return await green_thread

        def elsewhere():
            waiting = [
                eventlet.spawn(aiohub.wait, it)
                for it in (green_thread, aiohub.greenlet_to_future(green_thread), await_it())
            ]
            eventlet.sleep(0)
            go_on.send("sent by another OS thread")
            for waiter in waiting:
                print(waiter.wait() == green_thread.wait())
            print(green_thread.wait())
            try:
                failing.wait()
            except ZeroDivisionError as exc:
                print(exc)

        thread = threading.Thread(target=elsewhere)
        thread.start()
        while thread.is_alive():
            eventlet.sleep(0.01)
        thread.join()
        """
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines() == ["True"] * 3 + ["sent by another OS thread", "division by zero"]
