"""Promise 24: use_hub() in a child, fork from an OS thread, fork before the hub first ran, multiprocessing."""

import textwrap

import pytest
from _fork_scripts import PLACES, script


def assert_quiet(result, stdout="done\n"):
    assert result.stderr == ""
    assert (result.stdout, result.returncode) == (stdout, 0)


@pytest.mark.parametrize("place", PLACES)
def test_promise_24_use_hub_in_a_child(run_script, place):
    result = run_script(
        script(
            """
            import aiohub.hub

            def child():
                old = hubs.get_hub()
                hubs.use_hub()
                new = hubs.get_hub()
                assert type(new) is aiohub.hub.Hub and new is not old
                assert aiohub.get_loop() is new.loop and new.loop is not old.loop
                both_worlds_work()
                fresh = World()
                fresh.check()
                # The old hub's green threads and tasks are forgotten, as with every hub of eventlet's.
                assert world.happened == [], world.happened

            def scenario():
                global world
                world = World()
                # The timers of the old world must not be due before the fork.
                pid = os.fork()
                if pid == 0:
                    # As in a worker of oslo.service: the child goes on in the main green thread's stack.
                    finish_child(child)
                world.check()
                reap(pid)

            in_place(sys.argv[1], scenario)
            print("done")
            """
        ),
        place,
    )
    assert_quiet(result)


@pytest.mark.parametrize("place", PLACES)
def test_promise_24_what_a_signal_spawns_in_a_child_goes_to_its_new_hub(run_script, place):
    # oslo.service's workers make a new hub after the fork, and the master may tell them to end before that.
    result = run_script(
        script(
            """
            import signal

            ran = []
            signal.signal(signal.SIGTERM, lambda *_: eventlet.spawn(ran.append, "the child's"))
            os.register_at_fork(after_in_child=lambda: signal.raise_signal(signal.SIGTERM))

            def child():
                hubs.use_hub()
                eventlet.sleep(0)
                assert ran == ["the child's"], ran

            def scenario():
                eventlet.spawn(ran.append, "the parent's")
                pid = os.fork()
                if pid == 0:
                    finish_child(child)
                reap(pid)
                assert ran == ["the parent's"], ran

            hubs.get_hub()
            in_place(sys.argv[1], scenario)
            print("done")
            """
        ),
        place,
    )
    assert_quiet(result)


def test_promise_24_use_hub_in_a_child_with_a_running_hub(run_script):
    # The parent has things on the way in both worlds and goes on with them when the child has thrown its copy away.
    result = run_script(
        script(
            """
            def child():
                hubs.use_hub()
                both_worlds_work()

            world = World()
            world.settle()
            pids = [fork(child) for _ in range(3)]
            reap(*pids)
            world.check()
            print("done")
            """
        )
    )
    assert_quiet(result)


def test_promise_24_use_hub_in_a_child_that_ends_as_a_program_ends(run_script):
    result = run_script(
        script(
            """
            world = World()
            world.settle()
            pid = os.fork()
            if pid == 0:
                hubs.use_hub()
                both_worlds_work()
                print("child")
                sys.exit(0)
            reap(pid)
            world.check()
            print("parent")
            """
        )
    )
    assert_quiet(result, "child\nparent\n")


def test_promise_24_use_hub_again_and_again_leaves_no_descriptor(run_script):
    result = run_script(
        script(
            """
            def count():
                return len(os.listdir("/proc/self/fd"))

            def child():
                eventlet.sleep(0)
                before = count()
                for _ in range(10):
                    hubs.use_hub()
                    eventlet.sleep(0)
                assert count() <= before, (count(), before)
                both_worlds_work()

            both_worlds_work()
            reap(fork(child))
            print("done")
            """
        )
    )
    assert_quiet(result)


def test_promise_24_use_hub_in_a_child_of_a_child(run_script):
    result = run_script(
        script(
            """
            def level(depth):
                hubs.use_hub()
                world = World()
                world.settle()
                below = depth and fork(level, depth - 1)
                world.check()
                if below:
                    reap(below)

            World()
            reap(fork(level, 3))
            print("done")
            """
        )
    )
    assert_quiet(result)


THREADS = """
    threading = patcher.original("threading")
    native_time = patcher.original("time")

    def in_thread(function):
        \"\"\"Run *function* in an OS thread while this thread's hub runs on.\"\"\"
        outcome = []

        def run():
            try:
                function()
                outcome.append(None)
            except BaseException as exc:
                outcome.append(exc)

        thread = threading.Thread(target=run)
        thread.start()
        until(lambda: outcome, seconds=100)
        thread.join()
        if outcome[0] is not None:
            raise outcome[0]

    def native_reap(pid):
        # In an OS thread: blocks this thread alone.
        _, status = os.waitpid(pid, 0)
        assert os.waitstatus_to_exitcode(status) == 0, status
"""


