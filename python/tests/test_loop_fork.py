"""aiohub.EventLoop through forks: the child's loop is its own, nothing is delivered twice, nothing hangs."""

import pytest

pytestmark = pytest.mark.once

PRELUDE = """
    import asyncio, os, signal, socket, sys, threading, warnings
    import aiohub

    warnings.filterwarnings("ignore", message=".*multi-threaded, use of fork", category=DeprecationWarning)

    def child_says(function):
        '''What *function* returns in a forked child, as text.'''
        reader, writer = os.pipe()
        sys.stdout.flush()
        pid = os.fork()
        if pid == 0:
            signal.alarm(60)
            os.close(reader)
            os.write(writer, str(function()).encode())
            os._exit(0)
        os.close(writer)
        with os.fdopen(reader) as file:
            said = file.read()
        assert os.waitpid(pid, 0)[1] == 0
        return said

    class Echo(asyncio.Protocol):
        def connection_made(self, transport):
            self.transport = transport

        def data_received(self, data):
            self.transport.write(data)

    async def ask(port, number):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"%d\\n" % number)
        answer = await reader.readline()
        writer.close()
        return int(answer)

    async def talk(number):
        '''A server and a client on this loop.'''
        server = await asyncio.get_running_loop().create_server(Echo, "127.0.0.1", 0)
        answer = await ask(server.sockets[0].getsockname()[1], number)
        server.close()
        await asyncio.sleep(0.001)
        return answer

    def new_loop_talks(number=1):
        asyncio._set_running_loop(None)
        loop = aiohub.new_event_loop()
        answer = loop.run_until_complete(talk(number))
        loop.close()
        return answer

    def descriptors():
        return len(os.listdir("/proc/self/fd"))
"""


@pytest.fixture
def fork_script(run_script):
    def run(body):
        import textwrap

        result = run_script(textwrap.dedent(PRELUDE) + textwrap.dedent(body), timeout=170)
        assert (result.stderr, result.returncode) == ("", 0)
        return result.stdout.split()

    return run


def test_a_child_makes_a_loop_of_its_own(fork_script):
    assert fork_script(
        """
        print(child_says(new_loop_talks))  # before the engine is loaded
        print(new_loop_talks(2))
        print(child_says(lambda: new_loop_talks(3)))
        print(new_loop_talks(4))
        """
    ) == ["1", "2", "3", "4"]


def test_a_loop_that_does_not_run_goes_on_in_both(fork_script):
    assert (
        fork_script(
            """
        loop = aiohub.new_event_loop()
        seen = []
        loop.call_soon(seen.append, "soon")
        loop.call_later(0.01, seen.append, "later")
        told = loop.call_later(60, seen.append, "never")
        one, two = socket.socketpair()
        loop.add_reader(one, lambda: (seen.append(one.recv(10)), loop.stop()))

        def go_on():
            told.cancel()
            loop.call_later(0.02, two.send, b"data")
            loop.run_forever()
            return "-".join(map(str, seen)).replace(" ", "")

        print(child_says(go_on))
        print(go_on())
        loop.close()
        """
        )
        == ["soon-later-b'data'"] * 2
    )


def test_a_running_loop_goes_on_in_both(fork_script):
    assert fork_script(
        """
        loop = aiohub.new_event_loop()

        async def main():
            server = await loop.create_server(Echo, "127.0.0.1", 0)
            port = server.sockets[0].getsockname()[1]
            pending = asyncio.ensure_future(asyncio.sleep(0.05, "slept"))
            await asyncio.sleep(0.001)  # by then the engine has the timer
            task = asyncio.current_task()
            pid = os.fork()
            if pid == 0:
                # CPython 3.12 forgets in a child which loop runs, CPython 3.14 which task.
                asyncio._set_running_loop(loop)
                if asyncio.current_task() is not task:
                    asyncio.tasks._swap_current_task(loop, task)
                server.close()
                answer = await talk(7)
                os._exit(answer if await pending == "slept" else 1)
            loop.call_later(0, os.write, 1, b"")
            code = await loop.run_in_executor(None, os.waitpid, pid, 0)
            print(os.waitstatus_to_exitcode(code[1]), await pending, await ask(port, 5))
            server.close()

        loop.run_until_complete(main())
        loop.close()
        """
    ) == ["7", "slept", "5"]


