"""Promise 33: detect_deadlock() tells the main green thread when nothing can ever run again, and only then.

A deadlock that is not found runs into the script's time limit. A false alarm is a DeadlockError where none may be:
those scripts wait, for many looks of the detector, for something that does come.
"""

import textwrap

import pytest

HEAD = """
import os, sys
import aiohub
aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"], patch="--patch" in sys.argv)
import asyncio, signal, socket, subprocess, threading, time
import concurrent.futures
import eventlet
from eventlet import hubs, tpool
from eventlet.event import Event
from eventlet.hubs import get_hub, trampoline
from eventlet.queue import Queue
from eventlet.semaphore import Semaphore

loop = aiohub.get_loop()

def stuck(function, *args):
    # The text of the DeadlockError that *function* gets.
    try:
        function(*args)
    except aiohub.DeadlockError as exc:
        return str(exc)
    raise AssertionError("no exception")

def child(program):
    # A process of its own, which ends when this one does: it gets our process id as its first argument.
    return subprocess.Popen([sys.executable, "-S", "-c", program, str(os.getpid())], stdout=subprocess.PIPE)

SLEEP = "import os, signal, sys, time; time.sleep(0.5); parent = int(sys.argv[1]);"
aiohub.debug.detect_deadlock(interval=0.01)
"""


def program(body):
    """HEAD and *body*, whose indentation is taken off."""
    return HEAD + textwrap.dedent(body)


