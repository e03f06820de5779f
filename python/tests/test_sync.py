"""Locks, semaphores, events and conditions that green threads, coroutines and OS threads share."""

import _thread
import asyncio
import signal
import threading

import eventlet
import pytest
from _sync_worlds import KILLABLE, WORLDS, Running, end_when_served, line_of, start_waiting, until
from eventlet import hubs

import aiohub
from aiohub._hub import threads as _threads
from aiohub._locks import park as _park

every_world = pytest.mark.parametrize("world", WORLDS)
every_killable = pytest.mark.parametrize("world", KILLABLE)

LOCKS = [aiohub.Lock, aiohub.RLock, aiohub.Semaphore, aiohub.BoundedSemaphore]
every_lock = pytest.mark.parametrize("make", LOCKS, ids=lambda make: make.__name__)


def use(lock):
    """Functions that take and give back *lock*, blocking and awaiting."""

    def block():
        with lock:
            return True

    async def awaiting():
        async with lock:
            return True

    return block, awaiting


# Taking and giving back.


@every_world
@every_lock
def test_free_lock_is_taken_and_given_back(make, world):
    lock = make()
    assert Running(world, *use(lock)).result()
    assert lock.acquire(blocking=False)
    lock.release()


@every_lock
def test_free_lock_needs_no_hub(make):
    hubs_seen = []

    def main():
        with make():
            hubs_seen.append(_threads.current_hub())

    thread = threading.Thread(target=main)
    thread.start()
    until(lambda: not thread.is_alive())
    assert hubs_seen == [None]


@pytest.mark.parametrize("giver", WORLDS)
@pytest.mark.parametrize("taker", WORLDS)
def test_lock_goes_from_any_world_to_any_world(giver, taker):
    lock = aiohub.Lock()
    lock.acquire()
    waiting = start_waiting(lock, taker, *use(lock))

    async def release():
        lock.release()

    Running(giver, lock.release, release).result()
    assert waiting.result()
    assert not lock.locked()
    assert not line_of(lock)


@every_lock
def test_waiters_are_served_in_the_order_they_came(make):
    lock = make()
    lock.acquire()
    served = []
    waiting = []
    for number, world in enumerate(WORLDS * 3):

        def block(number=number):
            with lock:
                served.append(number)

        async def awaiting(number=number):
            async with lock:
                served.append(number)

        waiting.append(start_waiting(lock, world, block, awaiting))
    lock.release()
    for each in waiting:
        each.result()
    assert served == list(range(len(waiting)))


def test_nobody_overtakes_a_waiter():
    lock = aiohub.Lock()
    lock.acquire()
    waiting = start_waiting(lock, "green", *use(lock))
    lock.release()
    assert not lock.acquire(blocking=False)  # it belongs to the waiter, which has not run yet
    assert waiting.result()


@every_world
@every_lock
def test_acquire_gives_up_after_its_timeout(make, world):
    lock = make()
    Running("green", lock.acquire).result()
    assert Running(world, lambda: lock.acquire(timeout=0.01), lambda: lock.aacquire(timeout=0.01)).result() is False
    assert not line_of(lock)


@every_world
@every_lock
def test_acquire_without_blocking(make, world):
    lock = make()
    Running("green", lock.acquire).result()
    assert Running(world, lambda: lock.acquire(False), lambda: lock.aacquire(timeout=0)).result() is False
    assert not line_of(lock)


@every_lock
@pytest.mark.parametrize(
    ("arguments", "error", "text"),
    [
        ({"timeout": -2}, ValueError, "non-negative"),
        ({"blocking": False, "timeout": 1}, ValueError, "non-blocking"),
        ({"timeout": float("nan")}, ValueError, "timeout .* not NaN"),
        ({"timeout": "1"}, TypeError, "timeout .* not '1'"),
    ],
)
def test_bad_acquire_arguments(make, arguments, error, text):
    with pytest.raises(error, match=text):
        make().acquire(**arguments)


