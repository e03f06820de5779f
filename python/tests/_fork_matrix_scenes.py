"""The situations of the fork matrix: what goes on before, and where the fork is made.

A scene is called with `fork`, calls it at its spot, and comes back when the spot has been passed.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket as real_socket
import sys

import eventlet
import eventlet.debug
from eventlet import event, greenpool, hubs, patcher, queue, semaphore, tpool
from eventlet.green import os as green_os
from eventlet.green import select as green_select
from eventlet.green import socket as green_socket
from eventlet.green import subprocess as green_subprocess

threading = patcher.original("threading")
time = patcher.original("time")
socketpair = patcher.original("socket").socketpair
# Before monkey patching makes them green.
write = os.write

#: name -> (place, scene). Those in ASYNCIO need a hub of ours.
SCENES: dict = {}
ASYNCIO: set[str] = set()

_SOON = 0.002


def soon(function, *args):
    """Call *function* in a moment, from a timer of the hub."""
    hubs.get_hub().schedule_call_global(_SOON, function, *args)


def until(condition):
    while not condition():
        eventlet.sleep(0.001)


def pair():
    ours, theirs = socketpair()
    return green_socket.socket(ours), green_socket.socket(theirs)


def scene(place, name=None):
    def add(function):
        SCENES[name or f"{place}: {function.__name__}"] = (place, function)
        return function

    return add


def aio_scene(place):
    def add(function):
        name = f"{place}: {function.__name__}"
        SCENES[name] = (place, function)
        ASYNCIO.add(name)
        return function

    return add


# Waits of a green thread, each made by the main green thread and by another one.


def wait(function):
    name = function.__name__

    def in_main(fork):
        function()
        fork()

    def in_green_thread(fork):
        passed = []

        def run():
            try:
                function()
                fork()
            finally:
                passed.append(True)

        eventlet.spawn(run)
        until(lambda: passed)

    SCENES[f"main: {name}"] = ("main", in_main)
    SCENES[f"green: {name}"] = ("green", in_green_thread)
    return function


def aio_wait(function):
    wait(function)
    ASYNCIO.update({f"main: {function.__name__}", f"green: {function.__name__}"})
    return function


@wait
def nothing():
    pass


@wait
def sleep_0():
    eventlet.sleep(0)


@wait
def sleep():
    eventlet.sleep(0.001)


@wait
def recv():
    ours, theirs = pair()
    soon(theirs.fd.send, b"x")
    assert ours.recv(10) == b"x"


@wait
def recv_into():
    ours, theirs = pair()
    soon(theirs.fd.send, b"x")
    assert ours.recv_into(bytearray(10)) == 1


@wait
def recvfrom():
    ours = green_socket.socket(real_socket.AF_INET, real_socket.SOCK_DGRAM)
    ours.bind(("127.0.0.1", 0))
    theirs = green_socket.socket(real_socket.AF_INET, real_socket.SOCK_DGRAM)
    soon(theirs.fd.sendto, b"x", ours.getsockname())
    assert ours.recvfrom(10)[0] == b"x"


@wait
def accept():
    server = green_socket.socket()
    server.bind(("127.0.0.1", 0))
    server.listen()
    client = patcher.original("socket").socket()
    soon(client.connect, server.getsockname())
    server.accept()


@wait
def connect():
    server = patcher.original("socket").create_server(("127.0.0.1", 0))
    green_socket.create_connection(server.getsockname())


@wait
def sendall():
    ours, theirs = pair()
    theirs.fd.setblocking(False)

    def drain():
        while not sent:
            try:
                theirs.fd.recv(1 << 20)
            except BlockingIOError:
                eventlet.sleep(0)

    sent = []
    soon(eventlet.spawn, drain)
    ours.sendall(bytes(1 << 20))
    sent.append(True)


@wait
def trampoline():
    ours, theirs = pair()
    soon(theirs.fd.send, b"x")
    hubs.trampoline(ours, read=True)


@wait
def trampoline_to_write():
    ours, _theirs = pair()
    hubs.trampoline(ours, write=True)


@wait
def trampoline_with_a_timeout():
    ours, theirs = pair()
    soon(theirs.fd.send, b"x")
    hubs.trampoline(ours, read=True, timeout=10)


@wait
def trampoline_that_times_out():
    ours, _theirs = pair()
    try:
        hubs.trampoline(ours, read=True, timeout=0.001)
    except eventlet.Timeout:
        return
    raise AssertionError


@wait
def timeout():
    ours, _theirs = pair()
    with eventlet.Timeout(0.001, False):
        ours.recv(1)


@wait
def socket_timeout():
    ours, _theirs = pair()
    ours.settimeout(0.001)
    try:
        ours.recv(1)
    except TimeoutError:
        return
    raise AssertionError


@wait
def pipe():
    readable, writable = os.pipe()
    soon(write, writable, b"x")
    assert green_os.read(readable, 1) == b"x"


@wait
def select():
    ours, theirs = pair()
    soon(theirs.fd.send, b"x")
    assert green_select.select([ours], [], [], 10)[0]


@wait
def second_reader():
    eventlet.debug.hub_prevent_multiple_readers(False)
    ours, theirs = pair()
    eventlet.spawn(hubs.trampoline, ours, read=True)
    eventlet.sleep(0)
    soon(theirs.fd.send, b"x")
    hubs.trampoline(ours, read=True)


@wait
def watched_by_the_alarm():
    eventlet.debug.hub_blocking_detection(True, 30)
    recv()


@wait
def reader_and_writer():
    ours, theirs = pair()
    eventlet.spawn(_write_in_vain, ours)
    eventlet.sleep(0)
    soon(theirs.fd.send, b"x")
    assert ours.recv(1) == b"x"


def _write_in_vain(sock):
    try:
        sock.sendall(bytes(1 << 20))
    except OSError:
        pass  # nobody has read it, and the other end is closed at last


@wait
def event_():
    it = event.Event()
    soon(it.send, None)
    it.wait()


@wait
def queue_():
    it = queue.Queue()
    soon(it.put, None)
    it.get()


@wait
def semaphore_():
    it = semaphore.Semaphore(0)
    soon(it.release)
    it.acquire()


@wait
def lock():
    it = sys.modules["threading"].Lock()
    it.acquire()
    soon(it.release)
    it.acquire()


@wait
def condition():
    it = sys.modules["threading"].Condition()
    eventlet.spawn_after(_SOON, _notify, it)
    with it:
        it.wait()


def _notify(it):
    with it:
        it.notify()


@wait
def green_thread():
    eventlet.spawn(eventlet.sleep, 0.001).wait()


@wait
def killed_green_thread():
    victim = eventlet.spawn(eventlet.sleep, 100)
    eventlet.sleep(0)
    victim.kill()


@wait
def pool():
    it = greenpool.GreenPool()
    it.spawn(eventlet.sleep, 0.001)
    it.waitall()


@wait
def tpool_():
    tpool.execute(time.sleep, 0.001)


@wait
def subprocess():
    green_subprocess.run(["true"], check=True)


@wait
def child_of_a_child():
    if os.fork():
        while True:
            try:
                _, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                os._exit(3)
            if _:
                os._exit(os.waitstatus_to_exitcode(status) & 0xFF)
            eventlet.sleep(0.001)
    recv()


@scene("main")
def use_hub(fork):
    # In another green thread it would be the end of this one: it waits in the hub that is given up.
    hubs.use_hub()
    eventlet.sleep(0)
    fork()


@aio_wait
def closed_socket():
    ours, _theirs = pair()
    soon(ours.close)
    try:
        ours.recv(1)
    except EOFError:
        return
    raise AssertionError


@aio_wait
def wait_for_a_coroutine():
    import aiohub

    aiohub.wait(asyncio.sleep(0.001))


@aio_wait
def wait_for_sock_recv():
    import aiohub

    ours, theirs = socketpair()
    ours.setblocking(False)
    soon(theirs.send, b"x")
    assert aiohub.wait(aiohub.get_loop().sock_recv(ours, 1)) == b"x"


@aio_wait
def wait_for_a_future():
    import aiohub

    loop = aiohub.get_loop()
    future = loop.create_future()
    loop.call_later(0.001, future.set_result, None)
    aiohub.wait(future)


@aio_wait
def wait_for_a_thread():
    import aiohub

    aiohub.wait(aiohub.get_loop().run_in_executor(None, time.sleep, 0.001))


@aio_wait
def wait_with_a_timeout():
    import aiohub

    try:
        aiohub.wait(asyncio.sleep(100), timeout=0.001)
    except TimeoutError:
        return
    raise AssertionError


@aio_wait
def run_until_complete():
    import aiohub

    aiohub.get_loop().run_until_complete(asyncio.sleep(0.001))


@aio_wait
def asyncio_run():
    asyncio.run(asyncio.sleep(0.001))


@aio_wait
def loop_closed():
    import aiohub

    aiohub.get_loop().run_until_complete(asyncio.sleep(0.001))
    aiohub.get_loop().close()
    eventlet.sleep(0)


@aio_wait
def mixed_queue():
    import aiohub

    it = aiohub.Queue()
    eventlet.spawn_after(_SOON, it.put, None)
    it.get()


# Other green threads.


@scene("green")
def spawn_n(fork):
    passed = []
    eventlet.spawn_n(_then_note, passed, fork)
    until(lambda: passed)


@scene("green")
def pool_worker(fork):
    passed = []
    greenpool.GreenPool(1).spawn_n(_then_note, passed, fork)
    until(lambda: passed)


def _then_note(passed, fork):
    try:
        eventlet.sleep(0)
        fork()
    finally:
        passed.append(True)


@scene("green")
def killed(fork):
    passed = []

    def run():
        try:
            eventlet.sleep(100)
        finally:
            _then_note(passed, fork)

    green = eventlet.spawn(run)
    eventlet.sleep(0)
    hubs.get_hub().schedule_call_global(0, green.throw)
    until(lambda: passed)


# Coroutines.


@aio_scene("coroutine")
def greenlet_below(fork):
    from greenlet import greenlet

    import aiohub

    def run():
        eventlet.sleep(0.001)
        fork()

    async def main():
        greenlet(run).switch()

    aiohub.wait(main())


def coroutine(function):
    name = f"coroutine: {function.__name__}"

    def run(fork):
        import aiohub

        async def main():
            await function()
            fork()

        aiohub.wait(main())

    SCENES[name] = ("coroutine", run)
    ASYNCIO.add(name)
    return function


@coroutine
async def at_once():
    pass


@coroutine
async def await_sleep_0():
    await asyncio.sleep(0)


@coroutine
async def await_sleep():
    await asyncio.sleep(0.001)


@coroutine
async def await_sock_recv():
    ours, theirs = socketpair()
    ours.setblocking(False)
    soon(theirs.send, b"x")
    await asyncio.get_running_loop().sock_recv(ours, 1)


@coroutine
async def await_stream():
    ours, theirs = socketpair()
    reader, _ = await asyncio.open_connection(sock=ours)
    soon(theirs.send, b"x")
    await reader.readexactly(1)


@coroutine
async def await_green_thread():
    await eventlet.spawn(eventlet.sleep, 0.001)


@coroutine
async def await_thread():
    await asyncio.get_running_loop().run_in_executor(None, time.sleep, 0.001)


@coroutine
async def await_subprocess():
    process = await asyncio.create_subprocess_exec("true")
    await process.wait()


@coroutine
async def await_timeout():
    try:
        await asyncio.wait_for(asyncio.Event().wait(), 0.001)
    except asyncio.TimeoutError:
        pass


@coroutine
async def blocking_sleep():
    eventlet.sleep(0.001)


@coroutine
async def blocking_recv():
    recv()


@coroutine
async def blocking_event():
    event_()


@coroutine
async def blocking_call_that_ended():
    recv()
    await asyncio.sleep(0)


@aio_scene("coroutine")
def aiohub_run(fork):
    import aiohub

    async def main():
        await asyncio.sleep(0.001)
        fork()

    aiohub.run(main())


@aio_scene("coroutine")
def asyncio_run_main(fork):
    async def main():
        await asyncio.sleep(0.001)
        fork()

    asyncio.run(main())


@aio_scene("coroutine")
def task(fork):
    import aiohub

    async def child():
        await asyncio.sleep(0.001)
        fork()

    async def main():
        await asyncio.gather(asyncio.ensure_future(child()), asyncio.sleep(0.002))

    aiohub.wait(main())


# Callbacks of the loop.


def callback(function):
    """*function* is given what it is to have called by the loop."""
    name = f"callback: {function.__name__}"

    def run(fork):
        passed = []

        def call(*_args):
            if not passed:
                passed.append(True)
                fork()

        kept = function(call)
        until(lambda: passed)
        del kept

    SCENES[name] = ("callback", run)
    if function.__name__ not in _EVENTLET_CALLBACKS:
        ASYNCIO.add(name)
    return function


_EVENTLET_CALLBACKS = ["hub_timer", "hub_timer_of_no_time"]


@callback
def hub_timer(call):
    hubs.get_hub().schedule_call_global(0.001, call)


@callback
def hub_timer_of_no_time(call):
    hubs.get_hub().schedule_call_global(0, call)


def _loop():
    import aiohub

    return aiohub.get_loop()


@callback
def call_soon(call):
    _loop().call_soon(call)


@callback
def call_later(call):
    _loop().call_later(0.001, call)


@callback
def call_soon_threadsafe(call):
    threading.Thread(target=_loop().call_soon_threadsafe, args=(call,)).start()


@callback
def done_callback(call):
    future = _loop().create_future()
    future.add_done_callback(call)
    _loop().call_soon(future.set_result, None)


@callback
def add_reader(call):
    ours, theirs = socketpair()
    _loop().add_reader(ours, lambda: (_loop().remove_reader(ours), call()))
    theirs.send(b"x")
    return theirs


@callback
def add_writer(call):
    ours, theirs = socketpair()
    _loop().add_writer(ours, lambda: (_loop().remove_writer(ours), call()))
    return theirs


@callback
def signal_handler_of_the_loop(call):
    _loop().add_signal_handler(signal.SIGUSR1, call)
    soon(os.kill, os.getpid(), signal.SIGUSR1)


class _Protocol(asyncio.Protocol):
    def __init__(self, method, call):
        setattr(self, method, call)


def _connect(protocol):
    import aiohub

    ours, theirs = socketpair()
    aiohub.wait(_loop().create_connection(lambda: protocol, sock=ours))
    return theirs


@callback
def data_received(call):
    theirs = _connect(_Protocol("data_received", call))
    theirs.send(b"x")
    return theirs


@callback
def eof_received(call):
    theirs = _connect(_Protocol("eof_received", call))
    theirs.shutdown(real_socket.SHUT_WR)
    return theirs


@callback
def connection_lost(call):
    theirs = _connect(_Protocol("connection_lost", call))
    theirs.close()


@callback
def buffer_updated(call):
    class Protocol(asyncio.BufferedProtocol):
        def get_buffer(self, sizehint):
            return bytearray(10)

        def buffer_updated(self, nbytes):
            call()

    theirs = _connect(Protocol())
    theirs.send(b"x")
    return theirs


@callback
def connection_made(call):
    import aiohub

    ours, theirs = socketpair()
    eventlet.spawn(aiohub.wait, _loop().create_connection(lambda: _Protocol("connection_made", call), sock=ours))
    return theirs


@callback
def pause_writing(call):
    import aiohub

    # libuv has not yet asked the kernel for more than it did before.
    ours, theirs = socketpair()
    transport, _ = aiohub.wait(_loop().create_connection(lambda: _Protocol("pause_writing", call), sock=ours))
    _loop().call_soon(transport.write, bytes(1 << 22))
    return transport, theirs


@callback
def exception_handler(call):
    _loop().set_exception_handler(call)
    _loop().call_soon(_fail)


def _fail():
    raise ValueError("for the exception handler")


@callback
def task_done_callback(call):
    _loop().create_task(asyncio.sleep(0)).add_done_callback(call)


@callback
def resume_writing(call):
    import aiohub

    ours, theirs = socketpair()
    theirs.setblocking(False)
    transport, _ = aiohub.wait(_loop().create_connection(lambda: _Protocol("resume_writing", call), sock=ours))
    transport.write(bytes(1 << 22))

    def drain():
        try:
            while theirs.recv(1 << 20):
                pass
        except BlockingIOError:
            pass

    _loop().add_reader(theirs, drain)
    return transport


@callback
def datagram_received(call):
    import aiohub

    class Protocol(asyncio.DatagramProtocol):
        def datagram_received(self, data, address):
            call()

    transport, _ = aiohub.wait(_loop().create_datagram_endpoint(Protocol, local_addr=("127.0.0.1", 0)))
    theirs = patcher.original("socket").socket(real_socket.AF_INET, real_socket.SOCK_DGRAM)
    theirs.sendto(b"x", transport.get_extra_info("sockname"))
    return transport


@callback
def process_exited(call):
    import aiohub

    class Protocol(asyncio.SubprocessProtocol):
        def process_exited(self):
            call()

    return aiohub.wait(_loop().subprocess_exec(Protocol, "true"))


# Signals.


def _signalled(fork, wait):
    forked = []
    signal.signal(signal.SIGUSR1, lambda *_: (forked.append(True), fork()))
    pid = os.getpid()
    sender = threading.Thread(target=lambda: (time.sleep(0.01), os.kill(pid, signal.SIGUSR1)))
    sender.start()
    wait()
    until(lambda: forked)


@scene("handler")
def signal_while_idle(fork):
    _signalled(fork, lambda: eventlet.sleep(0.05))


@scene("handler")
def signal_while_a_socket_is_waited_for(fork):
    ours, _theirs = pair()
    _signalled(fork, lambda: green_select.select([ours], [], [], 0.05))


@aio_scene("handler")
def signal_while_a_coroutine_is_waited_for(fork):
    import aiohub

    _signalled(fork, lambda: aiohub.wait(asyncio.sleep(0.05)))


@scene("main")
def signal_while_busy(fork):
    forked = []
    signal.signal(signal.SIGUSR1, lambda *_: (forked.append(True), fork()))
    os.kill(os.getpid(), signal.SIGUSR1)
    while not forked:
        pass


# OS threads.


def _in_thread(function):
    thread = threading.Thread(target=function)
    thread.start()
    until(lambda: not thread.is_alive())


@scene("thread")
def thread(fork):
    _in_thread(fork)


@scene("thread")
def thread_with_a_hub(fork):
    def run():
        eventlet.sleep(0.001)
        recv()
        fork()

    _in_thread(run)


@scene("pool")
def thread_of_tpool(fork):
    tpool.execute(fork)


@aio_scene("pool")
def thread_of_the_executor(fork):
    import aiohub

    aiohub.wait(_loop().run_in_executor(None, fork))
