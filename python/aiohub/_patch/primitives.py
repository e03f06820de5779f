"""eventlet's Event, Semaphore, Lock and Queue, made safe to use from several OS threads at once.

eventlet schedules every wake-up on the hub of the thread that sends it, where the waiter cannot be switched to. These
versions find the hub that owns the waiter and hand the wake-up over to it. Within one thread they behave as eventlet's.

The GIL makes them correct: between two statements another OS thread may run, but not inside `x > 0` followed by `x -=
1` on an attribute (CPython looks for other threads at calls and backward jumps only), and single deque and dict
operations are atomic. A waiter announces itself before it looks at the state for the last time, a sender changes the
state before it looks for waiters.
"""

from __future__ import annotations

import inspect
import time
from typing import TYPE_CHECKING, Any

import greenlet
from eventlet import event, hubs, patcher, queue, semaphore, timeout
from eventlet.event import NOT_USED

from .._base.tracebacks import leave_out_own_frames
from .._hub import threads
from .functions import redirect
from .looks import only_looks

if TYPE_CHECKING:
    from collections.abc import Callable

    from .._base.contract import Hub

_thread: Any = patcher.original("_thread")
_threading: Any = patcher.original("threading")
_local = threads._local
_getcurrent = greenlet.getcurrent


class _ThreadWaiter:
    """An OS thread without a hub, in place of a greenlet among the waiters."""

    __slots__ = ("_lock",)

    def __init__(self) -> None:
        self._lock = _thread.allocate_lock()
        self._lock.acquire()

    def switch(self, *_: Any) -> None:
        """Wake the thread; once."""
        self._lock.release()

    def block(self, seconds: float | None) -> bool:
        """Wait for `switch`; False if *seconds* passed before."""
        woken: bool = self._lock.acquire(True, -1 if seconds is None else max(seconds, 0.0))
        return woken


def _is_plain_thread() -> bool:
    """Whether this is an OS thread that runs no green threads, other than the main one."""
    if hasattr(_local, "hub"):
        return False
    return bool(_threading.get_ident() != _threading.main_thread().ident)


# Event.


def event_wait(self: Any, timeout: float | None = None) -> Any:
    """Wait until another green thread, coroutine or OS thread calls `send`; see `eventlet.event.Event.wait`."""
    current = _getcurrent()
    if self._result is NOT_USED:
        if only_looks(timeout):
            return None
        hub = hubs.get_hub()
        if self.__dict__.setdefault("_aiohub_home", hub) is not hub:
            self._aiohub_shared = True
        self._waiters.add(current)
        try:
            if self._result is NOT_USED:
                timer = None
                if timeout is not None:
                    timer = hub.schedule_call_local(timeout, self._do_send, None, None, current)
                try:
                    return hub.switch()
                except BaseException as exc:
                    leave_out_own_frames(exc)
                    raise
                finally:
                    if timer is not None:
                        timer.cancel()
        finally:
            self._waiters.discard(current)
    if self._exc is not None:
        self._aiohub_seen = True  # nobody else has to tell of it
        try:
            current.throw(*self._exc)
        except BaseException as exc:
            leave_out_own_frames(exc)
            raise
    return self._result


def event_send(self: Any, result: Any = None, exc: Any = None) -> None:
    """Wake all waiters, of any OS thread, with *result* or *exc*; see `eventlet.event.Event.send`."""
    assert self._result is NOT_USED, "Trying to re-send() an already-triggered event."
    if exc is not None and not isinstance(exc, tuple):
        exc = (exc,)
    self._exc = exc
    self._result = result
    home = self.__dict__.get("_aiohub_home")
    if home is None:
        return  # nobody waits, and who comes now sees the result
    hub = getattr(_local, "hub", None)
    if home is hub and "_aiohub_shared" not in self.__dict__:
        for waiter in self._waiters:
            hub.schedule_call_global(0, self._do_send, result, exc, waiter)
        return
    for other in threads.live_hubs():
        if other is hub:
            _send_to_waiters(self, other)
        else:
            _hand_over(other, _send_to_waiters, self, other)


