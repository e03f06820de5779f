"""Promise 27, the run loop: switch, run, abort, the hub's greenlet, its clock and its blocking detector."""

import os
import signal
import socket
import time

import eventlet
import greenlet
import pytest
from eventlet import debug, hubs

import aiohub
import aiohub.hub


@pytest.fixture
def hub():
    found = hubs.get_hub()
    eventlet.sleep(0)
    return found


def in_hub_greenlet(hub, call):
    """Run *call* as a timer, in the hub's own greenlet; its result or its exception."""
    outcome = []

    def run():
        assert greenlet.getcurrent() is hub.greenlet
        try:
            outcome.append(call())
        except BaseException as exc:
            outcome.append(exc)

    hub.schedule_call_global(0, run)
    with eventlet.Timeout(100):
        while not outcome:
            eventlet.sleep(0)
    return outcome[0]


def test_promise_27_the_module_is_what_use_hub_asks_for(hub):
    assert aiohub.hub.is_available() is True
    assert isinstance(hub, aiohub.hub.Hub)
    assert hub.loop is aiohub.get_loop()


@pytest.mark.parametrize("spec", ["aiohub.hub", "aiohub.hub:Hub", " aiohub.hub ", "class", "module", "environment"])
def test_promise_27_every_way_to_name_the_hub(run_script, spec):
    result = run_script(
        """
        import sys
        import aiohub, aiohub.hub
        from eventlet import hubs
        spec = sys.argv[1]
        named = {"class": aiohub.hub.Hub, "module": aiohub.hub, "environment": None}.get(spec, spec)
        hubs.use_hub(named)
        hub = hubs.get_hub()
        assert type(hub) is aiohub.hub.Hub, hub
        assert hub is hubs.get_hub()
        async def answer():
            return 42
        assert aiohub.wait(answer()) == 42
        print("done")
        """,
        spec,
        env={"EVENTLET_HUB": "aiohub.hub"},
    )
    assert (result.stdout, result.stderr) == ("done\n", "")


def test_promise_27_clock_is_time_monotonic(hub):
    assert hub.clock is time.monotonic


def test_promise_27_running_and_stopping(hub):
    assert eventlet.spawn(lambda: (hub.running, hub.stopping)).wait() == (True, False)


def test_promise_27_run_twice_is_refused(hub):
    for call in (hub.run, lambda: hub.run("ignored", ignored=True)):
        with pytest.raises(RuntimeError, match="Already running!"):
            call()
        outcome = in_hub_greenlet(hub, call)
        assert isinstance(outcome, RuntimeError) and "Already running!" in str(outcome)
    assert hub.running
    assert eventlet.spawn(lambda: "alive").wait() == "alive"


def test_promise_27_switch_returns_what_the_waker_passed(hub):
    current = greenlet.getcurrent()
    hub.schedule_call_global(0, current.switch, "woken")
    assert hub.switch() == "woken"


def test_promise_27_switch_from_the_hub_greenlet_is_refused(hub):
    outcome = in_hub_greenlet(hub, hub.switch)
    assert isinstance(outcome, AssertionError)
    assert eventlet.spawn(lambda: "alive").wait() == "alive"


def test_promise_27_blocking_calls_in_the_hub_greenlet_are_refused(hub):
    readable, writable = os.pipe()
    try:
        assert isinstance(in_hub_greenlet(hub, lambda: eventlet.sleep(1)), RuntimeError)
        assert isinstance(in_hub_greenlet(hub, lambda: hubs.trampoline(readable, read=True)), RuntimeError)
        assert isinstance(in_hub_greenlet(hub, eventlet.Event().wait), AssertionError)
    finally:
        os.close(readable)
        os.close(writable)


def test_promise_27_sleep_0_in_the_hub_greenlet_returns_at_once(hub):
    assert in_hub_greenlet(hub, lambda: eventlet.sleep(0)) is None


def test_promise_27_the_hub_greenlet_is_the_parent_of_green_threads(hub):
    green = eventlet.spawn(lambda: greenlet.getcurrent().parent)
    assert green.parent is hub.greenlet
    assert green.wait() is hub.greenlet


def test_promise_27_switch_makes_the_hub_greenlet_the_parent(hub):
    main = greenlet.getcurrent()

    def body():
        hub.switch()
        return greenlet.getcurrent().parent

    stranger = greenlet.greenlet(body, main)
    hub.schedule_call_global(0, main.switch)
    stranger.switch()
    assert stranger.parent is hub.greenlet
    hub.schedule_call_global(0, stranger.switch)
    eventlet.sleep(0)
    assert stranger.dead


def test_promise_27_switch_out_is_called_and_its_errors_are_squelched(hub, capsys):
    seen = []

    class Noticing(greenlet.greenlet):
        def switch_out(self):
            seen.append("out")
            raise ZeroDivisionError("boom")

    noticing = Noticing(hub.switch, hub.greenlet)
    hub.schedule_call_global(0, greenlet.getcurrent().switch)
    noticing.switch()
    assert seen == ["out"]
    assert "ZeroDivisionError: boom" in capsys.readouterr().err
    hub.schedule_call_global(0, noticing.switch)
    eventlet.sleep(0)
    assert noticing.dead


def test_promise_27_a_dead_hub_greenlet_is_replaced(hub):
    main = greenlet.getcurrent()
    old = hub.greenlet
    assert old.parent is main
    orphan = eventlet.spawn(lambda: "orphan")
    with pytest.raises(KeyboardInterrupt):
        old.throw(KeyboardInterrupt())
    assert old.dead and not hub.running and not hub.stopping
    hub.ensure_greenlet()
    assert hub.greenlet is not old
    assert hub.greenlet.parent is main
    # A green thread of the dead hub comes back to the live one when it ends.
    assert old.parent is hub.greenlet
    # The orphan ends without switching to this greenlet: nobody else may wake it.
    with pytest.raises(eventlet.Timeout), eventlet.Timeout(0.01):
        hub.switch()
    assert orphan.dead
    assert orphan.wait() == "orphan"


