"""Promise 23: os.fork() in a running hub; both worlds go on in the child and in the parent."""

import textwrap

import pytest
from _fork_scripts import PLACES, script


def assert_quiet(result, stdout="done\n"):
    assert result.stderr == ""
    assert (result.stdout, result.returncode) == (stdout, 0)


@pytest.mark.parametrize("place", PLACES)
def test_promise_23_everything_pending_goes_on_in_both(run_script, place):
    result = run_script(
        script(
            """
            def scenario():
                world = World()
                world.settle()
                pid = fork(world.check)
                world.check()
                reap(pid)

            in_place(sys.argv[1], scenario)
            print("done")
            """
        ),
        place,
    )
    assert_quiet(result)


def test_promise_23_fork_in_a_callback_of_the_loop(run_script):
    # The hub's greenlet itself forks: the child's hub goes on in the middle of a pass.
    result = run_script(
        script(
            """
            for schedule in (aiohub.get_loop().call_soon, lambda f: hubs.get_hub().schedule_call_global(0, f)):
                world = World()
                world.settle()
                pids = []
                schedule(lambda: pids.append(os.fork()))
                until(lambda: pids)
                if pids == [0]:
                    finish_child(world.check)
                world.check()
                reap(*pids)
            print("done")
            """
        )
    )
    assert_quiet(result)


@pytest.mark.parametrize("entry", ["aiohub.run", "asyncio.run"])
def test_promise_23_fork_in_the_main_coroutine(run_script, entry):
    result = run_script(
        script(
            """
            async def main():
                world = World()
                await asyncio.sleep(0)
                world.settle()
                pid = os.fork()
                world.check()
                await asyncio.sleep(0.001)
                if pid:
                    reap(pid)
                return pid

            pid = {"aiohub.run": aiohub.run, "asyncio.run": asyncio.run}[sys.argv[1]](main())
            both_worlds_work()
            print("parent" if pid else "child")
            """
        ),
        entry,
    )
    assert_quiet(result, "child\nparent\n")


@pytest.mark.parametrize("place", ["main", "coroutine"])
def test_promise_23_a_child_may_end_as_a_program_ends(run_script, place):
    # Not by os._exit: the interpreter of the child is finalized, quietly, with waits still pending.
    result = run_script(
        script(
            """
            def scenario():
                world = World()
                world.settle()
                pid = os.fork()
                if pid:
                    reap(pid)
                    world.check()
                else:
                    both_worlds_work()
                return pid

            pid = in_place(sys.argv[1], scenario)
            print("parent" if pid else "child")
            """
        ),
        place,
    )
    assert_quiet(result, "child\nparent\n")


def test_promise_23_five_deep(run_script):
    result = run_script(
        script(
            """
            def level(depth):
                world = World()
                world.settle()
                below = depth and fork(level, depth - 1)
                world.check()
                if below:
                    reap(below)
                os.write(1, b"%d" % depth)

            eventlet.spawn(level, 5).wait()
            """
        )
    )
    assert_quiet(result, "012345")


def test_promise_23_five_deep_with_one_pending_world(run_script):
    # What the first process began goes on in each of its descendants.
    result = run_script(
        script(
            """
            def level(depth):
                below = depth and fork(level, depth - 1)
                world.check()
                if below:
                    reap(below)
                os.write(1, b"%d" % depth)

            world = World()
            world.settle()
            level(5)
            """
        )
    )
    assert_quiet(result, "012345")


@pytest.mark.parametrize("place", ["green thread", "coroutine"])
def test_promise_23_twenty_in_a_row(run_script, place):
    result = run_script(
        script(
            """
            def scenario():
                world = World()
                world.settle()
                pids = []
                for _ in range(20):
                    pids.append(fork(both_worlds_work))
                    eventlet.sleep(0)
                world.check()
                reap(*pids)

            in_place(sys.argv[1], scenario)
            print("done")
            """
        ),
        place,
    )
    assert_quiet(result)


