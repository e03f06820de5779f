"""aiohub.EventLoop alone: callbacks, timers, descriptors. Every scene tells the same on asyncio's loop and on ours."""

import asyncio
import contextvars
import logging
import math
import os
import re
import socket
import threading

import pytest
from _loop_worlds import LOOPS, in_thread, play

import aiohub

pytestmark = pytest.mark.once


@pytest.fixture(params=list(LOOPS))
def new_loop(request):
    return LOOPS[request.param]


@pytest.fixture
def loop(new_loop):
    made = new_loop()
    yield made
    made.close()


def run(loop):
    """Run *loop* until it is stopped, in a thread where no other loop runs."""
    in_thread(loop.run_forever)


def test_it_is_an_asyncio_loop():
    loop = aiohub.new_event_loop()
    assert isinstance(loop, asyncio.SelectorEventLoop)
    assert type(loop) is aiohub.EventLoop
    loop.close()


def test_the_policy_makes_it():
    loop = aiohub.EventLoopPolicy().new_event_loop()
    assert type(loop) is aiohub.EventLoop
    loop.close()


def test_asyncio_run_takes_it(run_script):
    result = run_script(
        """
        import asyncio, sys
        import aiohub

        async def main():
            await asyncio.sleep(0)
            return type(asyncio.get_running_loop()).__name__

        loop = aiohub.new_event_loop()
        print(loop.run_until_complete(main()), "eventlet" in sys.modules, "greenlet" in sys.modules)
        loop.close()
        """
    )
    assert (result.stdout, result.stderr) == ("EventLoop False False\n", "")


def test_callbacks_run_in_order_and_new_ones_in_the_next_turn(loop):
    seen = []

    def first():
        seen.append("first")
        loop.call_soon(seen.append, "added")
        loop.stop()

    loop.call_soon(first)
    loop.call_soon(seen.append, "second")
    run(loop)
    assert seen == ["first", "second"]
    loop.call_soon(loop.stop)
    run(loop)
    assert seen == ["first", "second", "added"]


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 9])
def test_any_number_of_arguments(loop, count):
    seen = []
    loop.call_soon(lambda *args: seen.append(args), *range(count))
    loop.call_later(0, lambda *args: seen.append(args), *range(count))
    loop.call_later(0.001, loop.stop)
    run(loop)
    assert seen == [tuple(range(count))] * 2


def test_timers_run_in_order_of_time_then_of_making(loop):
    seen = []
    now = loop.time()
    loop.call_at(now + 0.02, loop.stop)
    for name, delay in [("late", 0.01), ("a", 0.005), ("b", 0.005), ("c", 0.005), ("early", -1)]:
        loop.call_at(now + delay, seen.append, name)
    run(loop)
    assert seen == ["early", "a", "b", "c", "late"]


def test_a_timer_is_never_early(loop):
    seen = []
    when = loop.time() + 0.003
    loop.call_at(when, lambda: (seen.append(loop.time()), loop.stop()))
    run(loop)
    assert seen[0] >= when - 1e-9


def test_cancelled_timers_do_not_run(loop):
    seen = []
    told_already = loop.call_later(0.2, seen.append, "told")
    loop.call_soon(loop.stop)
    run(loop)
    told_already.cancel()
    loop.call_later(0.001, seen.append, "not told").cancel()
    kept = loop.call_later(0.001, seen.append, "kept")
    loop.call_later(0.3, loop.stop)
    run(loop)
    assert seen == ["kept"]
    kept.cancel()  # has run
    assert kept.cancelled()


def test_a_timer_may_cancel_another_of_the_same_moment(loop):
    seen = []
    when = loop.time() + 0.001
    loop.call_at(when, lambda: other.cancel())
    other = loop.call_at(when, seen.append, "other")
    loop.call_later(0.01, loop.stop)
    run(loop)
    assert seen == []


@pytest.mark.parametrize("delay", [math.inf, 1e300, 10**12])
def test_timers_that_never_come(loop, delay):
    handle = loop.call_later(delay, loop.stop)
    loop.call_later(0, loop.stop)
    run(loop)
    assert not handle.cancelled()
    handle.cancel()


def test_handles(loop):
    def callback():
        pass

    handle, timer = loop.call_soon(callback, 1, "two"), loop.call_at(5.5, callback)
    assert (handle._callback, handle._args, handle.cancelled()) == (callback, (1, "two"), False)
    assert (timer.when(), timer._args) == (5.5, ())
    # Newer Pythons show the arguments in debug mode only.
    assert re.match(r"<Handle test_handles\.<locals>\.callback\((1, 'two')?\) at ", repr(handle))
    assert repr(timer).startswith("<TimerHandle when=5.5 test_handles.<locals>.callback() at ")
    later = loop.call_at(6, callback)
    assert timer < later and later > timer and timer <= later and later >= timer and timer != later
    assert timer == loop.call_at(5.5, callback) and hash(timer) == hash(5.5)
    assert timer.__lt__(1) is NotImplemented
    for each in (handle, timer, later):
        each.cancel()
        each.cancel()
        assert each.cancelled() and each._callback is None and each._args is None
    assert repr(handle) == "<Handle cancelled>"
    assert repr(timer) == "<TimerHandle cancelled when=5.5>"


