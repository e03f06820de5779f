"""Promise 28: timers with equal times run in order; a cancelled timer never runs and costs nothing; a million fit."""

import gc
import random
import weakref

import eventlet
import pytest
from eventlet import hubs

MILLION = 1_000_000


@pytest.fixture
def hub():
    return hubs.get_hub()


class Clock:
    """A clock that stands still until it is told to move."""

    def __init__(self, now):
        self.now = now

    def __call__(self):
        return self.now


@pytest.fixture
def clock(hub, monkeypatch):
    still = Clock(hub.clock())
    monkeypatch.setattr(hub, "clock", still)
    return still


def until(condition):
    """Let the hub run until *condition* holds."""
    with eventlet.Timeout(60):
        while not condition():
            eventlet.sleep(0)


def never():
    raise AssertionError("a cancelled timer ran")


def test_promise_28_equal_times_run_in_the_order_they_were_made(hub, clock):
    log = []
    for number in range(500):
        hub.schedule_call_global(0, log.append, number)
    eventlet.sleep(0)
    assert log == list(range(500))


def test_promise_28_equal_times_in_the_future_run_in_the_order_they_were_made(hub, clock):
    log = []
    delays = [random.Random(28).choice([1, 2, 3]) for _ in range(600)]
    for number, delay in enumerate(delays):
        hub.schedule_call_global(delay, log.append, (delay, number))
    clock.now += 10
    eventlet.sleep(0)
    assert log == sorted(log) and len(log) == 600


def test_promise_28_equal_times_from_different_moments_and_delays(hub, clock):
    log = []
    hub.schedule_call_global(4, log.append, "made first")
    clock.now += 1
    hub.schedule_call_global(3, log.append, "made second")
    clock.now += 3
    hub.schedule_call_global(0, log.append, "made third")
    eventlet.sleep(0)
    assert log == ["made first", "made second", "made third"]


def test_promise_28_green_threads_and_local_timers_keep_the_order_too(hub, clock):
    log = []
    kinds = [hub.schedule_call_global, hub.schedule_call_local, eventlet.spawn_after]
    for number in range(300):
        kinds[number % 3](0, log.append, number)
    eventlet.sleep(0)
    assert log == list(range(300))


def test_promise_28_equal_times_keep_their_order_through_a_purge(hub, clock):
    log, dropped = [], []
    for number in range(2000):
        if number % 4:
            dropped.append(hub.schedule_call_global(1, never))
        else:
            hub.schedule_call_global(1, log.append, number)
    for timer in dropped:
        timer.cancel()
    clock.now += 2
    eventlet.sleep(0)
    assert log == list(range(0, 2000, 4))


def test_promise_28_a_cancelled_timer_never_runs(hub, clock):
    log = []
    timers = [hub.schedule_call_global(number % 5, log.append, number) for number in range(1000)]
    for timer in timers[::2]:
        timer.cancel()
    clock.now += 10
    eventlet.sleep(0)
    eventlet.sleep(0)
    assert sorted(log) == list(range(1, 1000, 2))


def test_promise_28_cancelled_timers_are_forgotten(hub):
    alive = weakref.WeakSet()
    timers = [hub.schedule_call_global(3600, never) for _ in range(20_000)]
    alive.update(timers)
    for timer in timers:
        timer.cancel()
    del timers, timer
    gc.collect()
    # A thousand may wait for the next purge: eventlet's own bound.
    assert len(alive) <= 1000
    assert hub.get_timers_count() <= 1100


def test_promise_28_a_timeout_for_every_call_piles_nothing_up(hub):
    # What a server does: a timer per call, far in the future, cancelled when the call is done.
    most = 0
    for number in range(20_000):
        with eventlet.Timeout(3600):
            pass
        if number % 100 == 0:
            eventlet.sleep(0)
        most = max(most, hub.get_timers_count())
    assert most <= 1100