def test_promise_23_many_forks_leave_no_descriptor(run_script):
    result = run_script(
        script(
            """
            def count():
                return len(os.listdir("/proc/self/fd"))

            def grand_child():
                # As many as its parent had: what was opened anew has replaced what was shared.
                both_worlds_work()
                assert count() == before, (count(), before)

            both_worlds_work()
            before = count()
            for _ in range(10):
                reap(fork(lambda: reap(fork(grand_child))))
                assert count() == before, (count(), before)
            print("done")
            """
        )
    )
    assert_quiet(result)


WAITS_OF_THE_PARENT = """
    got = []
    pairs = {name: socket.socketpair() for name in ("green", "reader", "writer", "stream", "coroutine")}
    ours = {name: pair[0] for name, pair in pairs.items()}
    theirs = {name: pair[1] for name, pair in pairs.items()}
    for sock in (*ours.values(), *theirs.values()):
        sock.setblocking(False)
    loop = aiohub.get_loop()
    hub = hubs.get_hub()
    green = green_socket.socket(ours["green"])
    writers = []

    def fill(sock):
        try:
            while True:
                sock.send(bytes(65536))
        except BlockingIOError:
            pass

    def drain(sock):
        try:
            while sock.recv(1 << 20):
                pass
        except BlockingIOError:
            pass

    def green_read():
        try:
            got.append(("green", green.recv(10)))
        except EOFError:
            pass  # closed, in the child

    def readable():
        loop.remove_reader(ours["reader"])
        got.append(("reader", ours["reader"].recv(10)))

    def writable():
        loop.remove_writer(ours["writer"])
        got.append(("writer", b"x"))

    async def stream_read():
        reader, writer = await asyncio.open_connection(sock=ours["stream"])
        writers.append(writer)
        got.append(("stream", await reader.readexactly(1)))

    async def coroutine_read():
        got.append(("coroutine", await loop.sock_recv(ours["coroutine"], 10)))

    fill(ours["writer"])
    greens = [eventlet.spawn(green_read)]
    loop.add_reader(ours["reader"], readable)
    loop.add_writer(ours["writer"], writable)
    tasks = [loop.create_task(stream_read()), loop.create_task(coroutine_read())]
    until(lambda: writers)
    for _ in range(5):
        eventlet.sleep(0)

    def parent_is_served():
        for name, sock in theirs.items():
            if name == "writer":
                drain(sock)
            else:
                sock.send(b"x")
        until(lambda: len(got) >= len(pairs))
        assert sorted(got) == [(name, b"x") for name in sorted(pairs)], got
"""


CHILDS_MISCHIEF = {
    "remove": """
        greens[0].kill()
        hub.remove_descriptor(ours["green"].fileno())
        loop.remove_reader(ours["reader"])
        loop.remove_writer(ours["writer"])
        tasks[1].cancel()
        until(tasks[1].done)
    """,
    "close": """
        writers[0].close()
        green.close()
        loop.remove_reader(ours["reader"])
        loop.remove_writer(ours["writer"])
        for sock in (*ours.values(), *theirs.values()):
            sock.close()
        until(lambda: greens[0].dead)
    """,
    "close all numbers and use them again": """
        for task in tasks:
            task.cancel()
        until(lambda: all(task.done() for task in tasks))
        writers[0].transport.abort()
        greens[0].kill()
        loop.remove_reader(ours["reader"])
        loop.remove_writer(ours["writer"])
        numbers = [sock.detach() for sock in (*ours.values(), *theirs.values()) if sock.fileno() >= 0]
        for number in numbers:
            try:
                os.close(number)
            except OSError:
                pass  # closed with its transport
        again = [socket.socketpair() for _ in range(10)]
        for a, b in again:
            a.setblocking(False)
            waiter = eventlet.spawn(hubs.trampoline, a, True)
            eventlet.sleep(0)
            b.send(b"y")
            waiter.wait()
            assert a.recv(1) == b"y"
            waiter = loop.create_task(loop.sock_recv(a, 1))
            eventlet.sleep(0)
            b.send(b"z")
            assert aiohub.wait(waiter) == b"z"
    """,
    "abort": """
        hub.abort(wait=True)
    """,
    "use_hub": """
        hubs.use_hub()
        hubs.get_hub()
    """,
}


