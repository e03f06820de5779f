"""What is uvloop's own below a hub: fork, the errors it keeps for itself, its way out of a run."""

from __future__ import annotations

import atexit
import collections
import ctypes
import functools
import gc
import importlib
from typing import TYPE_CHECKING, Any

from eventlet import patcher
from eventlet.greenio.base import GreenSocket

from .._base.errors import HubStopped
from .signals import duplicate, interrupts_timers, set_wakeup_fd

if TYPE_CHECKING:
    from .._base.contract import Hub

_select: Any = patcher.original("select")
_socket: Any = patcher.original("socket")
_os: Any = patcher.original("os")
_get_ident: Any = patcher.original("threading").get_ident

#: Of `uv_req_size` and `uv_run`, in libuv's public header.
_UV_WORK = 7
_UV_RUN_DEFAULT = 0


class UvParts:
    """Mixed in front of uvloop's loop."""

    if TYPE_CHECKING:  # of HubLoop
        _hub: Hub

        def _really(self, name: str) -> Any: ...

    # While libuv calls due timers and ready watchers, it keeps lists of them on its stack, and takes a timer that is
    # cancelled or a descriptor that is closed out of them. Another greenlet may have that part of the stack meanwhile:
    # the main green thread has. From the queue of callbacks nothing of the kind is open.
    switches_anywhere = False

    _relay: _SignalRelay | None = None
    #: The OS thread that runs it, or did so last.
    _thread: int | None = None

    def _before_run(self) -> None:
        self._thread = _get_ident()
        if self._hub.succession is not None:
            return  # what would be found is the descriptor of the hub below, which may be closed first
        theirs = set_wakeup_fd(-1)
        set_wakeup_fd(theirs)
        if theirs is not None and theirs >= 0:
            # In the run's first turn: at its beginning uvloop puts its own descriptor in the place of this one.
            self._relay = _SignalRelay(theirs)
            self._really("call_soon")(self._begin_relay)

    def _begin_relay(self) -> None:
        relay = self._relay
        if relay is not None and relay.uvloops < 0:  # not a second time: an earlier run may have ended before its turn
            relay.begin()
            self._really("add_reader")(relay.reader, relay.pass_on)

    def _after_run(self) -> None:
        relay, self._relay = self._relay, None
        if relay is not None:
            self._really("remove_reader")(relay.reader)
            relay.end()

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        """Tell the loop's exception handler, or the hub what uvloop reports and other loops let out of the run."""
        exc = context.get("exception")
        if isinstance(exc, BaseException) and self._hub.running and _belongs_to_main(context, exc):
            self._hub.end_with(exc)
        elif not interrupts_timers(self._hub, context):
            self._really("call_exception_handler")(context)

    def _forget_callbacks(self) -> None:
        """uvloop goes through one more turn before it lets an exception out."""
        own = {end.fileno() for end in self._signal_pipe()}
        if self._relay is not None:
            own.add(self._relay.reader.fileno())
        # uvloop keeps its tables in attributes of its C struct, which the collector sees.
        for table in gc.get_referents(self):
            if isinstance(table, (collections.deque, set)):
                for handle in tuple(table):
                    if hasattr(handle, "cancelled"):
                        handle.cancel()
        for number in self._watched() - own:
            self._really("remove_reader")(number)
            self._really("remove_writer")(number)

    def _error_on_its_way(self) -> BaseException | None:
        """What ends the run after the present turn, unless another one comes: uvloop keeps the last one."""
        errors = (found for found in gc.get_referents(self) if isinstance(found, (SystemExit, KeyboardInterrupt)))
        return next(errors, None)

    def _repair_after_fork(self, running: bool) -> None:
        self._replace_signal_pipe()
        native = importlib.import_module("uvloop.loop")
        pointer = ctypes.pythonapi.PyCapsule_GetPointer
        pointer.restype, pointer.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
        loop = ctypes.c_void_p(pointer(native.libuv_get_loop_t_ptr(self), None))
        code = _libuv().uv_loop_fork(loop)
        if code:
            raise OSError(-code, "uv_loop_fork failed in the child of a fork")
        _enter_descriptors(loop)
        self._really("set_default_executor")(None)  # its threads have stayed with the parent
        atexit.unregister(_renew_pool)
        atexit.register(_renew_pool)

    def leave_descriptor(self, fileno: int) -> None:
        """*fileno* is about to be closed. libuv ends the process when it finds that only afterwards.

        uvloop puts off the close of a socket in use, but of its own class only, not of patched ones. In another OS
        thread than the loop's this does nothing: a loop is no other thread's business.
        """
        if self._thread != _get_ident():
            return
        try:
            self._really("remove_reader")(fileno)
            self._really("remove_writer")(fileno)
        except (RuntimeError, ValueError):
            pass  # a transport's, which closes it itself; or the loop is closed

    def _watched(self) -> set[int]:
        """The descriptors that libuv watches, those of transports apart."""
        watched: set[int] = set()
        for table in gc.get_referents(self):
            if isinstance(table, dict) and any(type(value).__name__ == "UVPoll" for value in table.values()):
                watched.update(table)
        return watched

    def _signal_pipe(self) -> list[Any]:
        """Both ends of the socket pair that signals are written to, the one to read from first; nothing while the loop
        does not run in the main OS thread.
        """
        # Under monkey patching they are eventlet's sockets. The base class of every other: uvloop's `socket` is another
        # module than eventlet's original.
        ends = [each for each in gc.get_referents(self) if isinstance(each, (GreenSocket, _socket.SocketType))]
        watched = self._watched() if ends else set()
        return sorted(ends, key=lambda end: end.fileno() not in watched)

    def _replace_signal_pipe(self) -> None:
        """Put a new socket pair under the numbers of the one signals are written to; uvloop offers no way to make one.

        To be called before uv_loop_fork, which starts to watch the numbers anew.
        """
        number = set_wakeup_fd(-1)
        pipe, relay = self._signal_pipe(), self._relay
        if len(pipe) == 2:
            # From Python 3.12 on asyncio has taken the descriptor away in the child by now.
            number = pipe[1].fileno()
            _replace_pair(*pipe)
            if relay is not None:
                _replace_pair(relay.reader, relay.writer)
                if relay.uvloops >= 0:
                    number = relay.writer.fileno()
        if number is not None and number >= 0:
            set_wakeup_fd(number)


