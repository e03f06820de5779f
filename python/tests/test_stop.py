"""Promise 19: a stopped hub starts again, and a program ends quietly, whatever is still under way."""

import pytest

ABORT = """
    import asyncio, os, sys
    import aiohub
    aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"], patch=sys.argv[1] == "patched")
    import eventlet
    from eventlet.event import Event
    from eventlet.hubs import get_hub

    hub = get_hub()
    fired = []

    async def echo(reader, writer):
        writer.write(await reader.readline())
        writer.close()

    async def coroutine(port):
        await asyncio.sleep(0)
        eventlet.sleep(0)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"async\\n")
        line = await reader.readline()
        writer.close()
        await writer.wait_closed()
        return line

    def serve(listener):
        connection, _ = listener.accept()
        connection.sendall(connection.recv(100))
        connection.close()

    def all_works():
        listener = eventlet.listen(("127.0.0.1", 0))
        green_thread = eventlet.spawn(serve, listener)
        client = eventlet.connect(listener.getsockname())
        client.sendall(b"green")
        assert client.recv(100) == b"green"
        green_thread.wait()
        client.close()
        listener.close()
        server = aiohub.wait(asyncio.start_server(echo, "127.0.0.1", 0))
        assert aiohub.wait(coroutine(server.sockets[0].getsockname()[1])) == b"async\\n"
        server.close()
        eventlet.sleep(0.001)
        assert eventlet.spawn_after(0.001, lambda: "timer").wait() == "timer"
        with eventlet.Timeout(0.001, False):
            Event().wait()

    for number in range(5):
        all_works()
        assert hub.running
        timer = hub.schedule_call_global(0.005, fired.append, number)
        hub.abort(wait=True)
        assert not hub.running
        assert not hub.stopping
        assert hub.get_timers_count() == 0
        assert get_hub() is hub
    all_works()
    eventlet.sleep(0.02)
    # The timers went with the run they belonged to.
    assert fired == []
    # From a green thread the stop gives control to the main green thread.
    eventlet.spawn_n(hub.abort, True)
    hub.switch()
    assert not hub.running
    all_works()
    # Without waiting the hub ends by itself at its next turn.
    hub.schedule_call_global(0, hub.abort)
    hub.switch()
    assert not hub.running
    assert not hub.stopping
    all_works()
    print("done")
"""


@pytest.mark.parametrize("patched", ["plain", "patched"])
def test_promise_19_abort_and_restart(run_script, patched):
    result = run_script(ABORT, patched)
    assert result.stdout == "done\n", result.stderr
    assert result.stderr == ""
    assert result.returncode == 0


ABORT_SURVIVORS = """
    import asyncio, os, sys
    import aiohub
    aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"])
    import eventlet
    from eventlet.event import Event
    from eventlet.hubs import get_hub

    # Green threads and tasks that wait for something else than time outlive the stop.
    async def waits(future):
        return await future

    async def waits_green():
        return await eventlet.spawn(event.wait)

    async def blocks():
        return event.wait()

    event = Event()
    loop = aiohub.get_loop()
    future = loop.create_future()
    green_thread = eventlet.spawn(event.wait)
    tasks = [loop.create_task(coroutine) for coroutine in (waits(future), waits_green(), blocks())]
    crossing = eventlet.spawn(aiohub.wait, waits(future))
    for _ in range(10):
        eventlet.sleep(0)  # not a time: what has not begun to wait by then would be dropped with the timers
    for _ in range(3):
        get_hub().abort(wait=True)
        eventlet.sleep(0)
    event.send("event")
    future.set_result("future")
    assert green_thread.wait() == "event"
    assert crossing.wait() == "future"
    assert [aiohub.wait(task) for task in tasks] == ["future", "event", "event"]
    print("done")
"""


def test_promise_19_what_waits_outlives_a_restart(run_script):
    result = run_script(ABORT_SURVIVORS)
    assert result.stdout == "done\n", result.stderr
    assert result.stderr == ""
    assert result.returncode == 0


