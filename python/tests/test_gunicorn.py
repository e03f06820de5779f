"""gunicorn with aiohub's worker: requests, signals under load, the end of a worker, websockets."""

import collections
import contextlib
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading

import pytest

gunicorn_package = pytest.importorskip("gunicorn", reason="gunicorn is not installed")
# Its path is the same for all gunicorns of a user.
NO_CONTROL = ["--no-control-socket"] if gunicorn_package.version_info >= (25, 1) else []

APPLICATION = """
import asyncio, os, time
import aiohub, eventlet
from eventlet import websocket

@websocket.WebSocketWSGI
def echo(ws):
    while (message := ws.wait()) is not None:
        ws.send(message)

gates = {}

async def answer():
    await asyncio.sleep(0)
    return str(os.getpid()).encode()

def application(environ, start_response):
    path = environ["PATH_INFO"]
    if path == "/echo":
        return echo(environ, start_response)
    if path == "/wait":  # until this worker gets a request for /go; the first byte says that it has begun
        gate = gates.setdefault("gate", eventlet.Event())
        start_response("200 OK", [("Content-Type", "text/plain")])
        def body():
            yield b"begun "
            gate.wait()
            yield b"done"
        return body()
    if path == "/go":
        gates.pop("gate").send(None)
    if path == "/file":
        start_response("200 OK", [("Content-Length", str(os.path.getsize(__file__)))])
        return environ["wsgi.file_wrapper"](open(__file__, "rb"))
    if path == "/loop":
        body = type(aiohub.get_loop()).__name__.encode()
    else:
        time.sleep(0.001)
        body = aiohub.wait(answer())
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]
"""


class Gunicorn:
    """A gunicorn on a free port; `log` is what it has said."""

    def __init__(self, folder, loop_name, *options):
        (folder / "application.py").write_text(APPLICATION)
        command = [
            sys.executable,
            "-W",
            "ignore",
            "-m",
            "gunicorn",
            "-k",
            "aiohub.gunicorn.Worker",
            "--bind",
            "127.0.0.1:0",
        ]
        self.process = subprocess.Popen(
            [*command, *NO_CONTROL, "--access-logfile", str(folder / "access"), *options, "application"],
            cwd=folder,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "AIOHUB_LOOP": loop_name},
        )
        self.log = []
        self._more = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.port = int(self.wait_for(r"Listening at: http://127.0.0.1:(\d+)")[0])

    def _read(self):
        for line in self.process.stderr:
            with self._more:
                self.log.append(line)
                self._more.notify_all()
        with self._more:
            self.log.append("END")
            self._more.notify_all()

    def wait_for(self, pattern, count=1):
        """What *pattern* has found in the log, as soon as it is there *count* times."""

        def found():
            return re.findall(pattern, "".join(self.log))

        with self._more:
            self._more.wait_for(lambda: len(found()) >= count or self.log[-1:] == ["END"], 60)
            assert len(found()) >= count, "".join(self.log)
            return found()

    def get(self, path="/"):
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            connection.request("GET", path)
            response = connection.getresponse()
            assert response.status == 200, response.status
            return response.read().decode()

    def signal(self, number):
        self.process.send_signal(number)

    def end(self):
        """The exit code, and the pids that are left of its children."""
        return self.process.wait(60)


@pytest.fixture
def gunicorn(tmp_path, loop_name):
    started = []

    def start(*options):
        started.append(Gunicorn(tmp_path, loop_name, *options))
        return started[-1]

    yield start
    for server in started:
        with contextlib.suppress(ProcessLookupError):
            server.signal(signal.SIGKILL)
        server.process.wait()
        server._reader.join(10)
        server.process.stderr.close()


class Load(threading.Thread):
    """Clients that ask all the time; `answers` counts them by worker, `errors` has what went wrong."""

    def __init__(self, server):
        super().__init__()
        self.server = server
        self.answers = collections.Counter()
        self.errors = []
        self.changed = threading.Condition()
        self.over = False

    def run(self):
        while not self.over:
            try:
                worker = self.server.get()
            except (OSError, http.client.HTTPException, AssertionError) as exc:
                self.errors.append(repr(exc))
                return
            with self.changed:
                self.answers[worker] += 1
                self.changed.notify_all()

    def wait_for_answers(self, condition):
        with self.changed:
            assert self.changed.wait_for(lambda: condition(self.answers), 60), self.answers


@contextlib.contextmanager
def load(server, clients=4):
    threads = [Load(server) for _ in range(clients)]
    for thread in threads:
        thread.start()
    try:
        yield threads
    finally:
        for thread in threads:
            thread.over = True
        for thread in threads:
            thread.join()
    assert [error for thread in threads for error in thread.errors] == []


def test_requests_wait_side_by_side(gunicorn, loop_name):
    server = gunicorn()
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)) as waiting:
        waiting.request("GET", "/wait")
        response = waiting.getresponse()
        assert response.read(6) == b"begun "
        names = {"engine": "EventLoop", "asyncio": "_UnixSelectorEventLoop", "uvloop": "Loop"}
        assert server.get("/loop") == names[loop_name]
        assert server.get("/file").startswith("\nimport asyncio")
        server.get("/go")
        assert response.read() == b"done"
    server.signal(signal.SIGTERM)
    assert server.end() == 0