def test_what_the_parent_has_read_is_delivered_once(fork_script):
    """Two connections are ready in one turn; the callback of the first one forks."""
    assert fork_script(
        """
        loop = aiohub.new_event_loop()
        got, pids = [], []

        class Notes(asyncio.Protocol):
            def data_received(self, data):
                got.append(data)
                if len(got) == 1:
                    pid = os.fork()
                    if pid == 0:
                        signal.alarm(60)
                        asyncio._set_running_loop(loop)  # some Pythons clear it in a child
                        del got[:]
                        loop.call_later(0.05, lambda: os._exit(len(got)))
                    else:
                        pids.append(pid)

        async def main():
            peers = []
            for _ in range(5):
                one, two = socket.socketpair()
                await loop.create_connection(Notes, sock=one)
                peers.append(two)
            for peer in peers:
                peer.send(b"x")
            while len(got) < 5:
                await asyncio.sleep(0.001)

        loop.run_until_complete(main())
        print(len(got), os.waitstatus_to_exitcode(os.waitpid(pids[0], 0)[1]))
        os._exit(0)
        """
    ) == ["5", "0"]


def test_what_a_child_removes_stays_watched_in_the_parent(fork_script):
    assert fork_script(
        """
        loop = aiohub.new_event_loop()
        one, two = socket.socketpair()
        seen = []
        loop.add_reader(one, lambda: (seen.append(one.recv(1)), loop.stop()))

        def remove():
            return loop.remove_reader(one)

        print(child_says(remove))
        two.send(b"x")
        loop.run_forever()
        print(seen[0])
        loop.remove_reader(one)
        loop.close()
        """
    ) == ["True", "b'x'"]


def test_a_thousand_forks_under_traffic(fork_script):
    assert fork_script(
        """
        loop = aiohub.new_event_loop()

        async def main():
            server = await loop.create_server(Echo, "127.0.0.1", 0)
            port = server.sockets[0].getsockname()[1]
            running, count, talking = True, 0, set()

            async def traffic(name):
                nonlocal count
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                while running:
                    writer.write(b"message\\n")
                    assert await reader.readline() == b"message\\n"
                    count += 1
                    talking.add(name)
                    await asyncio.sleep(0)
                writer.close()

            tasks = [asyncio.ensure_future(traffic(name)) for name in range(3)]
            while len(talking) < len(tasks):  # else a connection's descriptors may come after they were counted
                await asyncio.sleep(0)
            before = descriptors()
            for number in range(1000):
                pid = os.fork()
                if pid == 0:
                    signal.alarm(60)
                    if number % 10:
                        os._exit(3)
                    os._exit(3 if new_loop_talks() == 1 else 4)
                seen = count
                while os.waitpid(pid, os.WNOHANG) == (0, 0):
                    await asyncio.sleep(0.0005)
                while count == seen:
                    await asyncio.sleep(0)
            print(descriptors() - before)
            running = False
            await asyncio.gather(*tasks)
            server.close()

        loop.run_until_complete(main())
        loop.close()
        print("done")
        """
    ) == ["0", "done"]


def test_nested_ten_deep(fork_script):
    assert fork_script(
        """
        loop = aiohub.new_event_loop()
        loop.run_until_complete(talk(0))

        def go_down(depth):
            asyncio._set_running_loop(None)
            number = loop.run_until_complete(talk(depth))
            return number if depth == 10 else child_says(lambda: go_down(depth + 1))

        print(go_down(0), loop.run_until_complete(talk(5)))
        loop.close()
        """
    ) == ["10", "5"]