def test_promise_28_what_a_cancelled_timer_held_is_freed_at_once(hub):
    class Held:
        pass

    held = Held()
    gone = weakref.ref(held)
    timer = hub.schedule_call_global(3600, never, held)
    del held
    timer.cancel()
    assert gone() is None


def test_promise_28_a_cancelled_earliest_timer_does_not_hold_up_the_others(hub):
    log = []
    first = hub.schedule_call_global(0.001, never)
    hub.schedule_call_global(0.002, log.append, "second")
    first.cancel()
    until(lambda: log)


def test_promise_28_a_new_earliest_timer_is_not_late(hub):
    # The hub already sleeps for the later one when the earlier one is made.
    log = []
    late = hub.schedule_call_global(3600, never)
    loop = hub.loop
    loop.call_later(0.001, lambda: hub.schedule_call_global(0.001, log.append, "early"))
    with eventlet.Timeout(60):
        while not log:
            eventlet.sleep(0.001)
    late.cancel()


def test_promise_28_a_million_pending_timers(hub, clock):
    eventlet.sleep(0)
    before = hub.get_timers_count()
    fired = []
    order = random.Random(28)
    timers = [hub.schedule_call_global(100 + order.random(), never) for _ in range(MILLION - 1000)]
    for number in range(1000):
        hub.schedule_call_global(50, fired.append, number)
    assert hub.get_timers_count() == before + MILLION
    # Both worlds run on beside them ...
    assert eventlet.spawn(lambda: "alive").wait() == "alive"
    ran = []
    hub.loop.call_soon(ran.append, True)
    until(lambda: ran)
    # ... what is due fires, in order ...
    clock.now += 60
    eventlet.sleep(0)
    assert fired == list(range(1000))
    # ... and what is cancelled goes away.
    for timer in timers:
        timer.cancel()
    assert hub.get_timers_count() <= before + 1000


def test_promise_28_a_hundred_thousand_timers_fire_in_the_order_of_their_times(hub, clock):
    log = []
    order = list(range(100_000))
    random.Random(28).shuffle(order)
    for number in order:
        hub.schedule_call_global(1 + number / 1_000_000, log.append, number)
    clock.now += 10
    eventlet.sleep(0)
    assert log == list(range(100_000))


def test_promise_28_the_main_green_thread_ends_what_is_due_when_it_wakes_up(run_script, loop_name):
    """Timers and transports of the loop that are due in the very turn that wakes the main green thread.

    libuv has lists of them on its stack then, which is where the main green thread's own frames go.
    """
    result = run_script(
        """
        import asyncio, os, socket, time
        import aiohub
        aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"])
        import eventlet
        from eventlet.green import socket as green_socket

        loop = aiohub.get_loop()

        def use_stack(depth):
            return use_stack(depth - 1) if depth else sum(range(10))

        def cancel_timers():
            due = [loop.call_later(0.003, int) for _ in range(10)]
            eventlet.spawn_after(0.001, time.sleep, 0.02)  # the loop is late: all are due in one turn
            eventlet.sleep(0.002)
            for handle in due:
                handle.cancel()
            use_stack(50)

        def close_transports():
            pairs = [socket.socketpair() for _ in range(10)]
            ours, theirs = map(green_socket.socket, socket.socketpair())
            made = [aiohub.wait(loop.create_connection(asyncio.Protocol, sock=end)) for end, _ in pairs]
            waiting = eventlet.spawn(ours.recv, 1)
            eventlet.sleep(0)
            for _, peer in pairs:
                peer.send(b"x")
            theirs.send(b"x")
            waiting.wait()
            for transport, _ in made:
                transport.abort()
            use_stack(50)
            for end in (*(peer for _, peer in pairs), ours, theirs):
                end.close()

        for _ in range(20):
            cancel_timers()
            close_transports()
        print("done")
        """
    )
    assert (result.stdout, result.returncode) == ("done\n", 0), result.stderr
