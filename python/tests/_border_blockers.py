"""Every way in which eventlet blocks, each with the way to end it.

`block()` blocks its caller and returns `result`; `release()`, which never blocks, lets one `block()` end. A scene
whose `block()` was
cancelled can be used again. Who gets past `block()` has therefore seen the other side run meanwhile.
"""

import asyncio
import os
import subprocess
from types import SimpleNamespace

import eventlet
import eventlet.green.os
import eventlet.green.select
import eventlet.green.selectors
import eventlet.green.socket
import eventlet.green.subprocess
import eventlet.green.threading
import eventlet.green.time
from eventlet import event, greenio, hubs, patcher, pools, queue, semaphore, tpool

import aiohub

real_socket = patcher.original("socket")
real_threading = patcher.original("threading")

#: The modules a monkey-patched program sees; a patched program passes its own.
GREEN_MODULES = SimpleNamespace(
    os=eventlet.green.os,
    select=eventlet.green.select,
    selectors=eventlet.green.selectors,
    socket=eventlet.green.socket,
    subprocess=eventlet.green.subprocess,
    threading=eventlet.green.threading,
    time=eventlet.green.time,
)


class Blocker:
    """One way to block. *modules*: where the patched standard library is found."""

    result = "released"

    def __init__(self, modules=GREEN_MODULES):
        self.modules = modules
        self.to_close = []
        self.setup()

    def setup(self):
        raise NotImplementedError

    def block(self):
        raise NotImplementedError

    def release(self):
        raise NotImplementedError

    def close(self):
        for closable in self.to_close:
            closable.close()

    def socketpair(self):
        pair = self.modules.socket.socketpair()
        self.to_close.extend(pair)
        return pair


class Sleep(Blocker):
    sleep = staticmethod(lambda modules: eventlet.sleep(0.001))

    def setup(self):
        self.released = False

    def block(self):
        while not self.released:
            self.sleep(self.modules)
        return "released"

    def release(self):
        self.released = True


class SleepZero(Sleep):
    sleep = staticmethod(lambda modules: eventlet.sleep(0))


class TimeSleep(Sleep):
    sleep = staticmethod(lambda modules: modules.time.sleep(0.001))


class TimeSleepZero(Sleep):
    sleep = staticmethod(lambda modules: modules.time.sleep(0))


class EventWait(Blocker):
    def setup(self):
        self.event = event.Event()

    def block(self):
        return self.event.wait()

    def release(self):
        self.event.send("released")


class QueueGet(Blocker):
    queue_class = queue.Queue

    def setup(self):
        self.queue = self.queue_class()

    def block(self):
        return self.queue.get()

    def release(self):
        self.queue.put("released")


class LightQueueGet(QueueGet):
    queue_class = queue.LightQueue


class LifoQueueGet(QueueGet):
    queue_class = queue.LifoQueue


class PriorityQueueGet(QueueGet):
    queue_class = queue.PriorityQueue


class QueuePut(Blocker):
    result = None

    def setup(self):
        self.queue = queue.Queue(1)
        self.queue.put("first")

    def block(self):
        return self.queue.put("second")

    def release(self):
        assert self.queue.get_nowait() == "first"


class QueueJoin(Blocker):
    result = None

    def setup(self):
        self.queue = queue.Queue()
        self.queue.put("item")
        self.queue.get()

    def block(self):
        return self.queue.join()

    def release(self):
        self.queue.task_done()


class SemaphoreAcquire(Blocker):
    result = True

    def setup(self):
        self.semaphore = semaphore.Semaphore(0)

    def block(self):
        return self.semaphore.acquire()

    def release(self):
        self.semaphore.release()


class SemaphoreWith(SemaphoreAcquire):
    result = "released"

    def block(self):
        with self.semaphore:
            return "released"


class BoundedSemaphoreAcquire(SemaphoreAcquire):
    def setup(self):
        self.semaphore = semaphore.BoundedSemaphore(1)
        self.semaphore.acquire()


class GreenThreadWait(EventWait):
    def setup(self):
        super().setup()
        self.green_thread = eventlet.spawn(self.event.wait)

    def block(self):
        return self.green_thread.wait()


class GreenPoolSpawn(EventWait):
    def setup(self):
        super().setup()
        self.pool = eventlet.GreenPool(1)
        self.pool.spawn(self.event.wait)

    def block(self):
        return self.pool.spawn(lambda: "released").wait()


class GreenPoolWaitall(GreenPoolSpawn):
    result = None

    def block(self):
        return self.pool.waitall()


class GreenPoolImap(EventWait):
    result = ["released"]

    def block(self):
        return list(eventlet.GreenPool().imap(lambda wait: wait(), [self.event.wait]))


class GreenPileIterate(GreenPoolImap):
    def block(self):
        pile = eventlet.GreenPile(2)
        pile.spawn(self.event.wait)
        return list(pile)


class PoolGet(Blocker):
    def setup(self):
        self.pool = pools.Pool(max_size=1, create=lambda: "released")
        self.item = self.pool.get()

    def block(self):
        item = self.pool.get()
        self.pool.put(item)
        return item

    def release(self):
        self.pool.put(self.item)


class Tpool(Blocker):
    result = True

    def setup(self):
        self.event = real_threading.Event()

    def block(self):
        return tpool.execute(self.event.wait)

    def release(self):
        self.event.set()

    def close(self):
        self.event.set()


