"""A worker for gunicorn: `gunicorn -k aiohub.gunicorn.Worker app`.

gunicorn 26 has removed its eventlet worker. This one takes its place, so that a service can keep a supported gunicorn
while it moves: each worker process installs aiohub, patches, and serves each connection in a green thread. AIOHUB_LOOP
chooses the loop, as everywhere. Works with gunicorn 21 and later.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any

from greenlet import GreenletExit
from gunicorn import sock as gunicorn_sock
from gunicorn.workers.base_async import AsyncWorker

if TYPE_CHECKING:
    from collections.abc import Callable

# How often a worker tells its master that it lives, in seconds. The master's patience, --timeout, is 30 by default.
_HEARTBEAT = 1.0


class Worker(AsyncWorker):  # type: ignore[misc]  # gunicorn has no types
    """Serves WSGI applications that use eventlet, asyncio or both.

    The master process loads this class and nothing of eventlet: what is patched is patched in the workers, after the
    fork. With `--preload` the application is imported in the master, so before that.
    """

    #: What ends the wait of `run`; None until there is a hub.
    _ended: Any = None

    def init_process(self) -> None:
        """Called in the worker, before the application is loaded."""
        # From here on: the imports below take a while, and the handlers that the fork has left are the master's, which
        # make a note that nobody reads.
        for number, handler in ((signal.SIGTERM, self.handle_exit), (signal.SIGQUIT, self.handle_quit)):
            signal.signal(number, handler)
        from ._install import install

        install(loop=os.environ.get("AIOHUB_LOOP") or None, patch=True)
        from ._locks import Event

        self._ended = Event()
        super().init_process()

    def run(self) -> None:
        """Serve until the master says stop; then finish what is under way, for `graceful_timeout` seconds at most."""
        import eventlet
        from eventlet.greenio import GreenSocket

        handlers = eventlet.GreenPool(self.worker_connections)
        acceptors = []
        for wrapper in self.sockets:
            # gunicorn hands out sockets, or its own wrappers of them.
            listener = GreenSocket(getattr(wrapper, "sock", wrapper))
            listener.settimeout(None)
            acceptors.append(eventlet.spawn(self._accept, listener, handlers))
        while self.alive:
            self.notify()
            self._check_parent()
            self._ended.wait(_HEARTBEAT)
        for acceptor in acceptors:
            acceptor.kill()
        self._finish(handlers)

    def _accept(self, listener: Any, handlers: Any) -> None:
        while True:
            # A full pool holds the next connections back in the kernel's queue, where another worker may take them.
            client, address = listener.accept()
            handlers.spawn_n(self._serve, listener, client, address)
            client = None

    def _serve(self, listener: Any, client: Any, address: Any) -> None:
        with closing(client):
            self.handle(listener, client, address)

    def _finish(self, handlers: Any) -> None:
        import eventlet

        with eventlet.Timeout(self.cfg.graceful_timeout, False):
            heart = eventlet.spawn(self._beat)
            try:
                handlers.waitall()
            finally:
                heart.kill()
            return
        self.log.warning("Worker graceful timeout (pid:%s), %s connection(s) cut", self.pid, handlers.running())
        for handler in list(handlers.coroutines_running):
            eventlet.kill(handler)

    def _beat(self) -> None:
        import eventlet

        while True:
            self.notify()
            eventlet.sleep(_HEARTBEAT)

    def _check_parent(self) -> None:
        if self.ppid != os.getppid():
            self.log.info("Parent changed, shutting down: %s", self)
            self._stop()

    def _stop(self) -> None:
        self.alive = False
        if self._ended is not None:
            self._ended.set()

    def timeout_ctx(self) -> Any:
        """The limit on the time that a connection may stay idle between two requests."""
        import eventlet

        return eventlet.Timeout(self.cfg.keepalive or None, False)

    def handle(self, listener: Any, client: Any, addr: Any) -> None:
        """Serve one connection."""
        if self.cfg.is_ssl:
            client = gunicorn_sock.ssl_wrap_socket(client, self.cfg)
        super().handle(listener, client, addr)

    def handle_request(self, listener_name: Any, req: Any, sock: Any, addr: Any) -> Any:
        """Serve one request; `max_requests` ends the worker at once, not at its next heartbeat."""
        try:
            return super().handle_request(listener_name, req, sock, addr)
        except GreenletExit:
            # Killed at the end of `graceful_timeout`. What is half sent cannot be taken back.
            raise StopIteration from None
        finally:
            if not self.alive:
                self._ended.set()

    def is_already_handled(self, respiter: Any) -> bool:
        """Whether the application took the connection over: eventlet.websocket does."""
        from eventlet import wsgi

        if getattr(wsgi.WSGI_LOCAL, "already_handled", None):
            raise StopIteration
        return bool(super().is_already_handled(respiter))

    # Signals. A handler runs on the stack of whichever green thread is running, or in the loop: what may wait is given
    # to a green thread of its own.

    def handle_exit(self, sig: int, frame: Any) -> None:
        """TERM: finish what is under way, and end."""
        self._in_green_thread(self._stop)

    def handle_quit(self, sig: int, frame: Any) -> None:
        """INT and QUIT: end at once."""
        self._in_green_thread(self._quit)

    def handle_usr1(self, sig: int, frame: Any) -> None:
        """USR1: open the log files anew."""
        self._in_green_thread(lambda: super(Worker, self).handle_usr1(sig, frame))

    def _quit(self) -> None:
        self.alive = False
        self.cfg.worker_int(self)
        sys.exit(0)

    def _in_green_thread(self, function: Callable[[], None]) -> None:
        if self._ended is None:
            function()
            return
        import eventlet

        eventlet.spawn(function)