# Each of these is over when what it waits for has come. The detector shows beforehand that it works.
WORKS = "stuck(Event().wait)\n"
NO_DEADLOCK = {
    "sleep": "eventlet.sleep(0.5)",
    "sleep in a green thread": "eventlet.spawn(eventlet.sleep, 0.5).wait()",
    "spawn_after": "eventlet.spawn_after(0.5, lambda: None).wait()",
    "eventlet timeout": """
        with eventlet.Timeout(0.5, False):
            Event().wait()
    """,
    "asyncio sleep": "aiohub.wait(asyncio.sleep(0.5))",
    "asyncio timeout": """
        try:
            aiohub.wait(asyncio.wait_for(asyncio.Event().wait(), 0.5))
        except asyncio.TimeoutError:
            pass
    """,
    "aiohub timeout": """
        try:
            aiohub.wait(asyncio.Event().wait(), 0.5)
        except TimeoutError:
            pass
    """,
    "call_later": """
        event = Event()
        loop.call_later(0.5, event.send)
        event.wait()
    """,
    "blocking call in a coroutine": """
        async def main():
            eventlet.sleep(0.5)
        aiohub.wait(main())
    """,
    "always busy, hub": """
        end = time.monotonic() + 0.5
        while time.monotonic() < end:
            eventlet.sleep(0)
    """,
    "always busy, loop": """
        async def main():
            end = time.monotonic() + 0.5
            while time.monotonic() < end:
                await asyncio.sleep(0)
        aiohub.wait(main())
    """,
    "input of a green thread": "trampoline(child(SLEEP + 'print(1)').stdout.fileno(), read=True)",
    "second reader of a descriptor": """
        eventlet.debug.hub_prevent_multiple_readers(False)
        stdout = child(SLEEP + "print(1)").stdout.fileno()
        threads = [eventlet.spawn(trampoline, stdout, read=True) for _ in range(2)]
        for thread in threads:
            thread.wait()
    """,
    "output of a green thread": """
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        try:
            while True:
                ours.send(bytes(65536))
        except BlockingIOError:
            pass
        reader = subprocess.Popen(
            [sys.executable, "-S", "-c", "import os, time; time.sleep(0.5)\\nwhile os.read(0, 65536): pass"],
            stdin=theirs.fileno(),
        )
        theirs.close()
        trampoline(ours.fileno(), write=True)
    """,
    "add_reader": """
        event = Event()
        stdout = child(SLEEP + "print(1)").stdout.fileno()
        loop.add_reader(stdout, lambda: (loop.remove_reader(stdout), event.send()))
        event.wait()
    """,
    "server of asyncio": """
        client = "import socket; socket.create_connection(('127.0.0.1', int(sys.argv[2])))"
        async def main():
            came = asyncio.Event()
            async def handle(reader, writer):
                came.set()
                writer.close()
            server = await asyncio.start_server(handle, "127.0.0.1", 0)
            port = server.sockets[0].getsockname()[1]
            subprocess.Popen([sys.executable, "-S", "-c", SLEEP + client, "0", str(port)])
            await came.wait()
            server.close()
        aiohub.wait(main())
    """,
    "subprocess of asyncio": """
        async def main():
            process = await asyncio.create_subprocess_exec(sys.executable, "-S", "-c", SLEEP, "0")
            await process.wait()
        aiohub.wait(main())
    """,
    "signal handler": """
        event = Event()
        signal.signal(signal.SIGUSR1, lambda number, frame: get_hub().schedule_call_global(0, event.send))
        process = child(SLEEP + "os.kill(parent, signal.SIGUSR1)")
        event.wait()
    """,
    "signal handler of the loop": """
        event = Event()
        loop.add_signal_handler(signal.SIGUSR1, event.send)
        process = child(SLEEP + "os.kill(parent, signal.SIGUSR1)")
        event.wait()
    """,
    "handler of SIGINT": """
        event = Event()
        signal.signal(signal.SIGINT, lambda number, frame: get_hub().schedule_call_global(0, event.send))
        process = child(SLEEP + "os.kill(parent, signal.SIGINT)")
        event.wait()
    """,
    "alarm": """
        event = Event()
        signal.signal(signal.SIGALRM, lambda number, frame: get_hub().schedule_call_global(0, event.send))
        signal.setitimer(signal.ITIMER_REAL, 0.5)
        event.wait()
    """,
    "OS thread": """
        event = Event()
        def other():
            time.sleep(0.5)
            loop.call_soon_threadsafe(event.send)
        eventlet.patcher.original("threading").Thread(target=other).start()
        event.wait()
    """,
    "OS thread unknown to threading": """
        import _thread
        event = Event()
        def other():
            time.sleep(0.5)
            loop.call_soon_threadsafe(event.send)
        _thread.start_new_thread(other, ())
        event.wait()
    """,
    "executor": "aiohub.wait(loop.run_in_executor(None, time.sleep, 0.5))",
    "to_thread": "aiohub.wait(asyncio.to_thread(time.sleep, 0.5))",
    "job waiting for a busy executor": """
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            pool.submit(time.sleep, 0.3)
            aiohub.wait(loop.run_in_executor(pool, time.sleep, 0.3))
    """,
    "tpool": "tpool.execute(time.sleep, 0.5)",
    "tpool again": """
        tpool.execute(int)
        tpool.execute(time.sleep, 0.5)
    """,
    "run_coroutine_threadsafe from an OS thread": """
        async def main():
            await asyncio.sleep(0)
            event.send()
        event = Event()
        def other():
            time.sleep(0.5)
            asyncio.run_coroutine_threadsafe(main(), loop).result()
        eventlet.patcher.original("threading").Thread(target=other).start()
        event.wait()
    """,
}


@pytest.mark.parametrize("case", NO_DEADLOCK)
def test_promise_33_no_false_alarm(run_script, case):
    result = run_script(program(WORKS + textwrap.dedent(NO_DEADLOCK[case]) + "\nprint('it came')\n"))
    assert (result.stdout, result.returncode) == ("it came\n", 0), result.stderr


