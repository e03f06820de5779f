"""grpc: the blocking server and client, which wait in C; with OS threads left as they are.

Patched threads do not help: grpc waits where no green thread can switch. `eventlet.tpool` keeps a call from stopping
all.
"""
# family: clients
# libraries: grpcio

import eventlet

eventlet.monkey_patch(thread=False)

from concurrent import futures

import grpc
from eventlet import patcher, tpool
from support import others_run

sleep = patcher.original("time").sleep


def square(request, context):
    sleep(0.2)
    return str(int(request) ** 2).encode()


def fail(request, context):
    context.abort(grpc.StatusCode.NOT_FOUND, "no such thing")


handlers = {
    name: grpc.unary_unary_rpc_method_handler(method) for name, method in {"Square": square, "Fail": fail}.items()
}
server = grpc.server(futures.ThreadPoolExecutor(10))
server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler("numbers.Numbers", handlers)])
port = server.add_insecure_port("127.0.0.1:0")
server.start()

with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
    call = channel.unary_unary("/numbers.Numbers/Square")
    with others_run("calls"):
        pool = eventlet.GreenPool(10)
        print(sum(int(answer) for answer in pool.imap(lambda n: tpool.execute(call, b"%d" % n, timeout=30), range(10))))
    try:
        tpool.execute(channel.unary_unary("/numbers.Numbers/Fail"), b"", timeout=30)
    except grpc.RpcError as exc:
        print(exc.code().name)
    try:
        tpool.execute(call, b"1", timeout=0.05)
    except grpc.RpcError as exc:
        print(exc.code().name)
server.stop(0).wait()

# prints:
# 285
# NOT_FOUND
# DEADLINE_EXCEEDED
