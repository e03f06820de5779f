"""The memory of the shim: objects that were never set up, long chains, allocations that fail."""

import asyncio
from pathlib import Path

import pytest

from aiohub._loop import transports as _transports

pytestmark = pytest.mark.once


METHODS = {
    "write": (b"x",),
    "writelines": ([b"x"],),
    "sendto": (b"x", ("127.0.0.1", 9)),
    "pause_reading": (),
    "resume_reading": (),
    "is_closing": (),
    "is_reading": (),
    "get_protocol": (),
    "get_write_buffer_size": (),
    "get_write_buffer_limits": (),
    "set_write_buffer_limits": (100, 10),
    "set_protocol": (asyncio.Protocol(),),
    "write_eof": (),
    "close": (),
    "abort": (),
    "_detach": (),
    "_give_up": (),
    "_let_go": (),
    "_start_reading": (),
    "_stop_reading": (),
    "_suspend": (),
    "_unsuspend": (),
    "__repr__": (),
}


@pytest.mark.parametrize("kind", [_transports.StreamTransport, _transports.DatagramTransport])
@pytest.mark.parametrize("name", METHODS)
def test_a_transport_that_was_never_opened(kind, name):
    """It may raise and may answer; the process lives."""
    transport = kind.__new__(kind)
    method = getattr(transport, name, None)
    if method is not None:
        try:
            method(*METHODS[name])
        except (AttributeError, RuntimeError):
            pass
    assert transport.get_write_buffer_size() == 0


@pytest.mark.parametrize(
    ("kind", "name"), [(_transports.StreamTransport, "write"), (_transports.DatagramTransport, "sendto")]
)
def test_a_transport_that_was_never_opened_says_so(kind, name):
    with pytest.raises(RuntimeError, match=r"^the transport was not opened: its __init__ has not been called$"):
        getattr(kind.__new__(kind), name)(*METHODS[name])


CHAINS = """
    import sys
    import aiohub
    aiohub.install(loop="engine")
    import eventlet.hubs, greenlet
    from aiohub import _shim

    loop = aiohub.new_event_loop()
    hub = eventlet.hubs.get_hub()
    from aiohub._tasks.coroutine import _Step as Step

    async def coroutine():
        pass

    made = coroutine()

    def handles(previous):
        return loop.call_soon(print, previous)

    def timers(previous):
        return loop.call_later(3600, print, previous)

    def steps(previous):
        step = Step(made, hub)
        step._inbox = previous
        return step

    def wake_ups(previous):
        wake_up = _shim.WakeUp(hub, greenlet.getcurrent())
        wake_up.waiter = previous
        return wake_up

    def streams(previous):
        stream = _shim.Stream.__new__(_shim.Stream)
        stream._sock = previous
        return stream

    def datagrams(previous):
        datagram = _shim.Datagram.__new__(_shim.Datagram)
        datagram._sock = previous
        return datagram

    make = globals()[sys.argv[1]]
    last = None
    for _ in range(int(sys.argv[2])):
        last = make(last)
    loop.close()
    del last
    made.close()
    print("lives")
"""

CHAIN_LENGTHS = {
    "handles": 300_000,
    "timers": 300_000,
    "steps": 300_000,
    "wake_ups": 300_000,
    "streams": 300_000,
    "datagrams": 40_000,
}


@pytest.mark.parametrize("kind", CHAIN_LENGTHS)
def test_a_long_chain_of_what_holds_the_next_one(run_script, kind):
    """Each drops the one before: not one within the other on the C stack."""
    result = run_script(CHAINS, kind, CHAIN_LENGTHS[kind])
    assert (result.stdout, result.stderr, result.returncode) == ("lives\n", "", 0)


SCENES = [
    "write",
    "read",
    "read_buffered",
    "stream_reader",
    "connect",
    "datagrams",
    "callbacks",
    "grow",
    "watches",
    "new_loops",
    "green",
]


@pytest.mark.parametrize("scene", SCENES)
def test_any_allocation_may_fail(run_script, scene):
    """What that makes impossible raises or is reported; the process lives, and what it sends is what was written."""
    pytest.importorskip("_testcapi", reason="this CPython has no _testcapi, which makes allocations fail")
    result = run_script(Path(__file__).with_name("_memory_scenes.py"), scene)
    assert (result.stdout, result.returncode) == ("fine\n", 0), result.stderr


def test_the_allocator_is_left_alone_until_there_is_a_hub(run_script):
    result = run_script(
        """
        import ctypes

        class Allocator(ctypes.Structure):
            _fields_ = [(name, ctypes.c_void_p) for name in ("context", "alloc", "free")]

        def allocator():
            found = Allocator()
            ctypes.pythonapi.PyObject_GetArenaAllocator(ctypes.byref(found))
            return found.alloc

        before = allocator()
        import aiohub.hub, aiohub.loop
        aiohub.new_event_loop().close()
        print(allocator() == before)
        aiohub.install(loop="engine")
        print(allocator() == before)
        """
    )
    assert (result.stdout, result.stderr) == ("True\nFalse\n", "")
