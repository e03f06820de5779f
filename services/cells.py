"""Runs one program on one hub, as a process with a limit, and says what became of it."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rows import NEWER

if TYPE_CHECKING:
    from hubs import Hub
    from rows import Row

ROOT = Path(__file__).resolve().parents[1]
# From good to bad.
OUTCOMES = ("works", "stands still", "fails", "hangs")
SKIPPED = "skipped"
# The exit code of a program that has found that nothing else ran meanwhile.
STOOD_STILL = 3
# No program waits so long for anything while nothing else runs, on however slow a machine.
GAP_LIMIT_S = 5
NOTE_LENGTH = 160
LAST_WORDS_S = 2


@dataclass(frozen=True)
class Cell:
    """What became of a program on a hub."""

    outcome: str
    #: Why it does not work, in a line.
    note: str = ""
    #: The longest time between two ticks of the green thread that ticks all the time, in ms; None if nobody ticked.
    max_gap_ms: int | None = None
    #: All that the program said; not kept in results.
    output: str = ""

    def as_json(self) -> dict[str, str | int | None]:
        entry: dict[str, str | int | None] = {"outcome": self.outcome}
        if self.note:
            entry["note"] = self.note
        if self.max_gap_ms is not None:
            entry["max_gap_ms"] = self.max_gap_ms
        return entry


def run(row: Row, hub: Hub, urls: dict[str, str]) -> Cell:
    """Run the program. *urls* are the addresses of its servers."""
    with tempfile.TemporaryDirectory(prefix="aiohub-services-") as folder:
        report = Path(folder) / "report.json"
        env = {name: value for name, value in os.environ.items() if not name.startswith(("EVENTLET_", "AIOHUB_"))}
        env.update(hub.env)
        paths = [*([NEWER] if row.is_newer else []), ROOT / "python", row.path.parent]
        env.update({f"SERVICES_{name.upper()}": url for name, url in urls.items()})
        env.update(
            SERVICES_REPORT=str(report),
            PYTHONPATH=os.pathsep.join(map(str, paths)),
            PYTHONWARNINGS="ignore",
            PATH=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        )
        code, said, errors = _run_process([sys.executable, str(row.path)], env, folder, row.limit_s)
        ticks = json.loads(report.read_text()) if report.exists() else {}
    return judge(row, code, said, errors, ticks.get("max_gap_s"))


def judge(row: Row, code: int | None, said: str, errors: str, max_gap_s: float | None) -> Cell:
    """The outcome of a program that ended with *code*, None if it had to be ended."""
    gap_ms = None if max_gap_s is None else round(max_gap_s * 1000)
    output = said + errors
    if code is None:
        return Cell("hangs", f"no end after {row.limit_s} s", gap_ms, output)
    if code == STOOD_STILL:
        return Cell("stands still", _note(errors), gap_ms, output)
    if code != 0:
        return Cell("fails", _note(errors) or f"exit code {code}", gap_ms, output)
    if said != row.prints:
        wrong = next((line for line in said.splitlines() if line not in row.prints.splitlines()), "")
        return Cell("fails", f"prints {wrong!r}" if wrong else "does not print all", gap_ms, output)
    if max_gap_s is not None and max_gap_s > GAP_LIMIT_S:
        return Cell("stands still", f"for {max_gap_s:.0f} s nothing else ran", gap_ms, output)
    return Cell("works", "", gap_ms, output)


def _note(errors: str) -> str:
    """The last error in that text, without what is different each time."""
    # The errors of an exception group stand behind bars.
    lines = [stripped for line in errors.splitlines() if (stripped := line.strip(" |+-"))]
    named = [line for line in lines if re.match(r"\w[\w.]*(Error|Exception|Still|Exit)\b", line)]
    line = (named or lines or [""])[-1]
    line = re.sub(r"0x[0-9a-f]+|\b\d{4,}\b", "N", line)
    line = re.sub(r"/\S+/(?=\S)", "", line)
    return line if len(line) <= NOTE_LENGTH else line[: NOTE_LENGTH - 1] + "…"


def _run_process(argv: list[str], env: dict[str, str], cwd: str, limit_s: int) -> tuple[int | None, str, str]:
    # Files, not pipes: a child that a program has left in a session of its own would hold the pipe open for ever.
    with tempfile.TemporaryFile("w+", errors="replace") as out, tempfile.TemporaryFile("w+", errors="replace") as err:
        process = subprocess.Popen(
            argv, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=err, start_new_session=True
        )
        code = None
        try:
            code = process.wait(limit_s)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.send_signal(signal.SIGUSR1)  # says where everybody is
                process.wait(LAST_WORDS_S)
        finally:
            _kill_all(process, env["SERVICES_REPORT"])
        out.seek(0)
        err.seek(0)
        return code, out.read(), err.read()


def _kill_all(process: subprocess.Popen[bytes], report: str) -> None:
    """End the process and what it has left running: its group, and whoever has this report's name from it."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()
    mark = f"SERVICES_REPORT={report}".encode()
    for entry in Path("/proc").glob("[0-9]*/environ"):
        try:
            if mark in entry.read_bytes().split(b"\0"):
                os.kill(int(entry.parent.name), signal.SIGKILL)
        except (OSError, ValueError):
            pass  # ended meanwhile, or not ours