PATCHED = {
    "patched sleep": "time.sleep(0.5)",
    "patched thread": """
        thread = threading.Thread(target=time.sleep, args=(0.5,))
        thread.start()
        thread.join()
    """,
    "patched subprocess": "subprocess.run([sys.executable, '-S', '-c', SLEEP, '0'])",
    "patched executor": """
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            pool.submit(eventlet.patcher.original("time").sleep, 0.5).result()
    """,
    "patched lock, held in an OS thread": """
        lock = threading.Lock()
        lock.acquire()
        def job():
            eventlet.patcher.original("time").sleep(0.5)
            lock.release()
        future = loop.run_in_executor(None, job)
        with lock:
            pass
    """,
}


@pytest.mark.parametrize("case", PATCHED)
def test_promise_33_no_false_alarm_with_patched_modules(run_script, case):
    result = run_script(program(WORKS + textwrap.dedent(PATCHED[case]) + "\nprint('it came')\n"), "--patch")
    assert (result.stdout, result.returncode) == ("it came\n", 0), result.stderr


# Each of these calls `stuck` with something that waits for ever.
DEADLOCK = {
    "event": "text = stuck(Event().wait)",
    "green thread": "text = stuck(eventlet.spawn(Event().wait).wait)",
    "future": "text = stuck(aiohub.wait, loop.create_future())",
    "coroutine": "text = stuck(aiohub.wait, asyncio.Event().wait())",
    "blocking call in a coroutine": """
        async def main():
            Event().wait()
        text = stuck(aiohub.wait, main())
    """,
    "itself": """
        lock = Semaphore()
        lock.acquire()
        text = stuck(lock.acquire)
    """,
    "cancelled timers": """
        with eventlet.Timeout(3600):
            eventlet.sleep(0)
        aiohub.wait(asyncio.wait_for(asyncio.sleep(0), 3600))
        eventlet.spawn_after(3600, print).cancel()
        text = stuck(Event().wait)
    """,
    "idle executor": """
        aiohub.wait(loop.run_in_executor(None, int))
        text = stuck(Event().wait)
    """,
    "idle tpool": """
        tpool.execute(int)
        text = stuck(Event().wait)
    """,
    "name looked up": """
        aiohub.wait(loop.getaddrinfo("127.0.0.1", 80))
        text = stuck(Event().wait)
    """,
    "sockets done with": """
        async def main():
            async def handle(reader, writer):
                writer.write(await reader.read(1))
                await writer.drain()
                writer.close()
                await writer.wait_closed()
            server = await asyncio.start_server(handle, "127.0.0.1", 0)
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            writer.write(b"x")
            assert await reader.read() == b"x"
            writer.close()
            await writer.wait_closed()
            server.close()
            await server.wait_closed()
        aiohub.wait(main())
        text = stuck(Event().wait)
    """,
    "OS thread that has ended": """
        thread = eventlet.patcher.original("threading").Thread(target=int)
        thread.start()
        thread.join()
        text = stuck(Event().wait)
    """,
    "while blocking is detected": """
        aiohub.debug.detect_blocking(10)
        text = stuck(Event().wait)
    """,
    "again": """
        stuck(Event().wait)
        eventlet.sleep(0.05)
        text = stuck(Event().wait)
    """,
    "hub started again": """
        eventlet.sleep(0)
        get_hub().abort(wait=True)
        text = stuck(Event().wait)
    """,
    "asyncio.run": """
        async def main():
            await asyncio.get_running_loop().create_future()
        text = stuck(asyncio.run, main())
    """,
}


@pytest.mark.parametrize("case", DEADLOCK)
def test_promise_33_deadlock_is_found(run_script, case):
    result = run_script(program(textwrap.dedent(DEADLOCK[case]) + "\nprint(text)\n"))
    lines = result.stdout.splitlines()
    assert lines[:1] == ["nothing can ever run again; who waits for whom:"], result.stderr
    assert lines[1].startswith("  green thread <main at ")
    assert "waits for" in lines[1]


def test_promise_33_with_patched_modules(run_script):
    result = run_script(
        program("""
        lock = threading.Lock()
        def green():
            with lock:
                pass
        lock.acquire()
        text = stuck(eventlet.spawn(green).wait)
        assert "GreenThread green at" in text.splitlines()[2], text
        print("found")
        """),
        "--patch",
    )
    assert result.stdout == "found\n", result.stderr


