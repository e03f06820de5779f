"""Promise 17: SystemExit and KeyboardInterrupt reach the main green thread (or run's caller) once; the hub goes on.

Each case is a program of its own: were one of them wrong, the exception would end the test run.
"""

import pytest

# Raises `error` in the place that the first argument names, several times, and checks after each that all of the
# hub works.
ANYWHERE = """
    import asyncio, os, socket, sys
    import aiohub
    aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"])
    import eventlet
    from eventlet.event import Event
    from eventlet.hubs import get_hub
    from eventlet.hubs.hub import READ

    place = sys.argv[1]
    loop = aiohub.get_loop()

    def fail(*args):
        raise error_type("round %d" % round_number)

    async def fail_at_once():
        fail()

    async def fail_later():
        await asyncio.sleep(0)
        fail()

    async def fail_after_blocking():
        eventlet.sleep(0)
        fail()

    def fail_after_sleep():
        eventlet.sleep(0)
        fail()

    def green_wait():
        aiohub.wait(fail_later())

    def readable(register):
        reader, writer = os.pipe()
        os.write(writer, b"x")
        register(reader)
        return reader, writer

    def hub_listener(reader):
        listeners.append(get_hub().add(READ, reader, fail, fail, lambda: None))

    def start():
        if place == "green thread":
            eventlet.spawn(fail)
        elif place == "green thread after a sleep":
            eventlet.spawn(fail_after_sleep)
        elif place == "raw greenlet":
            eventlet.spawn_n(fail)
        elif place == "pool":
            pool.spawn_n(fail)
        elif place == "task":
            loop.create_task(fail_at_once())
        elif place == "task after an await":
            loop.create_task(fail_later())
        elif place == "task after a blocking call":
            loop.create_task(fail_after_blocking())
        elif place == "green thread that waits for a coroutine":
            eventlet.spawn(green_wait)
        elif place == "call_soon":
            loop.call_soon(fail)
        elif place == "call_later":
            loop.call_later(0.001, fail)
        elif place == "call_soon_threadsafe":
            loop.call_soon_threadsafe(fail)
        elif place == "timer":
            get_hub().schedule_call_global(0, fail)
        elif place == "later timer":
            get_hub().schedule_call_global(0.001, fail)
        elif place == "reader callback":
            return readable(lambda reader: loop.add_reader(reader, fail))
        elif place == "hub listener":
            return readable(hub_listener)
        elif place == "protocol":
            loop.create_task(connect_protocol())
        elif place == "datagram protocol":
            loop.create_task(receive_datagram())

    class Protocol(asyncio.Protocol):
        def connection_made(self, transport):
            self.transport = transport

        def data_received(self, data):
            self.transport.close()
            fail()

        def datagram_received(self, data, address):
            self.data_received(data)

    async def connect_protocol():
        ours, theirs = socket.socketpair()
        await loop.create_connection(Protocol, sock=ours)
        with theirs:
            theirs.send(b"x")

    async def receive_datagram():
        transport, _ = await loop.create_datagram_endpoint(Protocol, local_addr=("127.0.0.1", 0))
        with socket.socket(type=socket.SOCK_DGRAM) as sender:
            sender.sendto(b"x", transport.get_extra_info("sockname"))

    def stop(pipe):
        if not pipe:
            return
        loop.remove_reader(pipe[0])
        while listeners:
            get_hub().remove(listeners.pop())
        for descriptor in pipe:
            os.close(descriptor)

    async def coroutine():
        await asyncio.sleep(0)
        eventlet.sleep(0)
        return await eventlet.spawn(lambda: "works")

    listeners = []
    pool = eventlet.GreenPool()
    bystander_event = Event()
    bystander = eventlet.spawn(bystander_event.wait)
    sleeper = eventlet.spawn(eventlet.sleep, 0.2)

    async def bystander_coroutine():
        await asyncio.sleep(0.2)
        return "bystander"

    bystander_task = loop.create_task(bystander_coroutine())

    for round_number in range(6):
        error_type = (SystemExit, KeyboardInterrupt)[round_number % 2]
        pipe = start()
        try:
            eventlet.sleep(30)
        except error_type as error:
            assert error.args == ("round %d" % round_number,), error.args
        else:
            sys.exit("not raised")
        stop(pipe)
        # A second delivery would come at one of these.
        for _ in range(20):
            eventlet.sleep(0)
        eventlet.sleep(0.01)
        assert aiohub.wait(coroutine()) == "works"
        assert get_hub().running
    sleeper.wait()
    assert aiohub.wait(bystander_task) == "bystander"
    bystander_event.send("bystander")
    assert bystander.wait() == "bystander"
    print("done")
"""