@pytest.mark.parametrize("make", [aiohub.Lock, aiohub.RLock])
def test_release_of_a_free_lock(make):
    with pytest.raises(RuntimeError, match="lock"):
        make().release()


# Nothing is lost.


@every_killable
@every_lock
def test_waiter_that_is_ended_leaves_the_line(make, world):
    lock = make()
    lock.acquire()
    waiting = start_waiting(lock, world, *use(lock))
    waiting.end()
    assert waiting.was_ended()
    assert not line_of(lock)
    lock.release()
    assert lock.acquire(blocking=False)
    lock.release()


@every_killable
@pytest.mark.parametrize("next_world", [None, *WORLDS])
def test_waiter_that_is_ended_when_served_passes_the_lock_on(world, next_world):
    lock = aiohub.Lock()
    lock.acquire()
    first = start_waiting(lock, world, *use(lock))
    second = start_waiting(lock, next_world, *use(lock)) if next_world else None
    end_when_served(first, lock.release)
    if second is not None:
        assert second.result()
    until(lambda: not lock.locked())
    assert not line_of(lock)


@every_killable
def test_ended_when_served_is_what_the_test_above_hits(world, monkeypatch):
    """The waiter had the lock, and passed it on: otherwise the test above tests nothing."""
    lock = aiohub.Lock()
    lock.acquire()
    releases = []
    really = lock._permits.release
    monkeypatch.setattr(type(lock._permits), "release", lambda self, n=1: releases.append(n) or really(n))
    waiting = start_waiting(lock, world, *use(lock))
    end_when_served(waiting, lock.release)
    assert releases == [1, 1]  # ours and the waiter's
    assert not lock.locked()


def test_timeout_thrown_into_a_waiter():
    lock = aiohub.Lock()
    lock.acquire()
    with pytest.raises(eventlet.Timeout):
        with eventlet.Timeout(0.01):
            lock.acquire()
    assert not line_of(lock)


def test_spurious_switch_does_not_end_a_wait():
    lock = aiohub.Lock()
    lock.acquire()
    waiting = start_waiting(lock, "green", *use(lock))
    hubs.get_hub().schedule_call_global(0, waiting.green.switch)
    eventlet.sleep(0)
    eventlet.sleep(0)
    assert not waiting.done
    assert len(line_of(lock)) == 1
    lock.release()
    assert waiting.result()


def test_waiter_whose_thread_has_ended_is_passed_over():
    lock = aiohub.Lock()
    lock.acquire()
    loops = []

    def main():
        eventlet.spawn(lock.acquire)
        eventlet.sleep(0)
        loops.append(aiohub.get_loop())

    _thread.start_new_thread(main, ())
    until(lambda: loops and loops[0].is_closed())
    assert len(line_of(lock)) == 1
    waiting = start_waiting(lock, "green", *use(lock))
    lock.release()
    assert waiting.result()


def test_wake_is_idempotent():
    for world, make in (("green", None), ("thread", None), ("task", _park.TaskWaiter)):
        made = []

        def block():
            made.append(_park.blocking_waiter("x"))
            return made[0].park(None)

        async def awaiting(make=make):
            made.append(make())
            return await made[0].park(None)

        running = Running(world, block, awaiting)
        until(lambda: made)
        assert made[0].wake()
        assert made[0].wake()
        assert running.result() is True
        assert made[0].wake()


def test_blocking_in_a_plain_callback_is_refused():
    lock = aiohub.Lock()
    lock.acquire()
    errors = []

    def callback():
        try:
            lock.acquire()
        except BaseException as exc:
            errors.append(exc)

    aiohub.get_loop().call_soon(callback)
    until(lambda: errors)
    assert isinstance(errors[0], aiohub.BlockingInLoopError)
    assert "await lock.aacquire()" in str(errors[0])
    assert not line_of(lock)