@pytest.mark.parametrize(
    "used", ["the thread has no hub", "the thread has used its hub", "the thread's hub is running"]
)
def test_promise_24_fork_from_an_os_thread(run_script, used):
    result = run_script(
        script(textwrap.dedent(THREADS))
        + textwrap.dedent(
            """
            used = sys.argv[1]
            world = World()
            world.settle()

            def scenario():
                if used == "the thread has no hub":
                    native_reap(fork(both_worlds_work))
                    return
                both_worlds_work()
                if used == "the thread has used its hub":
                    native_reap(fork(both_worlds_work))
                    return
                own = World()
                own.settle()
                pid = fork(own.check)
                own.check()
                reap(pid)

            in_thread(scenario)
            world.check()
            print("done")
            """
        ),
        used,
    )
    # CPython 3.12 and later warn of a fork in a process with threads.
    assert "Traceback" not in result.stderr and "Exception" not in result.stderr, result.stderr
    assert (result.stdout, result.returncode) == ("done\n", 0)


def test_promise_24_fork_from_an_os_thread_leaves_the_main_threads_descriptors_alone(run_script):
    result = run_script(
        script(textwrap.dedent(THREADS))
        + textwrap.dedent(
            """
            # What the main thread's hub waits for is closed and used again in the child; the parent waits on.
            ours, theirs = socket.socketpair()
            got = []
            eventlet.spawn(lambda: got.append(green_socket.socket(ours).recv(1)))
            eventlet.sleep(0)

            def child():
                number = ours.fileno()
                os.close(number)
                a, b = socket.socketpair()
                os.dup2(a.fileno(), number)
                b.send(b"y")
                hubs.trampoline(number, read=True)
                both_worlds_work()

            in_thread(lambda: native_reap(fork(child)))
            assert got == []
            theirs.send(b"x")
            until(lambda: got)
            assert got == [b"x"], got
            both_worlds_work()
            print("done")
            """
        )
    )
    assert "Traceback" not in result.stderr and "Exception" not in result.stderr, result.stderr
    assert (result.stdout, result.returncode) == ("done\n", 0)


def test_promise_24_fork_in_the_main_thread_after_an_os_thread_used_its_hub(run_script):
    result = run_script(
        script(textwrap.dedent(THREADS))
        + textwrap.dedent(
            """
            in_thread(both_worlds_work)
            stop = threading.Event()
            thread = threading.Thread(target=lambda: [both_worlds_work(), stop.wait(50)])
            thread.start()
            world = World()
            world.settle()
            pid = fork(world.check)
            world.check()
            reap(pid)
            stop.set()
            thread.join()
            print("done")
            """
        )
    )
    assert "Traceback" not in result.stderr and "Exception" not in result.stderr, result.stderr
    assert (result.stdout, result.returncode) == ("done\n", 0)


def test_promise_24_fork_while_an_os_thread_makes_its_hub(run_script):
    result = run_script(
        script(textwrap.dedent(THREADS))
        + textwrap.dedent(
            """
            from aiohub._loop import adopted as _loops

            new_loop, on_the_way, go_on = _loops.new_loop, threading.Event(), threading.Event()

            def slowly(hub):
                on_the_way.set()
                go_on.wait(50)
                return new_loop(hub)

            both_worlds_work()
            _loops.new_loop = slowly
            thread = threading.Thread(target=both_worlds_work)
            thread.start()
            on_the_way.wait(50)
            _loops.new_loop = new_loop
            reap(fork(both_worlds_work))
            go_on.set()
            thread.join()
            print("done")
            """
        )
    )
    assert "Traceback" not in result.stderr and "Exception" not in result.stderr, result.stderr
    assert (result.stdout, result.returncode) == ("done\n", 0)


def test_promise_24_os_threads_of_the_child_have_hubs_of_their_own(run_script):
    result = run_script(
        script(textwrap.dedent(THREADS))
        + textwrap.dedent(
            """
            def child():
                for _ in range(5):
                    in_thread(both_worlds_work)
                both_worlds_work()

            in_thread(both_worlds_work)
            reap(fork(child))
            print("done")
            """
        )
    )
    assert_quiet(result)


BEFORE = {
    "before install": """
        import os, sys
        import eventlet, aiohub
        pid = os.fork()
        aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"])
    """,
    "after install": """
        import os, sys
        import aiohub
        aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"])
        import eventlet
        pid = os.fork()
    """,
    "after install and patch": """
        import os, sys
        import aiohub
        aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"], patch=True)
        import eventlet
        pid = os.fork()
    """,
    "after get_hub": """
        import os, sys
        import aiohub
        aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"])
        import eventlet
        from eventlet import hubs
        hubs.get_hub()
        pid = os.fork()
    """,
    "with a green thread and a task that have not started": """
        import os, sys
        import aiohub
        aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"])
        import asyncio, eventlet
        green = eventlet.spawn(lambda: 42)
        task = aiohub.get_loop().create_task(asyncio.sleep(0, 42))
        pid = os.fork()
        assert green.wait() == 42
        assert aiohub.wait(task) == 42
    """,
    "twice": """
        import os, sys
        import aiohub
        aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"])
        import eventlet
        if os.fork() == 0:
            os._exit(0)
        os.wait()
        pid = os.fork()
    """,
    "with use_hub in both": """
        import os, sys
        import aiohub
        aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"])
        import eventlet
        from eventlet import hubs
        pid = os.fork()
        hubs.use_hub()
    """,
}


