"""Promise 27, timers: what eventlet and its users rely on when they schedule calls on the hub."""

import asyncio

import eventlet
import greenlet
import pytest
from eventlet import debug, hubs
from eventlet.hubs import timer as eventlet_timer


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
    with eventlet.Timeout(100):
        while not condition():
            eventlet.sleep(0)


def test_promise_27_schedule_call_global_returns_a_timer_and_passes_its_arguments(hub):
    calls = []

    def call(*args, **kwargs):
        calls.append((args, kwargs))

    timer = hub.schedule_call_global(0, call, 1, 2, three=3)
    assert isinstance(timer, eventlet_timer.Timer)
    assert timer.seconds == 0
    assert timer.tpl == (call, (1, 2), {"three": 3})
    assert timer.pending and not timer.called
    eventlet.sleep(0)
    assert calls == [((1, 2), {"three": 3})]
    assert timer.called and not timer.pending
    timer.cancel()
    eventlet.sleep(0)
    assert len(calls) == 1


def test_promise_27_schedule_call_global_fires_after_its_greenlet_has_died(hub):
    calls = []
    eventlet.spawn(hub.schedule_call_global, 0.001, calls.append, "fired").wait()
    until(lambda: calls)
    assert calls == ["fired"]


def test_promise_27_schedule_call_local_is_dropped_when_its_greenlet_has_died(hub):
    calls = []
    timer = eventlet.spawn(hub.schedule_call_local, 0, calls.append, "local").wait()
    hub.schedule_call_global(0, calls.append, "global")
    until(lambda: calls)
    eventlet.sleep(0)
    assert calls == ["global"]
    assert not timer.pending


def test_promise_27_schedule_call_local_fires_while_its_greenlet_lives(hub):
    calls = []
    hub.schedule_call_local(0, calls.append, "local")
    eventlet.sleep(0)
    assert calls == ["local"]


@pytest.mark.parametrize("schedule", ["schedule_call_local", "schedule_call_global"])
def test_promise_27_cancel_before_it_fires(hub, schedule):
    calls = []
    timer = getattr(hub, schedule)(0, calls.append, "never")
    timer.cancel()
    timer.cancel()
    assert not timer.pending
    eventlet.sleep(0)
    eventlet.sleep(0)
    assert calls == []


def test_promise_27_a_timer_cancelled_by_an_earlier_one_of_the_same_pass_does_not_run(hub):
    calls = []
    hub.schedule_call_global(0, lambda: second.cancel())
    second = hub.schedule_call_global(0, calls.append, "never")
    eventlet.sleep(0)
    eventlet.sleep(0)
    assert calls == []


def test_promise_27_timer_schedule_sets_scheduled_time(hub, clock):
    timer = eventlet_timer.Timer(5, list).schedule()
    try:
        assert timer.scheduled_time == clock.now + 5
    finally:
        timer.cancel()


def test_promise_27_schedule_call_returns_a_timer_with_scheduled_time(hub, clock):
    for schedule in (hub.schedule_call_local, hub.schedule_call_global):
        timer = schedule(7, list)
        try:
            # eventlet sets it in Timer.schedule only; here every scheduled timer has it.
            assert timer.scheduled_time == clock.now + 7
        finally:
            timer.cancel()


def test_promise_27_add_timer_returns_the_time(hub, clock):
    timer = eventlet_timer.Timer(3, list)
    try:
        assert hub.add_timer(timer) == clock.now + 3
    finally:
        timer.cancel()


def test_promise_27_a_timer_can_be_scheduled_again(hub):
    calls = []
    timer = eventlet_timer.Timer(0, calls.append, 1)
    again = timer.copy()
    timer.schedule()
    again.schedule()
    eventlet.sleep(0)
    assert calls == [1, 1]


def test_promise_27_get_timers_count_counts_pending_timers(hub):
    eventlet.sleep(0)
    before = hub.get_timers_count()
    timers = [hub.schedule_call_global(3600, list) for _ in range(10)]
    assert hub.get_timers_count() == before + 10
    eventlet.sleep(0)
    assert hub.get_timers_count() == before + 10
    for timer in timers:
        timer.cancel()