def test_promise_33_lists_who_waits_for_whom_across_the_border(run_script):
    result = run_script(
        program("""
        async def coroutine():
            await asyncio.gather(waits_for_green())
        async def waits_for_green():
            await inner
        def outer_thread():
            aiohub.wait(loop.create_task(coroutine(), name="outer"))
        def inner_thread():
            Queue().get()
        inner = eventlet.spawn(inner_thread)
        print(stuck(lambda: eventlet.spawn(outer_thread).wait()))
        """)
    )
    lines = [line.strip().split(", at ")[0] for line in result.stdout.splitlines()[1:]]
    parts = [line.split(" waits for ") for line in lines]
    chain = [parts[0][0]]
    while any(waiter == chain[-1] for waiter, _ in parts):
        chain.append(next(target for waiter, target in parts if waiter == chain[-1]))
    # main -> green -> task -> task -> green -> queue: names without addresses and numbers.
    names = [name.split(" at ")[0].rstrip(">") for name in chain]
    assert names[0] == "green thread <main", result.stdout + result.stderr
    assert names[1] == "green thread <GreenThread outer_thread"
    assert names[2] == "task <outer coroutine"
    assert names[3].startswith("task <Task-") and names[3].endswith("waits_for_green")
    assert names[4] == "green thread <GreenThread inner_thread"
    assert "Queue" in names[5]
    assert len(names) == 6
    # And where each of them waits.
    assert "in outer_thread\n" in result.stdout
    assert "in waits_for_green\n" in result.stdout
    assert "in inner_thread\n" in result.stdout


def test_promise_33_a_circle_across_the_border(run_script):
    result = run_script(
        program("""
        async def coroutine():
            await thread
        def green():
            aiohub.wait(task)
        thread = eventlet.spawn(green)
        task = loop.create_task(coroutine(), name="circle")
        text = stuck(Event().wait)
        green_name = next(line for line in text.splitlines() if line.startswith("  green thread <GreenThread green"))
        task_name = next(line for line in text.splitlines() if line.startswith("  task <circle"))
        assert " waits for task <circle coroutine at" in green_name, text
        assert " waits for green thread <GreenThread green at" in task_name, text
        print("found")
        """)
    )
    assert result.stdout == "found\n", result.stderr


def test_promise_33_two_locks_in_opposite_order(run_script):
    result = run_script(
        program("""
        first, second = threading.RLock(), threading.RLock()
        def green(mine, other):
            with mine:
                eventlet.sleep(0)
                with other:
                    pass
        def one():
            green(first, second)
        async def two():
            green(second, first)
        eventlet.spawn(one)
        task = loop.create_task(two(), name="second")
        text = stuck(Event().wait)
        print(text)
        """),
        "--patch",
    )
    lines = result.stdout.splitlines()
    assert any("GreenThread one at" in line.split(" waits for ")[0] for line in lines[1:]), result.stderr
    assert any("task <second two at" in line.split(" waits for ")[0] for line in lines[1:])
    assert all(", at " in line and " waits for " in line for line in lines[1:])


def test_promise_33_the_program_goes_on_afterwards(run_script):
    result = run_script(
        program("""
        event = Event()
        thread = eventlet.spawn(event.wait)
        text = stuck(thread.wait)
        event.send("sent after all")
        print(thread.wait())
        """)
    )
    assert result.stdout == "sent after all\n", result.stderr


def test_promise_33_turned_off(run_script):
    # The interrupt comes long after the detector would have raised.
    result = run_script(
        program("""
        aiohub.debug.detect_deadlock(False)
        process = child(SLEEP + "os.kill(parent, signal.SIGINT)")
        try:
            Event().wait()
        except KeyboardInterrupt:
            print("interrupted")
        """)
    )
    assert result.stdout == "interrupted\n", result.stderr


