import asyncio


async def send(handle, data):
    if isinstance(handle, tuple):
        handle[1].write(data)
    else:
        await asyncio.get_running_loop().sock_sendall(handle, data)


async def receive(handle):
    data = await part(handle, 4)
    return await pipe(handle) if data else None


async def part(handle, size):
    loop = asyncio.get_running_loop()
    return await loop.sock_recv(handle, size)


def pipe(sock):
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    ready(loop, future, sock)
    return future


def ready(loop, future, sock):
    try:
        future.set_result(sock.recv(1))
    except BlockingIOError:
        loop.add_reader(sock.fileno(), ready, loop, future, sock)
