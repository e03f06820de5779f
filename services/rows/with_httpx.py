"""httpx: both clients in one process, streams and timeouts, against a green server beside them."""
# family: clients
# libraries: httpx, httpcore, anyio

import eventlet

eventlet.monkey_patch()

import asyncio

import httpx
from eventlet import wsgi
from support import others_run, wait


def serve(environ, start_response):
    if environ["PATH_INFO"] == "/slow":
        eventlet.sleep(0.2)
    start_response("200 OK", [])
    return [environ["PATH_INFO"].encode()] * (1000 if environ["PATH_INFO"] == "/large" else 1)


listener = eventlet.listen(("127.0.0.1", 0))
eventlet.spawn(wsgi.server, listener, serve, log_output=False)
base = "http://127.0.0.1:%d" % listener.getsockname()[1]
limits = httpx.Limits(max_connections=5)


async def coroutine():
    async with httpx.AsyncClient(base_url=base, trust_env=False, limits=limits) as client:
        answers = await asyncio.gather(*[client.get("/slow") for _ in range(10)])
        async with client.stream("GET", "/large") as answer:
            size = sum([len(chunk) async for chunk in answer.aiter_bytes()])
        try:
            await client.get("/slow", timeout=0.05)
        except httpx.ReadTimeout:
            return [answer.status_code for answer in answers].count(200), size, "too late"


with others_run("requests of a coroutine"):
    print(*wait(coroutine()))


with httpx.Client(base_url=base, trust_env=False, limits=limits) as client:
    with others_run("requests of green threads"):
        answers = list(eventlet.GreenPool(10).imap(lambda _: client.get("/slow"), range(10)))
    with client.stream("GET", "/large") as answer:
        size = sum(len(chunk) for chunk in answer.iter_bytes())
    try:
        client.get("/slow", timeout=0.05)
    except httpx.ReadTimeout:
        print([answer.status_code for answer in answers].count(200), size, "too late")

# prints:
# 10 6000 too late
# 10 6000 too late
