"""What the tests have in common."""

import contextlib
import socket
import unittest

import eventlet

from courier import config, service


class TestCase(unittest.TestCase):
    """Nothing may take for ever."""

    limit = 60

    def setUp(self):
        super().setUp()
        timeout = eventlet.Timeout(self.limit)
        self.addCleanup(timeout.cancel)


@contextlib.contextmanager
def running(**settings):
    """A service that runs."""
    settings = {"sweep_every": 60.0, "delivery_pause": 0.01, **settings}
    running_service = service.Service(config.Config(**settings))
    running_service.start()
    try:
        yield running_service
    finally:
        running_service.stop()


class Client:
    """A client of the TCP service."""

    def __init__(self, port):
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._file = self._socket.makefile("rb")

    def ask(self, line):
        """Send a line, and give the words of the answer."""
        self._socket.sendall(line.encode() + b"\n")
        return self._file.readline().decode().split()

    def close(self):
        self._file.close()
        self._socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()
