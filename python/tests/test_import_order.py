"""Promise 7: import order does not matter, and asyncio's own modules keep the original modules."""

import itertools

import pytest

#: What a program may have done before install. Each is one line.
BEFORE = {
    "nothing": "pass",
    "asyncio": "import asyncio",
    "standard library": "import asyncio, ssl, logging, concurrent.futures, "
    "socket, select, selectors, subprocess, threading, time, queue",
    "aiohttp": "import aiohttp, aiohttp.web",
    "eventlet": "import eventlet, eventlet.green.socket, eventlet.wsgi",
    "a loop": "import asyncio; used_before = asyncio.new_event_loop()",
    "asyncio.run": "import asyncio; asyncio.run(asyncio.sleep(0))",
    "asyncio.run with threads": "import asyncio; asyncio.run(asyncio.to_thread(len, 'abc'))",
    "an executor": "import concurrent.futures; pool_before = concurrent.futures.ThreadPoolExecutor(); "
    "pool_before.submit(len, 'abc').result()",
    "logging": "import logging; logging.basicConfig(); logging.getLogger('before').debug('x')",
    "uvloop": "import uvloop; uvloop.new_event_loop().close()",
    "a lock and a thread": "import threading; lock_before = threading.RLock(); "
    "t = threading.Thread(target=len, args=('abc',)); t.start(); t.join()",
    "aiohub's modules": "import aiohub, aiohub.aio, aiohub.green, aiohub.hub",
}

INSTALL = {
    "install with patch": "import aiohub; aiohub.install(loop=loop, patch=True)",
    "install, then monkey_patch": "import aiohub; aiohub.install(loop=loop); import eventlet; eventlet.monkey_patch()",
    "monkey_patch, then install": "import eventlet; eventlet.monkey_patch(); import aiohub; aiohub.install(loop=loop)",
    "monkey_patch twice": (
        "import eventlet; eventlet.monkey_patch(); import aiohub; aiohub.install(loop=loop, patch=True)"
    ),
}

#: Checks the modules, then uses everything. Prints "done".
USE = """
    import asyncio, concurrent.futures, importlib, logging, os, pkgutil, selectors
    import socket, ssl, subprocess, sys, threading, time, types
    import eventlet
    from eventlet import patcher

    # No module of asyncio, nor selectors and executors below it, has a name that eventlet has replaced.
    names = ("socket", "select", "threading", "time", "os", "subprocess", "ssl")
    green = {name: importlib.import_module(f"eventlet.green.{name}") for name in names}
    for module in pkgutil.iter_modules(asyncio.__path__, "asyncio."):
        if "windows" not in module.name and module.name not in ("asyncio.__main__",):
            importlib.import_module(module.name)
    checked = 0
    for name, module in list(sys.modules.items()):
        if name != "asyncio" and not name.startswith("asyncio."):
            continue
        for attribute, value in list(vars(module).items()):
            if isinstance(value, types.ModuleType) and value.__name__.removeprefix("__original_module_") in green:
                module_name = value.__name__.removeprefix("__original_module_")
                green_module, original = green[module_name], patcher.original(module_name)
                for patched in green_module.__patched__:
                    its_own, replacement = getattr(value, patched, None), getattr(green_module, patched, None)
                    if its_own is None or replacement is getattr(original, patched, None):
                        continue
                    checked += 1
                    is_green = its_own is replacement or "eventlet" in str(getattr(its_own, "__module__", ""))
                    assert not is_green, f"{name}.{attribute}.{patched} is {its_own}"
    assert checked > 50, checked
    assert time.sleep is not patcher.original("time").sleep, "the program itself is patched"
    assert socket.socket.__module__.startswith("eventlet"), "the program itself is patched"

    # Both worlds work.
    def echo_once(listener):
        connection, _ = listener.accept()
        with connection:
            connection.sendall(connection.recv(100))

    def green_client(address):
        with socket.create_connection(address) as connection:
            connection.sendall(b"green")
            return connection.recv(100)

    async def async_echo(reader, writer):
        writer.write(await reader.read(100))
        await writer.drain()
        writer.close()

    async def main():
        listener = socket.create_server(("127.0.0.1", 0))
        eventlet.spawn(echo_once, listener)
        reader, writer = await asyncio.open_connection(*listener.getsockname())
        writer.write(b"async")
        assert await reader.read(100) == b"async"
        writer.close()
        server = await asyncio.start_server(async_echo, "127.0.0.1", 0)
        assert await eventlet.spawn(green_client, server.sockets[0].getsockname()) == b"green"
        server.close()
        # Executors use real threads, and their results arrive.
        here = patcher.original("threading").get_ident()
        assert await asyncio.get_running_loop().run_in_executor(None, patcher.original("threading").get_ident) != here
        assert await asyncio.to_thread(len, "abc") == 3
        assert await asyncio.get_running_loop().getaddrinfo("127.0.0.1", 80)
        process = await asyncio.create_subprocess_exec("echo", "child", stdout=asyncio.subprocess.PIPE)
        output, _ = await process.communicate()
        assert output == b"child\\n", output
        time.sleep(0.001)
        ssl.create_default_context()
        logging.getLogger("x").debug("y")
        return "main"

    assert aiohub.run(main) == "main"
    assert asyncio.run(main()) == "main"
    assert aiohub.wait(main()) == "main"

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        assert list(pool.map(len, ["a", "bc"])) == [1, 2]
        assert pool.submit(time.sleep, 0.001).result() is None
    seen = []
    thread = threading.Thread(target=lambda: seen.append(eventlet.getcurrent()))
    thread.start()
    thread.join()
    assert seen and seen[0] is not eventlet.getcurrent()
    assert subprocess.check_output(["echo", "child"]) == b"child\\n"
    logging.getLogger("after").debug("x")
    print("done")
"""


