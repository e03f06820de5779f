"""A WSGI application that waits, and says how often a green thread beside it has run."""

import os

import eventlet
import support


def application(environ, start_response):
    path = environ["PATH_INFO"]
    if path == "/slow":
        eventlet.sleep(0.2)
    body = {"/pid": str(os.getpid()), "/ticks": str(support.Ticks.count)}.get(path, "hello")
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [body.encode()]