class _SignalRelay:
    """Tells the program of signals through the descriptor that it has given to `signal.set_wakeup_fd`.

    While uvloop runs in the main OS thread, signals are written to a descriptor of its own instead.
    """

    def __init__(self, theirs: int) -> None:
        self._theirs = theirs
        self.uvloops = -1
        self.reader, self.writer = _pair()

    def begin(self) -> None:
        """Come before uvloop, which has begun to listen."""
        self.uvloops = set_wakeup_fd(self.writer.fileno()) or -1

    def pass_on(self) -> None:
        try:
            signals = self.reader.recv(4096)
        except BlockingIOError:
            return
        for number in (self._theirs, self.uvloops):
            try:
                _os.write(number, signals)
            except OSError:
                pass  # full, as CPython goes by it; or closed

    def end(self) -> None:
        """uvloop, which listens no more, has put back what it found."""
        self.uvloops = -1
        self.pass_on()
        self.reader.close()
        self.writer.close()


def _pair() -> tuple[Any, Any]:
    reader, writer = _socket.socketpair()
    reader.setblocking(False)
    writer.setblocking(False)
    return reader, writer


def _replace_pair(reader: Any, writer: Any) -> None:
    """Put a new pair below the numbers of *reader* and *writer*."""
    new_reader, new_writer = _pair()
    with new_reader, new_writer:
        duplicate(new_reader, reader.fileno())
        duplicate(new_writer, writer.fileno())


def _belongs_to_main(context: dict[str, Any], exc: BaseException) -> bool:
    """Whether the main green thread is to see what uvloop reports.

    uvloop ends a connection and goes on where a method of its protocol raises SystemExit or KeyboardInterrupt. And it
    runs Python's signal handlers, when the loop is idle, in a callback of its own.
    """
    if isinstance(exc, (SystemExit, KeyboardInterrupt, HubStopped)):
        return "transport" in context and not getattr(exc, "_aiohub_delivered", False)
    return "Loop._read_from_self" in repr(context.get("handle"))


@functools.cache
def _libuv() -> ctypes.CDLL:
    return ctypes.CDLL(importlib.import_module("uvloop.loop").__file__)


def _enter_descriptors(loop: ctypes.c_void_p) -> None:
    """Put what libuv watches into the epoll set that the child of a fork has got.

    libuv has forgotten what was in the former set, but for what it was about to change there: a transport that has just
    begun to write. That it takes for known, and ends the process when it is not. What is there already is no error.
    """
    uv = _libuv()
    found: list[int] = []

    def note(handle: int, _argument: int | None) -> None:
        number = ctypes.c_int()
        if uv.uv_is_active(ctypes.c_void_p(handle)) and not uv.uv_fileno(ctypes.c_void_p(handle), ctypes.byref(number)):
            found.append(number.value)

    visit = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)(note)
    uv.uv_walk(loop, visit, None)
    with _select.epoll.fromfd(_os.dup(uv.uv_backend_fd(loop))) as poller:
        for number in found:
            try:
                poller.register(number, 0)
            except OSError:
                pass  # closed behind its back, or no file for a poll


def _renew_pool() -> None:
    """Give libuv its worker threads again; called at the end of a forked child.

    The end of the process waits for the threads of the pool, which have stayed with the parent: that is a crash or a
    hang. The first work that a child has for the pool makes new ones in their place.
    """
    uv = _libuv()
    uv.uv_loop_size.restype = uv.uv_req_size.restype = ctypes.c_size_t
    loop = ctypes.create_string_buffer(uv.uv_loop_size())
    request = ctypes.create_string_buffer(uv.uv_req_size(_UV_WORK))
    if uv.uv_loop_init(loop):
        return
    # A function that does nothing with what it is called with.
    if not uv.uv_queue_work(loop, request, ctypes.cast(uv.uv_version, ctypes.c_void_p), None):
        uv.uv_run(loop, _UV_RUN_DEFAULT)
    uv.uv_loop_close(loop)


__all__ = ["UvParts"]