def test_promise_27_kill_after_the_hub_greenlet_died_returns_by_its_timer_alone(hub):
    victim = eventlet.spawn(hub.switch)
    eventlet.sleep(0)
    with pytest.raises(KeyboardInterrupt):
        hub.greenlet.throw(KeyboardInterrupt())
    victim.kill()
    with pytest.raises(eventlet.Timeout), eventlet.Timeout(0.01):
        hub.switch()


def test_promise_27_abort_ends_the_run_and_clears_the_timers(hub):
    fired = []
    hub.schedule_call_global(0.001, fired.append, "never")
    hub.abort(wait=True)
    assert not hub.running and not hub.stopping
    assert hub.get_timers_count() == 0
    eventlet.sleep(0.01)
    assert fired == []
    assert hub.running
    assert eventlet.spawn(lambda: "alive").wait() == "alive"


def test_promise_27_abort_in_a_timer_brings_control_back_to_the_main_greenlet(hub):
    called = []
    hub.schedule_call_global(0, lambda: (called.append(True), hub.abort()))
    with eventlet.Timeout(100):
        hub.switch()
    assert called == [True]
    assert not hub.running
    eventlet.sleep(0)
    assert hub.running


def test_promise_27_abort_with_wait_is_refused_in_the_hub_greenlet(hub):
    assert isinstance(in_hub_greenlet(hub, lambda: hub.abort(wait=True)), AssertionError)
    # As in eventlet, it may have asked the hub to stop before it refused to wait: then one switch comes back early.
    for _ in range(5):
        eventlet.sleep(0)
    assert eventlet.spawn(lambda: "alive").wait() == "alive"


def test_promise_27_run_ignores_what_the_last_greenlet_returned(hub):
    main = greenlet.getcurrent()
    hub.abort(wait=True)
    hub.ensure_greenlet()
    hub.schedule_call_global(0, main.switch, "back")
    # It ends into the hub greenlet, which has not started: run() gets "result".
    first = greenlet.greenlet(lambda: "result", hub.greenlet)
    assert first.switch() == "back"
    assert hub.running


def test_promise_27_the_flags_are_reset_after_an_interrupt_of_the_poll(run_script):
    result = run_script(
        """
        import os, signal
        import aiohub
        aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"])
        import eventlet
        from eventlet import hubs, patcher
        threading = patcher.original("threading")
        eventlet.sleep(0)
        for _ in range(3):
            try:
                threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT)).start()
                hubs.get_hub().switch()
            except KeyboardInterrupt:
                print("interrupted", hubs.get_hub().stopping)
            assert eventlet.spawn(lambda: 5).wait() == 5
        """
    )
    assert (result.stdout, result.stderr) == ("interrupted False\n" * 3, "")


def block():
    while True:
        pass


def on_alarm(signum, frame):
    """A handler of the program's own, which the detector has to bring back."""


@pytest.fixture
def own_handler():
    before = signal.signal(signal.SIGALRM, on_alarm)
    yield
    signal.signal(signal.SIGALRM, before)


@pytest.fixture
def blocking_detection(hub, own_handler):
    # Long for a machine that is busy: who is not let run for so long is taken for one that blocks.
    debug.hub_blocking_detection(True, resolution=0.5)
    yield
    debug.hub_blocking_detection(False)
    assert hub.debug_blocking is False
    assert signal.getsignal(signal.SIGALRM) is on_alarm


def test_promise_27_the_blocking_detector_stops_a_green_thread_woken_by_a_timer(hub, blocking_detection):
    assert hub.debug_blocking is True
    assert hub.debug_blocking_resolution == 0.5
    with pytest.raises(RuntimeError, match="Blocking detector ALARMED"):
        eventlet.spawn(block).wait()


def test_promise_27_the_blocking_detector_stops_a_green_thread_woken_by_a_descriptor(hub, blocking_detection):
    ours, theirs = socket.socketpair()

    def wait_and_block():
        hubs.trampoline(ours, read=True)
        block()

    green = eventlet.spawn(wait_and_block)
    eventlet.sleep(0)
    theirs.send(b"x")
    with pytest.raises(RuntimeError, match="Blocking detector ALARMED"):
        green.wait()
    ours.close()
    theirs.close()


def test_promise_27_the_blocking_detector_leaves_an_idle_hub_alone(hub, blocking_detection):
    # The alarm is off while the hub waits: waiting is not blocking.
    eventlet.sleep(1)


def test_promise_27_block_detect_pre_and_post(hub, own_handler):
    hub.block_detect_pre()
    try:
        assert signal.getsignal(signal.SIGALRM) is not on_alarm
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 0
    finally:
        hub.block_detect_post()
    assert signal.getsignal(signal.SIGALRM) is on_alarm
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0


def test_promise_27_squelch_generic_exception_prints_if_debug_exceptions(hub, capsys):
    import sys

    def squelch():
        try:
            1 / 0
        except ZeroDivisionError:
            hub.squelch_generic_exception(sys.exc_info())

    squelch()
    assert "ZeroDivisionError" in capsys.readouterr().err
    hub.set_timer_exceptions(False)
    try:
        squelch()
        assert capsys.readouterr().err == ""
    finally:
        hub.set_timer_exceptions(True)


def test_promise_27_hub_exceptions_switches_the_printing(hub):
    debug.hub_exceptions(False)
    assert hub.debug_exceptions is False
    debug.hub_exceptions(True)
    assert hub.debug_exceptions is True