@pytest.mark.parametrize("mischief", CHILDS_MISCHIEF)
def test_promise_23_what_the_child_removes_or_closes_does_not_reach_the_parent(run_script, mischief):
    result = run_script(
        script(textwrap.dedent(WAITS_OF_THE_PARENT))
        + textwrap.dedent(
            """
            def child():
            {mischief}
                both_worlds_work()

            reap(fork(child))
            parent_is_served()
            print("done")
            """
        ).format(mischief=textwrap.indent(textwrap.dedent(CHILDS_MISCHIEF[mischief]), "    "))
    )
    assert_quiet(result)


def test_promise_23_what_the_parent_closes_does_not_reach_the_child(run_script):
    result = run_script(
        script(textwrap.dedent(WAITS_OF_THE_PARENT))
        + textwrap.dedent(
            """
            told, tell = os.pipe()

            def child():
                hubs.trampoline(told, read=True)
                parent_is_served()

            pid = fork(child)
            loop.remove_reader(ours["reader"])
            loop.remove_writer(ours["writer"])
            for task in tasks:
                task.cancel()
            greens[0].kill()
            writers[0].transport.abort()
            for sock in (*ours.values(), *theirs.values()):
                sock.close()
            os.write(tell, b"x")
            reap(pid)
            print("done")
            """
        )
    )
    assert_quiet(result)


def test_promise_23_bytes_are_delivered_once(run_script):
    """Parent and child, green threads and tasks of both, read from one socket: each message has one reader."""
    result = run_script(
        script(
            """
            import json
            COUNT = 400
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            ours.setblocking(False)
            got = []

            def green_read():
                while not ended:
                    try:
                        data = ours.recv(100)
                    except BlockingIOError:
                        hubs.trampoline(ours, read=True)
                        continue
                    take(data)
                    eventlet.sleep(0)

            def readable():
                try:
                    data = ours.recv(100)
                except BlockingIOError:
                    return
                take(data)

            ended = []

            def take(data):
                if data:
                    got.append(int(data))
                elif not ended:
                    ended.append(True)
                    aiohub.get_loop().remove_reader(other)

            eventlet.spawn(green_read)
            # A duplicate number, as eventlet and asyncio have separate tables.
            other = os.dup(ours.fileno())
            aiohub.get_loop().add_reader(other, readable)
            eventlet.sleep(0)
            from_child, to_parent = os.pipe()

            def child():
                theirs.close()
                until(lambda: ended)
                os.write(to_parent, json.dumps(got).encode())

            pid = fork(child)
            for number in range(COUNT):
                while True:
                    try:
                        theirs.send(b"%d" % number, socket.MSG_DONTWAIT)
                        break
                    except BlockingIOError:
                        eventlet.sleep(0)
                if number % 10 == 0:
                    eventlet.sleep(0.0005)
            theirs.close()
            until(lambda: ended)
            reap(pid)
            others = json.loads(os.read(from_child, 1 << 16))
            assert sorted(got + others) == list(range(COUNT)), (got, others)
            print("done")
            """
        )
    )
    assert_quiet(result)


