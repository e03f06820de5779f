"""Promise 32: detect_blocking(s) finds the green thread or coroutine that holds the loop longer than s.

Each culprit holds the loop until the exception ends it: without the feature the script runs into its time limit. The
original time.sleep sleeps longer than that too.

The limits are long for a machine that is busy: who is not let run for so long holds the loop as well.
"""

import signal

import pytest

HEAD = """
import os
import aiohub
aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"])
import asyncio, signal, socket, sys, time
import eventlet
import eventlet.debug
from eventlet.event import Event
from eventlet.hubs import get_hub, trampoline

def culprit_loop():
    while True:
        pass

def culprit_sleep():
    time.sleep(1000)

culprit = {"loop": culprit_loop, "sleep": culprit_sleep}[(sys.argv + ["loop"])[1]]

def caught(function):
    # What *function* raised, as a RuntimeError of the detector.
    try:
        function()
    except RuntimeError as exc:
        text = str(exc)
        assert "held the loop longer than" in text, text
        assert "in culprit_" in text, text
        return text
    raise AssertionError("no exception")
"""


def program(body):
    """HEAD and *body*, whose indentation is taken off."""
    import textwrap

    return HEAD + textwrap.dedent(body)


@pytest.mark.parametrize("kind", ["loop", "sleep"])
def test_promise_32_green_thread_woken_by_a_timer(run_script, kind):
    result = run_script(
        program("""
        aiohub.debug.detect_blocking(0.2)
        def woken():
            eventlet.sleep(0.001)
            return caught(culprit)
        text = eventlet.spawn(woken).wait()
        assert "green thread <GreenThread woken at" in text, text
        assert "in woken" in text, text
        print("found")
        """),
        kind,
    )
    assert result.stdout == "found\n", result.stderr


@pytest.mark.parametrize("kind", ["loop", "sleep"])
def test_promise_32_green_thread_that_starts(run_script, kind):
    result = run_script(
        program("""
        aiohub.debug.detect_blocking(0.2)
        eventlet.spawn(caught, culprit).wait()
        print("found")
        """),
        kind,
    )
    assert result.stdout == "found\n", result.stderr


@pytest.mark.parametrize("kind", ["loop", "sleep"])
def test_promise_32_green_thread_woken_by_input(run_script, kind):
    result = run_script(
        program("""
        aiohub.debug.detect_blocking(0.2)
        ours, theirs = socket.socketpair()
        def woken():
            trampoline(ours.fileno(), read=True)
            return caught(culprit)
        green = eventlet.spawn(woken)
        eventlet.sleep(0)
        # Sent by the loop itself, so that nothing but the input wakes the green thread.
        theirs.send(b"x")
        text = green.wait()
        assert "in woken" in text, text
        print("found")
        """),
        kind,
    )
    assert result.stdout == "found\n", result.stderr


@pytest.mark.parametrize("kind", ["loop", "sleep"])
def test_promise_32_green_thread_woken_by_output_space(run_script, kind):
    result = run_script(
        program("""
        aiohub.debug.detect_blocking(0.2)
        ours, theirs = socket.socketpair()
        def woken():
            trampoline(ours.fileno(), write=True)
            caught(culprit)
        eventlet.spawn(woken).wait()
        print("found")
        """),
        kind,
    )
    assert result.stdout == "found\n", result.stderr


@pytest.mark.parametrize("kind", ["loop", "sleep"])
def test_promise_32_green_thread_woken_by_a_coroutine(run_script, kind):
    result = run_script(
        program("""
        aiohub.debug.detect_blocking(0.2)
        def woken():
            aiohub.wait(asyncio.sleep(0.001))
            return caught(culprit)
        eventlet.spawn(woken).wait()
        print("found")
        """),
        kind,
    )
    assert result.stdout == "found\n", result.stderr


