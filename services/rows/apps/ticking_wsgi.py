"""A WSGI application that waits, and says how often a green thread beside it has run."""

import os

import eventlet
import support
from eventlet import websocket


@websocket.WebSocketWSGI
def echo(ws):
    while (message := ws.wait()) is not None:
        ws.send(message)


def never_ends():
    yield b"begun"
    eventlet.Event().wait()


def application(environ, start_response):
    path = environ["PATH_INFO"]
    if path == "/echo":
        return echo(environ, start_response)
    if path == "/never":
        start_response("200 OK", [("Content-Type", "text/plain")])
        return never_ends()
    if path == "/slow":
        eventlet.sleep(0.2)
    body = {"/pid": str(os.getpid()), "/ticks": str(support.Ticks.count)}.get(path, "hello").encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]