def test_promise_23_call_soon_threadsafe_in_the_child_wakes_the_child_alone(run_script):
    """Both are idle. The child is woken each time by a thread of its own; the parent sleeps through it."""
    result = run_script(
        script(
            """
            threading = patcher.original("threading")
            time = patcher.original("time")
            COUNT = 200
            loop = aiohub.get_loop()
            eventlet.sleep(0)

            begin, let_begin = os.pipe()

            def child():
                os.read(begin, 1)  # when the parent counts
                woken = threading.Event()
                done = []

                def wake():
                    for number in range(COUNT):
                        woken.clear()
                        loop.call_soon_threadsafe(woken.set)
                        # The loop must run it without any other reason to wake up.
                        if not woken.wait(20):
                            os._exit(3)
                    loop.call_soon_threadsafe(done.append, True)

                threading.Thread(target=wake).start()
                current = eventlet.getcurrent()
                while not done:
                    loop.call_soon(loop.call_soon, lambda: done and current.switch())
                    hubs.get_hub().schedule_call_global(0.01, current.switch)
                    hubs.get_hub().switch()

            main_thread = threading.get_native_id()

            def wake_ups():
                # How often the main thread has gone to sleep, and so has been woken.
                with open(f"/proc/self/task/{main_thread}/status") as status:
                    return next(int(line.split()[1]) for line in status if line.startswith("voluntary_ctxt_switches"))

            pid = fork(child)
            seen = []

            def watch():
                before = wake_ups()
                os.write(let_begin, b".")
                _, status = os.waitpid(pid, 0)
                seen.append((os.waitstatus_to_exitcode(status), wake_ups() - before))
                loop.call_soon_threadsafe(finished.send)

            finished = eventlet.Event()
            threading.Thread(target=watch).start()
            finished.wait()
            (code, times), = seen
            assert code == 0, code
            assert times < COUNT // 4, times
            print("done")
            """
        )
    )
    assert_quiet(result)


def test_promise_23_eventlet_calls_from_os_threads_of_the_child_wake_the_child(run_script):
    result = run_script(
        script(
            """
            threading = patcher.original("threading")

            def child():
                for _ in range(50):
                    event = eventlet.Event()
                    threading.Thread(target=event.send, args=("woken",)).start()
                    assert event.wait(20) == "woken"

                async def answer():
                    return 42

                results = []
                loop = aiohub.get_loop()
                done = asyncio.Event()

                def other():
                    results.append(asyncio.run_coroutine_threadsafe(answer(), loop).result(20))
                    loop.call_soon_threadsafe(done.set)

                threading.Thread(target=other).start()
                aiohub.wait(done.wait(), timeout=100)
                assert results == [42]

            child_pid = fork(child)
            # The parent reads its own self-pipe meanwhile: were it shared, it would take the child's wake-ups.
            child()
            reap(child_pid)
            print("done")
            """
        )
    )
    assert_quiet(result)


@pytest.mark.parametrize("receiver", ["child", "parent"])
@pytest.mark.parametrize("kind", ["loop.add_signal_handler", "signal.signal"])
def test_promise_23_a_signal_is_delivered_to_the_process_it_was_sent_to(run_script, kind, receiver):
    result = run_script(
        script(
            """
            kind, receiver = sys.argv[1:]
            seen = []
            events = [eventlet.Event(), eventlet.Event()]

            def handler(*_):
                seen.append(os.getpid())
                eventlet.spawn(events[len(seen) - 1].send, None)

            if kind == "signal.signal":
                signal.signal(signal.SIGUSR1, handler)
            else:
                aiohub.get_loop().add_signal_handler(signal.SIGUSR1, handler)
            eventlet.sleep(0)
            told, tell = os.pipe()
            ready, tell_ready = os.pipe()

            def receive():
                # The hub is idle: the signal itself has to wake it, and the second time again.
                os.write(tell_ready, b"x")
                events[0].wait(20)
                assert len(seen) == 1, seen
                threading = patcher.original("threading")
                threading.Timer(0.02, os.kill, (os.getpid(), signal.SIGUSR1)).start()
                events[1].wait(20)
                both_worlds_work()
                assert seen == [os.getpid()] * 2, seen

            def receive_nothing():
                hubs.trampoline(told, read=True)
                both_worlds_work()
                assert seen == [], seen

            pid = fork(receive if receiver == "child" else receive_nothing)
            if receiver == "child":
                # A child forgets the signals that come before its interpreter has got over the fork.
                hubs.trampoline(ready, read=True)
                os.kill(pid, signal.SIGUSR1)
                reap(pid)
                both_worlds_work()
                assert seen == [], seen
            else:
                os.kill(os.getpid(), signal.SIGUSR1)
                receive()
                os.write(tell, b"x")
                reap(pid)
            print("done")
            """
        ),
        kind,
        receiver,
    )
    assert_quiet(result)


