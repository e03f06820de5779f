"""Sessions: what one client of the TCP service says, and what it is answered."""

import logging
import socket

import eventlet

from courier import errors, protocol

LOG = logging.getLogger(__name__)


class Session:
    """One connection."""

    def __init__(self, sock, service):
        self._socket = sock
        self._service = service
        self._lines = protocol.Lines()
        self.is_over = False

    def run(self):
        """Answer requests until the client goes or is told to."""
        try:
            while not self.is_over:
                piece = self._socket.recv(4096)
                if not piece:
                    break
                for line in self._lines.feed(piece):
                    self._send(self.handle(line))
        except errors.CourierError as error:
            self._send(protocol.answer("ERROR", error))
        except OSError as error:
            LOG.info("session: %s", error)
        finally:
            self.close()

    def close(self):
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._socket.close()

    def _send(self, data):
        self._socket.sendall(data)

    def handle(self, line):
        """The answer to a line."""
        try:
            request = protocol.parse(line)
            method = getattr(self, "do_" + request.verb.lower())
            return method(*request.words)
        except errors.CourierError as error:
            return protocol.answer("ERROR", error)

    def do_submit(self, topic, kind, argument):
        job = self._service.submit(topic, kind, argument)
        return protocol.answer("OK", job.number)

    def do_wait(self, number, limit):
        job = self._service.book.find(number)
        try:
            result = job.wait(protocol.seconds(limit))
        except errors.JobFailed as error:
            return protocol.answer("FAILED", job.number, error)
        if not job.is_finished:
            return protocol.answer("TIMEOUT", job.number)
        return protocol.answer("DONE", job.number, result)

    def do_cancel(self, number):
        job = self._service.book.find(number)
        self._service.workers.cancel(job)
        return protocol.answer("OK", job.number)

    def do_subscribe(self, topic, url):
        self._service.delivery.subscribe(topic, url)
        return protocol.answer("OK", topic)

    def do_stats(self):
        counts = self._service.book.counts()
        return protocol.answer("OK", *(f"{state}={count}" for state, count in counts.items()))

    def do_quit(self):
        self.is_over = True
        return protocol.answer("BYE")


class Listener:
    """Accepts connections, and gives each a green thread."""

    def __init__(self, config, service):
        self._service = service
        self._socket = eventlet.listen((config.host, config.port))
        self._threads = set()
        self._acceptor = None

    @property
    def port(self):
        return self._socket.getsockname()[1]

    def start(self):
        self._acceptor = eventlet.spawn(self._accept)

    def stop(self):
        """Accept nobody else, and hang up on everybody."""
        self._acceptor.kill()
        for thread in list(self._threads):
            thread.kill()
        self._socket.close()

    def _accept(self):
        while True:
            sock, _ = self._socket.accept()
            thread = eventlet.spawn(Session(sock, self._service).run)
            self._threads.add(thread)
            thread.link(self._gone)

    def _gone(self, thread):
        self._threads.discard(thread)
