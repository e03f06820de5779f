"""Measured processes: started pinned to a core, watched, and ended whatever happens."""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).resolve().parent


class ProcessFailedError(Exception):
    """A measured process ended or went silent before it gave its result."""


def cores() -> tuple[int | None, int | None]:
    """The core for what is measured and the core for the load; None where there is only one to share."""
    usable = sorted(os.sched_getaffinity(0))
    return (usable[0], usable[1]) if len(usable) > 1 else (None, None)


class Process:
    """A running script of this folder that prints JSON lines."""

    def __init__(self, popen: subprocess.Popen[bytes], errors: IO[bytes]) -> None:
        self._popen = popen
        self._errors = errors
        self._pending = b""
        self.pid = popen.pid

    def read(self, timeout: float) -> dict[str, Any]:
        """The next line it prints. Raises ProcessFailedError when none comes within *timeout* seconds."""
        assert self._popen.stdout is not None
        number = self._popen.stdout.fileno()
        deadline = time.monotonic() + timeout
        while b"\n" not in self._pending:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([number], [], [], left)[0]:
                raise ProcessFailedError(f"no answer within {timeout:g} s{self.last_words()}")
            chunk = os.read(number, 1 << 16)
            if not chunk:
                raise ProcessFailedError(f"exit status {self._popen.wait(5)}{self.last_words()}")
            self._pending += chunk
        line, _, self._pending = self._pending.partition(b"\n")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def last_words(self) -> str:
        """The last line it wrote to stderr, after a colon."""
        self._errors.seek(0)
        lines = self._errors.read().decode(errors="replace").strip().splitlines()
        return f": {lines[-1].strip()}" if lines else ""


def _environment() -> dict[str, str]:
    # What pip installed is compiled already: with this variable only our modules, and those of a fresh clone, would pay
    # for their compilation in each process.
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


@contextlib.contextmanager
def running(script: str, *args: str, env: dict[str, str] | None = None) -> Iterator[Process]:
    """Run *script* of this folder; it is killed at the end of the block."""
    with tempfile.TemporaryFile() as errors:
        popen = subprocess.Popen(
            [sys.executable, str(HERE / script), *args],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            env={**_environment(), **(env or {})},
            # Ctrl-C in a terminal goes to its whole process group: only this process shall see it, and end the others.
            start_new_session=True,
        )
        try:
            yield Process(popen, errors)
        finally:
            popen.kill()
            popen.wait()
            assert popen.stdout is not None
            popen.stdout.close()
