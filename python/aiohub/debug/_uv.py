"""What a uvloop loop has to do, from libuv's own list of handles.

uvloop shows neither its ready queue nor its timers, but its extension module exports libuv's functions, and hands out
the `uv_loop_t *`. Where anything differs from what is known here the answer is "busy": a check must not be wrong the
other way.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import socket
from functools import lru_cache
from typing import Any

# enum uv_handle_type of libuv 1.x; the numbers are part of its ABI.
_ASYNC, _POLL, _TIMER = 1, 8, 13
_NAMES = {2: "queued writes", 6: "ready callbacks", 10: "child process", 16: "signal handler"}

# Offsets in the public structs of libuv 1.x on 64-bit systems, in bytes.
_HANDLE_LOOP = 8  # uv_handle_t: void *data; uv_loop_t *loop; uv_handle_type type
_HANDLE_TYPE = 16
_LOOP_ACTIVE_HANDLES = 8  # uv_loop_t: void *data; unsigned active_handles; ...
_LOOP_ACTIVE_REQUESTS = 32  # ... struct uv__queue handle_queue (2 pointers); union {...; unsigned count; } active_reqs

_Walk = ctypes.PYFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)


@lru_cache(maxsize=1)
def _libuv() -> Any:
    native = importlib.import_module("uvloop.loop")
    # PyDLL keeps the GIL: the functions below return at once, and the callback of uv_walk is Python.
    library = ctypes.PyDLL(native.__file__)
    library.uv_walk.argtypes = [ctypes.c_void_p, _Walk, ctypes.c_void_p]
    library.uv_walk.restype = None
    for name in ("uv_is_active", "uv_has_ref"):
        getattr(library, name).argtypes = [ctypes.c_void_p]
    library.uv_fileno.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
    return library


def available() -> bool:
    """Whether libuv can be asked here."""
    try:
        return ctypes.sizeof(ctypes.c_void_p) == 8 and _libuv() is not None
    except (ImportError, OSError, AttributeError):
        return False


def reason_to_wait(loop: Any, own_descriptors: set[int], own_timers: int) -> str | None:
    """Why *loop* may still call something, or None.

    *own_descriptors* and *own_timers* are watched on the runtime's own account and do not count.
    """
    library = _libuv()
    pointer = _pointer(loop)
    idle_descriptors = own_descriptors | _self_pipe(loop)
    counted = timers = 0
    reason: str | None = None

    def visit(handle: int, _: Any) -> None:
        # SAFETY: uv_walk passes live handles of this loop, in the loop's own thread, which also holds the GIL.
        nonlocal counted, timers, reason
        if not library.uv_is_active(handle):
            return
        if ctypes.c_void_p.from_address(handle + _HANDLE_LOOP).value != pointer:
            reason = "a libuv of an unknown layout"
            return
        counted += bool(library.uv_has_ref(handle))
        kind = ctypes.c_int.from_address(handle + _HANDLE_TYPE).value
        if kind == _ASYNC:
            return  # how other threads wake the loop; who they are is looked up elsewhere
        if kind == _TIMER:
            timers += 1
        elif kind == _POLL:
            number = ctypes.c_int(-1)
            library.uv_fileno(handle, ctypes.byref(number))
            if number.value not in idle_descriptors:
                reason = f"descriptor {number.value} watched by the loop"
        else:
            reason = _NAMES.get(kind, f"open transport or server (libuv handle type {kind})")

    # An exception in the callback would only be printed.
    failed: list[BaseException] = []

    def guarded(handle: int, argument: Any) -> None:
        try:
            visit(handle, argument)
        except BaseException as exc:
            failed.append(exc)

    library.uv_walk(pointer, _Walk(guarded), None)
    if failed:
        return f"a libuv that could not be read ({failed[0]!r})"
    if reason is not None:
        return reason
    if timers > own_timers:
        return "timer of the loop"
    # SAFETY: the loop is open, and alive as long as `loop` is.
    if ctypes.c_uint.from_address(pointer + _LOOP_ACTIVE_HANDLES).value != counted:
        return "a libuv of an unknown layout"
    if ctypes.c_uint.from_address(pointer + _LOOP_ACTIVE_REQUESTS).value:
        return "name lookup or other request of the loop"
    return None


def _pointer(loop: Any) -> int:
    native = importlib.import_module("uvloop.loop")
    get_pointer = ctypes.pythonapi.PyCapsule_GetPointer
    get_pointer.restype, get_pointer.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    return int(get_pointer(native.libuv_get_loop_t_ptr(loop), None))


def _self_pipe(loop: Any) -> set[int]:
    """The descriptors by which signals wake the loop: the only sockets a loop refers to itself."""
    return {obj.fileno() for obj in gc.get_referents(loop) if isinstance(obj, socket.socket)}
