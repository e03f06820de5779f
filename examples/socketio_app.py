"""A Flask-SocketIO app in eventlet mode whose event handlers call asyncio code.

Events a client may send:

    fetch PATH      answered with what aiohttp got from the local server
    countdown N     answered with "lift-off" after the events "count" N ... "count" 1

Each handler runs in a green thread. The coroutine it waits for runs in the handler's context, so Flask's `request` is
the handler's own, and it may call Flask-SocketIO's blocking functions: inside a coroutine they hold up nobody else.
"""
# ruff: noqa: E402

from __future__ import annotations

from _common import chosen_loop, stop_on_signals
from _local_server import local_server

import aiohub

aiohub.install(loop=chosen_loop(), patch=True)

import asyncio

import aiohttp
import eventlet
import eventlet.wsgi
from flask import Flask, request
from flask_socketio import SocketIO, emit

app = Flask(__name__)
socketio = SocketIO(app, async_mode="eventlet")


async def get_text(url: str) -> str:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return await response.text()


async def count_down(start: int) -> str:
    for number in range(start, 0, -1):
        emit("count", number, to=request.sid)  # type: ignore[attr-defined]
        await asyncio.sleep(0.01)
    return "lift-off"


@socketio.on("fetch")
def fetch(path: str) -> str:
    return aiohub.wait(get_text(app.config["BACKEND"] + path))


@socketio.on("countdown")
def countdown(start: int) -> str:
    return aiohub.wait(count_down(start))


def main() -> None:
    stop_on_signals()
    with local_server() as backend:
        app.config["BACKEND"] = backend
        # What socketio.run(app) does, but on a port that the kernel picks.
        listener = eventlet.listen(("127.0.0.1", 0))
        print(f"listening on {listener.getsockname()[1]}", flush=True)
        eventlet.wsgi.server(listener, app, log_output=False)  # until Ctrl-C


if __name__ == "__main__":
    main()