# What a program may leave behind. Each entry is the body of a program that ends with it under way.
LEFT_BEHIND = {
    "nothing": "",
    "hub never ran": "get_hub()",
    "hub ran": "eventlet.sleep(0)",
    "task that waits": """
task = loop.create_task(for_ever())
eventlet.sleep(0.01)
""",
    "task that only the loop knows": """
loop.create_task(for_ever())
eventlet.sleep(0.01)
""",
    "task that never began": """
eventlet.sleep(0)
task = loop.create_task(for_ever())
""",
    "task in a loop that never ran": """
task = loop.create_task(for_ever())
""",
    "task with awaiting cleanup": """
async def cleans_up():
    try:
        await for_ever()
    finally:
        await asyncio.sleep(0.01)
        await asyncio.sleep(60)

task = loop.create_task(cleans_up())
eventlet.sleep(0.01)
""",
    "task that refuses to be cancelled": """
async def refuses():
    while True:
        try:
            await for_ever()
        except asyncio.CancelledError:
            pass

task = loop.create_task(refuses())
eventlet.sleep(0.01)
""",
    "task that blocks": """
async def blocks():
    Event().wait()

task = loop.create_task(blocks())
eventlet.sleep(0.01)
""",
    "task that blocks in its cleanup": """
async def cleans_up():
    try:
        await for_ever()
    finally:
        eventlet.sleep(60)

task = loop.create_task(cleans_up())
eventlet.sleep(0.01)
""",
    "task that awaits a green thread": """
async def awaits():
    await eventlet.spawn(Event().wait)

task = loop.create_task(awaits())
eventlet.sleep(0.01)
""",
    "green thread that waits": """
green_thread = eventlet.spawn(Event().wait)
eventlet.sleep(0.01)
""",
    "green thread that never began": """
eventlet.sleep(0)
green_thread = eventlet.spawn(Event().wait)
""",
    "green thread that sleeps": """
green_thread = eventlet.spawn(eventlet.sleep, 60)
eventlet.sleep(0.01)
""",
    "green thread with blocking cleanup": """
def cleans_up():
    try:
        Event().wait()
    finally:
        eventlet.sleep(60)

green_thread = eventlet.spawn(cleans_up)
eventlet.sleep(0.01)
""",
    "green thread that waits for a coroutine": """
green_thread = eventlet.spawn(aiohub.wait, for_ever())
eventlet.sleep(0.01)
""",
    "future_to_greenlet": """
green_thread = aiohub.future_to_greenlet(for_ever())
eventlet.sleep(0.01)
""",
    "future_to_greenlet that never began": """
eventlet.sleep(0)
green_thread = aiohub.future_to_greenlet(for_ever())
""",
    "deep nesting": """
async def outer():
    await eventlet.spawn(lambda: aiohub.wait(for_ever()))

green_thread = eventlet.spawn(lambda: aiohub.wait(outer()))
eventlet.sleep(0.01)
""",
    "async generator": """
async def numbers():
    try:
        while True:
            yield 1
    finally:
        await asyncio.sleep(0)

async def first():
    async for number in generator:
        return number

generator = numbers()
assert aiohub.wait(first()) == 1
""",
    "async generator in a task": """
async def numbers():
    try:
        while True:
            yield 1
    finally:
        await asyncio.sleep(60)

async def iterates():
    async for number in numbers():
        await for_ever()

task = loop.create_task(iterates())
eventlet.sleep(0.01)
""",
    "green sockets": """
listener = eventlet.listen(("127.0.0.1", 0))
accepting = eventlet.spawn(listener.accept)
client = eventlet.connect(listener.getsockname())
reading = eventlet.spawn(client.recv, 1)
eventlet.sleep(0.01)
""",
    "pool of tpool threads": """
from eventlet import tpool
assert tpool.execute(lambda: "thread") == "thread"
""",
    "executor": """
assert aiohub.wait(loop.run_in_executor(None, lambda: "thread")) == "thread"
""",
    "callbacks": """
loop.call_later(60, print)
get_hub().schedule_call_global(60, print)
""",
    "signal handler": """
import signal
loop.add_signal_handler(signal.SIGUSR1, print)
eventlet.sleep(0)
""",
    "sys.exit in a green thread": """
eventlet.spawn(sys.exit, 0)
eventlet.sleep(30)
""",
    "sys.exit in a task": """
async def exits():
    await asyncio.sleep(0)
    print("done", flush=True)
    sys.exit(0)

task = loop.create_task(exits())
bystander = loop.create_task(for_ever())
eventlet.sleep(30)
""",
    "run that left things": """
async def main():
    global left
    left = asyncio.ensure_future(for_ever())
    eventlet.spawn(Event().wait)
    await asyncio.sleep(0)

aiohub.run(main)
""",
    "asyncio.run that left things": """
async def main():
    global left
    left = asyncio.ensure_future(for_ever())
    eventlet.spawn(Event().wait)
    await asyncio.sleep(0)

asyncio.run(main())
""",
    "stopped hub": """
task = loop.create_task(for_ever())
eventlet.sleep(0.01)
get_hub().abort(wait=True)
""",
    "hub of another OS thread": """
from eventlet import patcher
threading = patcher.original("threading")

def other():
    eventlet.spawn(Event().wait)
    aiohub.get_loop().create_task(for_ever())
    eventlet.sleep(0.01)

thread = threading.Thread(target=other)
thread.start()
eventlet.sleep(0.05)
""",
    "daemon OS thread in its hub": """
from eventlet import patcher
threading = patcher.original("threading")

def other():
    eventlet.spawn(Event().wait)
    aiohub.wait(for_ever())

threading.Thread(target=other, daemon=True).start()
eventlet.sleep(0.05)
""",
}

