"""What the child of a fork does in the fork matrix, and how it has to end.

A child whose end is reached says so with the exit code REACHED. One that hands control back ends with BACK_IN_MAIN: its
main green thread has gone on.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys

import eventlet
from eventlet import hubs

REACHED = 7
BACK_IN_MAIN = 9

#: Set when the child has done what it is to do and has not ended by it.
over: list[bool] = []


async def _five() -> int:
    await asyncio.sleep(0.001)
    return 5


def _sleep(place: str) -> None:
    eventlet.sleep(0.001)
    os._exit(REACHED)


def _use_hub(place: str) -> None:
    for _ in range(2):
        hubs.use_hub()
        eventlet.sleep(0.001)
    os._exit(REACHED)


def _asyncio_run(place: str) -> None:
    coroutine = _five()
    try:
        assert asyncio.run(coroutine) == 5
    except RuntimeError:
        coroutine.close()
        assert place in ("coroutine", "callback", "handler")  # inside a running loop, as everywhere in asyncio
    os._exit(REACHED)


def _use_hub_and_run(place: str) -> None:
    hubs.use_hub()
    assert asyncio.run(_five()) == 5
    os._exit(REACHED)


def _use_hub_and_exit(place: str) -> None:
    hubs.use_hub()
    sys.exit(REACHED)


def _sys_exit(place: str) -> None:
    sys.exit(REACHED)


def _error(place: str) -> None:
    raise KeyError("the child's")


def _interrupt(place: str) -> None:
    raise KeyboardInterrupt


def _subprocess(place: str) -> None:
    from eventlet.green import subprocess

    os._exit(subprocess.run([sys.executable, "-SEc", f"raise SystemExit({REACHED})"]).returncode)


def _asyncio_subprocess(place: str) -> None:
    import aiohub

    async def run() -> int:
        process = await asyncio.create_subprocess_exec(sys.executable, "-SEc", f"raise SystemExit({REACHED})")
        return await process.wait()

    os._exit(aiohub.wait(run()))


def _fork(place: str) -> None:
    pid = os.fork()
    if not pid:
        eventlet.sleep(0.001)
        os._exit(REACHED)
    while True:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            os._exit(os.waitstatus_to_exitcode(status))
        eventlet.sleep(0.001)


def _loop_close(place: str) -> None:
    import aiohub

    try:
        aiohub.get_loop().close()
    except RuntimeError:
        assert place in ("coroutine", "callback", "handler")
    else:
        eventlet.sleep(0.001)
    os._exit(REACHED)


def _os_exit(place: str) -> None:
    os._exit(REACHED)


def _return(place: str) -> None:
    pass


#: Those that wait: in a callback of the loop, which cannot, a green thread does it.
_WAITING = {"sleep": _sleep, "subprocess": _subprocess, "asyncio subprocess": _asyncio_subprocess, "fork": _fork}
ENDS = {
    **_WAITING,
    "use_hub": _use_hub,
    "asyncio.run": _asyncio_run,
    "use_hub, asyncio.run": _use_hub_and_run,
    "use_hub, sys.exit": _use_hub_and_exit,
    "sys.exit": _sys_exit,
    "error": _error,
    "KeyboardInterrupt": _interrupt,
    "loop.close": _loop_close,
    "os._exit": _os_exit,
    "return": _return,
}
#: Those that eventlet's own hubs know: tpool hangs at the end of a child of theirs with a new hub. Those that raise.
EVENTLET_ENDS = [name for name in ENDS if "asyncio" not in name and name not in ("loop.close", "use_hub, sys.exit")]
RAISING_ENDS = ["use_hub, sys.exit", "sys.exit", "error", "KeyboardInterrupt"]


def reach(end: str, place: str) -> None:
    """Do *end*, here in the child, at a spot of the kind *place*."""
    if end in _WAITING and place in ("callback", "handler"):
        eventlet.spawn(_reach_in_green_thread, _WAITING[end])
        return
    try:
        ENDS[end](place)
    finally:
        over.append(True)


def _reach_in_green_thread(function) -> None:
    function("green")


def expected_code(end: str, place: str) -> int:
    """The exit code of the child."""
    if end == "return":
        return 0 if place == "thread" else BACK_IN_MAIN
    if end in RAISING_ENDS and place == "thread":
        return 0  # threading reports it, and the thread was all there was
    if end == "error":
        return BACK_IN_MAIN if place in ("green", "callback") else 1
    if end == "KeyboardInterrupt":
        return -signal.SIGINT
    return REACHED


def expected_in_stderr(end: str, place: str) -> str:
    """The last line of the one traceback that the child has to have written on stderr; nothing otherwise."""
    if end == "KeyboardInterrupt":
        return "KeyboardInterrupt"
    return 'KeyError: "the child\'s"' if end == "error" else ""
