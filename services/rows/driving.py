"""For programs that start a server and drive it from outside, as its operator and its users would. No eventlet here."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

APPS = Path(__file__).resolve().parent / "apps"
LIMIT_S = 40


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


class Server:
    """A process that was started, and the lines it has said."""

    def __init__(self, *argv: str, env: dict[str, str] | None = None) -> None:
        # A file, not a pipe: who drives it need not read all the time.
        self._log = tempfile.TemporaryFile("w+", errors="replace")
        path = os.pathsep.join([str(APPS), os.environ.get("PYTHONPATH", "")])
        self.process = subprocess.Popen(
            [sys.executable, *argv],
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1", **(env or {})},
            start_new_session=True,
        )

    def said(self) -> str:
        position = os.lseek(self._log.fileno(), 0, os.SEEK_CUR)
        text = os.pread(self._log.fileno(), 1 << 22, 0).decode(errors="replace")
        os.lseek(self._log.fileno(), position, os.SEEK_SET)
        return text

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def until(self, condition: Callable[[], object], what: str) -> None:
        """Wait until *condition* holds; ends the program with what the server said if it never does."""
        deadline = time.monotonic() + LIMIT_S
        while not condition():
            if time.monotonic() > deadline:
                sys.stderr.write(self.said()[-6000:])
                raise SystemExit(f"RuntimeError: {what} did not happen")
            time.sleep(0.05)

    def until_said(self, text: str) -> None:
        self.until(lambda: text in self.said(), f"the word {text!r}")

    def end(self) -> int | str:
        """Wait for its end and return the exit code."""
        self.until(lambda: self.process.poll() is not None, "the end of the server")
        return self.process.returncode

    def terminate(self) -> int | str:
        self.signal(signal.SIGTERM)
        return self.end()


@contextlib.contextmanager
def running(*argv: str, env: dict[str, str] | None = None) -> Iterator[Server]:
    """`python argv...` as a process that does not outlive the block."""
    server = Server(*argv, env=env)
    try:
        yield server
    except BaseException:
        sys.stderr.write(server.said()[-6000:] + "\n")
        raise
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.process.pid, signal.SIGKILL)
        server.process.wait()


def get(port: int, path: str = "/") -> str:
    """What the server on that port answers. Raises OSError if it does not."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=LIMIT_S) as answer:
        return str(answer.read().decode())


def answers(port: int, path: str = "/") -> bool:
    """Whether the server on that port answers at all."""
    try:
        get(port, path)
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


class Load:
    """OS threads that ask for a page all the time, each over connections of its own, and count what goes wrong."""

    def __init__(self, port: int, path: str = "/", clients: int = 4) -> None:
        self.port, self.path = port, path
        self.answers = 0
        self.errors: list[str] = []
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._run) for _ in range(clients)]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        while not self._over.is_set():
            try:
                get(self.port, self.path)
                self.answers += 1
            except OSError as exc:
                self.errors.append(repr(exc))

    def until_more(self, server: Server, count: int = 20) -> None:
        """Wait until *count* more answers have come."""
        goal = self.answers + count
        server.until(lambda: self.answers >= goal, f"{count} more answers")