def test_callbacks_have_the_context_they_were_made_in(loop):
    variable = contextvars.ContextVar("variable", default="none")
    seen = []
    other = contextvars.copy_context()
    other.run(variable.set, "given")

    def note(name):
        seen.append((name, variable.get()))
        variable.set("changed")

    variable.set("made")
    loop.call_soon(note, "soon")
    loop.call_soon(note, "soon again")
    loop.call_soon(note, "soon, given", context=other)
    loop.call_later(0, note, "later, given", context=other)
    loop.call_soon_threadsafe(note, "threadsafe", context=None)
    variable.set("none")
    loop.call_later(0.001, loop.stop)
    run(loop)
    assert [entry for entry in seen if entry[0] != "later, given"] == [
        ("soon", "made"),
        ("soon again", "made"),
        ("soon, given", "given"),
        ("threadsafe", "made"),
    ]
    assert ("later, given", "changed") in seen


def test_an_exception_goes_to_the_handler_and_the_rest_runs(loop):
    told, seen = [], []
    loop.set_exception_handler(lambda loop, context: told.append(context))

    def fails(argument):
        raise ValueError(argument)

    handle = loop.call_soon(fails, "wrong")
    loop.call_soon(seen.append, "rest")
    loop.call_soon(loop.stop)
    run(loop)
    (context,) = told
    assert seen == ["rest"]
    assert set(context) == {"message", "exception", "handle"}
    assert context["handle"] is handle
    assert str(context["exception"]) == "wrong"
    assert context["message"].startswith("Exception in callback ") and "fails(" in context["message"]


@pytest.mark.parametrize("kind", [SystemExit, KeyboardInterrupt])
def test_what_ends_the_loop_leaves_the_rest_for_the_next_run(loop, kind):
    seen = []

    def ends():
        raise kind

    loop.call_soon(ends)
    loop.call_soon(seen.append, "rest")
    with pytest.raises(kind):
        run(loop)
    assert not loop.is_running() and seen == []
    loop.call_soon(loop.stop)
    run(loop)
    assert seen == ["rest"]


def test_wrong_arguments_are_told_at_once(loop):
    for call in (
        lambda: loop.call_soon(),
        lambda: loop.call_later(1),
        lambda: loop.call_later("soon", print),
        lambda: loop.call_later(None, print),
        lambda: loop.call_at(None, print),
        lambda: loop.call_soon(print, wrong=1),
    ):
        with pytest.raises(TypeError):
            call()


def test_a_closed_loop_says_so(new_loop):
    loop = new_loop()
    handle = loop.call_later(10, print)
    loop.close()
    loop.close()
    assert loop.is_closed() and not loop.is_running()
    reader, writer = socket.socketpair()
    with reader, writer:
        for call in (
            lambda: loop.call_soon(print),
            lambda: loop.call_soon_threadsafe(print),
            lambda: loop.call_later(1, print),
            lambda: loop.call_at(1, print),
            lambda: loop.add_reader(reader, print),
            lambda: run(loop),  # CPython 3.13.0 then takes no loop for running, be it in the thread of another one
        ):
            with pytest.raises(RuntimeError, match=r"^Event loop is closed$"):
                call()
        assert loop.remove_reader(reader) is False
    handle.cancel()


def test_debug_mode_checks_what_is_called(new_loop):
    loop = new_loop()
    loop.set_debug(True)

    async def coroutine():
        pass

    with pytest.raises(TypeError, match=r"coroutines cannot be used with call_soon\(\)"):
        loop.call_soon(coroutine)
    with pytest.raises(TypeError, match=r"a callable object was expected by call_at\(\), got 3"):
        loop.call_at(1, 3)
    handle = loop.call_soon(print)
    assert handle._source_traceback[-1].name == "test_debug_mode_checks_what_is_called"
    assert "created at" in repr(handle)
    handle.cancel()
    assert repr(handle).startswith("<Handle cancelled print(")
    loop.close()


def test_debug_mode_refuses_other_threads(new_loop):
    loop = new_loop()
    loop.set_debug(True)
    seen = []

    def elsewhere():
        with pytest.raises(RuntimeError, match=r"^Non-thread-safe operation"):
            loop.call_soon(print)
        seen.append("refused")
        loop.call_soon_threadsafe(loop.stop)

    loop.call_soon(lambda: threading.Thread(target=elsewhere).start())
    run(loop)
    assert seen == ["refused"]
    loop.close()


