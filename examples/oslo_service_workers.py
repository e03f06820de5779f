"""An oslo.service service with two worker processes, each with both worlds on one loop.

    curl http://127.0.0.1:PORT/    "worker PID, tick N": eventlet.wsgi answers after an asyncio task has ticked again

The launcher forks the workers, starts a new one when one dies, and stops them all on SIGTERM.
"""
# ruff: noqa: E402

from __future__ import annotations

from _common import chosen_loop

import aiohub

aiohub.install(loop=chosen_loop(), patch=True)

import asyncio
import os
import socket
from collections.abc import Callable, Iterable
from typing import Any

import eventlet
import eventlet.wsgi
from oslo_config import cfg
from oslo_service import backend

backend.init_backend(backend.BackendType.EVENTLET)
from oslo_service import service

HOST = "127.0.0.1"
WORKERS = 2
TICK_SECONDS = 0.02


class Worker(service.Service):
    """Made once, before the launcher forks; start() runs in each worker, stop() also in the launcher."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self.port = port
        self.ticker: asyncio.Task[None] | None = None

    def start(self) -> None:
        # Each worker listens on the same port with a socket of its own; the kernel deals the connections out.
        listener = eventlet.listen((HOST, self.port), reuse_port=True)
        self.tg.add_thread(eventlet.wsgi.server, listener, self.application, log_output=False)
        # The loop is asked for here and not in __init__: after a fork the worker's loop is another one.
        self.ticks = 0
        self.ticked = asyncio.Condition()
        self.ticker = aiohub.get_loop().create_task(self.tick())
        say(f"listening on {self.port}")

    def stop(self, graceful: bool = False) -> None:
        if self.ticker is not None:
            self.ticker.cancel()
            say("stopped")
        super().stop(graceful)

    async def tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_SECONDS)
            async with self.ticked:
                self.ticks += 1
                self.ticked.notify_all()

    async def next_tick(self) -> int:
        async with self.ticked:
            await self.ticked.wait()
            return self.ticks

    def application(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        tick = aiohub.wait(self.next_tick())
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [f"worker {os.getpid()}, tick {tick}\n".encode()]


def say(text: str) -> None:
    """One write with the line's end in it, so that the lines of two processes do not run into each other."""
    print(f"worker {os.getpid()} {text}\n", end="", flush=True)


def main() -> None:
    # Holds the port for as long as the service lives. It never listens, so it is dealt no connection.
    reserved = socket.socket()
    reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    reserved.bind((HOST, 0))
    conf = cfg.ConfigOpts()
    conf(args=[])
    launcher = service.launch(conf, Worker(reserved.getsockname()[1]), workers=WORKERS)
    launcher.wait()  # until SIGTERM
    print("all workers stopped", flush=True)


if __name__ == "__main__":
    main()