def test_promise_27_cancelled_timers_are_counted_and_purged(hub):
    eventlet.sleep(0)
    timers = [hub.schedule_call_global(3600, list) for _ in range(3000)]
    for timer in timers:
        timer.cancel()
        assert 0 <= hub.timers_canceled <= hub.get_timers_count()
    assert hub.get_timers_count() <= 1000 + 100
    assert hub.timers_canceled <= 1000


def test_promise_27_fewer_than_half_cancelled_are_left_for_later(hub):
    eventlet.sleep(0)
    before, cancelled_before = hub.get_timers_count(), hub.timers_canceled
    kept = [hub.schedule_call_global(3600, list) for _ in range(2400)]
    dropped = [hub.schedule_call_global(3600, list) for _ in range(600)]
    for timer in dropped:
        timer.cancel()
    try:
        assert hub.timers_canceled == cancelled_before + 600
        assert hub.get_timers_count() >= before + 2400
    finally:
        for timer in kept:
            timer.cancel()


def test_promise_27_timer_canceled_is_called_by_cancel(hub, monkeypatch):
    seen = []
    original = hub.timer_canceled
    monkeypatch.setattr(hub, "timer_canceled", lambda timer: (seen.append(timer), original(timer)))
    timer = hub.schedule_call_global(3600, list)
    timer.cancel()
    assert seen == [timer]


def test_promise_27_a_timer_made_while_timers_fire_waits_for_a_poll(hub, tmp_path):
    # green select relies on it: what is ready now is seen before a timer that was made just now.
    import os

    readable, writable = os.pipe()
    log = []
    os.write(writable, b"x")

    def first():
        log.append("first")
        hub.schedule_call_global(0, log.append, "second")
        hub.schedule_call_global(-1, log.append, "second")

    def on_readable(_):
        log.append("poll")
        hub.remove(listener)

    listener = hub.add(hub.READ, readable, on_readable, lambda exc: None, None)
    hub.schedule_call_global(0, first)
    until(lambda: len(log) >= 4)
    os.close(readable)
    os.close(writable)
    assert sorted(log) == ["first", "poll", "second", "second"]
    assert log.index("second") > log.index("poll")


def test_promise_27_a_timer_that_makes_a_timer_for_ever_starves_nobody(hub):
    # With a delay of 0 or less each pass would never end if it fired what it makes.
    count = 0
    stop = []

    def again():
        nonlocal count
        count += 1
        if not stop:
            hub.schedule_call_global(-1, again)

    again()
    with eventlet.Timeout(100):
        eventlet.sleep(0.001)
    aio = []
    loop = hub.loop
    loop.call_soon(aio.append, 1)
    until(lambda: aio)
    stop.append(True)
    assert count > 1


def test_promise_27_timers_fire_in_the_order_of_their_times(hub, clock):
    log = []
    for delay in (3, 1, 2, 0, -1):
        hub.schedule_call_global(delay, log.append, delay)
    clock.now += 10
    eventlet.sleep(0)
    assert log == [-1, 0, 1, 2, 3]


def test_promise_27_sleep_until_tells_the_earliest_time(hub, clock):
    late = hub.schedule_call_global(50, list)
    early = hub.schedule_call_global(20, list)
    hub.prepare_timers()
    try:
        assert hub.sleep_until() <= clock.now + 20
    finally:
        early.cancel()
        late.cancel()


def test_promise_27_fire_timers_fires_what_is_due(hub, clock):
    log = []
    hub.schedule_call_global(10, log.append, "due")
    later = hub.schedule_call_global(20, log.append, "later")
    hub.prepare_timers()
    hub.fire_timers(clock.now + 15)
    later.cancel()
    assert log == ["due"]


def test_promise_27_default_sleep(hub):
    assert hub.default_sleep() == 60.0


