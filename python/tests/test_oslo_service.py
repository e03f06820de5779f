"""Promise 25: oslo.service with several workers starts, ticks, serves and stops on SIGTERM with exit code 0."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import urllib.request

import pytest

pytest.importorskip("oslo_service", reason="oslo.service is not installed")

SERVICE = """
import os, sys
import aiohub
aiohub.install(loop=os.environ["AIOHUB_TEST_LOOP"], patch=True)
import asyncio, socket
import eventlet, eventlet.wsgi
from oslo_config import cfg
from oslo_service import service

workers = int(sys.argv[1])
shared = eventlet.listen(("127.0.0.1", 0))


def say(*words):
    # One write: the lines of several workers do not mix. eventlet's own os.write lets one green thread write at a time.
    eventlet.patcher.original("os").write(1, (" ".join(map(str, words)) + "\\n").encode())


class Both(service.Service):
    task = None

    def start(self):
        super().start()
        self.tg.add_timer(0.01, lambda: say("green-tick", os.getpid()))
        self.task = aiohub.get_loop().create_task(self.tick())
        own = eventlet.listen(("127.0.0.1", 0))
        for listener in (own, shared):
            self.tg.add_thread(eventlet.wsgi.server, listener, self.serve, log_output=False)
        say("port", os.getpid(), own.getsockname()[1])

    async def tick(self):
        while True:
            await asyncio.sleep(0.01)
            say("async-tick", os.getpid())

    def serve(self, environ, start_response):
        async def answer():
            await asyncio.sleep(0.001)
            return str(os.getpid()).encode()

        start_response("200 OK", [("Content-Type", "text/plain")])
        return [aiohub.wait(answer())]

    def stop(self, graceful=False):
        if self.task is not None:  # the parent of the workers stops its own copy, which has not started
            self.task.cancel()
        say("stop", os.getpid())
        super().stop(graceful)


say("shared", shared.getsockname()[1])
launcher = service.launch(cfg.ConfigOpts(), Both(), workers=workers)
launcher.wait()
say("end", os.getpid())
"""


class Service:
    """The service as its own process; `words(name)` are the lines it has printed that begin with *name*."""

    def __init__(self, path, loop_name, workers):
        self.process = subprocess.Popen(
            [sys.executable, str(path), str(workers)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "AIOHUB_TEST_LOOP": loop_name},
            start_new_session=True,
        )
        self.lines = []
        self.changed = threading.Condition()
        self.errors = []
        self.readers = [threading.Thread(target=self._read), threading.Thread(target=self._read_errors)]
        for reader in self.readers:
            reader.start()

    def _read(self):
        for line in self.process.stdout:
            with self.changed:
                self.lines.append(line.split())
                self.changed.notify_all()

    def _read_errors(self):
        self.errors.append(self.process.stderr.read())

    def words(self, name):
        return [words[1:] for words in list(self.lines) if words and words[0] == name]

    def until(self, condition):
        """Wait until what the service has printed fulfils *condition*; returns that."""
        with self.changed:
            if not self.changed.wait_for(condition, 40):
                raise AssertionError(f"not reached; the last lines: {self.lines[-10:]}")
            return condition()

    def pids(self, name):
        return {int(words[0]) for words in self.words(name)}

    def get(self, port):
        """The pid that answers a request."""
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=20) as response:
            return int(response.read())

    def ports(self):
        return {int(pid): int(port) for pid, port in self.words("port")}

    def end(self, signum):
        self.process.send_signal(signum)
        code = self.process.wait(40)
        for reader in self.readers:
            reader.join(20)  # ends when the last process that holds the pipe has ended
        return code

    def close(self):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        for reader in self.readers:
            reader.join()
        self.process.stdout.close()
        self.process.stderr.close()


@pytest.fixture
def start(tmp_path, loop_name):
    path = tmp_path / "service.py"
    path.write_text(SERVICE)
    started = []

    def start(workers):
        started.append(Service(path, loop_name, workers))
        return started[-1]

    yield start
    for service in started:
        service.close()


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_promise_25_a_service_starts_ticks_serves_and_stops(start, workers):
    service = start(workers)
    ports = service.until(lambda: len(service.ports()) == workers and service.ports())
    pids = set(ports)
    assert (service.process.pid in pids) == (workers == 1)
    # Both worlds tick in each worker, again and again.
    for name in ("green-tick", "async-tick"):
        service.until(lambda name=name: all([int(w[0]) for w in service.words(name)].count(pid) >= 3 for pid in pids))
    # Each worker serves, and all serve the listener that they share.
    assert {pid: service.get(port) for pid, port in ports.items()} == {pid: pid for pid in pids}
    shared = int(service.words("shared")[0][0])
    assert {service.get(shared) for _ in range(5)} <= pids
    # They go on ticking after they have served.
    before = {name: len(service.words(name)) for name in ("green-tick", "async-tick")}
    for name, count in before.items():
        service.until(lambda name=name, count=count: len(service.words(name)) >= count + 2 * workers)
    code = service.end(signal.SIGTERM)
    assert "Traceback" not in service.errors[0], service.errors[0]
    assert code == 0
    assert service.pids("stop") >= pids
    assert service.pids("end") == {service.process.pid}
    assert not any(is_alive(pid) for pid in pids)
    with pytest.raises(OSError):
        service.get(shared)


def test_promise_25_a_worker_that_dies_is_replaced(start):
    service = start(2)
    ports = service.until(lambda: len(service.ports()) == 2 and service.ports())
    victim = min(ports)
    os.kill(victim, signal.SIGKILL)
    service.until(lambda: len(service.ports()) == 3)
    # The new one is forked from a parent whose hub has run all the time.
    (new,) = set(service.ports()) - set(ports)
    for name in ("green-tick", "async-tick"):
        service.until(lambda name=name: new in service.pids(name))
    assert service.get(service.ports()[new]) == new
    survivor = max(ports)
    assert service.get(ports[survivor]) == survivor
    code = service.end(signal.SIGTERM)
    assert "Traceback" not in service.errors[0], service.errors[0]
    assert code == 0
    assert not any(is_alive(pid) for pid in service.ports())