class AiohubWait(Blocker):
    def setup(self):
        self.future = aiohub.get_loop().create_future()

    def block(self):
        return aiohub.wait(asyncio.shield(self.future))

    def release(self):
        self.future.set_result("released")


class LockAcquire(Blocker):
    result = True

    def setup(self):
        self.lock = self.modules.threading.Lock()
        self.lock.acquire()

    def block(self):
        return self.lock.acquire()

    def release(self):
        self.lock.release()


class RLockHeldByGreenThread(EventWait):
    def setup(self):
        super().setup()
        self.lock = self.modules.threading.RLock()
        held = event.Event()

        def holder():
            with self.lock, self.lock:
                held.send()
                self.event.wait()

        eventlet.spawn(holder)
        held.wait()

    def block(self):
        with self.lock, self.lock:
            return "released"


class ConditionWait(Blocker):
    result = True

    def setup(self):
        self.condition = self.modules.threading.Condition()

    def block(self):
        with self.condition:
            return self.condition.wait()

    def release(self):
        with self.condition:
            self.condition.notify()


class ThreadingEventWait(Blocker):
    result = True

    def setup(self):
        self.event = self.modules.threading.Event()

    def block(self):
        return self.event.wait()

    def release(self):
        self.event.set()


class ThreadingSemaphoreAcquire(Blocker):
    result = True

    def setup(self):
        self.semaphore = self.modules.threading.Semaphore(0)

    def block(self):
        return self.semaphore.acquire()

    def release(self):
        self.semaphore.release()


class SocketRecv(Blocker):
    result = b"r"

    def setup(self):
        self.socket, self.peer = self.socketpair()

    def block(self):
        return self.socket.recv(1)

    def release(self):
        self.peer.send(b"r")


class SocketReadline(SocketRecv):
    result = b"r\n"

    def block(self):
        with self.socket.makefile("rb") as file:
            return file.readline()

    def release(self):
        self.peer.send(b"r\n")


class SocketSendall(SocketRecv):
    result = None

    def block(self):
        return self.socket.sendall(bytes(4 << 20))

    def release(self):
        def drain():
            while self.peer.recv(1 << 20):
                pass

        eventlet.spawn(drain)

    def close(self):
        self.socket.close()  # the drain ends by itself and drops the peer


class SocketAccept(Blocker):
    def setup(self):
        self.socket = self.modules.socket.socket()
        self.socket.bind(("127.0.0.1", 0))
        self.socket.listen()
        self.client = real_socket.socket()
        self.to_close += [self.socket, self.client]

    def block(self):
        self.socket.accept()[0].close()
        return "released"

    def release(self):
        self.client.connect(self.socket.getsockname())  # the backlog takes it, nobody need accept


class Select(SocketRecv):
    result = "released"

    def block(self):
        readable, _, _ = self.modules.select.select([self.socket], [], [])
        assert readable == [self.socket]
        return "released"


class Selectors(SocketRecv):
    result = "released"

    def block(self):
        with self.modules.selectors.DefaultSelector() as selector:
            selector.register(self.socket, self.modules.selectors.EVENT_READ)
            ((key, _),) = selector.select()
        assert key.fileobj is self.socket
        return "released"


class Trampoline(SocketRecv):
    result = "released"

    def block(self):
        hubs.trampoline(self.socket.fileno(), read=True)
        return "released"


class OsRead(Blocker):
    result = b"r"

    def setup(self):
        self.read_end, self.write_end = os.pipe()
        os.set_blocking(self.read_end, False)

    def block(self):
        return self.modules.os.read(self.read_end, 1)

    def release(self):
        os.write(self.write_end, b"r")

    def close(self):
        os.close(self.read_end)
        os.close(self.write_end)


class GreenPipeRead(Blocker):
    result = b"r"

    def setup(self):
        read_end, self.write_end = os.pipe()
        self.pipe = greenio.GreenPipe(read_end, "rb")

    def block(self):
        return self.pipe.read(1)

    def release(self):
        os.write(self.write_end, b"r")

    def close(self):
        self.pipe.close()
        os.close(self.write_end)


class SubprocessWait(Blocker):
    result = 0

    def setup(self):
        self.process = self.modules.subprocess.Popen(["cat"], stdin=subprocess.PIPE)

    def block(self):
        return self.process.wait()

    def release(self):
        self.process.stdin.close()

    def close(self):
        self.process.stdin.close()
        self.process.wait()


BLOCKERS = [
    Sleep,
    SleepZero,
    TimeSleep,
    TimeSleepZero,
    EventWait,
    QueueGet,
    LightQueueGet,
    LifoQueueGet,
    PriorityQueueGet,
    QueuePut,
    QueueJoin,
    SemaphoreAcquire,
    SemaphoreWith,
    BoundedSemaphoreAcquire,
    GreenThreadWait,
    GreenPoolSpawn,
    GreenPoolWaitall,
    GreenPoolImap,
    GreenPileIterate,
    PoolGet,
    Tpool,
    AiohubWait,
    LockAcquire,
    RLockHeldByGreenThread,
    ConditionWait,
    ThreadingEventWait,
    ThreadingSemaphoreAcquire,
    SocketRecv,
    SocketReadline,
    SocketSendall,
    SocketAccept,
    Select,
    Selectors,
    Trampoline,
    OsRead,
    GreenPipeRead,
    SubprocessWait,
]
