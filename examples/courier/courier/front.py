"""The WSGI front: what is going on, for people and for monitors."""

import json
import logging

import eventlet
from eventlet import wsgi

from courier import errors

LOG = logging.getLogger(__name__)


class Front:
    """A WSGI application, and the server for it."""

    def __init__(self, config, service):
        self._service = service
        self._socket = eventlet.listen((config.host, config.http_port))
        self._server = None

    @property
    def port(self):
        return self._socket.getsockname()[1]

    def start(self):
        self._server = eventlet.spawn(wsgi.server, self._socket, self, log=LOG, log_output=False)

    def stop(self):
        self._server.kill()
        self._socket.close()

    def __call__(self, environ, start_response):
        page, _, rest = environ["PATH_INFO"].strip("/").partition("/")
        try:
            status, content = self._page(page, rest, environ)
        except errors.UnknownJob as error:
            status, content = "404 Not Found", {"error": str(error)}
        except errors.CourierError as error:
            status, content = "400 Bad Request", {"error": str(error)}
        start_response(status, [("Content-Type", "application/json")])
        return [json.dumps(content).encode()]

    def _page(self, page, rest, environ):
        if page == "stats":
            return "200 OK", {**self._service.book.counts(), "delivered": self._service.delivery.delivered}
        if page == "jobs" and environ["REQUEST_METHOD"] == "POST":
            length = int(environ.get("CONTENT_LENGTH") or 0)
            wanted = json.loads(environ["wsgi.input"].read(length))
            job = self._service.submit(wanted["topic"], wanted["kind"], wanted["argument"])
            return "201 Created", {"job": job.number}
        if page == "jobs":
            return "200 OK", self._outcome(rest)
        return "404 Not Found", {"error": f"no page {page!r}"}

    def _outcome(self, number):
        job = self._service.book.find(number)
        try:
            return {"job": job.number, "state": job.state, "result": job.wait(0.05)}
        except errors.JobFailed as error:
            return {"job": job.number, "state": job.state, "reason": str(error)}