# Plain asyncio warns of these, too, when they are left open: ResourceWarning is what development mode is for.
LEFT_OPEN = {
    "transports": """
async def connect():
    server = await asyncio.start_server(lambda reader, writer: for_ever(), "127.0.0.1", 0)
    return server, await asyncio.open_connection(*server.sockets[0].getsockname())

left = aiohub.wait(connect())
eventlet.sleep(0.01)
""",
    "datagram transport": """
left = aiohub.wait(loop.create_datagram_endpoint(asyncio.DatagramProtocol, local_addr=("127.0.0.1", 0)))
""",
    "child process": """
left = aiohub.wait(asyncio.create_subprocess_exec("cat", stdin=asyncio.subprocess.PIPE))
""",
    "Unix socket": """
import tempfile
folder = tempfile.TemporaryDirectory()
left = aiohub.wait(asyncio.start_unix_server(lambda reader, writer: None, os.path.join(folder.name, "socket")))
""",
}

HEAD = """
import asyncio, atexit, os, sys, warnings
import aiohub
# eventlet tells of its own deprecation when it is imported.
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"], patch=os.environ["AIOHUB_TEST_PATCH"] == "1")
    import eventlet
    import eventlet.green.subprocess
    import eventlet.tpool
from eventlet.event import Event
from eventlet.hubs import get_hub

loop = aiohub.get_loop()

async def for_ever():
    await asyncio.Event().wait()

"""


# What development mode tells of the program itself, as it should: what it left open, that it forks, and (promise 5)
# where a coroutine blocks.
EXPECTED = (
    "ResourceWarning:",
    "Close running child process",
    "Using fork() is a bad idea",
    "blocks in eventlet inside the coroutine",
)


def unexpected(text):
    """The lines of *text* without the expected warnings and the source lines that follow them."""
    dropping = False
    for line in text.splitlines(keepends=True):
        dropping = any(part in line for part in EXPECTED) or (dropping and line.startswith("  "))
        if not dropping:
            yield line


@pytest.fixture(params=["plain", "patched in development mode"])
def run_and_end(request, run_script):
    def run(body):
        env = {"AIOHUB_TEST_PATCH": "0", "PYTHONDEVMODE": None}
        if request.param != "plain":
            env = {"AIOHUB_TEST_PATCH": "1", "PYTHONDEVMODE": "1"}
        # The interpreter has to end in less time than anything that is left behind would take.
        result = run_script(HEAD + body, timeout=45, env=env)
        result.stderr = "".join(unexpected(result.stderr))
        return result

    return run


@pytest.mark.parametrize("left_behind", LEFT_BEHIND)
def test_promise_19_the_end_is_quiet(run_and_end, left_behind):
    result = run_and_end(LEFT_BEHIND[left_behind])
    assert result.stderr == ""
    assert result.returncode == 0


@pytest.mark.parametrize("left_open", LEFT_OPEN)
def test_promise_19_the_end_is_quiet_with_transports_open(run_and_end, left_open):
    result = run_and_end(LEFT_OPEN[left_open])
    assert result.stderr == ""
    assert result.returncode == 0


UNCAUGHT = """
task = loop.create_task(for_ever())
green_thread = eventlet.spawn(aiohub.wait, for_ever())
eventlet.sleep(0.01)
raise ValueError("the program's own")
"""


def test_promise_19_an_uncaught_exception_is_all_that_is_printed(run_and_end):
    result = run_and_end(UNCAUGHT)
    assert result.returncode == 1
    assert result.stderr.startswith("Traceback")
    assert result.stderr.count("Traceback") == 1
    assert result.stderr.endswith("ValueError: the program's own\n")


ATEXIT = """
# What runs at exit may still use both worlds.
def at_exit():
    eventlet.sleep(0.001)
    assert eventlet.spawn(lambda: "green").wait() == "green"
    assert aiohub.wait(asyncio.sleep(0, "async")) == "async"
    print("at exit")

atexit.register(at_exit)
eventlet.sleep(0)
"""


def test_promise_19_functions_at_exit_can_use_the_hub(run_and_end):
    result = run_and_end(ATEXIT)
    assert result.stdout == "at exit\n"
    assert result.stderr == ""
    assert result.returncode == 0


def test_promise_19_multiprocessing_imported_before_the_hub_ends_its_queues(run_script):
    # The queue's feeder is a green thread, and the exit waits until it has written what was put.
    result = run_script("""
        import multiprocessing.queues, os
        import aiohub

        aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"], patch=True)
        queue = multiprocessing.Queue()
        queue.put("something")
        print("done")
    """)
    assert (result.stdout, result.returncode) == ("done\n", 0), result.stderr