@pytest.fixture
def run_script(run_script):
    """With eventlet's resolver, which imports more modules than all the rest, and patches what they import."""

    def run(*args, env=None):
        return run_script(*args, env={"EVENTLET_NO_GREENDNS": None, **(env or {})})

    return run


def program(*lines):
    begin = ["import os", "loop = os.environ['AIOHUB_TEST_LOOP']", *lines]
    return "\n".join(f"    {line}" for line in begin) + USE


def check(result):
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout.splitlines()[-1] == "done"


@pytest.mark.parametrize(
    ("before", "install"),
    [
        *itertools.product(BEFORE, ["install with patch"]),
        *itertools.product(["nothing", "asyncio", "standard library", "an executor"], list(INSTALL)[1:]),
    ],
)
def test_promise_07_imported_or_used_before(run_script, before, install):
    check(run_script(program(BEFORE[before], INSTALL[install])))


@pytest.mark.parametrize("order", list(itertools.permutations(["asyncio", "aiohttp", "logging"])), ids=" ".join)
def test_promise_07_three_in_every_order(run_script, order):
    check(run_script(program(*(BEFORE[name] for name in order), INSTALL["install with patch"])))


def test_promise_07_everything_before(run_script):
    lines = [line for name, line in BEFORE.items()]
    check(run_script(program(*lines, INSTALL["install with patch"])))


