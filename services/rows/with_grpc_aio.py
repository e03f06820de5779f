"""grpc.aio: server and client on the hub's loop, calls that overlap, a stream, a deadline."""
# family: clients
# libraries: grpcio

import eventlet

eventlet.monkey_patch()

import asyncio

import grpc
from support import others_run, wait


async def square(request, context):
    await asyncio.sleep(0.2)
    return str(int(request) ** 2).encode()


async def count(request, context):
    for number in range(int(request)):
        await asyncio.sleep(0.01)
        yield str(number).encode()


async def main():
    server = grpc.aio.server()
    handlers = {
        "Square": grpc.unary_unary_rpc_method_handler(square),
        "Count": grpc.unary_stream_rpc_method_handler(count),
    }
    server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler("numbers.Numbers", handlers)])
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        call = channel.unary_unary("/numbers.Numbers/Square")
        with others_run("calls"):
            print(sum(map(int, await asyncio.gather(*[call(b"%d" % number) for number in range(10)]))))
        stream = channel.unary_stream("/numbers.Numbers/Count")(b"5")
        print([int(number) async for number in stream])
        try:
            await call(b"1", timeout=0.05)
        except grpc.aio.AioRpcError as exc:
            print(exc.code().name)
    await server.stop(None)


wait(main())

# prints:
# 285
# [0, 1, 2, 3, 4]
# DEADLINE_EXCEEDED