@pytest.mark.parametrize("kind", ["loop", "sleep"])
@pytest.mark.parametrize("wait", ["asyncio.sleep(0)", "asyncio.sleep(0.001)", "green()", "first()"])
def test_promise_32_coroutine(run_script, kind, wait):
    result = run_script(
        program("""
        aiohub.debug.detect_blocking(0.2)
        async def first():
            pass
        async def green():
            eventlet.sleep(0)
        async def main():
            await eval(sys.argv[2])
            return caught(culprit)
        text = aiohub.wait(main())
        assert "task <Task-" in text and "main at" in text, text
        assert "in main" in text, text
        print("found")
        """),
        kind,
        wait,
    )
    assert result.stdout == "found\n", result.stderr


def test_promise_32_the_exception_goes_through_the_coroutine_to_the_green_thread_that_waits(run_script):
    result = run_script(
        program("""
        aiohub.debug.detect_blocking(0.2)
        async def main():
            culprit()
        caught(lambda: aiohub.wait(main()))
        # The loop goes on, and detection with it.
        caught(lambda: aiohub.wait(main()))
        print("found")
        """)
    )
    assert result.stdout == "found\n", result.stderr


def test_promise_32_who_gives_the_loop_back_in_time_is_left_alone(run_script):
    # Each of them holds the loop for a moment only; together they run for longer than the limit.
    result = run_script(
        program("""
        limit = 1
        aiohub.debug.detect_blocking(limit)
        end = time.monotonic() + 2 * limit
        def green():
            while time.monotonic() < end:
                eventlet.sleep(0)
        async def coroutine():
            while time.monotonic() < end:
                await asyncio.sleep(0)
        async def blocking():
            while time.monotonic() < end:
                eventlet.sleep(0)
        async def both():
            await asyncio.gather(coroutine(), blocking())
        thread = eventlet.spawn(green)
        aiohub.wait(both())
        thread.wait()
        # An idle loop is nobody's fault.
        eventlet.sleep(1.5 * limit)
        print("quiet")
        """)
    )
    assert (result.stdout, result.stderr) == ("quiet\n", "")


def test_promise_32_each_hold_has_the_whole_limit(run_script):
    # Were the timer not started anew, the holds would add up.
    result = run_script(
        program("""
        limit = 1
        aiohub.debug.detect_blocking(limit)
        def green():
            for _ in range(8):
                end = time.monotonic() + limit / 5
                while time.monotonic() < end:
                    pass
                eventlet.sleep(0)
        eventlet.spawn(green).wait()
        print("quiet")
        """)
    )
    assert (result.stdout, result.stderr) == ("quiet\n", "")


def test_promise_32_mode_log_reports_and_goes_on(run_script):
    result = run_script(
        program("""
        import logging
        records = []
        class Handler(logging.Handler):
            def emit(self, record):
                records.append(record)
        logging.getLogger("aiohub.debug").addHandler(Handler())
        aiohub.debug.detect_blocking(0.2, mode="log")
        def until_logged():
            count = len(records)
            while len(records) == count:
                pass
            return "went on"
        async def coroutine():
            await asyncio.sleep(0)
            return until_logged()
        assert eventlet.spawn(until_logged).wait() == "went on"
        assert aiohub.wait(coroutine()) == "went on"
        green, task = records
        for record in records:
            assert record.name == "aiohub.debug" and record.levelno == logging.WARNING
            assert "held the loop longer than 0.2 s" in record.getMessage()
            assert "in until_logged" in record.getMessage()
        assert "green thread <GreenThread until_logged" in green.getMessage()
        assert "task <Task-" in task.getMessage() and "in coroutine" in task.getMessage()
        print("logged")
        """)
    )
    assert result.stdout == "logged\n", result.stderr


