"""Every example is run as a user runs it, on both loops, and has to do what it says.

That things happen at once is shown without a clock: the local server's page /together answers only when all of its
callers are there.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import os
import re
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parent
# Ends a program that hangs; nothing is expected to come near it.
TIMEOUT_S = 90

LOOPS = [
    "engine",
    "asyncio",
    pytest.param(
        "uvloop",
        marks=pytest.mark.skipif(importlib.util.find_spec("uvloop") is None, reason="uvloop is not installed"),
    ),
]


@pytest.fixture(params=LOOPS)
def loop(request: pytest.FixtureRequest) -> str:
    return request.param


def needs(*modules: str) -> None:
    for module in modules:
        pytest.importorskip(module, reason=f"the example shows {module}, which is not installed")


@contextlib.contextmanager
def started(program: Path, loop: str) -> Iterator[subprocess.Popen[str]]:
    """A program in a session of its own; nothing of it is left afterwards, its children included.

    One that hangs is ended by SIGABRT, and faulthandler then says on stderr where it was.
    """

    def end(number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)

    process = subprocess.Popen(
        [sys.executable, "-X", "faulthandler", program, "--loop", loop],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    watchdog = threading.Timer(TIMEOUT_S, end, [signal.SIGABRT])
    watchdog.start()
    try:
        yield process
    finally:
        watchdog.cancel()
        end(signal.SIGKILL)
        process.communicate()


def ended(process: subprocess.Popen[str], harmless: str = "") -> str:
    """Wait for a program's end, which has to be exit code 0 without a word on stderr; what it printed on stdout.

    Lines on stderr that match *harmless* do not count.
    """
    out, err = process.communicate()
    if harmless:
        err = re.sub(f"^{harmless}\n", "", err, flags=re.MULTILINE)
    assert (process.returncode, err) == (0, ""), out + err
    return out


def run(name: str, loop: str) -> str:
    with started(EXAMPLES / name, loop) as process:
        return ended(process)


class Service:
    """A running example that serves until it gets SIGTERM."""

    def __init__(self, process: subprocess.Popen[str], ports_expected: int) -> None:
        self.process = process
        self.first_lines = [self.read_line() for _ in range(ports_expected)]
        self.port = int(self.first_lines[0].split()[-1])

    def read_line(self) -> str:
        line = self.process.stdout.readline()
        if "listening on" not in line:
            out, err = self.process.communicate()
            pytest.fail(f"no port, exit code {self.process.returncode}:\n{line}{out}{err}")
        return line

    def get(self, path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=TIMEOUT_S) as response:
            return response.read().decode()

    def get_at_once(self, paths: list[str]) -> list[str]:
        with ThreadPoolExecutor(len(paths)) as pool:
            return list(pool.map(self.get, paths))

    def stop(self, harmless: str = "") -> str:
        """SIGTERM; the rest of what it printed."""
        self.process.send_signal(signal.SIGTERM)
        return ended(self.process, harmless)


@contextlib.contextmanager
def serving(name: str, loop: str, ports_expected: int = 1) -> Iterator[Service]:
    with started(EXAMPLES / name, loop) as process:
        yield Service(process, ports_expected)


def proposal_text(name: str) -> list[str]:
    """The lines of an example between its two lines of dashes."""
    lines = (EXAMPLES / name).read_text().splitlines()
    first, last = (number for number, line in enumerate(lines) if line.startswith("# -----"))
    return lines[first + 1 : last]


FUTURE_TO_GREENLET = """\
import aiohttp
from eventlet_asyncio import future_to_greenlet  # hypothetical API
async def get_url_body(url):
    async with aiohttp.ClientSession() as session:
        async with session.get(url) as response:
            return await response.text()
def eventlet_code():
    green_thread = future_to_greenlet(get_url_body("https://example.com"))
    return green_thread.wait()
"""

GREENLET_TO_FUTURE = """\
from urllib.request import urlopen
from eventlet import spawn
from eventlet_asyncio import greenlet_to_future  # hypothetical API
def get_url_body(url):
    # Looks blocking, but actually isn't
    return urlopen(url).read()
# This would likely be common pattern, so could be implemented as decorator...
async def asyncio_code():
    greenlet = eventlet.spawn(get_url_body, "https://example.com")
    future = greenlet_to_future(greenlet)
    return await future
"""


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("proposal_future_to_greenlet.py", FUTURE_TO_GREENLET),
        ("proposal_greenlet_to_future.py", GREENLET_TO_FUTURE),
    ],
)
def test_proposal_stands_word_for_word(name, text):
    assert proposal_text(name) == text.replace('"https://example.com"', "URL").splitlines()


def test_proposal_future_to_greenlet(loop):
    needs("aiohttp")
    assert run("proposal_future_to_greenlet.py", loop) == "a green thread got the result of a coroutine: hello\n"


def test_proposal_greenlet_to_future(loop):
    # Three urlopen calls wait for each other at the server: were one of them not green, none would get its answer.
    assert run("proposal_greenlet_to_future.py", loop) == "a coroutine got the result of a green thread: together\n" * 3


def test_wsgi_service(loop):
    needs("aiohttp", "httpx")
    with serving("wsgi_service.py", loop) as service:
        assert service.get("/aiohttp/hello") == "aiohttp got hello\n"
        assert service.get("/httpx/hello") == "httpx got hello\n"
        assert service.get("/both/together?parties=2") == "aiohttp got together\nhttpx got together\n"
        paths = ["/aiohttp/together?parties=6", "/httpx/together?parties=6"] * 3
        answers = ["aiohttp got together\n", "httpx got together\n"] * 3
        assert service.get_at_once(paths) == answers
        assert service.stop() == ""


@pytest.mark.parametrize("client", ["aiohttp", "httpx"])
def test_wsgi_service_passes_the_error_of_a_coroutine_on(loop, client):
    needs("aiohttp", "httpx")
    with serving("wsgi_service.py", loop) as service:
        with pytest.raises(urllib.error.HTTPError) as error:
            service.get(f"/{client}/missing")
        with error.value:
            assert error.value.code == 502
            assert "404" in error.value.read().decode()
        service.stop()


@pytest.fixture
def heeded_ctrl_c():
    """A shell's background jobs ignore SIGINT, and children inherit that; a handler is not inherited."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heeded_ctrl_c")