# Interruptions.


def test_signal_handler_wakes_a_waiter_in_an_idle_hub():
    lock = aiohub.Lock()
    lock.acquire()
    previous = signal.signal(signal.SIGALRM, lambda *_: lock.release())
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        assert lock.acquire()
    finally:
        signal.signal(signal.SIGALRM, previous)


def test_signal_handler_in_the_middle_of_an_operation():
    """A handler that uses the same semaphore and queue runs between any two steps of what it interrupts."""
    semaphore = aiohub.Semaphore(3)
    items = aiohub.Queue()
    interruptions = 0

    def handler(*_):
        nonlocal interruptions
        interruptions += 1
        semaphore.release()
        assert semaphore.acquire(blocking=False)
        items.put("from the handler")

    previous = signal.signal(signal.SIGALRM, handler)
    signal.setitimer(signal.ITIMER_REAL, 0.0002, 0.0002)
    taken = 0
    try:
        while interruptions < 500:
            for _ in range(100):
                with semaphore:
                    items.put_nowait("from the code")
                    items.get_nowait()
                    taken += 1
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
    assert semaphore._permits.free == 3
    assert items.qsize() == items._items.free == interruptions


def test_mutex_is_re_entrant():
    lock = aiohub.Lock()
    with _park.mutex:  # as a finalizer sees it that runs inside an operation
        with lock:
            pass
    assert not lock.locked()


def test_monkey_patch_leaves_the_mutex_alone(run_script):
    result = run_script(
        """
        import os, aiohub
        aiohub.Lock, aiohub.PriorityQueue
        before = __import__("aiohub._locks.park")._locks.park.mutex
        aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"], patch=True)
        from aiohub._locks import park as _park
        import eventlet, threading
        assert _park.mutex is before and "_thread.RLock" in repr(before), before
        lock = aiohub.Lock()
        lock.acquire()
        waiter = threading.Thread(target=lambda: lock.acquire() and print("served"))   # a green thread
        waiter.start()
        eventlet.sleep(0)
        lock.release()
        waiter.join()
        """
    )
    assert (result.returncode, result.stdout, result.stderr) == (0, "served\n", "")


def test_fork_while_another_thread_is_inside_the_mutex(run_script):
    result = run_script(
        """
        import os, aiohub, threading
        aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"])
        import eventlet
        from aiohub._locks import park as _park
        queue = aiohub.PriorityQueue()
        inside, leave = threading.Event(), threading.Event()

        def hold():
            with _park.mutex, queue._comparing:
                inside.set()
                leave.wait()

        thread = threading.Thread(target=hold)
        thread.start()
        inside.wait()
        pid = os.fork()
        if not pid:
            lock = aiohub.Lock()
            with lock:
                waiter = eventlet.spawn(lock.acquire)
                eventlet.sleep(0)
            assert waiter.wait()
            queue.put(1)
            assert queue.get() == 1
            os._exit(7)
        leave.set()
        thread.join()
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
        """
    )
    assert (result.returncode, result.stdout) == (0, "7\n"), result.stderr


def test_fork_leaves_the_waiters_of_other_threads_behind(run_script):
    result = run_script(
        """
        import os, aiohub, threading, time
        aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"])
        import eventlet
        lock = aiohub.Lock()
        lock.acquire()
        thread = threading.Thread(target=lambda: [lock.acquire(), lock.release()])
        thread.start()
        while not lock._permits.waiting:
            eventlet.sleep(0.001)
        survivor = eventlet.spawn(lambda: lock.acquire() and "survived")
        eventlet.sleep(0)
        pid = os.fork()
        if not pid:
            lock.release()      # not to the thread, which is not here, but to the green thread
            assert survivor.wait() == "survived"
            if os.fork() == 0:
                lock.release()
                assert lock.acquire(blocking=False)
                os._exit(0)
            os._exit(os.waitstatus_to_exitcode(os.wait()[1]))
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
        lock.release()
        assert survivor.wait() == "survived"
        thread.join()
        """
    )
    assert (result.returncode, result.stdout) == (0, "0\n"), result.stderr


