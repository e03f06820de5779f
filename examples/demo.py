"""`make demo`: an eventlet program and an asyncio program on one loop, against real servers on this machine.

Prints what happened and how long it took. Exit code 1 when something did not come out as it should.
"""
# ruff: noqa: E402

from __future__ import annotations

from _common import chosen_loop
from _local_server import local_server

import aiohub

LOOP = chosen_loop()
aiohub.install(loop=LOOP, patch=True)

import asyncio
import os
import platform
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO
from urllib.request import urlopen

import aiohttp
import eventlet

EACH = 5
ANSWER_S = 0.2
# Only to end a step that hangs: each takes a second or two.
STEP_TIMEOUT_S = 60


class DemoError(Exception):
    """Something came out other than it should; the text says what."""


def expect(what: str, got: object, wanted: object) -> None:
    if got != wanted:
        raise DemoError(f"{what}: got {got!r}, wanted {wanted!r}")


def expect_each(what: str, got: list[str], wanted: list[str]) -> None:
    for one, wanted_one in zip(got, wanted, strict=True):
        expect(what, one, wanted_one)


def say(text: str) -> None:
    print(f"   {text}", flush=True)


def read(url: str) -> str:
    """Blocking code, as eventlet programs have it; monkey patching makes it wait without holding up the others."""
    with urlopen(url) as response:
        return response.read().decode()


def attempt(function: Callable[[str], str], url: str) -> str:
    """Called in a green thread: an error becomes the answer, so that it is told once and at the right place."""
    try:
        return function(url)
    except OSError as error:
        return f"{type(error).__name__}: {error}"


# Step 1: this program is the eventlet program and the asyncio program.


def ten_requests_at_once() -> None:
    os_threads = set()

    def eventlet_request(url: str) -> str:
        os_threads.add(threading.get_native_id())
        return read(url)

    async def asyncio_request(session: aiohttp.ClientSession, url: str) -> str:
        os_threads.add(threading.get_native_id())
        async with session.get(url) as response:
            return await response.text()

    async def asyncio_program(url: str) -> list[str]:
        async with aiohttp.ClientSession() as session:
            return await asyncio.gather(*(asyncio_request(session, url) for _ in range(EACH)))

    say(f"A web server on this machine takes {ANSWER_S} s for each answer, and")
    say(f"it answers only when all {2 * EACH} requests are open at the same time.")
    say(f"{EACH} green threads ask it with urllib, {EACH} coroutines with aiohttp.")
    with local_server() as server:
        url = f"{server}/together?parties={2 * EACH}&seconds={ANSWER_S}"
        started = time.monotonic()
        green_threads = [eventlet.spawn(attempt, eventlet_request, url) for _ in range(EACH)]
        asyncio_answers = aiohub.wait(asyncio_program(url))
        eventlet_answers = [green_thread.wait() for green_thread in green_threads]
        seconds = time.monotonic() - started
    expect_each("an answer to a green thread", eventlet_answers, ["together"] * EACH)
    expect_each("an answer to a coroutine", asyncio_answers, ["together"] * EACH)
    expect("OS threads that took part", len(os_threads), 1)
    say(f"All {2 * EACH} got their answers, in one OS thread:")
    say_seconds(seconds, 2 * EACH * ANSWER_S)


def say_seconds(seconds: float, one_by_one: float) -> None:
    say(f"it took {seconds:.2f} s; one after the other takes {one_by_one:.1f} s.")


# Steps 2 to 4: the other examples, as programs of their own.


def proposal_examples() -> None:
    for name, line in (
        ("proposal_future_to_greenlet.py", "a green thread got the result of a coroutine: hello"),
        ("proposal_greenlet_to_future.py", "a coroutine got the result of a green thread: together"),
    ):
        with running(name) as process:
            lines = process.stdout.read().decode().splitlines()
        expect(f"output of {name}", set(lines), {line})
        for printed in lines:
            say(printed)


def wsgi_service() -> None:
    say("An eventlet web service; its handlers ask the slow server with")
    say("aiohttp and httpx, two libraries written for asyncio.")
    ask_service("wsgi_service.py", {"aiohttp": "aiohttp got together\n", "httpx": "httpx got together\n"})


def aiohttp_service() -> None:
    say("An asyncio web service; its handlers ask the slow server with")
    say("requests and urllib, two libraries that block.")
    ask_service("aiohttp_service.py", {"requests": "requests got together\n", "urllib": "urllib got together\n"})


def ask_service(name: str, answers: dict[str, str]) -> None:
    """Send EACH requests for each of the handlers in *answers* at once, and compare what comes back."""
    count = EACH * len(answers)
    with running(name) as process:
        port = listening_port(process)
        started = time.monotonic()
        pages = [
            f"http://127.0.0.1:{port}/{handler}/together?parties={count}&seconds={ANSWER_S}" for handler in answers
        ]
        green_threads = [eventlet.spawn(attempt, read, page) for page in pages * EACH]
        got = [green_thread.wait() for green_thread in green_threads]
        seconds = time.monotonic() - started
        expect_each("an answer", got, list(answers.values()) * EACH)
        process.send_signal(signal.SIGTERM)
    say(f"{count} requests at once, all answered:")
    say_seconds(seconds, count * ANSWER_S)


def listening_port(process: subprocess.Popen[bytes]) -> int:
    """The port from a service's first line, which it prints when it is ready."""
    line = process.stdout.readline().decode()
    if not line.startswith("listening on "):
        raise DemoError("it did not start")
    return int(line.split()[-1])


@contextmanager
def running(name: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run another example beside this program; it has to end by itself, with exit code 0 and without complaints."""
    command = [sys.executable, os.path.join(os.path.dirname(os.path.abspath(__file__)), name)]
    if LOOP is not None:
        command += ["--loop", LOOP]
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=complaints)
        try:
            yield process
            process.wait()
        except DemoError as error:
            raise DemoError(f"{name}: {error}{last_line(complaints)}") from None
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
            process.stdout.close()
        if process.returncode != 0:
            raise DemoError(f"{name} ended with exit code {process.returncode}{last_line(complaints)}")
        expect(f"what {name} complained of", last_line(complaints), "")


def last_line(complaints: IO[bytes]) -> str:
    complaints.seek(0)
    lines = complaints.read().decode().splitlines()
    return f" ({lines[-1]})" if lines else ""


STEPS: list[tuple[str, Callable[[], None]]] = [
    ("eventlet and asyncio code on one loop", ten_requests_at_once),
    ("The two examples of the aiohub proposal, as they were written", proposal_examples),
    ("An eventlet service that uses asyncio libraries", wsgi_service),
    ("An asyncio service that uses blocking libraries", aiohttp_service),
]


def main() -> int:
    loop = type(aiohub.get_loop()).__module__.partition(".")[0]
    print("aiohub: code written for eventlet and code written for asyncio, side by side.")
    print(f"(Python {platform.python_version()}, eventlet {eventlet.__version__}, loop: {loop})")
    failures = 0
    for number, (title, step) in enumerate(STEPS, 1):
        print(f"\n{number}. {title}", flush=True)
        try:
            with eventlet.Timeout(STEP_TIMEOUT_S, DemoError(f"no end after {STEP_TIMEOUT_S} s")):
                step()
        except (DemoError, OSError, aiohttp.ClientError) as error:
            failures += 1
            say(f"[fail] {error}")
        else:
            say("[ok]")
    if failures:
        print(f"\n{failures} of {len(STEPS)} steps did not come out as they should.")
        return 1
    print("\nEverything came out as it should.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