@pytest.mark.parametrize("first", ["aiohub", "eventlet", "asyncio"])
def test_promise_07_nothing_but_names_before(run_script, first):
    """`from asyncio import ...` made before install refer to the same things."""
    result = run_script(
        f"""
        import {first}
        import os
        from asyncio import Event, Lock, Queue, create_task, current_task, gather, get_event_loop
        from asyncio import get_running_loop, run, sleep, wait_for
        from time import sleep as real_sleep
        import aiohub
        aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"], patch=True)
        import eventlet

        async def main():
            queue, lock, event = Queue(), Lock(), Event()
            task = create_task(queue.get())
            await queue.put("item")
            async with lock:
                event.set()
            await wait_for(event.wait(), 30)
            assert get_running_loop() is get_event_loop() is aiohub.get_loop()
            assert current_task() is not None
            return await gather(task, sleep(0, "slept"), eventlet.spawn(lambda: "green"))

        print(run(main()))
        """
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout == "['item', 'slept', 'green']\n"


@pytest.mark.parametrize("before", [True, False], ids=["imported before", "imported after"])
def test_promise_07_aiohttp_serves_and_asks(run_script, before):
    """A server of aiohttp, asked by aiohttp's client and by the patched urllib, from coroutines and from green
    threads.
    """
    result = run_script(
        ("    import aiohttp, aiohttp.web\n" if before else "")
        + """
    import os
    import aiohub
    aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"], patch=True)
    import asyncio, urllib.request
    import aiohttp
    from aiohttp import web
    import eventlet

    async def handle(request):
        eventlet.sleep(0)
        return web.Response(text="hello from " + await eventlet.spawn(lambda: "both"))

    def with_urllib(url):
        return urllib.request.urlopen(url).read().decode()

    async def with_aiohttp(url):
        async with aiohttp.ClientSession() as session, session.get(url) as response:
            return await response.text()

    async def main():
        application = web.Application()
        application.router.add_get("/", handle)
        runner = web.AppRunner(application)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        url = "http://127.0.0.1:%d/" % site._server.sockets[0].getsockname()[1]
        answers = await asyncio.gather(
            with_aiohttp(url),
            eventlet.spawn(with_urllib, url),
            eventlet.spawn(lambda: aiohub.wait(with_aiohttp(url))),
            with_aiohttp(url),
        )
        await runner.cleanup()
        return answers

    print(*asyncio.run(main()), sep="\\n")
    """
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines() == ["hello from both"] * 4


@pytest.mark.parametrize(
    "patch",
    ["dict(socket=True, select=True)", "dict(thread=False)", "dict(time=True)", "dict(os=False, subprocess=False)"],
)
def test_promise_07_patching_in_part(run_script, patch):
    result = run_script(
        f"""
        import asyncio, os
        import aiohub
        aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"], patch={patch})
        import eventlet, socket, threading, time
        from eventlet import patcher

        async def main():
            process = await asyncio.create_subprocess_exec("echo", "child", stdout=asyncio.subprocess.PIPE)
            output, _ = await process.communicate()
            green = await eventlet.spawn(lambda: eventlet.sleep(0) or "green")
            return output, await asyncio.to_thread(len, "abc"), green

        print(asyncio.run(main()))
        expected = {patch}
        for name in ("socket", "select", "thread", "time", "os"):
            default = not any(expected.values())
            assert patcher.is_monkey_patched(name) == expected.get(name, default), name
        """
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout == "(b'child\\n', 3, 'green')\n"


@pytest.mark.parametrize("spec", ["aiohub.hub", "aiohub.hub:Hub", "aiohub", " aiohub "])
def test_promise_07_the_variable_instead_of_install(run_script, loop_name, spec):
    """`EVENTLET_HUB=aiohub.hub` for programs whose start cannot be changed.

    `aiohub` alone is a hub of eventlet's own to eventlet, which knows none of that name.
    """
    result = run_script(
        """
        import asyncio
        import eventlet
        eventlet.monkey_patch()
        import aiohub, time

        async def main():
            time.sleep(0)
            return await eventlet.spawn(lambda: type(aiohub.get_loop()).__module__.partition(".")[0])

        print(asyncio.run(main()), eventlet.hubs.get_hub().__module__)
        """,
        env={"EVENTLET_HUB": spec, "AIOHUB_LOOP": loop_name},
    )
    assert result.returncode == 0, result.stderr
    package = {"engine": "aiohub"}.get(loop_name, loop_name)
    assert result.stdout == f"{package} aiohub.hub\n"


@pytest.mark.once
@pytest.mark.parametrize("environment", [{}, {"EVENTLET_HUB": "epolls"}, {"EVENTLET_HUB": "aiohub.hub"}])
def test_promise_07_the_variable_is_nobodys_business_otherwise(run_script, environment):
    """What makes `aiohub` work is run at every start of the interpreter."""
    result = run_script(
        """
        import os, sys
        print(os.environ.get("EVENTLET_HUB"), "aiohub" in sys.modules)
        """,
        env=environment,
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == f"{environment.get('EVENTLET_HUB')} False\n"


def test_promise_07_use_hub_by_the_short_name(run_script):
    result = run_script(
        """
        import os
        import aiohub
        aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"])
        from eventlet import hubs
        first = hubs.get_hub()
        hubs.use_hub("aiohub")
        print(hubs.get_hub() is not first, hubs.get_hub().__module__)
        """
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == "True aiohub.hub\n"


@pytest.mark.once
def test_promise_07_import_of_aiohub_imports_neither_world(run_script):
    result = run_script(
        """
        import sys
        import aiohub
        print([name for name in ("eventlet", "asyncio", "greenlet") if name in sys.modules])
        """
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout == "[]\n"