def test_promise_32_mode_log_reports_a_hold_once(run_script):
    result = run_script(
        program("""
        import logging
        records = []
        class Handler(logging.Handler):
            def emit(self, record):
                records.append(record)
        logging.getLogger("aiohub.debug").addHandler(Handler())
        aiohub.debug.detect_blocking(0.02, mode="log")
        def hold():
            while not records:
                pass
            end = time.monotonic() + 0.3
            while time.monotonic() < end:
                pass
        eventlet.spawn(hold).wait()
        assert len(records) == 1, records
        eventlet.spawn(hold).wait()
        print(len(records))
        """)
    )
    # The second green thread saw the first record and held on.
    assert result.stdout == "2\n", result.stderr


def test_promise_32_mode_log_does_not_interrupt_a_system_call(run_script):
    result = run_script(
        program("""
        import logging
        records = []
        class Handler(logging.Handler):
            def emit(self, record):
                records.append(record)
        logging.getLogger("aiohub.debug").addHandler(Handler())
        aiohub.debug.detect_blocking(0.2, mode="log")
        def hold():
            before = time.monotonic()
            time.sleep(1)
            # It slept on after the report.
            assert time.monotonic() - before >= 1
        eventlet.spawn(hold).wait()
        assert "in hold" in records[0].getMessage()
        print("logged")
        """)
    )
    assert result.stdout == "logged\n", result.stderr


def test_promise_32_off_again_the_previous_handler_is_back(run_script):
    result = run_script(
        program("""
        def handler(number, frame):
            raise AssertionError("nobody set an alarm")
        signal.signal(signal.SIGALRM, handler)
        aiohub.debug.detect_blocking(0.2)
        assert signal.getsignal(signal.SIGALRM) is not handler
        caught(lambda: eventlet.spawn(culprit).wait())
        # Another limit replaces the first; both are gone with one call.
        aiohub.debug.detect_blocking(0.1)
        caught(lambda: eventlet.spawn(culprit).wait())
        aiohub.debug.detect_blocking(None)
        assert signal.getsignal(signal.SIGALRM) is handler
        assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
        assert get_hub().watcher is None
        def hold():
            end = time.monotonic() + 0.3
            while time.monotonic() < end:
                pass
            return "undisturbed"
        print(eventlet.spawn(hold).wait())
        aiohub.debug.detect_blocking(None)
        """)
    )
    assert result.stdout == "undisturbed\n", result.stderr


def test_promise_32_turned_on_and_off_by_the_one_that_holds_the_loop(run_script):
    result = run_script(
        program("""
        def green():
            aiohub.debug.detect_blocking(0.2)
            eventlet.sleep(0)
            caught(culprit)
            aiohub.debug.detect_blocking(None)
            end = time.monotonic() + 0.4
            while time.monotonic() < end:
                pass
            eventlet.sleep(0)
            return signal.getsignal(signal.SIGALRM) is signal.SIG_DFL, signal.getitimer(signal.ITIMER_REAL)
        print(eventlet.spawn(green).wait())
        """)
    )
    assert result.stdout == "(True, (0.0, 0.0))\n", result.stderr


@pytest.mark.parametrize("when", ["idle", "held", "set while held"])
def test_promise_32_a_program_s_own_alarm_is_served(run_script, when):
    result = run_script(
        program("""
        when = sys.argv[2]
        rang = Event()
        seen = []
        def handler(number, frame):
            seen.append(number)
            get_hub().schedule_call_global(0, rang.send)
        signal.signal(signal.SIGALRM, handler)
        if when == "idle":
            # Set before, rings while nobody holds the loop.
            signal.setitimer(signal.ITIMER_REAL, 0.3)
            aiohub.debug.detect_blocking(10)
            eventlet.sleep(0)
        elif when == "held":
            # Rings while a green thread holds the loop, before that one's limit is up.
            signal.setitimer(signal.ITIMER_REAL, 0.3)
            aiohub.debug.detect_blocking(50)
            def hold():
                while not seen:
                    pass
            eventlet.spawn(hold).wait()
        else:
            aiohub.debug.detect_blocking(50)
            def hold():
                eventlet.sleep(0)
                signal.setitimer(signal.ITIMER_REAL, 0.3)
                for _ in range(10):
                    eventlet.sleep(0)
            eventlet.spawn(hold).wait()
        rang.wait()
        print(len(seen))
        """),
        "loop",
        when,
    )
    assert result.stdout == "1\n", result.stderr