def test_debug_mode_logs_slow_callbacks(new_loop, caplog):
    loop = new_loop()
    loop.set_debug(True)
    loop.slow_callback_duration = 0

    def slow():
        loop.stop()

    loop.call_soon(slow)
    with caplog.at_level(logging.WARNING, "asyncio"):
        run(loop)
    loop.close()
    assert any(line.startswith("Executing <Handle ") and "slow()" in line for line in caplog.messages)


def test_another_thread_wakes_an_idle_loop(loop):
    seen = []

    def wake():
        for number in range(100):
            loop.call_soon_threadsafe(seen.append, number)
        loop.call_soon_threadsafe(loop.stop)

    loop.call_soon(lambda: threading.Thread(target=wake).start())
    run(loop)
    assert seen == list(range(100))


# Descriptors.


def test_readers_and_writers(loop):
    one, two = socket.socketpair()
    seen = []

    def readable(name):
        seen.append((name, one.recv(10)))
        loop.remove_reader(one)
        loop.add_writer(one, writable)

    def writable():
        seen.append("writable")
        assert loop.remove_writer(one) is True
        loop.stop()

    with one, two:
        loop.add_reader(one, readable, "replaced")
        loop.add_reader(one.fileno(), readable, "reader")
        two.send(b"data")
        run(loop)
        assert seen == [("reader", b"data"), "writable"]
        assert loop.remove_reader(one) is False and loop.remove_writer(one) is False


def test_a_reader_is_called_as_long_as_there_is_something_to_read(loop):
    one, two = socket.socketpair()
    seen = []

    def readable():
        seen.append(one.recv(1))
        if len(seen) == 3:
            loop.stop()

    with one, two:
        loop.add_reader(one, readable)
        two.send(b"abc")
        run(loop)
        loop.remove_reader(one)
    assert seen == [b"a", b"b", b"c"]


def test_a_reader_removed_by_an_earlier_callback_is_not_called(loop):
    pairs = [socket.socketpair() for _ in range(2)]
    seen = []

    def readable(index):
        seen.append(index)
        loop.remove_reader(pairs[1 - index][0])

    for index, (reader, writer) in enumerate(pairs):
        loop.add_reader(reader, readable, index)
        writer.send(b"x")
    loop.call_later(0.01, loop.stop)
    run(loop)
    assert len(set(seen)) == 1
    loop.remove_reader(pairs[seen[0]][0])
    for pair in pairs:
        for end in pair:
            end.close()


@pytest.mark.parametrize("bad", [-1, "text", 1.5, None, object()])
def test_what_is_no_descriptor(loop, bad):
    for method in (loop.add_reader, loop.add_writer):
        with pytest.raises(ValueError, match="Invalid file"):
            method(bad, print)


def test_descriptors_that_cannot_be_watched(loop, tmp_path):
    reader, writer = os.pipe()
    os.close(reader)
    os.close(writer)
    with pytest.raises(OSError) as caught:
        loop.add_reader(reader, print)
    assert str(caught.value) == "[Errno 9] Bad file descriptor"
    with (tmp_path / "file").open("w") as regular:
        with pytest.raises(PermissionError):
            loop.add_writer(regular, print)
    assert loop.remove_reader(reader) is False


def test_a_number_that_is_reused_is_the_new_owners():
    """asyncio's own loop goes on waiting for the old file."""
    loop = aiohub.new_event_loop()
    seen = []
    one, two = socket.socketpair()
    number = one.fileno()
    loop.add_reader(one, seen.append, "old")
    one.close()
    two.close()
    reader, writer = os.pipe()
    os.dup2(reader, number)
    loop.add_reader(number, lambda: (seen.append("new"), loop.stop()))
    os.write(writer, b"x")
    run(loop)
    assert seen == ["new"]
    loop.remove_reader(number)
    loop.close()
    for each in {reader, writer, number}:
        os.close(each)


def test_closing_gives_every_descriptor_back(new_loop):
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(20):
        loop = new_loop()
        loop.call_soon(loop.stop)
        run(loop)
        loop.close()
    assert len(os.listdir("/proc/self/fd")) <= before + 8  # a runtime of the engine may open some once


# asyncio on top.


def test_asyncio_works_on_it(new_loop):
    async def scene():
        async def worker(number):
            await asyncio.sleep(0.001 * (3 - number))
            return number

        results = await asyncio.gather(*[worker(number) for number in range(3)])
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(asyncio.sleep(30), 0.001)
        in_a_thread = await asyncio.get_running_loop().run_in_executor(None, lambda: 7)
        process = await asyncio.create_subprocess_exec("echo", "words", stdout=asyncio.subprocess.PIPE)
        output, _ = await process.communicate()
        names = await asyncio.get_running_loop().getaddrinfo("127.0.0.1", 80, type=socket.SOCK_STREAM)
        return results, in_a_thread, output, process.returncode, names[0][4]

    assert play(scene, new_loop) == ([0, 1, 2], 7, b"words\n", 0, ("127.0.0.1", 80))
