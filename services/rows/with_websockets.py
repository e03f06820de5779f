"""websockets: server and client on asyncio, and its blocking client in green threads."""
# family: clients
# libraries: websockets

import eventlet

eventlet.monkey_patch()

import asyncio

import websockets
from support import others_run, wait
from websockets.sync.client import connect as connect_blocking


async def handle(socket):
    async for message in socket:
        await asyncio.sleep(0.2 if message == "slow" else 0)
        await socket.send(message.upper())


async def talk(port):
    async with websockets.connect(f"ws://127.0.0.1:{port}", proxy=None) as socket:
        await socket.send("slow")
        return await socket.recv()


def talk_blocking(port):
    with connect_blocking(f"ws://127.0.0.1:{port}", proxy=None) as socket:
        socket.send("slow")
        return socket.recv()


async def main():
    async with websockets.serve(handle, "127.0.0.1", 0, ping_interval=0.05) as server:
        port = server.sockets[0].getsockname()[1]
        with others_run("coroutines"):
            print(await asyncio.gather(*[talk(port) for _ in range(3)]))
        answers = asyncio.get_running_loop().create_future()
        eventlet.spawn(green, port, answers)
        with others_run("green threads"):
            print(await answers)


def green(port, answers):
    found = list(eventlet.GreenPool(3).imap(talk_blocking, [port] * 3))
    answers.get_loop().call_soon_threadsafe(answers.set_result, found)


wait(main())

# prints:
# ['SLOW', 'SLOW', 'SLOW']
# ['SLOW', 'SLOW', 'SLOW']