def test_main_thread_without_a_hub_gets_one(run_script):
    result = run_script(
        """
        import os, aiohub, threading
        from aiohub._hub import threads as _threads
        aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"])
        lock = aiohub.Lock()
        lock.acquire()
        threading.Timer(0.05, lock.release).start()
        assert lock.acquire()
        assert _threads.current_hub() is not None
        """
    )
    assert (result.returncode, result.stderr) == (0, "")


def test_main_thread_with_a_foreign_hub_is_told_what_to_do(run_script):
    result = run_script(
        """
        import aiohub
        lock = aiohub.Lock()
        lock.acquire()
        try:
            lock.acquire()
        except RuntimeError as exc:
            print(exc)
        """,
        env={"EVENTLET_HUB": "poll"},
    )
    assert "eventlet.hubs.poll" in result.stdout
    assert "aiohub.install()" in result.stdout


def test_loop_of_a_thread_without_a_hub():
    """asyncio.run in an OS thread: awaiting needs no hub there, whoever releases."""
    lock = aiohub.Lock()
    lock.acquire()

    async def main():
        # aiohub's own asyncio.run would make a hub
        await lock.aacquire()
        await asyncio.sleep(0)
        lock.release()
        return _threads.current_hub()

    def run():
        loop = asyncio.SelectorEventLoop()
        try:
            return loop.run_until_complete(main())
        finally:
            loop.close()

    waiting = start_waiting(lock, "thread", run)
    lock.release()
    assert waiting.result() is None
    assert not lock.locked()


# RLock.


@every_world
def test_rlock_owner_takes_it_again(world):
    lock = aiohub.RLock()

    def block():
        with lock, lock:
            lock.acquire()
            lock.release()
            assert lock.locked()
        return lock.locked()

    async def awaiting():
        async with lock:
            assert await lock.aacquire()
            with lock:  # the two forms have one owner: the task
                pass
            lock.release()
            assert lock.locked()
        return lock.locked()

    assert Running(world, block, awaiting).result() is False
    assert lock.acquire(blocking=False)
    lock.release()


@every_world
def test_rlock_is_released_by_its_owner_only(world):
    lock = aiohub.RLock()
    lock.acquire()

    async def release():
        lock.release()

    with pytest.raises(RuntimeError, match="cannot release un-acquired lock"):
        Running(world, lock.release, release).result()
    assert lock.locked()


@every_world
def test_rlock_keeps_others_out(world):
    lock = aiohub.RLock()
    lock.acquire()
    lock.acquire()
    waiting = start_waiting(lock, world, *use(lock))
    lock.release()
    eventlet.sleep(0)
    assert not waiting.done
    lock.release()
    assert waiting.result()


def test_rlock_two_tasks_are_two_owners():
    lock = aiohub.RLock()
    inside = 0

    async def use_it():
        nonlocal inside
        async with lock:
            inside += 1
            assert inside == 1
            await asyncio.sleep(0)
            with lock:
                eventlet.sleep(0)
            inside -= 1

    async def main():
        await asyncio.gather(*[use_it() for _ in range(5)])

    aiohub.wait(main())
    assert not lock.locked()


# Semaphores.


def test_semaphore_counts():
    semaphore = aiohub.Semaphore(2)
    assert [semaphore.acquire(blocking=False) for _ in range(3)] == [True, True, False]
    assert semaphore.locked()
    semaphore.release(2)
    assert not semaphore.locked()
    semaphore.release()
    assert [semaphore.acquire(blocking=False) for _ in range(4)] == [True, True, True, False]


