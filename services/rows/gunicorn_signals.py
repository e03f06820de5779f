"""What is done to gunicorn with a worker class: its signals, under load."""

from __future__ import annotations

import re
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

from driving import APPS, Load, free_port, running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from driving import Server


@contextmanager
def serving(worker_class: str, *options: str, workers: int = 2) -> Iterator[tuple[Server, int]]:
    """A gunicorn whose workers have begun, and its port."""
    port = free_port()
    words = ["--bind", f"127.0.0.1:{port}", "--worker-class", worker_class, "--workers", str(workers), *options]
    app = "ticking_wsgi:application"
    with running(str(APPS / "run_gunicorn.py"), *words, app, env={"SERVICES_TICKING": "later"}) as server:
        until_booted(server, workers, "the start of the workers")
        yield server, port


def until_booted(server: Server, count: int, what: str) -> None:
    """Wait until it has started *count* workers since its own start."""
    server.until(lambda: server.said().count("Booting worker") >= count, what)


def until_gone(server: Server, count: int, what: str) -> None:
    """Wait until *count* workers have ended."""
    server.until(lambda: server.said().count("Worker exiting") >= count, what)


def replace_and_count(server: Server, load: Load) -> None:
    """HUP, TTIN and TTOU: new workers, one more, one less. Starts with two workers and ends with two."""
    load.until_more(server)
    server.signal(signal.SIGHUP)
    until_booted(server, 4, "the start of new workers")
    until_gone(server, 2, "the end of the old workers")
    load.until_more(server)
    print("HUP: two new workers")

    server.signal(signal.SIGTTIN)
    until_booted(server, 5, "a third worker")
    load.until_more(server)
    server.signal(signal.SIGTTOU)
    until_gone(server, 3, "the end of the third worker")
    load.until_more(server)
    print("TTIN and TTOU: one more, one less")


def replace_master(server: Server, load: Load) -> int:
    """USR2 starts a second gunicorn on the same socket, TERM ends the first; the pid of the second."""
    masters = re.compile(r"\[(\d+)\] \[INFO\] Starting gunicorn")
    booted = server.said().count("Booting worker")
    server.signal(signal.SIGUSR2)
    server.until(lambda: len(masters.findall(server.said())) == 2, "the start of a second gunicorn")
    until_booted(server, booted + 2, "its workers")
    load.until_more(server)
    server.signal(signal.SIGTERM)
    print("USR2, then TERM: exit code", server.end())
    load.until_more(server)
    return int(masters.findall(server.said())[1])


def terminate(server: Server, port: int) -> None:
    """TERM under load: whoever was served gets all of the answer."""
    with Load(port, "/slow") as load:
        load.until_more(server)
        server.signal(signal.SIGTERM)
        code = server.end()
    # The listening socket goes at once, so those that come later are refused.
    broken = [error for error in load.errors if "refused" not in error and "reset" not in error]
    print("TERM: exit code", code, broken)


def drive(worker_class: str, *, may_reset: bool = False) -> None:
    """Start it with that worker class, and see what the signals do; it *may_reset* a connection when a worker ends."""
    with serving(worker_class) as (server, port):
        with Load(port, "/slow") as load:
            replace_and_count(server, load)
            load.stop()
            print("lost requests:", [error for error in load.errors if not (may_reset and "reset" in error)])
        terminate(server, port)