def test_forks_from_other_threads(fork_script):
    assert fork_script(
        """
        loop = aiohub.new_event_loop()
        answers = []

        def fork_often():
            for number in range(10):
                answers.append(child_says(lambda: new_loop_talks(number)))
            loop.call_soon_threadsafe(loop.stop)

        threading.Thread(target=fork_often).start()
        loop.run_forever()
        print(*answers, loop.run_until_complete(talk(10)))
        loop.close()
        """
    ) == [str(number) for number in range(11)]


def test_multiprocessing(fork_script):
    assert fork_script(
        """
        import multiprocessing

        loop = aiohub.new_event_loop()
        loop.run_until_complete(talk(0))

        def work(number, queue):
            queue.put(new_loop_talks(number))

        context = multiprocessing.get_context("fork")
        queue = context.SimpleQueue()
        processes = [context.Process(target=work, args=(number, queue)) for number in range(3)]
        for process in processes:
            process.start()
        print(*sorted(queue.get() for _ in processes))
        for process in processes:
            process.join()
        loop.close()
        """
    ) == ["0", "1", "2"]


def test_a_child_has_no_descriptor_of_the_parents_engine(fork_script):
    assert fork_script(
        """
        def of_engines():
            return sorted(link for link in map(os.readlink, os.scandir("/proc/self/fd")) if "event" in link)

        aiohub.new_event_loop().close()
        own = of_engines()  # the Go runtime's, one pair in every process that has used the engine
        loop = aiohub.new_event_loop()

        def mine():
            loop.close()
            aiohub.new_event_loop().close()
            return of_engines() == own, child_says(lambda: (aiohub.new_event_loop().close(), of_engines() == own)[1])

        print(len(own), child_says(mine))
        loop.close()
        """
    ) == ["2", "(True,", "'True')"]


def test_no_descriptor_comes_later(fork_script):
    """The Go runtime has its own from the start, and not when its collector first waits, minutes later."""
    assert fork_script(
        """
        loop = aiohub.new_event_loop()
        found = {}
        for number in os.listdir("/proc/self/fd"):
            try:
                found[number] = os.readlink("/proc/self/fd/" + number)
            except FileNotFoundError:
                pass  # of the listing
        # One pair is the engine's, the other one the runtime's.
        print(sum("eventpoll" in link for link in found.values()), sum("eventfd" in link for link in found.values()))
        loop.close()
        """
    ) == ["2", "2"]


def test_signals_reach_a_child(fork_script):
    assert fork_script(
        """
        loop = aiohub.new_event_loop()
        loop.run_until_complete(talk(0))

        def signalled():
            own = aiohub.new_event_loop()
            own.add_signal_handler(signal.SIGUSR1, own.stop)
            own.call_soon(os.kill, os.getpid(), signal.SIGUSR1)
            own.run_forever()
            own.close()
            try:
                os.kill(os.getpid(), signal.SIGINT)
            except KeyboardInterrupt:
                return "interrupted"

        print(child_says(signalled))
        loop.close()
        """
    ) == ["interrupted"]


def test_a_fork_beside_the_engines_threads_is_not_warned_of_and_one_beside_pythons_is(run_script):
    result = run_script(
        """
        import os, sys, threading, warnings
        import aiohub

        warnings.simplefilter("always")
        loop = aiohub.new_event_loop()
        loop.call_soon(loop.stop)
        loop.run_forever()

        def warnings_of_a_fork():
            with warnings.catch_warnings(record=True) as caught:
                if os.fork() == 0:
                    os._exit(0)
                os.wait()
            return len(caught)

        alone = warnings_of_a_fork()
        stop = threading.Event()
        thread = threading.Thread(target=stop.wait)
        thread.start()
        beside = warnings_of_a_fork()
        stop.set()
        thread.join()
        loop.close()
        assert (alone, beside) == (0, 1 if sys.version_info >= (3, 12) else 0), (alone, beside)
        print("done")
        """
    )
    assert result.stdout == "done\n", result.stderr