@pytest.mark.parametrize("when", BEFORE)
def test_promise_24_fork_before_the_hub_first_ran(run_script, when):
    result = run_script(
        textwrap.dedent(BEFORE[when])
        + textwrap.dedent(
            """
            import asyncio
            from eventlet import hubs

            def green(value):
                eventlet.sleep(0.001)
                return value

            async def main():
                await asyncio.sleep(0.001)
                eventlet.sleep(0)
                return await eventlet.spawn(green, 42)

            assert aiohub.wait(main(), timeout=100) == 42
            ours, theirs = os.pipe()
            waiter = eventlet.spawn(hubs.trampoline, ours, True)
            eventlet.sleep(0)
            os.write(theirs, b"x")
            waiter.wait()
            if pid:
                _, status = os.waitpid(pid, 0)
                assert status == 0, status
            print("parent" if pid else "child")
            """
        )
    )
    # eventlet itself announces its deprecation where it is imported first.
    stderr = "" if "Eventlet is deprecated" in result.stderr and when == "before install" else result.stderr
    assert stderr == ""
    assert (result.stdout, result.returncode) == ("child\nparent\n", 0)


MULTIPROCESSING = """
import os, sys
import aiohub

aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"], patch="patch" in sys.argv)
import asyncio, multiprocessing
import eventlet


def both(value):
    async def main():
        await asyncio.sleep(0.001)
        eventlet.sleep(0)
        return await eventlet.spawn(lambda: eventlet.sleep(0.001) or value * 2)

    return aiohub.wait(main(), timeout=100)


def work(value, results):
    results.put(both(value))


def exit_with(code):
    both(1)
    sys.exit(code)


def talk(connection):
    connection.send(both(connection.recv()))
    connection.close()
"""


MAIN = """

def processes(context):
    started = [context.Process(target=exit_with, args=(code,)) for code in (0, 3)]
    for process in started:
        process.start()
    both(1)
    for process in started:
        process.join(50)
    print([process.exitcode for process in started])


def queue(context):
    results = context.Queue()
    started = [context.Process(target=work, args=(value, results)) for value in (1, 2)]
    for process in started:
        process.start()
    both(1)
    print(sorted(results.get() for _ in started))
    for process in started:
        process.join(50)
        assert process.exitcode == 0, process.exitcode


def pipe(context):
    ours, theirs = context.Pipe()
    process = context.Process(target=talk, args=(theirs,))
    process.start()
    theirs.close()
    ours.send(5)
    both(1)
    print(ours.recv())
    process.join(50)
    assert process.exitcode == 0, process.exitcode


def pool(context):
    with context.Pool(2) as pool:
        both(1)
        print(pool.map(both, [1, 2, 3]), pool.apply_async(both, (4,)).get(50))
        pool.close()
        pool.join()


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    both(1)
    for use in (processes, queue, pipe):
        use(context)
        both(1)
    if "patch" not in sys.argv:
        # Patched, a pool works on no hub of eventlet's: two of its threads read one pipe.
        pool(context)
        both(1)
"""


@pytest.mark.parametrize("patch", ["patch", "no patch"])
@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_promise_24_multiprocessing(run_script, method, patch):
    result = run_script(MULTIPROCESSING + MAIN, method, patch)
    assert result.stdout == "[0, 3]\n[2, 4]\n10\n" + ("[2, 4, 6] 8\n" if patch == "no patch" else ""), result.stderr
    # CPython 3.12 and later warn of a fork in a process with threads: pools and queues have some.
    assert "Traceback" not in result.stderr and "Exception" not in result.stderr, result.stderr
    assert result.returncode == 0


@pytest.mark.parametrize("patch", [True, False], ids=["patched", "unpatched"])
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("others", ["alone", "beside other threads"])
def test_promise_24_a_forked_process_of_multiprocessing_ends(run_script, patch, place, others):
    # Wherever it was started: its end waits neither for the main thread nor for threads that are the parent's.
    result = run_script(
        script(
            """
            import multiprocessing, threading
            if sys.argv[2] == "True":
                eventlet.monkey_patch()
            if sys.argv[3] != "alone":
                stop = threading.Event()
                threading.Thread(target=stop.wait, args=(60,)).start()

            def target(numbers):
                eventlet.sleep(0.001)
                numbers.put(sum(numbers.get() for _ in range(2)))

            def scenario():
                context = multiprocessing.get_context("fork")
                numbers = context.SimpleQueue()
                process = context.Process(target=target, args=(numbers,))
                numbers.put(3)
                numbers.put(4)
                process.start()
                process.join(100)
                assert process.exitcode == 0, process.exitcode
                assert numbers.get() == 7

            in_place(sys.argv[1], scenario)
            if sys.argv[3] != "alone":
                stop.set()
            print("done")
            """
        ),
        place,
        patch,
        others,
        env={"PYTHONWARNINGS": "ignore::DeprecationWarning"},
    )
    assert_quiet(result)