def test_semaphore_release_of_several_wakes_several():
    semaphore = aiohub.Semaphore(0)

    def waiter(world):
        return start_waiting(semaphore, world, semaphore.acquire, semaphore.aacquire)

    waiting = [waiter(world) for world in WORLDS]
    semaphore.release(len(WORLDS) + 1)
    for each in waiting:
        assert each.result() is True
    assert semaphore._permits.free == 1


def test_bounded_semaphore_refuses_too_many_releases():
    semaphore = aiohub.BoundedSemaphore(2)
    with pytest.raises(ValueError, match="too many times"):
        semaphore.release()
    semaphore.acquire()
    with pytest.raises(ValueError, match="too many times"):
        semaphore.release(2)
    semaphore.release()
    assert semaphore._permits.free == 2


@pytest.mark.parametrize("make", [aiohub.Semaphore, aiohub.BoundedSemaphore])
def test_semaphore_bad_arguments(make):
    with pytest.raises(ValueError, match=">= 0"):
        make(-1)
    with pytest.raises(TypeError, match="integer"):
        make("1")
    with pytest.raises(ValueError, match="one or more"):
        make().release(0)


# Event.


def test_event_wakes_everybody_once_set():
    event = aiohub.Event()
    waiting = [start_waiting(event, world, event.wait, event.async_wait) for world in WORLDS * 2]
    assert not event.is_set()
    event.set()
    event.clear()  # who was waiting has been woken all the same
    assert [each.result() for each in waiting] == [True] * len(waiting)
    assert not event.is_set()
    assert not line_of(event)


@every_world
def test_event_that_is_set_does_not_block(world):
    event = aiohub.Event()
    event.set()
    assert Running(world, event.wait, event.async_wait).result() is True


@every_world
@pytest.mark.parametrize("timeout", [0.01, 0, -1])
def test_event_wait_gives_up(world, timeout):
    event = aiohub.Event()
    assert Running(world, lambda: event.wait(timeout), lambda: event.async_wait(timeout)).result() is False
    assert not line_of(event)


@every_killable
def test_event_waiter_that_is_ended_leaves(world):
    event = aiohub.Event()
    waiting = start_waiting(event, world, event.wait, event.async_wait)
    waiting.end()
    assert waiting.was_ended()
    assert not line_of(event)


# Condition.

every_condition_lock = pytest.mark.parametrize("lock_type", [None, aiohub.Lock, aiohub.RLock])


def use_condition(condition, timeout=None):
    def block():
        with condition:
            return condition.wait(timeout)

    async def awaiting():
        async with condition:
            return await condition.async_wait(timeout)

    return block, awaiting


@every_world
@every_condition_lock
def test_condition_wait_and_notify(lock_type, world):
    condition = aiohub.Condition(lock_type and lock_type())
    waiting = [start_waiting(condition, world, *use_condition(condition)) for _ in range(3)]
    with condition:  # the waiters have left the lock
        condition.notify(2)
        assert not any(each.done for each in waiting)
    until(lambda: sum(each.done for each in waiting) == 2)
    assert [each.done for each in waiting] == [True, True, False]
    with condition:
        condition.notify_all()
    assert [each.result() for each in waiting] == [True, True, True]
    assert not condition.locked()
    assert not line_of(condition)


@every_world
@pytest.mark.parametrize("timeout", [0.01, 0, -1])
def test_condition_wait_gives_up(world, timeout):
    condition = aiohub.Condition()
    assert Running(world, *use_condition(condition, timeout)).result() is False
    assert not condition.locked()
    assert not line_of(condition)


@every_world
def test_condition_wait_for(world):
    condition = aiohub.Condition()
    state = []

    def block():
        with condition:
            return condition.wait_for(lambda: len(state) == 2 and "two")

    async def awaiting():
        async with condition:
            return await condition.async_wait_for(lambda: len(state) == 2 and "two")

    waiting = start_waiting(condition, world, block, awaiting)
    for _ in range(2):
        assert not waiting.done
        with condition:
            state.append(1)
            condition.notify_all()
        until(lambda: waiting.done or len(line_of(condition)))
    assert waiting.result() == "two"


