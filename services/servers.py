"""The servers that programs are tried against: started from Debian's packages on free ports, in a directory of their
own.

Nothing is mocked. Where a program is missing the server is, and says which package has it.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import kinds

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# RabbitMQ takes some ten seconds on a loaded machine.
START_LIMIT_S = 90
STOP_LIMIT_S = 20
# Another process may take the port between the look for a free one and the start.
TRIES = 3


class Missing(Exception):
    """A server that is not installed here; the text says what to install."""


@dataclass
class Server:
    """One that runs: where it is, and what ends it."""

    name: str
    url: str
    process: subprocess.Popen[bytes]
    version: str
    #: The variables that its own tools find it by.
    env: dict[str, str]

    def stop(self) -> None:
        """End it and what it has started."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(STOP_LIMIT_S)
                return


@dataclass
class Pool:
    """The servers of a run, each started when it is first asked for."""

    folder: Path
    running: dict[str, Server] = field(default_factory=dict)
    #: Why there is none of that name.
    missing: dict[str, str] = field(default_factory=dict)

    def get(self, name: str) -> Server:
        """The server of that name. Raises Missing if it is not installed."""
        if name in self.missing:
            raise Missing(self.missing[name])
        if name not in self.running:
            try:
                self.running[name] = start(kinds.KINDS[name], self.folder / name)
            except Missing as exc:
                self.missing[name] = str(exc)
                raise
        return self.running[name]

    def stop(self) -> None:
        for server in self.running.values():
            server.stop()


def start(kind: kinds.Kind, folder: Path) -> Server:
    """Start a server whose data is below *folder*. Raises Missing, or RuntimeError with what it said."""
    program = kind.find()
    if program is None:
        raise Missing(f"{kind.name} is not installed; on Debian: apt-get install {kind.package}")
    version = kinds.version_of(kind, program)
    said = ""
    for number in range(TRIES):
        place = folder / str(number)
        place.mkdir(parents=True)
        try:
            return _start(kind, program, place, version)
        except RuntimeError as exc:
            said = str(exc)
            shutil.rmtree(place, ignore_errors=True)
    raise RuntimeError(said)


def _start(kind: kinds.Kind, program: str, folder: Path, version: str) -> Server:
    port = kinds.free_port()
    command = kind.prepare(program, folder, port)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command.argv,
            cwd=folder,
            env={**os.environ, **command.env},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    server = Server(kind.name, kind.url(port), process, version, command.env)
    try:
        _wait_until_ready(kind, server, port, folder / "log")
        if kind.afterwards is not None:
            kind.afterwards(program, folder, port)
    except BaseException:
        server.stop()
        raise
    return server


def _wait_until_ready(kind: kinds.Kind, server: Server, port: int, log: Path) -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while not answers(port, kind.hello, kind.answer):
        if server.process.poll() is not None or time.monotonic() > deadline:
            said = log.read_text(errors="replace")[-2000:]
            raise RuntimeError(f"aiohub: error: {kind.name} did not start:\n{said}")
        time.sleep(0.05)


def answers(port: int, hello: bytes, answer: bytes) -> bool:
    """Whether who listens on *port* says *answer* to *hello*: that a port is open does not mean that it is ready."""
    try:
        with socket.create_connection(("127.0.0.1", port), 2) as sock:
            sock.sendall(hello)
            sock.settimeout(5)
            return answer in sock.recv(512)
    except OSError:
        return False


@contextlib.contextmanager
def pool(folder: Path) -> Iterator[Pool]:
    """A pool that ends its servers."""
    made = Pool(folder)
    try:
        yield made
    finally:
        made.stop()
