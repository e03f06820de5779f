"""pyzmq: `zmq.asyncio` on the hub's loop, and eventlet's `eventlet.green.zmq` beside it."""
# family: clients
# libraries: pyzmq

import eventlet

eventlet.monkey_patch()

import asyncio

import zmq.asyncio
from eventlet.green import zmq as green_zmq
from support import others_run, wait


async def main():
    with zmq.asyncio.Context() as context:
        server, client = context.socket(zmq.REP), context.socket(zmq.REQ)
        port = server.bind_to_random_port("tcp://127.0.0.1")
        client.connect(f"tcp://127.0.0.1:{port}")

        async def serve():
            for _ in range(5):
                word = await server.recv_string()
                await asyncio.sleep(0.2)
                await server.send_string(word.upper())

        serving = asyncio.ensure_future(serve())
        found = []
        with others_run("requests"):
            for word in "abcde":
                await client.send_string(word)
                found.append(await client.recv_string())
        await serving
        for socket in server, client:
            socket.close(0)
        return found


print(wait(main()))

context = green_zmq.Context()
server, client = context.socket(green_zmq.REP), context.socket(green_zmq.REQ)
port = server.bind_to_random_port("tcp://127.0.0.1")
client.connect(f"tcp://127.0.0.1:{port}")


def serve():
    while True:
        word = server.recv_string()
        eventlet.sleep(0.2)
        server.send_string(word.upper())


eventlet.spawn(serve)
with others_run("green requests"):
    for word in "xyz":
        client.send_string(word)
        print(client.recv_string())

# prints:
# ['A', 'B', 'C', 'D', 'E']
# X
# Y
# Z
