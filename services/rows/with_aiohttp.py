"""aiohttp: a server and a client in one process, streams and a websocket, with green threads among the callers."""
# family: servers
# libraries: aiohttp

import eventlet

eventlet.monkey_patch()

import asyncio

import aiohttp
from aiohttp import web
from support import others_run, wait


async def hello(request):
    await asyncio.sleep(0.2)
    return web.json_response({"hello": request.query["name"]})


async def stream(request):
    response = web.StreamResponse()
    await response.prepare(request)
    for _ in range(20):
        await response.write(b"x" * 10_000)
    return response


async def echo(request):
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    async for message in socket:
        await socket.send_str(message.data.upper())
    return socket


async def main():
    app = web.Application()
    app.add_routes([web.get("/", hello), web.get("/stream", stream), web.get("/ws", echo)])
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    base = "http://127.0.0.1:%d" % runner.addresses[0][1]
    async with aiohttp.ClientSession(base) as session:

        async def ask(name):
            async with session.get("/", params={"name": name}) as response:
                return (await response.json())["hello"]

        with others_run("requests"):
            print(sorted(await asyncio.gather(*map(ask, "abcde"))))
        async with session.get("/stream") as response:
            print(len(await response.read()))
        async with session.ws_connect("/ws") as socket:
            for word in "some", "words":
                await socket.send_str(word)
                print(await socket.receive_str())
        try:
            async with session.get("/", params={"name": "x"}, timeout=aiohttp.ClientTimeout(0.05)):
                print("not interrupted")
        except asyncio.TimeoutError:
            print("too late")
    await runner.cleanup()


wait(main())

# prints:
# ['a', 'b', 'c', 'd', 'e']
# 200000
# SOME
# WORDS
# too late