def test_promise_23_the_child_keeps_its_hub_and_its_loop(run_script):
    result = run_script(
        script(
            """
            async def scenario():
                loop, hub, task = asyncio.get_running_loop(), hubs.get_hub(), asyncio.current_task()

                def check():
                    assert hubs.get_hub() is hub and hub.loop is loop and aiohub.get_loop() is loop
                    assert asyncio.get_running_loop() is loop
                    assert asyncio.current_task() is task, asyncio.current_task()

                pid = fork(check)
                check()
                reap(pid)

            aiohub.wait(scenario())

            def green():
                pid = fork(lambda: (aiohub.get_loop(), asyncio.current_task() is None or 1 / 0))
                reap(pid)

            eventlet.spawn(green).wait()
            print("done")
            """
        )
    )
    assert_quiet(result)


def test_promise_23_timers_cancelled_in_the_child_fire_in_the_parent(run_script):
    result = run_script(
        script(
            """
            fired = []
            timer = hubs.get_hub().schedule_call_global(0.5, fired.append, "hub")
            handle = aiohub.get_loop().call_later(0.5, fired.append, "loop")
            green = eventlet.spawn(lambda: (eventlet.sleep(0.5), fired.append("green")))
            task = aiohub.get_loop().create_task(asyncio.sleep(0.5))
            task.add_done_callback(lambda done: fired.append("cancelled" if done.cancelled() else "task"))
            eventlet.sleep(0)

            def child():
                timer.cancel()
                handle.cancel()
                green.kill()
                task.cancel()
                eventlet.sleep(0.6)
                assert fired == ["cancelled"], fired

            reap(fork(child))
            until(lambda: len(fired) >= 4)
            assert sorted(fired) == ["green", "hub", "loop", "task"], fired
            print("done")
            """
        )
    )
    assert_quiet(result)


def test_promise_23_threads_of_executors_work_in_the_child(run_script):
    # Those of the parent are gone. New ones are made.
    result = run_script(
        script(
            """
            threading = patcher.original("threading")
            main = threading.get_ident()

            def use_threads():
                assert aiohub.wait(asyncio.to_thread(threading.get_ident), timeout=100) != main

                async def in_executor():
                    loop = asyncio.get_running_loop()
                    info = await loop.getaddrinfo("127.0.0.1", 80, type=socket.SOCK_STREAM)
                    return await loop.run_in_executor(None, threading.get_ident), info[0][4]

                ident, address = aiohub.wait(in_executor(), timeout=100)
                assert ident != main and address == ("127.0.0.1", 80)

            reap(fork(use_threads))  # before the parent has made any
            use_threads()
            reap(fork(use_threads))  # after
            use_threads()
            print("done")
            """
        )
    )
    # CPython 3.12 and later warn of any fork in a process with threads.
    assert (result.stdout, result.returncode) == ("done\n", 0)
    assert "Traceback" not in result.stderr


def test_promise_23_children_of_a_patched_program(run_script):
    result = run_script(
        script(
            """
            eventlet.monkey_patch()
            import threading, time, queue

            def work():
                results = queue.Queue()
                threads = [threading.Thread(target=lambda n=n: (time.sleep(0.001), results.put(n))) for n in range(3)]
                for thread in threads:
                    thread.start()
                assert sorted(results.get() for _ in threads) == [0, 1, 2]
                for thread in threads:
                    thread.join()
                both_worlds_work()

            lock = threading.Lock()

            def hold():
                with lock:
                    time.sleep(0.01)
                both_worlds_work()

            holder = threading.Thread(target=hold)
            holder.start()
            time.sleep(0)
            pid = fork(lambda: (lock.acquire(), work(), holder.join()))
            work()
            holder.join()
            reap(pid)
            print("done")
            """
        )
    )
    assert_quiet(result)