@pytest.mark.parametrize("name", ["wsgi_service.py", "aiohttp_service.py", "socketio_app.py"])
def test_ctrl_c_ends_a_service_quietly(loop, name):
    needs("aiohttp", "httpx", "requests", "flask_socketio")
    with serving(name, loop) as service:
        os.killpg(service.process.pid, signal.SIGINT)  # a terminal sends it to all of them
        assert ended(service.process) == ""


def test_aiohttp_service(loop):
    needs("aiohttp", "requests")
    with serving("aiohttp_service.py", loop) as service:
        assert service.get("/requests/hello") == "requests got hello\n"
        assert service.get("/urllib/hello") == "urllib got hello\n"
        assert service.get("/pool/together?parties=3") == "a pool of 3 got together, together, together\n"
        paths = ["/requests/together?parties=7", "/urllib/together?parties=7"] * 2 + ["/pool/together?parties=7"]
        answers = ["requests got together\n", "urllib got together\n"] * 2
        assert service.get_at_once(paths) == [*answers, "a pool of 3 got together, together, together\n"]
        assert service.stop() == ""


def test_oslo_service_workers(loop):
    needs("oslo_service")
    with serving("oslo_service_workers.py", loop, ports_expected=2) as service:
        workers = {line.split()[1] for line in service.first_lines}
        assert len(workers) == 2
        # The kernel picks a worker for each connection by a hash of the ports: 64 in a row on one side is 2 ** -63.
        ticks: dict[str, list[int]] = {}
        for _ in range(64):
            match = re.fullmatch(r"worker (\d+), tick (\d+)\n", service.get("/"))
            assert match is not None
            ticks.setdefault(match[1], []).append(int(match[2]))
            if len(ticks) == 2:
                break
        assert ticks.keys() == workers
        for numbers in ticks.values():
            # The answer comes after the next tick, so the asyncio task ran on between any two of them.
            assert numbers == sorted(set(numbers)) and numbers[0] >= 1
        lines = service.stop().splitlines()
        assert sorted(lines[:-1]) == sorted(f"worker {pid} stopped" for pid in workers)
        assert lines[-1] == "all workers stopped"


@pytest.mark.parametrize("transport", ["websocket", "polling"])
def test_socketio_app(loop, transport):
    needs("flask_socketio", "socketio", "aiohttp")
    import socketio

    async def talk(port: int) -> tuple[list[str], str, list[int]]:
        counted: list[int] = []
        async with contextlib.AsyncExitStack() as stack:
            clients = [socketio.AsyncClient() for _ in range(3)]
            for client in clients:
                await client.connect(f"http://127.0.0.1:{port}", transports=[transport])
                stack.push_async_callback(client.disconnect)
            clients[0].on("count", counted.append)
            fetches = [client.call("fetch", "/together?parties=3", timeout=TIMEOUT_S) for client in clients]
            answers = await asyncio.gather(*fetches)
            last = await clients[0].call("countdown", 3, timeout=TIMEOUT_S)
        return answers, last, counted

    with serving("socketio_app.py", loop) as service:
        assert asyncio.run(talk(service.port)) == (["together"] * 3, "lift-off", [3, 2, 1])
        # A client that disconnects may have one more poll on its way; engineio calls that an error.
        assert service.stop(harmless="'Session is disconnected' .*") == ""


def test_twisted_program(loop):
    needs("twisted")
    assert run("twisted_program.py", loop).splitlines() == [
        "twisted -> TWISTED",
        "deferred -> DEFERRED",
        "eventlet -> EVENTLET",
        "green -> GREEN",
        "nobody listens any more: the Deferred's exception reached the green thread",
        "the reactor has stopped",
    ]


def test_demo(loop):
    needs("aiohttp", "httpx", "requests")
    printed = run("demo.py", loop)
    assert "[fail]" not in printed
    assert printed.rstrip().endswith("Everything came out as it should.")


def test_readme_shows_what_the_demo_prints():
    (shown,) = re.findall(r"^\$ make demo\n(.*?)^```", (EXAMPLES.parent / "README.md").read_text(), re.M | re.S)
    assert without_figures(shown) == without_figures(run("demo.py", "engine"))


def without_figures(text: str) -> str:
    """Versions are others elsewhere, and so are times; the loop has another name where it is chosen by one."""
    return re.sub(r"^\(Python .*\)$|\d+\.\d\d s", "...", text, flags=re.MULTILINE)


def test_demo_says_what_went_wrong_and_exits_with_1(loop, tmp_path):
    """The demo is copied beside a local server that does not know the page /together."""
    needs("aiohttp", "httpx", "requests")
    for file in EXAMPLES.glob("*.py"):
        (tmp_path / file.name).write_text(file.read_text())
    server = tmp_path / "_local_server.py"
    server.write_text(server.read_text().replace('in ("/hello", "/slow", "/together")', 'in ("/hello",)'))
    with started(tmp_path / "demo.py", loop) as process:
        out, err = process.communicate()
    assert process.returncode == 1, out + err
    assert "[fail]" in out
    assert "Traceback" not in out + err
