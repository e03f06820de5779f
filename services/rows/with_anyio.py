"""anyio: task groups, cancel scopes, memory streams, worker threads, TCP; on the hub's loop."""
# family: loops and tools
# libraries: anyio

import eventlet

eventlet.monkey_patch()

import time

import anyio
import anyio.from_thread
import anyio.to_thread
from support import others_run, wait


def in_a_thread(number):
    time.sleep(0.2)
    return anyio.from_thread.run(anyio.sleep, 0) or number**2


async def main():
    send, receive = anyio.create_memory_object_stream(3)
    squares = []

    async def produce(number):
        with others_run("a worker thread"):
            squares.append(await anyio.to_thread.run_sync(in_a_thread, number))
            await anyio.sleep(0.2)

    async with anyio.create_task_group() as group:
        for number in range(5):
            group.start_soon(produce, number)
    print(sum(squares))

    async def send_all():
        async with send:
            for number in range(10):
                await send.send(number)

    async with anyio.create_task_group() as group:
        group.start_soon(send_all)
        print(sum([number async for number in receive]))

    with anyio.move_on_after(0.2) as scope:
        await anyio.sleep(60)
    print("cancelled:", scope.cancelled_caught)

    async def shout(stream):
        async with stream:
            await stream.send((await stream.receive()).upper())

    async with await anyio.create_tcp_listener(local_host="127.0.0.1") as listener, anyio.create_task_group() as group:
        group.start_soon(listener.serve, shout)
        port = listener.extra(anyio.abc.SocketAttribute.local_port)
        async with await anyio.connect_tcp("127.0.0.1", port) as stream:
            await stream.send(b"a word")
            print((await stream.receive()).decode())
        group.cancel_scope.cancel()
    try:
        async with anyio.create_task_group() as group:
            group.start_soon(anyio.sleep, 60)
            raise ValueError("in the body")
    except Exception as group_of_errors:
        print(group_of_errors.exceptions)
    done = await anyio.run_process(["echo", "a process"])
    print(done.stdout.decode().strip())


wait(main())

# prints:
# 30
# 45
# cancelled: True
# A WORD
# (ValueError('in the body'),)
# a process