@every_world
def test_condition_wait_for_gives_up_with_what_the_predicate_says(world):
    condition = aiohub.Condition()

    def block():
        with condition:
            return condition.wait_for(list, timeout=0.01)

    async def awaiting():
        async with condition:
            return await condition.async_wait_for(list, timeout=0.01)

    assert Running(world, block, awaiting).result() == []


@every_condition_lock
def test_condition_needs_its_lock(lock_type):
    condition = aiohub.Condition(lock_type and lock_type())
    with pytest.raises(RuntimeError, match="cannot wait on un-acquired lock"):
        condition.wait()
    with pytest.raises(RuntimeError, match="cannot notify on un-acquired lock"):
        condition.notify()
    with pytest.raises(RuntimeError, match="cannot wait on un-acquired lock"):
        aiohub.wait(condition.async_wait())


def test_condition_takes_aiohub_locks_only():
    with pytest.raises(TypeError, match=r"aiohub\.Lock or aiohub\.RLock"):
        aiohub.Condition(threading.Lock())


@pytest.mark.parametrize("world", ["green", "task"])
def test_condition_gives_the_depth_of_its_rlock_back(world):
    condition = aiohub.Condition()

    def block():
        with condition, condition:
            condition.wait()
            return condition._lock._depth

    async def awaiting():
        async with condition, condition:
            await condition.async_wait()
            return condition._lock._depth

    waiting = start_waiting(condition, world, block, awaiting)
    with condition:
        condition.notify()
    assert waiting.result() == 2
    assert not condition.locked()


@every_killable
@every_condition_lock
def test_condition_waiter_that_is_ended_takes_the_lock_first(lock_type, world):
    condition = aiohub.Condition(lock_type and lock_type())
    owned = []

    def block():
        with condition:
            try:
                condition.wait()
            finally:
                owned.append(condition._lock._is_owned())

    async def awaiting():
        async with condition:
            try:
                await condition.async_wait()
            finally:
                owned.append(condition._lock._is_owned())

    waiting = start_waiting(condition, world, block, awaiting)
    with condition:
        # Twice: it is put off until the lock is free, however often.
        for _ in range(2):
            waiting.end() if world != "green" else hubs.get_hub().schedule_call_global(0, waiting.green.throw)
            eventlet.sleep(0)
            eventlet.sleep(0)
            assert not waiting.done
    assert waiting.was_ended()
    assert owned == [True]
    assert not condition.locked()
    assert not line_of(condition)


@pytest.mark.parametrize("world", ["green", "task"])
def test_condition_waiter_that_is_ended_when_notified_passes_it_on(world):
    condition = aiohub.Condition()
    first = start_waiting(condition, world, *use_condition(condition))
    second = start_waiting(condition, "thread", *use_condition(condition))
    with condition:
        condition.notify()
        if world == "green":
            hubs.get_hub().schedule_call_global(0, first.green.throw)
        else:
            first.end()
        eventlet.sleep(0)
    assert first.was_ended()
    assert second.result() is True


def test_repr_says_what_it_is():
    for make in [*LOCKS, aiohub.Event, aiohub.Condition, aiohub.Queue, aiohub.PriorityQueue]:
        assert make.__name__ in repr(make())


def test_objects_made_in_one_thread_serve_another():
    """They can be made anywhere: they belong to no hub, loop or thread."""
    made = []
    thread = threading.Thread(target=lambda: made.extend([aiohub.Lock(), aiohub.Event(), _threads.current_hub()]))
    thread.start()
    thread.join()
    lock, event, hub = made
    assert hub is None
    lock.acquire()
    waiting = [start_waiting(lock, "green", *use(lock)), start_waiting(event, "task", None, event.async_wait)]
    lock.release()
    event.set()
    assert [each.result() for each in waiting] == [True, True]
