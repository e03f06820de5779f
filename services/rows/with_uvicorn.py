"""uvicorn: a server in process, beside green threads; lifespan, a stream, a websocket, a graceful end."""
# family: servers
# libraries: uvicorn, httpx, websockets

import eventlet

eventlet.monkey_patch()

import asyncio

import httpx
import uvicorn
import websockets
from support import others_run, wait


async def application(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            print(message["type"])
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] == "websocket.receive":
            await send({"type": "websocket.send", "text": message["text"].upper()})
        return
    await asyncio.sleep(0.2)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    for _ in range(3):
        await send({"type": "http.response.body", "body": b"part ", "more_body": True})
    await send({"type": "http.response.body", "body": b"end"})


async def main():
    config = uvicorn.Config(application, port=0, log_level="warning", lifespan="on")
    server = uvicorn.Server(config)
    serving = asyncio.ensure_future(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        with others_run("requests"):
            answers = await asyncio.gather(*[client.get("/") for _ in range(10)])
        print({answer.text for answer in answers})
    async with websockets.connect(f"ws://127.0.0.1:{port}/", proxy=None) as socket:
        await socket.send("a word")
        print(await socket.recv())
    server.should_exit = True
    await serving
    print("over")


wait(main())

# prints:
# lifespan.startup
# {'part part part end'}
# A WORD
# lifespan.shutdown
# over
