"""Promise 27, descriptors: add, remove and what becomes of the listeners of a descriptor."""

import errno
import os
import socket

import eventlet
import pytest
from eventlet import debug, hubs
from eventlet.hubs.hub import READ, WRITE, DebugListener, FdListener


@pytest.fixture
def hub():
    return hubs.get_hub()


@pytest.fixture
def pair():
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    theirs.setblocking(False)
    yield ours, theirs
    ours.close()
    theirs.close()


def ignore(*_):
    pass


def until(condition):
    """Let the hub run until *condition* holds."""
    with eventlet.Timeout(100):
        while not condition():
            eventlet.sleep(0)


def passes(count=5):
    """Let the hub poll a few times."""
    for _ in range(count):
        eventlet.sleep(0)


def fill(sock):
    """Send to *sock* until it takes no more."""
    while True:
        try:
            sock.send(bytes(65536))
        except BlockingIOError:
            return


def drain(sock):
    """Receive all that has come to *sock*."""
    while True:
        try:
            sock.recv(1 << 20)
        except BlockingIOError:
            return


def closed_number():
    """A descriptor number that is not open."""
    number = os.dup(0)
    os.close(number)
    return number


def assert_forgotten(hub, fileno):
    for evtype in (READ, WRITE):
        assert fileno not in hub.listeners[evtype]
        assert fileno not in hub.secondaries[evtype]


def test_promise_27_read_and_write_are_eventlets_own_objects(hub):
    assert hub.READ is READ
    assert hub.WRITE is WRITE


def test_promise_27_add_returns_the_listener_that_it_keeps(hub, pair):
    fileno = pair[0].fileno()
    mark = ignore
    listener = hub.add(hub.READ, fileno, ignore, ignore, mark)
    try:
        assert isinstance(listener, FdListener)
        assert (listener.evtype, listener.fileno, listener.spent) == (READ, fileno, False)
        assert (listener.cb, listener.tb, listener.mark_as_closed) == (ignore, ignore, mark)
        assert listener.greenlet is eventlet.getcurrent()
        assert hub.listeners[READ][fileno] is listener
        assert fileno not in hub.listeners[WRITE]
        assert listener in list(hub.get_readers())
        assert listener not in list(hub.get_writers())
    finally:
        hub.remove(listener)
    assert listener not in list(hub.get_readers())
    assert_forgotten(hub, fileno)


def test_promise_27_a_readable_descriptor_calls_back_with_its_number(hub, pair):
    ours, theirs = pair
    calls = []

    def ready(fileno):
        calls.append(fileno)
        hub.remove(listener)

    listener = hub.add(hub.READ, ours.fileno(), ready, ignore, None)
    passes()
    assert calls == []
    theirs.send(b"x")
    until(lambda: calls)
    passes()
    assert calls == [ours.fileno()]


def test_promise_27_a_writable_descriptor_calls_back(hub, pair):
    ours, theirs = pair
    fill(ours)
    calls = []

    def ready(fileno):
        calls.append(fileno)
        hub.remove(listener)

    listener = hub.add(hub.WRITE, ours.fileno(), ready, ignore, None)
    assert listener in list(hub.get_writers())
    passes()
    assert calls == []
    drain(theirs)
    until(lambda: calls)
    assert calls == [ours.fileno()]


def test_promise_27_a_reader_and_a_writer_of_one_descriptor(hub, pair):
    ours, theirs = pair
    fill(ours)
    log = []
    reader = hub.add(hub.READ, ours.fileno(), lambda _: (log.append("read"), hub.remove(reader)), ignore, None)
    writer = hub.add(hub.WRITE, ours.fileno(), lambda _: (log.append("write"), hub.remove(writer)), ignore, None)
    theirs.send(b"x")
    until(lambda: log)
    passes()
    assert log == ["read"]
    drain(theirs)
    until(lambda: len(log) > 1)
    assert log == ["read", "write"]


def test_promise_27_a_listener_that_stays_is_called_again(hub, pair):
    ours, theirs = pair
    calls = []
    listener = hub.add(hub.READ, ours.fileno(), calls.append, ignore, None)
    theirs.send(b"x")
    until(lambda: len(calls) >= 3)
    hub.remove(listener)
    seen = len(calls)
    passes()
    assert len(calls) == seen


def test_promise_27_a_removed_listener_is_not_called(hub, pair):
    ours, theirs = pair
    calls = []
    hub.remove(hub.add(hub.READ, ours.fileno(), calls.append, ignore, None))
    theirs.send(b"x")
    passes()
    assert calls == []


def test_promise_27_a_descriptor_can_be_waited_for_again_and_again(hub, pair):
    ours, theirs = pair
    for _ in range(50):
        theirs.send(b"x")
        with eventlet.Timeout(100):
            hubs.trampoline(ours.fileno(), read=True)
        assert ours.recv(10) == b"x"
        with eventlet.Timeout(100):
            hubs.trampoline(ours.fileno(), write=True)
    assert_forgotten(hub, ours.fileno())


