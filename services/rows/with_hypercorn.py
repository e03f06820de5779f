"""hypercorn: a server in process, HTTP/1 and HTTP/2, that ends when it is told."""
# family: servers
# libraries: Hypercorn, httpx, h2

import eventlet

eventlet.monkey_patch()

import asyncio
import socket

import httpx
from hypercorn.asyncio import serve
from hypercorn.config import Config
from support import others_run, wait


async def application(scope, receive, send):
    if scope["type"] == "lifespan":
        return
    await asyncio.sleep(0.2)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"HTTP/" + scope["http_version"].encode()})


async def main():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = Config()
    config.bind = [f"127.0.0.1:{port}"]
    config.accesslog = config.errorlog = None
    over = asyncio.Event()
    serving = asyncio.ensure_future(serve(application, config, shutdown_trigger=over.wait))
    for http2 in False, True:
        transport = httpx.AsyncHTTPTransport(http1=not http2, http2=http2, retries=20)
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", transport=transport) as client:
            with others_run("requests"):
                answers = await asyncio.gather(*[client.get("/") for _ in range(10)])
            print({answer.text for answer in answers})
    over.set()
    await serving
    print("over")


wait(main())

# prints:
# {'HTTP/1.1'}
# {'HTTP/2'}
# over
