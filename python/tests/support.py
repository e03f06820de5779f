"""Helpers of the test session: fresh interpreters, and what a test may have left behind."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping


def run_interpreter(program: Path, args: tuple, env: Mapping[str, str | None], timeout: float):
    """Run *program* in a fresh interpreter to its end. *env* goes on top of this process's; None takes a variable away.

    After *timeout* seconds the program and its children are killed, and the test fails with what they have written.
    """
    variables = {**os.environ, "PYTHONFAULTHANDLER": "1", **env}
    process = subprocess.Popen(
        [sys.executable, str(program), *map(str, args)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={name: value for name, value in variables.items() if value is not None},
        cwd=program.parent,
        start_new_session=True,
    )
    try:
        stdout, stderr = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        stdout, stderr = _abort(process)
        pytest.fail(
            f"the program still runs after {timeout} s\n--- stdout\n{stdout}--- stderr\n{stderr}", pytrace=False
        )
    finally:
        _kill_group(process)
    return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)


def _abort(process: subprocess.Popen) -> tuple[str, str]:
    """End a program that hangs; its output ends with the place where it hung."""
    process.send_signal(signal.SIGABRT)  # faulthandler answers with the stack of every thread
    try:
        return process.communicate(timeout=5)
    except subprocess.TimeoutExpired:
        _kill_group(process)
    try:
        return process.communicate(timeout=5)
    except subprocess.TimeoutExpired as exc:  # a child in a session of its own holds the pipes
        return tuple((part or b"").decode(errors="replace") for part in (exc.stdout, exc.stderr))


def _kill_group(process: subprocess.Popen) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def script_path(code_or_path: str | Path, directory: Path) -> Path:
    """A file with the program: the path given, or a new file in *directory* with the text, dedented."""
    if isinstance(code_or_path, Path):
        return code_or_path.resolve()
    # A file, not -c: tracebacks then show lines, and multiprocessing's spawn finds the program again.
    path = directory / "program.py"
    path.write_text(textwrap.dedent(code_or_path))
    return path


class Leftovers:
    """What descriptors, OS threads and tasks there are now, to compare with later."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.before = self._count()

    def _count(self) -> dict[str, set]:
        return {
            "descriptor": {(number, target) for number, target in _descriptors()},
            "thread": set(threading.enumerate()),
            "task": asyncio.all_tasks(self.loop),
        }

    def new(self) -> list[str]:
        """One line for each thing that was not there before."""
        now = self._count()
        return sorted(f"{kind}: {thing}" for kind, things in now.items() for thing in things - self.before[kind])

    def wait_until_gone(self, turn, seconds: float = 5.0) -> list[str]:
        """Call *turn* until nothing is left; what is left after *seconds*.

        What a test has ended may need a few turns of the loop, and an OS thread some time, to be really gone.
        """
        deadline = time.monotonic() + seconds
        while True:
            gc.collect()
            left = self.new()
            if not left or time.monotonic() > deadline:
                return left
            turn()


def _descriptors():
    for name in os.listdir("/proc/self/fd"):
        try:
            yield int(name), os.readlink(f"/proc/self/fd/{name}")
        except FileNotFoundError:
            pass  # listdir's own
