"""An eventlet.wsgi service whose handlers call asyncio libraries.

    curl http://127.0.0.1:PORT/aiohttp/hello    asks the local server for /hello with aiohttp
    curl http://127.0.0.1:PORT/httpx/hello      the same with httpx
    curl http://127.0.0.1:PORT/both/hello       both at once

Each request has a green thread of its own, as ever. `aiohub.wait` is the one new call: it runs the coroutine on the
same loop and gives its result to the green thread, while all the other green threads and coroutines run on.
"""
# ruff: noqa: E402

from __future__ import annotations

from _common import chosen_loop, stop_on_signals
from _local_server import local_server

import aiohub

aiohub.install(loop=chosen_loop(), patch=True)

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

import aiohttp
import eventlet
import eventlet.wsgi
import httpx


class Clients:
    """The service's asyncio side: one aiohttp session and one httpx client, shared by all requests."""

    async def open(self) -> None:
        self.aiohttp = aiohttp.ClientSession()
        self.httpx = httpx.AsyncClient(timeout=60)

    async def close(self) -> None:
        await self.aiohttp.close()
        await self.httpx.aclose()

    async def with_aiohttp(self, url: str) -> str:
        async with self.aiohttp.get(url) as response:
            response.raise_for_status()
            return f"aiohttp got {await response.text()}\n"

    async def with_httpx(self, url: str) -> str:
        response = await self.httpx.get(url)
        response.raise_for_status()
        return f"httpx got {response.text}\n"

    async def with_both(self, url: str) -> str:
        return "".join(await asyncio.gather(self.with_aiohttp(url), self.with_httpx(url)))


def make_application(clients: Clients, backend: str) -> Callable[..., Iterable[bytes]]:
    fetchers = {"aiohttp": clients.with_aiohttp, "httpx": clients.with_httpx, "both": clients.with_both}

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        client, _, path = environ["PATH_INFO"].lstrip("/").partition("/")
        if client not in fetchers:
            start_response("404 Not Found", [("Content-Type", "text/plain")])
            return [b"try /aiohttp/hello, /httpx/hello or /both/hello\n"]
        url = f"{backend}/{path}?{environ.get('QUERY_STRING', '')}"
        try:
            text = aiohub.wait(fetchers[client](url))
        except (aiohttp.ClientError, httpx.HTTPError) as error:
            start_response("502 Bad Gateway", [("Content-Type", "text/plain")])
            return [f"{error}\n".encode()]
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [text.encode()]

    return application


def main() -> None:
    stop_on_signals()
    with local_server() as backend:
        clients = Clients()
        aiohub.wait(clients.open())
        listener = eventlet.listen(("127.0.0.1", 0))
        print(f"listening on {listener.getsockname()[1]}", flush=True)
        eventlet.wsgi.server(listener, make_application(clients, backend), log_output=False)  # until Ctrl-C
        aiohub.wait(clients.close())


if __name__ == "__main__":
    main()
