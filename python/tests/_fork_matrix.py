"""The fork matrix: situations before a fork (_fork_matrix_scenes) x what the child does then (_fork_matrix_ends).

    python _fork_matrix.py LOOP SHARE...

LOOP is engine, asyncio, uvloop or epolls (eventlet's own hub, to compare with). SHARE is `all`, or `I/N`: of each
situation every N-th end, beginning with another one in each situation; or the name of a cell, as it is printed. A line
for each wrong cell, then how many there were. Each cell is a process, forked from one that has imported everything and
made no hub yet.
"""

from __future__ import annotations

import faulthandler
import os
import signal
import sys
import warnings
from typing import NoReturn

import eventlet
from _fork_matrix_ends import (
    BACK_IN_MAIN,
    ENDS,
    EVENTLET_ENDS,
    RAISING_ENDS,
    expected_code,
    expected_in_stderr,
    over,
    reach,
)
from _fork_matrix_scenes import ASYNCIO, SCENES
from eventlet import hubs, patcher

real_os, real_time = patcher.original("os"), patcher.original("time")

# Cells that run at once: they wait most of the time.
_WORKERS = 4
# Seconds after which a child, a cell, hangs.
_CHILD_HANGS = 20
_CELL_HANGS = 40


def cells(loop: str) -> list[tuple[str, str]]:
    """What there is to try on *loop*."""
    found = []
    for name, (place, _) in SCENES.items():
        if loop == "epolls" and name in ASYNCIO:
            continue
        for end in EVENTLET_ENDS if loop == "epolls" else ENDS:
            if place == "pool" and end in (*RAISING_ENDS, "return"):
                continue  # the pool's thread takes it and waits for its next job, in any program
            found.append((name, end))
    return found


def share(every: list[tuple[str, str]], which: str) -> list[tuple[str, str]]:
    """The cells of one share."""
    if which == "all":
        return every
    if "/" not in which:
        return [cell for cell in every if which in " | ".join(cell)]
    index, parts = map(int, which.split("/"))
    scenes, ends = list(SCENES), list(ENDS)
    return [cell for cell in every if (scenes.index(cell[0]) + ends.index(cell[1])) % parts == index]


# In the process of a cell.


def _prepare(loop: str) -> None:
    """What takes long, once for all cells: monkey patching, and giving asyncio the original modules."""
    warnings.filterwarnings("ignore", "This process .* is multi-threaded, use of")  # right where a scene has threads
    eventlet.monkey_patch()
    if loop != "epolls":
        from aiohub._patch import asyncio_modules

        asyncio_modules.unpatch_asyncio()


def _install(loop: str) -> None:
    if loop == "epolls":
        hubs.use_hub("epolls")
    else:
        import aiohub

        aiohub.install(loop=loop)


def _run_cell(loop: str, name: str, end: str) -> int:
    """The exit code of the cell: 0, or what is wrong on stderr and 1."""
    _install(loop)
    place, scene = SCENES[name]
    kind = "thread" if place == "pool" else place
    pids: list[int] = []

    def fork() -> None:
        pid = os.fork()
        if pid:
            pids.append(pid)
            return
        pids.clear()
        reach(end, kind)

    try:
        scene(fork)
        if not pids:
            _go_on_in_child()
    except BaseException:
        if pids:
            os.kill(pids[0], signal.SIGKILL)
        raise
    code = _reap(pids[0])
    _both_worlds_work(loop)
    wanted = expected_code(end, kind)
    if code != wanted:
        raise AssertionError(f"the child ended with {code}, not {wanted}")
    return 0


def _go_on_in_child() -> None:
    while not over:
        eventlet.sleep(0.001)
    eventlet.sleep(0)  # uvloop calls what else is ready before it lets an exception out
    sys.exit(BACK_IN_MAIN)


def _reap(pid: int) -> int | str:
    deadline = real_time.monotonic() + _CHILD_HANGS
    while real_time.monotonic() < deadline:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        eventlet.sleep(0.002)
    os.kill(pid, signal.SIGABRT)  # faulthandler answers with the stack of every thread
    os.waitpid(pid, 0)
    return "a hang"


def _both_worlds_work(loop: str) -> None:
    assert eventlet.spawn(lambda: eventlet.sleep(0.001) or "green").wait() == "green"
    if loop == "epolls":
        return
    import asyncio

    import aiohub

    async def main() -> str:
        await asyncio.sleep(0.001)
        eventlet.sleep(0)
        return await eventlet.spawn(lambda: "awaited")

    assert aiohub.wait(main()) == "awaited"


# In the process that runs the cells.


class _Cell:
    """A cell that runs."""

    def __init__(self, loop: str, name: str, end: str) -> None:
        self.loop, self.name, self.end = loop, name, end
        self.output = os.memfd_create("cell")
        #: Readable at its end when the cell and all its children have ended.
        self.alive, writable = os.pipe()
        self.deadline = real_time.monotonic() + _CELL_HANGS
        self.code: int | None = None
        self.pid = os.fork()
        if self.pid == 0:
            self._run()
        os.close(writable)
        os.set_blocking(self.alive, False)

    def _run(self) -> NoReturn:
        os.setsid()
        os.close(self.alive)
        os.dup2(self.output, 1)
        os.dup2(self.output, 2)
        faulthandler.enable()
        code = _run_cell(self.loop, self.name, self.end)
        if self.end == "return":
            sys.exit(code)  # one end for all ends: that of a program, for parent and child
        os._exit(code)

    def is_over(self) -> bool:
        if self.code is None:
            done, status = real_os.waitpid(self.pid, os.WNOHANG)
            if done:
                self.code = os.waitstatus_to_exitcode(status)
        if self.code is not None:
            try:
                real_os.read(self.alive, 1)
                return True
            except BlockingIOError:
                pass
        return real_time.monotonic() > self.deadline

    def verdict(self) -> str:
        """What is wrong, or an empty string."""
        faults = []
        if self.code != 0:
            faults.append("hangs" if self.code is None else f"the parent ended with {self.code}")
        else:
            try:
                real_os.read(self.alive, 1)
            except BlockingIOError:
                faults.append("a process is left")
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        if self.code is None:
            real_os.waitpid(self.pid, 0)
        text = os.pread(self.output, 1 << 20, 0).decode(errors="replace")
        os.close(self.output)
        os.close(self.alive)
        place = SCENES[self.name][0]
        wanted = expected_in_stderr(self.end, place)
        if text.splitlines().count(wanted) != 1 if wanted else text:
            faults.append("stderr is not as expected")
        return f"{'; '.join(faults)}\n{text}" if faults else ""


def main(loop: str, *which: str) -> int:
    _prepare(loop)
    waiting = [cell for part in which for cell in share(cells(loop), part)]
    count, wrong = len(waiting), 0
    running: list[_Cell] = []
    waiting.reverse()
    while waiting or running:
        while waiting and len(running) < _WORKERS:
            running.append(_Cell(loop, *waiting.pop()))
        for cell in [cell for cell in running if cell.is_over()]:
            running.remove(cell)
            fault = cell.verdict()
            if fault:
                wrong += 1
                print(f"WRONG {loop}: {cell.name} | {cell.end}: {fault}", flush=True)
        real_time.sleep(0.001)
    print(f"{wrong} of {count} cells are wrong on {loop}")
    return 1 if wrong or not count else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