def test_promise_33_ctrl_c_is_no_reason_to_wait(run_script):
    result = run_script(
        program("""
        process = child(SLEEP + "time.sleep(60); os.kill(parent, signal.SIGINT)")
        text = stuck(Event().wait)
        process.kill()
        print("found")
        """)
    )
    assert result.stdout == "found\n", result.stderr


def test_promise_33_a_main_green_thread_that_waits_elsewhere_is_left_alone(run_script):
    # It has switched to another greenlet itself, and expects nothing but what that one passes back.
    result = run_script(
        program("""
        import greenlet
        process = child(SLEEP + "os.kill(parent, signal.SIGINT)")
        other = greenlet.greenlet(Event().wait)
        try:
            other.switch()
        except KeyboardInterrupt:
            print("interrupted")
        """)
    )
    assert result.stdout == "interrupted\n", result.stderr


def test_promise_33_a_thread_python_does_not_know_is_a_reason_to_wait(run_script):
    result = run_script(
        program("""
        import ctypes
        libc = ctypes.CDLL(None)
        thread = ctypes.c_ulong()
        libc.pthread_create(ctypes.byref(thread), None, libc.sleep, ctypes.c_void_p(1))
        text = stuck(Event().wait)
        print(libc.pthread_tryjoin_np(thread, None))
        """)
    )
    # The thread had ended when the deadlock was found: 0, not EBUSY.
    assert result.stdout == "0\n", result.stderr


def test_promise_33_in_the_child_of_a_fork(run_script):
    result = run_script(
        program("""
        eventlet.sleep(0)
        pid = os.fork()
        if not pid:
            text = stuck(Event().wait)
            os._exit(42)
        while True:
            found, status = os.waitpid(pid, os.WNOHANG)
            if found:
                break
            eventlet.sleep(0.01)
        print(os.WEXITSTATUS(status))
        stuck(Event().wait)
        print("and in the parent")
        """)
    )
    assert result.stdout == "42\nand in the parent\n", result.stderr


def test_promise_33_in_aiohub_run(run_script):
    result = run_script(
        """
        import asyncio, os
        import aiohub
        aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"])
        async def main():
            aiohub.debug.detect_deadlock(interval=0.01)
            await asyncio.get_running_loop().create_future()
        try:
            aiohub.run(main)
        except aiohub.DeadlockError as exc:
            assert " waits for task <" in str(exc), exc
            print("found")
        """
    )
    assert result.stdout == "found\n", result.stderr


def test_promise_33_only_on_our_hub(run_script):
    result = run_script(
        """
        import eventlet.hubs
        eventlet.hubs.use_hub("epolls")
        import aiohub.debug
        try:
            aiohub.debug.detect_deadlock()
        except RuntimeError as exc:
            assert "aiohub.install()" in str(exc), exc
            print("refused")
        """
    )
    assert result.stdout == "refused\n", result.stderr


def test_promise_33_refuses_a_loop_it_cannot_look_into(run_script):
    result = run_script(
        """
        import asyncio
        import aiohub, aiohub.debug
        class Loop(asyncio.SelectorEventLoop):
            pass
        from aiohub.debug import _idle
        aiohub.install(loop=Loop)
        aiohub.debug.detect_deadlock()          # a subclass of the stock loop is one
        aiohub.debug.detect_deadlock(False)
        _idle.can_look_into = lambda loop: False
        try:
            aiohub.debug.detect_deadlock()
        except RuntimeError as exc:
            assert "Loop" in str(exc), exc
            print("refused")
        """
    )
    assert result.stdout == "refused\n", result.stderr


@pytest.mark.parametrize("interval", [0, -1, float("nan")])
def test_promise_33_refuses_an_interval_that_is_none(interval):
    from aiohub import debug

    with pytest.raises(ValueError, match="interval must be positive"):
        debug.detect_deadlock(interval=interval)
