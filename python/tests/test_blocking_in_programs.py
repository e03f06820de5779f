"""Promise 5 in whole programs: monkey patching, logging, the report of debug mode, and `green_tasks=False`."""

import os

import pytest


def test_promise_05_every_blocking_call_of_a_patched_program(run_script):
    result = run_script(
        """
        import asyncio, os, sys
        import aiohub
        aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"], patch=True)
        sys.path.insert(0, sys.argv[1])
        import select, selectors, socket, subprocess, threading, time
        from types import SimpleNamespace
        import eventlet
        from _border_blockers import BLOCKERS, EventWait
        import queue

        names = ["os", "select", "selectors", "socket", "subprocess", "threading", "time"]
        modules = SimpleNamespace(**{name: sys.modules[name] for name in names})

        class ThreadJoin(EventWait):
            result = None

            def setup(self):
                super().setup()
                self.thread = threading.Thread(target=self.event.wait)
                self.thread.start()

            def block(self):
                return self.thread.join()

        class StandardQueueGet(EventWait):
            queue_class = queue.Queue

            def setup(self):
                self.queue = self.queue_class()

            def block(self):
                return self.queue.get()

            def release(self):
                self.queue.put("released")

        class SimpleQueueGet(StandardQueueGet):
            queue_class = queue.SimpleQueue

        class BarrierWait(EventWait):
            result = 0

            def setup(self):
                self.barrier = threading.Barrier(2)

            def block(self):
                return self.barrier.wait()

            def release(self):
                eventlet.spawn(self.barrier.wait)

        async def main(blocker):
            async def blocking():
                return blocker.block()

            task = asyncio.ensure_future(blocking())
            for _ in range(20):
                await asyncio.sleep(0)
            assert not task.done(), "did not block"
            blocker.release()
            result = await task
            assert result == blocker.result, result

        for blocker_class in [*BLOCKERS, ThreadJoin, StandardQueueGet, SimpleQueueGet, BarrierWait]:
            print(blocker_class.__name__, flush=True)
            blocker = blocker_class(modules)
            aiohub.wait(main(blocker))
            blocker.close()
        print("all done")
        """,
        os.path.dirname(__file__),
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout.splitlines()[-1] == "all done"
    assert len(result.stdout.splitlines()) > 40


def test_promise_05_urlopen_and_requests_inside_a_coroutine(run_script):
    """The server is a task of the same loop: the blocking client inside a coroutine must not stop it."""
    result = run_script(
        """
        import os
        import aiohub
        aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"], patch=True)
        import asyncio, urllib.request
        import requests

        async def serve(reader, writer):
            await reader.readuntil(b"\\r\\n\\r\\n")
            writer.write(b"HTTP/1.1 200 OK\\r\\nContent-Length: 5\\r\\nConnection: close\\r\\n\\r\\nhello")
            await writer.drain()
            writer.close()

        async def main():
            server = await asyncio.start_server(serve, "127.0.0.1", 0)
            url = "http://127.0.0.1:%d/" % server.sockets[0].getsockname()[1]

            async def with_urlopen():
                return urllib.request.urlopen(url).read().decode()

            async def with_requests():
                return requests.get(url).text

            print(*await asyncio.gather(*(get() for get in [with_urlopen, with_requests] * 5)))
            server.close()
            await server.wait_closed()

        aiohub.run(main)
        """
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.split() == ["hello"] * 10


@pytest.mark.parametrize("holder", ["green thread", "task"])
def test_promise_05_logging_while_somebody_holds_the_handler_lock(run_script, holder):
    result = run_script(
        """
        import os, sys
        import aiohub
        aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"], patch=True)
        import asyncio, logging
        import eventlet
        from eventlet.event import Event

        handler = logging.StreamHandler(sys.stdout)
        logging.basicConfig(level=logging.INFO, handlers=[handler])
        held, let_go = Event(), Event()

        def hold():
            with handler.lock:
                held.send()
                let_go.wait()
                print("lock let go")

        async def hold_in_a_task():
            hold()

        async def log(name):
            logging.info("%s logs", name)

        async def main():
            if sys.argv[1] == "task":
                holding = asyncio.ensure_future(hold_in_a_task())
            else:
                holding = eventlet.spawn(hold)
            await asyncio.sleep(0)
            held.wait()
            logs = [asyncio.ensure_future(log("one")), asyncio.ensure_future(log("two"))]
            for _ in range(20):
                await asyncio.sleep(0)
            print("the loop runs")
            assert not any(task.done() for task in logs)
            let_go.send()
            await asyncio.gather(*logs)
            await holding

        aiohub.run(main)
        """,
        holder,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout.splitlines() == ["the loop runs", "lock let go", "INFO:root:one logs", "INFO:root:two logs"]


REPORT = """
    import os, sys
    import aiohub
    aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"], patch=True)
    import asyncio, logging, threading, time
    import eventlet
    from eventlet.event import Event

    class Collect(logging.Handler):
        def emit(self, record):
            if record.name == "aiohub":
                reports.append(record)

    reports = []
    logging.getLogger().addHandler(Collect())

    def helper():
        eventlet.sleep(0); lines.append(sys._getframe().f_lineno)

    async def with_a_helper():
        helper()

    async def straight():
        time.sleep(0); lines.append(sys._getframe().f_lineno)

    async def with_a_lock():
        lock = threading.Lock()
        eventlet.spawn(lambda: lock.release())
        lock.acquire()
        lock.acquire(); lines.append(sys._getframe().f_lineno)

    async def never_blocks():
        with threading.Lock():
            await asyncio.sleep(0)
        await eventlet.spawn(eventlet.sleep, 0)
        Event().send()

    def green():
        eventlet.sleep(0)
        aiohub.wait(asyncio.sleep(0))

    async def main():
        for _ in range(3):
            for function in (with_a_helper, straight, with_a_lock, never_blocks):
                await asyncio.ensure_future(function())
            await eventlet.spawn(green)

    lines = []
"""


def test_promise_05_debug_mode_reports_each_call_site_once(run_script):
    result = run_script(
        REPORT
        + """
    aiohub.get_loop().set_debug(True)
    aiohub.wait(main())
    assert all(record.levelno == logging.WARNING for record in reports), reports
    messages = [record.getMessage() for record in reports]
    for number, line in enumerate(lines[:3]):
        (message,) = [message for message in messages if f":{line}:" in message]
        print(message)
        messages.remove(message)
    print("beyond these:", messages)
    """
    )
    assert result.returncode == 0, result.stdout + result.stderr
    helper, straight, with_a_lock, beyond = result.stdout.splitlines()
    assert "helper" in helper and "with_a_helper" in helper
    assert "straight" in straight
    assert "with_a_lock" in with_a_lock
    assert beyond == "beyond these: []"


def test_promise_05_the_report_names_the_line_above_the_standard_library(run_script):
    """A call that blocks deep inside `subprocess`, `queue` or `logging` is reported where the program makes it."""
    result = run_script(
        REPORT
        + """
    import queue, subprocess, urllib.request

    async def in_the_library():
        items = queue.Queue()
        eventlet.spawn_after(0.001, items.put, 1)
        items.get(); lines.append(sys._getframe().f_lineno)
        subprocess.run(["sleep", "0.05"]); lines.append(sys._getframe().f_lineno)
        thread = threading.Thread(target=eventlet.sleep, args=(0.001,))
        thread.start()
        thread.join(); lines.append(sys._getframe().f_lineno)

    aiohub.get_loop().set_debug(True)
    aiohub.wait(in_the_library())
    messages = [record.getMessage() for record in reports]
    for line in lines:
        assert any(f":{line}:" in message for message in messages), (line, messages)
    """
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_promise_05_no_report_without_debug_mode(run_script):
    result = run_script(REPORT + "\n    aiohub.wait(main())\n    print(len(lines), reports)")
    assert result.returncode == 0, result.stderr
    assert result.stdout == "9 []\n"


@pytest.mark.parametrize("way", ["run", "environment"])
def test_promise_05_debug_mode_is_asked_for_as_in_asyncio(run_script, way):
    result = run_script(
        REPORT + f"\n    aiohub.run(main, debug={True if way == 'run' else None})\n    print(len(reports))",
        env={"PYTHONASYNCIODEBUG": "1"} if way == "environment" else None,
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout == "3\n"


@pytest.mark.parametrize("where", ["straight", "below"])
def test_promise_05_green_tasks_off_refuses_blocking_calls_and_keeps_the_rest(run_script, where):
    """Below: in a greenlet that somebody has made there, as SQLAlchemy does; what it switches to is the coroutine."""
    result = run_script(
        """
        import os, sys
        import aiohub
        aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"], green_tasks=False)
        import asyncio
        import eventlet
        from eventlet import event, hubs, queue, semaphore, tpool
        from eventlet.green import socket, threading, time
        import greenlet

        async def refused(name, function):
            try:
                greenlet.greenlet(function).switch() if sys.argv[1] == "below" else function()
            except RuntimeError as error:
                assert "green_tasks" in str(error), (name, str(error))
                print("refused", name)
            else:
                print("not refused", name)

        def locked():
            lock = threading.Lock()
            lock.acquire()
            lock.acquire()

        async def main():
            near, far = socket.socketpair()
            for name, function in {
                "sleep": lambda: eventlet.sleep(0.001),
                "time.sleep": lambda: time.sleep(0.001),
                "Event": lambda: event.Event().wait(),
                "Queue": lambda: queue.Queue().get(),
                "Semaphore": lambda: semaphore.Semaphore(0).acquire(),
                "GreenThread": lambda: eventlet.spawn(eventlet.sleep, 0).wait(),
                "Lock": locked,
                "socket": lambda: near.recv(1),
                "tpool": lambda: tpool.execute(time.sleep, 0),
                "wait": lambda: aiohub.wait(asyncio.get_running_loop().create_future()),
            }.items():
                await refused(name, function)
            ticks = await asyncio.gather(*(asyncio.sleep(0, number) for number in range(3)))
            print(await eventlet.spawn(lambda: eventlet.sleep(0) or aiohub.wait(asyncio.sleep(0, ticks))))

        async def kill():
            # A green thread may wait in what it ends with, though a coroutine has switched to it.
            ended, begun = event.Event(), event.Event()

            def green():
                try:
                    begun.send() or eventlet.sleep(3600)
                finally:
                    eventlet.sleep(0)
                    ended.send("ended")

            killed = (eventlet.spawn if sys.argv[1] == "below" else eventlet.spawn_n)(green)
            await eventlet.spawn(begun.wait)
            eventlet.kill(killed)
            print(await eventlet.spawn(ended.wait))

        aiohub.wait(main())
        aiohub.wait(kill())
        eventlet.sleep(0)
        """,
        where,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    names = ["sleep", "time.sleep", "Event", "Queue", "Semaphore", "GreenThread", "Lock", "socket", "tpool", "wait"]
    assert result.stdout.splitlines() == [*(f"refused {name}" for name in names), "[0, 1, 2]", "ended"]