@pytest.mark.parametrize("evtype", [READ, WRITE])
def test_promise_27_a_bad_descriptor_is_a_value_error_each_time(hub, evtype):
    number = closed_number()
    for fileno in (-1, number, number, -1):
        with pytest.raises(ValueError):
            hub.add(evtype, fileno, ignore, ignore, None)
        assert_forgotten(hub, fileno)


def test_promise_27_green_select_of_a_bad_descriptor_is_a_value_error_each_time(hub):
    from eventlet.green import select

    for _ in range(3):
        with pytest.raises(ValueError):
            select.select([-1], [], [])


@pytest.mark.parametrize("evtype", [READ, WRITE])
def test_promise_27_a_failing_add_leaves_no_listener(hub, evtype, tmp_path):
    # The kernel refuses to poll a regular file: EPERM.
    ours, theirs = socket.socketpair()
    number = os.open(tmp_path / "regular", os.O_RDWR | os.O_CREAT)
    try:
        for _ in range(3):
            with pytest.raises((OSError, ValueError)):
                hub.add(evtype, number, ignore, ignore, None)
            assert_forgotten(hub, number)
        # The number works as soon as it means something that can be polled.
        os.dup2(ours.fileno(), number)
        theirs.send(b"x")
        with eventlet.Timeout(100):
            hubs.trampoline(number, read=True)
    finally:
        os.close(number)
        ours.close()
        theirs.close()


def test_promise_27_removing_a_spent_listener_is_a_no_op(hub, pair):
    ours, _ = pair
    first = hub.add(hub.READ, ours.fileno(), ignore, ignore, None)
    hub.mark_as_reopened(ours.fileno())
    assert first.spent
    second = hub.add(hub.READ, ours.fileno(), ignore, ignore, None)
    hub.remove(first)
    assert hub.listeners[READ][ours.fileno()] is second
    hub.remove(second)
    passes()


def test_promise_27_remove_descriptor_wakes_every_listener_and_forgets_the_descriptor(hub, pair):
    ours, theirs = pair
    fileno = ours.fileno()
    calls = []
    hub.add(hub.READ, fileno, lambda fd: calls.append(("read", fd)), ignore, None)
    hub.add(hub.WRITE, fileno, lambda fd: calls.append(("write", fd)), ignore, None)
    hub.remove_descriptor(fileno)
    assert sorted(calls) == [("read", fileno), ("write", fileno)]
    assert_forgotten(hub, fileno)
    theirs.send(b"x")
    passes()
    assert len(calls) == 2
    with eventlet.Timeout(100):
        hubs.trampoline(fileno, read=True)


def test_promise_27_remove_descriptor_includes_the_secondaries(hub, pair):
    fileno = pair[0].fileno()
    calls = []
    debug.hub_prevent_multiple_readers(False)
    try:
        for name in ("first", "second", "third"):
            hub.add(hub.READ, fileno, lambda _, name=name: calls.append(name), ignore, None)
    finally:
        debug.hub_prevent_multiple_readers(True)
    assert len(hub.secondaries[READ][fileno]) == 2
    hub.remove_descriptor(fileno)
    assert sorted(calls) == ["first", "second", "third"]
    assert_forgotten(hub, fileno)


def test_promise_27_remove_descriptor_squelches_a_failing_callback(hub, pair, capsys):
    fileno = pair[0].fileno()
    calls = []

    def fail(_):
        raise ZeroDivisionError("boom")

    hub.add(hub.READ, fileno, fail, ignore, None)
    hub.add(hub.WRITE, fileno, calls.append, ignore, None)
    hub.remove_descriptor(fileno)
    assert calls == [fileno]
    assert "ZeroDivisionError: boom" in capsys.readouterr().err
    assert_forgotten(hub, fileno)


def test_promise_27_remove_descriptor_of_an_unknown_number(hub):
    hub.remove_descriptor(closed_number())


@pytest.mark.parametrize("evtype", [READ, WRITE])
def test_promise_27_mark_as_reopened_defangs_and_throws_io_closed(hub, pair, evtype):
    ours, theirs = pair
    fileno = ours.fileno()
    if evtype is WRITE:
        fill(ours)
    calls, thrown, marked = [], [], []
    listener = hub.add(evtype, fileno, calls.append, thrown.append, lambda: marked.append(True))
    hub.mark_as_reopened(fileno)
    assert listener.spent
    assert marked == [True]
    assert list(hub.closed) == [listener]
    assert_forgotten(hub, fileno)
    theirs.send(b"x")
    drain(theirs)
    passes()
    assert calls == []
    assert [type(exc) for exc in thrown] == [hubs.IOClosed]
    assert thrown[0].errno == errno.ENOTCONN
    assert list(hub.closed) == []