PLACES = [
    "green thread",
    "green thread after a sleep",
    "raw greenlet",
    "pool",
    "task",
    "task after an await",
    "task after a blocking call",
    "green thread that waits for a coroutine",
    "call_soon",
    "call_later",
    "call_soon_threadsafe",
    "timer",
    "later timer",
    "reader callback",
    "hub listener",
    "protocol",
    "datagram protocol",
]


@pytest.mark.parametrize("place", PLACES)
def test_promise_17_reaches_the_main_green_thread_once(run_script, place):
    result = run_script(ANYWHERE, place)
    assert result.stdout == "done\n", result.stderr
    assert result.returncode == 0


WAITED_FOR = """
    import asyncio, os, sys
    import aiohub
    aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"])
    import eventlet

    def fail():
        eventlet.sleep(0)
        raise error_type("text")

    async def coroutine():
        await asyncio.sleep(0)
        raise error_type("text")

    async def awaiting():
        await eventlet.spawn(fail)

    async def blocking():
        eventlet.spawn(fail).wait()

    ways = (
        lambda: aiohub.wait(coroutine()),
        lambda: aiohub.wait(awaiting()),
        lambda: aiohub.wait(blocking()),
        lambda: aiohub.future_to_greenlet(coroutine()).wait(),
        lambda: eventlet.spawn(fail).wait(),
        lambda: aiohub.async_to_sync(coroutine)(),
    )
    for error_type in (SystemExit, KeyboardInterrupt):
        for wait in ways:
            try:
                wait()
            except error_type as error:
                assert error.args == ("text",)
            else:
                sys.exit("not raised")
            for _ in range(20):
                eventlet.sleep(0)
            eventlet.sleep(0.01)
            assert aiohub.wait(asyncio.sleep(0, "works")) == "works"
    print("done")
"""


def test_promise_17_once_also_where_the_main_green_thread_waits_for_it(run_script):
    result = run_script(WAITED_FOR)
    assert result.stdout == "done\n", result.stderr
    assert result.returncode == 0


RUN = """
    import asyncio, os, sys
    import aiohub
    aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"])
    import eventlet

    entry, place = sys.argv[1:]

    def fail():
        raise error_type("text")

    async def fail_later():
        await asyncio.sleep(0)
        fail()

    def start():
        if place == "green thread":
            eventlet.spawn(fail)
        elif place == "task":
            tasks.append(aiohub.get_loop().create_task(fail_later()))
        elif place == "callback":
            aiohub.get_loop().call_soon(fail)
        elif place == "main":
            fail()

    def main():
        start()
        eventlet.sleep(30)

    async def async_main():
        start()
        await asyncio.sleep(30)

    async def blocking_main():
        start()
        eventlet.sleep(30)

    async def works():
        await asyncio.sleep(0)
        return "works"

    tasks = []
    functions = {"green": main, "async": async_main, "blocking": blocking_main}
    for error_type in (SystemExit, KeyboardInterrupt, SystemExit):
        try:
            if entry == "asyncio.run":
                asyncio.run(async_main())
            else:
                aiohub.run(functions[entry])
        except error_type as error:
            assert error.args == ("text",)
        else:
            sys.exit("not raised")
        assert aiohub.run(works) == "works"
        assert aiohub.run(lambda: eventlet.spawn(lambda: "works").wait()) == "works"
        assert asyncio.run(works()) == "works"
    print("done")
"""


@pytest.mark.parametrize("place", ["green thread", "task", "callback", "main"])
@pytest.mark.parametrize("entry", ["green", "async", "blocking", "asyncio.run"])
def test_promise_17_reaches_the_caller_of_run_once(run_script, entry, place):
    result = run_script(RUN, entry, place)
    assert result.stdout == "done\n", result.stderr
    assert result.returncode == 0


EXIT_CODE = """
    import asyncio, os, sys
    import aiohub
    aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"], patch=True)
    import eventlet

    async def coroutine():
        await asyncio.sleep(0)
        sys.exit(3)

    place = sys.argv[1]
    if place == "green thread":
        eventlet.spawn(sys.exit, 3)
    elif place == "task":
        task = aiohub.get_loop().create_task(coroutine())
    else:
        aiohub.get_loop().call_soon(sys.exit, 3)
    eventlet.sleep(30)
"""


@pytest.mark.parametrize("place", ["green thread", "task", "callback"])
def test_promise_17_sys_exit_anywhere_is_the_exit_code(run_script, place):
    result = run_script(EXIT_CODE, place, timeout=25)
    assert result.returncode == 3
    assert "Exception ignored" not in result.stderr
    assert "never retrieved" not in result.stderr
    assert "was destroyed" not in result.stderr