def test_promise_32_eventlet_s_own_switch_works(run_script):
    result = run_script(
        program("""
        eventlet.debug.hub_blocking_detection(True, resolution=0.5)
        def upstream(function):
            try:
                function()
            except RuntimeError as exc:
                assert "ALARMED" in str(exc), exc
                return
            raise AssertionError("no exception")
        def woken():
            eventlet.sleep(0.001)
            upstream(culprit_loop)
        eventlet.spawn(woken).wait()
        ours, theirs = socket.socketpair()
        theirs.send(b"x")
        def by_input():
            trampoline(ours.fileno(), read=True)
            upstream(culprit_loop)
        eventlet.spawn(by_input).wait()
        eventlet.debug.hub_blocking_detection(False)
        print("found")
        """)
    )
    assert result.stdout == "found\n", result.stderr


@pytest.mark.parametrize("ours, theirs, found", [(0.2, 50, "aiohub"), (50, 0.5, "eventlet")])
def test_promise_32_beside_eventlet_s_own_switch(run_script, ours, theirs, found):
    result = run_script(
        program("""
        ours, theirs = float(sys.argv[2]), float(sys.argv[3])
        previous = signal.getsignal(signal.SIGALRM)
        aiohub.debug.detect_blocking(ours)
        eventlet.debug.hub_blocking_detection(True, resolution=theirs)
        def woken():
            eventlet.sleep(0.001)
            try:
                culprit()
            except RuntimeError as exc:
                return "aiohub" if "held the loop" in str(exc) else "eventlet" if "ALARMED" in str(exc) else str(exc)
        print(eventlet.spawn(woken).wait())
        print(eventlet.spawn(woken).wait())
        eventlet.debug.hub_blocking_detection(False)
        eventlet.sleep(0.001)
        aiohub.debug.detect_blocking(ours)
        aiohub.debug.detect_blocking(None)
        assert signal.getsignal(signal.SIGALRM) == previous
        assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
        """),
        "loop",
        str(ours),
        str(theirs),
    )
    assert result.stdout == f"{found}\n{found}\n", result.stderr


def test_promise_32_only_in_the_main_os_thread(run_script):
    result = run_script(
        program("""
        import threading
        told = []
        def other():
            try:
                aiohub.debug.detect_blocking(1)
            except RuntimeError as exc:
                told.append(str(exc))
            told.append(get_hub().watcher)
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
        assert "main OS thread" in told[0], told
        print(told[1])
        """)
    )
    assert result.stdout == "None\n", result.stderr


def test_promise_32_only_on_our_hub(run_script):
    result = run_script(
        """
        import eventlet.hubs
        eventlet.hubs.use_hub("epolls")
        import aiohub.debug
        try:
            aiohub.debug.detect_blocking(1)
        except RuntimeError as exc:
            assert "aiohub.install()" in str(exc), exc
            print("refused")
        """
    )
    assert result.stdout == "refused\n", result.stderr


@pytest.mark.parametrize("seconds", [0, -1, float("inf"), float("nan")])
def test_promise_32_refuses_a_limit_that_is_none(seconds):
    from aiohub import debug

    with pytest.raises(ValueError, match="seconds must be positive"):
        debug.detect_blocking(seconds)


def test_promise_32_refuses_an_unknown_mode():
    from aiohub import debug

    before = signal.getsignal(signal.SIGALRM)
    with pytest.raises(ValueError, match="'raise' or 'log'"):
        debug.detect_blocking(1, mode="warn")
    assert signal.getsignal(signal.SIGALRM) is before