def test_a_connection_is_kept_alive_and_closed_when_idle(gunicorn):
    server = gunicorn("--keep-alive", "1")
    with socket.create_connection(("127.0.0.1", server.port), 60) as connection:
        file = connection.makefile("rb")
        for _ in range(3):
            connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            assert file.readline() == b"HTTP/1.1 200 OK\r\n"
            headers = dict(iter(lambda: tuple(file.readline().strip().lower().partition(b": ")[::2]), (b"", b"")))
            file.read(int(headers[b"content-length"]))
        assert file.read() == b""  # closed by the server


def test_hup_replaces_the_workers_under_load(gunicorn):
    server = gunicorn("--workers", "2")
    with load(server) as clients:
        for client in clients:
            client.wait_for_answers(lambda answers: answers.total() >= 10)
        before = set(server.wait_for(r"Booting worker with pid: (\d+)", 2))
        server.signal(signal.SIGHUP)
        server.wait_for(r"Booting worker with pid: (\d+)", 4)
        server.wait_for(r"Worker exiting \(pid: (\d+)\)", 2)
        for client in clients:
            client.wait_for_answers(lambda answers: set(answers) - before)
    assert set(server.wait_for(r"Worker exiting \(pid: (\d+)\)", 2)) == before


def test_ttin_and_ttou_under_load(gunicorn):
    server = gunicorn()
    with load(server):
        server.signal(signal.SIGTTIN)
        server.wait_for(r"Booting worker with pid", 2)
        server.signal(signal.SIGTTOU)
        server.wait_for(r"Worker exiting")
    assert server.process.poll() is None


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGQUIT"])
def test_the_end_of_an_idle_server(gunicorn, name):
    server = gunicorn()
    server.get()  # a signal is lost on a worker that has no handlers yet
    server.signal(getattr(signal, name))
    assert server.end() == 0
    assert not [line for line in server.log if "ERROR" in line or "Traceback" in line]


def test_term_while_a_worker_begins(gunicorn, tmp_path):
    """The master has sent it and does not send it again: it is not to be taken for the master's own."""
    (tmp_path / "conf.py").write_text("""
import os, signal

def post_fork(server, worker):
    from aiohub import _install
    install = _install.install

    def install_with_term(**keywords):
        os.kill(os.getpid(), signal.SIGTERM)
        install(**keywords)

    if worker.age == 1:
        _install.install = install_with_term
""")
    server = gunicorn("--workers", "1", "--config", str(tmp_path / "conf.py"))
    first = server.wait_for(r"Booting worker with pid: (\d+)")[0]
    server.wait_for(rf"Worker exiting \(pid: {first}\)")
    server.wait_for(r"Booting worker with pid: (\d+)", 2)


def test_term_lets_a_request_finish(gunicorn):
    server = gunicorn("--graceful-timeout", "60")
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)) as waiting:
        waiting.request("GET", "/wait")
        response = waiting.getresponse()
        assert response.read(6) == b"begun "
        # A connection that is open when the end begins is served to its end.
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)) as other:
            other.request("GET", "/")
            other.getresponse().read()
            server.signal(signal.SIGTERM)
            server.wait_for("Handling signal: term")
            other.request("GET", "/go")
            other.getresponse().read()
        assert response.read() == b"done"
    assert server.end() == 0


def test_what_does_not_finish_is_cut_off(gunicorn):
    server = gunicorn("--graceful-timeout", "1")
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)) as waiting:
        waiting.request("GET", "/wait")
        response = waiting.getresponse()
        assert response.read(6) == b"begun "
        # At TERM the master would kill the worker at the same time as this ends by itself.
        server.signal(signal.SIGHUP)
        with contextlib.suppress(http.client.IncompleteRead, ConnectionError):
            assert response.read() == b""
    server.wait_for(r"Worker graceful timeout \(pid:\d+\), 1 connection")
    server.wait_for("Worker exiting")
    assert "Error handling" not in "".join(server.log)


def test_max_requests_ends_a_worker_at_once(gunicorn):
    server = gunicorn("--max-requests", "5")
    workers = [server.get() for _ in range(12)]
    assert len(set(workers)) >= 2
    assert max(collections.Counter(workers).values()) <= 6


def test_a_worker_that_is_killed_is_replaced(gunicorn):
    server = gunicorn()
    os.kill(int(server.get()), signal.SIGKILL)
    server.wait_for("Booting worker", 2)
    assert server.get()


def test_usr1_opens_the_log_anew(gunicorn, tmp_path):
    server = gunicorn()
    server.get()
    (tmp_path / "access").rename(tmp_path / "old")
    server.signal(signal.SIGUSR1)
    server.wait_for("Handling signal: usr1")
    while not (tmp_path / "access").exists() or not (tmp_path / "access").read_text():
        server.get()
    assert "GET / " in (tmp_path / "access").read_text()


def test_a_websocket(gunicorn):
    websocket = pytest.importorskip("websocket", reason="websocket-client is not installed")
    server = gunicorn()
    client = websocket.create_connection(f"ws://127.0.0.1:{server.port}/echo", timeout=60)
    for word in ("one", "two"):
        client.send(word)
        assert client.recv() == word
    client.close()
    assert server.get()
    assert "Traceback" not in "".join(server.log)


def test_preload(gunicorn):
    server = gunicorn("--preload")
    assert server.get()
    server.signal(signal.SIGTERM)
    assert server.end() == 0


def test_the_master_does_not_load_eventlet():
    code = "import sys, aiohub.gunicorn; sys.exit('eventlet' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
