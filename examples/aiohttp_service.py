"""An aiohttp service whose handlers call code that was written for eventlet.

    curl http://127.0.0.1:PORT/requests/hello    requests, called straight inside a coroutine
    curl http://127.0.0.1:PORT/urllib/hello      urllib, behind aiohub.sync_to_async
    curl http://127.0.0.1:PORT/pool/hello        a GreenPool, whose green threads are awaited

These are the three ways from a coroutine into blocking code. In all three only the coroutine that asked waits; the
loop runs on and serves the other requests.
"""
# ruff: noqa: E402

from __future__ import annotations

from _common import chosen_loop
from _local_server import local_server

import aiohub

aiohub.install(loop=chosen_loop(), patch=True)

import asyncio
import signal
from urllib.request import urlopen

import eventlet
import requests
from aiohttp import web

BACKEND = web.AppKey("BACKEND", str)
POOL_SIZE = 3


def url_for(request: web.Request) -> str:
    """The page of the local server that this request asks for."""
    return f"{request.app[BACKEND]}/{request.match_info['path']}?{request.query_string}"


async def with_requests(request: web.Request) -> web.Response:
    # A blocking call in a coroutine. Without aiohub it would stop the whole service until the answer is there.
    response = requests.get(url_for(request), timeout=60)
    response.raise_for_status()
    return web.Response(text=f"requests got {response.text}\n")


@aiohub.sync_to_async
def read(url: str) -> str:
    """Blocking code with an async face: `await read(url)` runs it in a green thread."""
    with urlopen(url) as response:
        return response.read().decode()


async def with_urllib(request: web.Request) -> web.Response:
    return web.Response(text=f"urllib got {await read(url_for(request))}\n")


async def with_pool(request: web.Request) -> web.Response:
    pool = eventlet.GreenPool(POOL_SIZE)
    green_threads = [pool.spawn(requests.get, url_for(request), timeout=60) for _ in range(POOL_SIZE)]
    responses = await asyncio.gather(*green_threads)
    return web.Response(text=f"a pool of {POOL_SIZE} got {', '.join(response.text for response in responses)}\n")


async def serve(backend: str) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    app = web.Application()
    app[BACKEND] = backend
    app.add_routes(
        [
            web.get("/requests/{path}", with_requests),
            web.get("/urllib/{path}", with_urllib),
            web.get("/pool/{path}", with_pool),
        ]
    )
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"listening on {runner.addresses[0][1]}", flush=True)
    await stopped.wait()
    await runner.cleanup()


if __name__ == "__main__":
    with local_server() as backend:
        aiohub.run(serve(backend))