def test_promise_27_format_hub_timers_shows_the_pending_timers(hub):
    def a_call_of_mine():
        pass

    timer = hub.schedule_call_global(3600, a_call_of_mine)
    eventlet.sleep(0)
    try:
        assert "a_call_of_mine" in debug.format_hub_timers()
    finally:
        timer.cancel()


def test_promise_27_hub_timer_stacks_shows_where_a_timer_was_made(hub):
    debug.hub_timer_stacks(True)
    try:
        timer = hub.schedule_call_global(3600, list)
        eventlet.sleep(0)
        assert "test_promise_27_hub_timer_stacks_shows" in debug.format_hub_timers()
        timer.cancel()
    finally:
        debug.hub_timer_stacks(False)


def raise_(exc):
    raise exc


SQUELCHED = [
    ZeroDivisionError("boom"),
    greenlet.GreenletExit("boom"),
    asyncio.CancelledError("boom"),
    GeneratorExit("boom"),
]


@pytest.mark.parametrize("exc", SQUELCHED, ids=lambda exc: type(exc).__name__)
def test_promise_27_an_error_in_a_timer_is_printed_and_the_hub_goes_on(hub, capsys, exc):
    hub.schedule_call_global(0, raise_, exc)
    eventlet.sleep(0)
    eventlet.sleep(0)
    assert f"{type(exc).__name__}: boom" in capsys.readouterr().err


def test_promise_27_a_timeout_in_a_timer_is_squelched(hub, capsys):
    expired = eventlet.Timeout(None)
    hub.schedule_call_global(0, raise_, expired)
    eventlet.sleep(0)
    eventlet.sleep(0)
    assert "Timeout" in capsys.readouterr().err


def test_promise_27_set_timer_exceptions_silences_timers(hub, capsys):
    hub.set_timer_exceptions(False)
    try:
        assert hub.debug_exceptions is False
        hub.schedule_call_global(0, raise_, ZeroDivisionError("boom"))
        eventlet.sleep(0)
        assert capsys.readouterr().err == ""
    finally:
        hub.set_timer_exceptions(True)
    assert hub.debug_exceptions is True


def test_promise_27_squelch_timer_exception_gets_the_timer_and_the_error(hub, monkeypatch):
    seen = []
    monkeypatch.setattr(hub, "squelch_timer_exception", lambda timer, exc_info: seen.append((timer, exc_info)))
    exc = ZeroDivisionError("boom")
    timer = hub.schedule_call_global(0, raise_, exc)
    eventlet.sleep(0)
    assert [(t, info[0], info[1]) for t, info in seen] == [(timer, ZeroDivisionError, exc)]


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit])
def test_promise_27_system_exceptions_of_a_timer_reach_the_main_greenlet_once(hub, kind):
    assert hub.SYSTEM_EXCEPTIONS == (KeyboardInterrupt, SystemExit)
    hub.schedule_call_global(0, raise_, kind("now"))
    with pytest.raises(kind), eventlet.Timeout(100):
        eventlet.sleep(30)
    assert eventlet.spawn(lambda: "alive").wait() == "alive"
    assert hub.running and not hub.stopping


def test_promise_27_system_exceptions_can_be_extended(hub, monkeypatch):
    class Fatal(Exception):
        pass

    monkeypatch.setattr(hub, "SYSTEM_EXCEPTIONS", (*hub.SYSTEM_EXCEPTIONS, Fatal))
    hub.schedule_call_global(0, raise_, Fatal())
    with pytest.raises(Fatal), eventlet.Timeout(100):
        eventlet.sleep(30)
    eventlet.sleep(0)


def test_promise_27_timers_that_were_due_survive_a_system_exception(hub):
    log = []
    hub.schedule_call_global(0, raise_, KeyboardInterrupt())
    hub.schedule_call_global(0, log.append, "after")
    with pytest.raises(KeyboardInterrupt), eventlet.Timeout(100):
        eventlet.sleep(30)
    until(lambda: log)
    assert log == ["after"]