def _send_to_waiters(sent: Any, hub: Hub) -> None:
    """Wake the waiters of *sent* that belong to *hub*; runs in its thread."""
    for waiter in list(sent._waiters):
        if threads.hub_of(waiter) is hub:
            hub.schedule_call_global(0, sent._do_send, sent._result, sent._exc, waiter)


def _hand_over(hub: Hub, callback: Callable[..., object], *args: Any) -> None:
    try:
        hub.call_threadsafe(callback, *args)
    except RuntimeError:
        pass  # its thread has ended, and whatever waited there with it


# Semaphore and Lock.


def semaphore_acquire(self: Any, blocking: bool = True, timeout: float | None = None) -> bool:
    """Acquire the semaphore; see `eventlet.semaphore.Semaphore.acquire`. Any OS thread may call this."""
    if timeout == -1:
        timeout = None
    if timeout is not None and timeout < 0:
        raise ValueError("timeout value must be strictly positive")
    if not blocking and timeout is not None:
        raise ValueError("can't specify timeout for non-blocking acquire")
    if self.counter > 0 and (not self._waiters or not blocking):
        self.counter -= 1
        return True
    if not blocking or only_looks(timeout):
        return False
    return _wait_in_line(self, timeout)


def _wait_in_line(self: Any, seconds: float | None) -> bool:
    waiter: Any
    if _is_plain_thread():
        waiter = _ThreadWaiter()
    else:
        try:
            waiter = _getcurrent()
        except RuntimeError:
            return False  # the interpreter is going down
        hubs.get_hub()  # before another OS thread can see the waiter, and look for its hub
    self._waiters.append(waiter)
    try:
        if self._waiters[0] is waiter and _take(self):
            return True  # released while we got in line
        if isinstance(waiter, _ThreadWaiter):
            return _block_thread(self, waiter, seconds)
        if seconds is None:
            _block_greenlet(self, waiter)
            return True
        with _silent_timeout(seconds):
            _block_greenlet(self, waiter)
            return True
        return False
    finally:
        try:
            self._waiters.remove(waiter)
        except ValueError:
            pass  # taken out by whoever woke it
        # Woken and not served (a timeout, a kill): the next in line must not miss the wake-up that was ours.
        if self.counter > 0 and self._waiters:
            wake_first(self)


def _silent_timeout(seconds: float) -> Any:
    return timeout.Timeout(seconds, False)


def _take(self: Any) -> bool:
    if self.counter > 0:
        self.counter -= 1
        return True
    return False


def _block_greenlet(self: Any, waiter: Any) -> None:
    hub = hubs.get_hub()
    while True:
        hub.switch()
        if _take(self):
            return
        if waiter not in self._waiters:
            self._waiters.appendleft(waiter)  # another thread was quicker: first in line again
            if _take(self):
                return


def _block_thread(self: Any, waiter: _ThreadWaiter, seconds: float | None) -> bool:
    deadline = None if seconds is None else time.monotonic() + seconds
    while True:
        woken = waiter.block(None if deadline is None else deadline - time.monotonic())
        if _take(self):
            return True
        if not woken:
            return False
        if waiter not in self._waiters:
            self._waiters.appendleft(waiter)
            if _take(self):
                return True


def semaphore_release(self: Any, blocking: bool = True) -> bool:
    """Release the semaphore; see `eventlet.semaphore.Semaphore.release`. Any OS thread may call this."""
    self.counter += 1
    if self._waiters:
        wake_first(self)
    return True


def lock_release(self: Any, blocking: bool = True) -> bool:
    """Release the lock; raises RuntimeError if it is not locked. Any OS thread may call this."""
    if self.counter > 0:
        raise RuntimeError("release unlocked lock")
    self.counter += 1
    if self._waiters:
        wake_first(self)
    return True


def wake_first(self: Any) -> None:
    """Have the first in line of the semaphore *self* woken, in the thread it belongs to."""
    try:
        waiter = self._waiters[0]
    except IndexError:
        return
    if isinstance(waiter, _ThreadWaiter):
        self._do_acquire()
        return
    owner = threads.hub_of(waiter)
    hub = getattr(_local, "hub", None)
    if owner is None or owner is hub:
        hubs.get_hub().schedule_call_global(0, self._do_acquire)
    else:
        _hand_over(owner, self._do_acquire)