def test_promise_27_mark_as_reopened_reaches_secondaries(hub, pair):
    fileno = pair[0].fileno()
    thrown = []
    debug.hub_prevent_multiple_readers(False)
    try:
        for _ in range(3):
            hub.add(hub.READ, fileno, ignore, thrown.append, None)
    finally:
        debug.hub_prevent_multiple_readers(True)
    hub.mark_as_reopened(fileno)
    passes()
    assert len(thrown) == 3
    assert_forgotten(hub, fileno)


def test_promise_27_notify_opened_interrupts_a_trampoline_before_the_timers(hub, pair):
    fileno = pair[0].fileno()
    log = []

    def waiter():
        try:
            hubs.trampoline(fileno, read=True)
        except hubs.IOClosed:
            log.append("closed")

    waiting = eventlet.spawn(waiter)
    eventlet.sleep(0)
    hub.schedule_call_global(0, log.append, "timer")
    hubs.notify_opened(fileno)
    with eventlet.Timeout(100):
        waiting.wait()
    passes()
    assert log == ["closed", "timer"]


def test_promise_27_notify_opened_does_not_throw_into_a_dead_greenlet(hub, pair):
    thrown = []
    eventlet.spawn(hub.add, hub.READ, pair[0].fileno(), ignore, thrown.append, None).wait()
    hubs.notify_opened(pair[0].fileno())
    passes()
    assert thrown == []
    assert list(hub.closed) == []


def test_promise_27_the_new_owner_of_a_reopened_number_waits_at_once(hub, pair):
    ours, theirs = pair
    hub.add(hub.READ, ours.fileno(), ignore, ignore, None)
    hubs.notify_opened(ours.fileno())
    theirs.send(b"x")
    with eventlet.Timeout(100):
        hubs.trampoline(ours.fileno(), read=True)
    assert ours.recv(1) == b"x"


def test_promise_27_notify_close_without_a_waiter(hub):
    hub.notify_close(closed_number())
    hubs.notify_close(closed_number())


def test_promise_27_debug_listeners_remember_where_they_were_made(hub, pair):
    debug.hub_listener_stacks(True)
    try:
        assert hub.lclass is DebugListener
        listener = hub.add(hub.READ, pair[0].fileno(), ignore, ignore, None)
        text = debug.format_hub_listeners()
        hub.remove(listener)
    finally:
        hub.set_debug_listeners(False)
    assert isinstance(listener, DebugListener)
    assert "test_promise_27_debug_listeners_remember" in text
    assert hub.lclass is FdListener


def test_promise_27_debug_listeners_wait_like_others(hub, pair):
    ours, theirs = pair
    hub.set_debug_listeners(True)
    try:
        waiting = eventlet.spawn(hubs.trampoline, ours.fileno(), read=True)
        eventlet.sleep(0)
        theirs.send(b"x")
        with eventlet.Timeout(100):
            waiting.wait()
    finally:
        hub.set_debug_listeners(False)


@pytest.mark.parametrize("printing", [True, False])
def test_promise_27_an_error_in_a_descriptor_callback_is_always_printed_and_removes_it(hub, pair, capsys, printing):
    ours, theirs = pair
    calls = []

    def fail(_):
        calls.append("failed")
        raise ZeroDivisionError("boom")

    hub.set_timer_exceptions(printing)
    try:
        hub.add(hub.READ, ours.fileno(), fail, ignore, None)
        theirs.send(b"x")
        until(lambda: calls)
        passes()
    finally:
        hub.set_timer_exceptions(True)
    err = capsys.readouterr().err
    assert "ZeroDivisionError: boom" in err
    assert f"Removing descriptor: {ours.fileno()}" in err
    assert_forgotten(hub, ours.fileno())


def test_promise_27_squelch_exception_gets_the_descriptor_and_the_error(hub, pair, monkeypatch):
    ours, theirs = pair
    seen = []

    def squelch(fileno, exc_info):
        seen.append((fileno, exc_info[0]))
        hub.remove(listener)

    monkeypatch.setattr(hub, "squelch_exception", squelch)
    listener = hub.add(hub.READ, ours.fileno(), lambda _: 1 / 0, ignore, None)
    theirs.send(b"x")
    until(lambda: seen)
    assert seen == [(ours.fileno(), ZeroDivisionError)]


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit])
def test_promise_27_system_exceptions_of_a_descriptor_callback_reach_the_main_greenlet(hub, pair, kind):
    ours, theirs = pair

    def fail(_):
        hub.remove(listener)
        raise kind("now")

    listener = hub.add(hub.READ, ours.fileno(), fail, ignore, None)
    theirs.send(b"x")
    with pytest.raises(kind), eventlet.Timeout(100):
        eventlet.sleep(30)
    assert eventlet.spawn(lambda: "alive").wait() == "alive"
    with eventlet.Timeout(100):
        hubs.trampoline(ours.fileno(), read=True)


def test_promise_27_trampoline_timeout_leaves_no_listener(hub, pair):
    with pytest.raises(eventlet.Timeout):
        hubs.trampoline(pair[0].fileno(), read=True, timeout=0.001)
    assert_forgotten(hub, pair[0].fileno())