def semaphore_do_acquire(self: Any) -> None:
    """Wake the first in line if there is something for it; runs in a hub."""
    while self._waiters and self.counter > 0:
        try:
            waiter = self._waiters[0]
        except IndexError:
            return
        if not isinstance(waiter, _ThreadWaiter):
            owner = threads.hub_of(waiter)
            if owner is not None and owner is not getattr(_local, "hub", None):
                _hand_over(owner, self._do_acquire)
                return
        try:
            self._waiters.remove(waiter)
        except ValueError:
            continue  # another thread has woken it
        waiter.switch()
        return


# Queue.


class _Call:
    """A call that another OS thread makes for us."""

    def __init__(self, function: Callable[..., Any], args: tuple[Any, ...]) -> None:
        self._function = function
        self._args = args
        self._done: Any = _ThreadWaiter() if _is_plain_thread() else event.Event()
        self._result: Any = None
        self._error: BaseException | None = None

    def run(self) -> None:
        """Runs in a green thread of the other OS thread."""
        try:
            self._result = self._function(*self._args)
        except BaseException as exc:
            self._error = exc
        if isinstance(self._done, _ThreadWaiter):
            self._done.switch()
        else:
            self._done.send(None)

    def wait(self) -> Any:
        """The result or exception of the call."""
        if isinstance(self._done, _ThreadWaiter):
            self._done.block(None)
        else:
            self._done.wait()
        if self._error is not None:
            raise self._error
        return self._result


def _call_in(hub: Hub, function: Callable[..., Any], *args: Any) -> Any:
    """Run *function* in a green thread of *hub*'s OS thread and wait for its result."""
    from eventlet import greenthread

    call = _Call(function, args)
    hub.call_threadsafe(greenthread.spawn_n, call.run)
    return call.wait()


def _home_of(self: Any) -> Hub | None:
    """The hub a queue's waiters run on, if that is another OS thread's."""
    home: Any = self.__dict__.get("_aiohub_home")
    hub = getattr(_local, "hub", None)
    if home is hub:
        return None
    if home is None or home._closed:
        if getattr(hub, "is_aiohub", False):
            self._aiohub_home = hub
        return None
    return home  # type: ignore[no-any-return]


_queue_init = queue.LightQueue.__init__
_queue_put = queue.LightQueue.put
_queue_get = queue.LightQueue.get


def queue_init(self: Any, maxsize: int | None = None) -> None:
    self._aiohub_home = threads.current_hub()
    _queue_init(self, maxsize)


def queue_put(self: Any, item: Any, block: bool = True, timeout: float | None = None) -> None:
    """Put *item* into the queue; see `eventlet.queue.LightQueue.put`. Any OS thread may call this."""
    block = block and not only_looks(timeout)
    home = _home_of(self)
    if home is None:
        _queue_put(self, item, block, timeout)
    elif self.maxsize is None:
        home.call_threadsafe(_queue_put, self, item)  # cannot block, so there is nothing to wait for
    else:
        _call_in(home, _queue_put, self, item, block, timeout)


def queue_get(self: Any, block: bool = True, timeout: float | None = None) -> Any:
    """Take an item out of the queue; see `eventlet.queue.LightQueue.get`. Any OS thread may call this."""
    block = block and not only_looks(timeout)
    home = _home_of(self)
    if home is None:
        return _queue_get(self, block, timeout)
    return _call_in(home, _queue_get, self, block, timeout)


def activate() -> None:
    """Put these versions into eventlet's classes."""
    from eventlet import lock

    for cls, name, replacement in (
        (event.Event, "wait", event_wait),
        (event.Event, "send", event_send),
        (semaphore.Semaphore, "acquire", semaphore_acquire),
        (semaphore.Semaphore, "release", semaphore_release),
        (semaphore.Semaphore, "_do_acquire", semaphore_do_acquire),
        (lock.Lock, "release", lock_release),
    ):
        original = getattr(cls, name)
        setattr(cls, name, replacement)
        # Bound methods of locks that were patched before there was a hub of ours: `os.register_at_fork` has some.
        if inspect.isfunction(original):
            redirect(original, replacement)
    queue.LightQueue.__init__ = queue_init
    queue.LightQueue.put = queue_put
    queue.LightQueue.get = queue_get
