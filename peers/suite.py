"""Runs files of a project's tests in one setting, and says what became of each test."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

PLUGIN = Path(__file__).resolve().parent / "plugin"
# The tests limit themselves to a few seconds, those that start processes to some ten.
TEST_LIMIT_S = 40
# For all of a file's processes together: tests that hang one after the other must not take CI with them.
FILE_LIMIT_S = 600
# Until a process has come to its first test.
START_LIMIT_S = 60
# The tests time things: more of them at once than this makes them fail.
JOBS = 2
RETRIES = 2
# So many failures are not noise, and trying each again would take for ever.
RETRY_AT_MOST = 40


@dataclass(frozen=True)
class Setting:
    """What tests run on, a hub or a loop: its name in the report and the variables that choose it."""

    name: str
    env: dict[str, str]
    #: Seconds a test may take; None for the usual limit.
    limit_s: float | None = None


@dataclass(frozen=True)
class Place:
    """Where the tests of a project are, and how pytest is to run them."""

    #: The directory that test ids are relative to.
    tree: Path
    #: The working directory of the tests.
    cwd: Path
    options: tuple[str, ...] = ()


@dataclass
class Result:
    """What became of one test: passed, failed, skipped, hung or crashed."""

    outcome: str
    text: str = ""
    retries: int = 0

    def as_json(self) -> dict[str, str | int]:
        """All of it; without the text for a test that simply passed."""
        entry: dict[str, str | int] = {"outcome": self.outcome, "retries": self.retries}
        return {**entry, "text": self.text} if self.text else entry


@dataclass
class Run:
    """All results of one setting, by test id."""

    setting: Setting
    results: dict[str, Result] = field(default_factory=dict)
    seconds: float = 0.0

    def count(self, *outcomes: str) -> int:
        return sum(result.outcome in outcomes for result in self.results.values())

    def passed(self, test: str) -> bool:
        return test in self.results and self.results[test].outcome == "passed"


def run_files(setting: Setting, place: Place, files: list[str], say: Callable[[str], None]) -> Run:
    """Run *files* in *setting*, each in processes of its own, then what failed again, alone."""
    run = Run(setting)
    started = time.monotonic()
    # The largest first: a long file that starts last runs alone at the end.
    ordered = sorted(files, key=lambda file: (-(place.tree / file).stat().st_size, file))
    with ThreadPoolExecutor(JOBS) as pool:
        for results in pool.map(lambda file: _run_file(setting, place, file), ordered):
            run.results.update(results)
    # A test that hangs does not do so for want of a second: what would pass next time may be a lost wake-up.
    again = sorted(test for test, result in run.results.items() if result.outcome in ("failed", "crashed"))
    if len(again) > RETRY_AT_MOST:
        say(f"{setting.name}: {len(again)} tests failed; too many to be noise, none is tried again")
        again = []
    for test in again:
        _retry(run, place, test, say)
    run.seconds = time.monotonic() - started
    return run


def _retry(run: Run, place: Place, test: str, say: Callable[[str], None]) -> None:
    file = test.partition("::")[0]
    for number in range(1, RETRIES + 1):
        result = _run_file(run.setting, place, file, only=test).get(test)
        if result is not None and result.outcome == "passed":
            say(f"{run.setting.name}: {test}: {run.results[test].outcome}, passed when tried again ({number})")
            run.results[test] = Result("passed", run.results[test].text, number)
            return
    run.results[test].retries = RETRIES


def _run_file(setting: Setting, place: Place, file: str, only: str | None = None) -> dict[str, Result]:
    """Run one file; a process that a test takes with it is followed by another for the rest of the file."""
    results: dict[str, Result] = {}
    deadline = time.monotonic() + FILE_LIMIT_S
    with tempfile.TemporaryDirectory() as folder:
        done = Path(folder) / "done"
        chosen = Path(folder) / "only"
        while True:
            journal = Path(folder) / "journal"
            journal.write_text("")
            done.write_text("\n".join(results))
            chosen.write_text(only or "")
            orders = {"PEERS_JOURNAL": str(journal), "PEERS_DONE": str(done)}
            if only:
                orders["PEERS_ONLY"] = str(chosen)
            output = _run_process(setting, place, file, orders, deadline)
            started, is_finished = _read(journal, results)
            if is_finished:
                return results
            if started is None:
                raise SystemExit(f"aiohub: error: {setting.name}: {file} could not run:\n{output}")
            # The test that was running when the process ended is the one that ended it.
            results[started] = Result("hung" if "Timeout (" in output else "crashed", output)
            if time.monotonic() > deadline:
                return results  # what has not run is missing from the results, and so has not passed


def _read(journal: Path, results: dict[str, Result]) -> tuple[str | None, bool]:
    """Add the journal's outcomes to *results*.

    Returns the test that was started and never ended, if there is one, and whether pytest came to its end.
    """
    running: str | None = None
    is_finished = False
    for line in journal.read_text().splitlines():
        entry = json.loads(line)
        if "start" in entry:
            running = entry["start"]
        elif "end" in entry:
            results[entry["end"]] = Result(entry["outcome"], entry["text"])
            running = None
        else:
            is_finished = True
    return running, is_finished


def _run_process(setting: Setting, place: Place, file: str, orders: dict[str, str], deadline: float) -> str:
    env = {name: value for name, value in os.environ.items() if name not in ("EVENTLET_HUB", "AIOHUB_LOOP")}
    env.update(setting.env)
    env.update(orders)
    env.update(
        PEERS_LIMIT_S=str(setting.limit_s or TEST_LIMIT_S),
        PYTHONPATH=os.pathsep.join(filter(None, [str(PLUGIN), env.get("PYTHONPATH")])),
        PYTEST_DISABLE_PLUGIN_AUTOLOAD="1",
        PYTEST_ADDOPTS="",
    )
    # An empty configuration of their own: else pytest finds this project's in a directory above.
    config = ["-c", str(PLUGIN / "pytest.ini"), "--rootdir", str(place.tree)]
    plugins = ["-p", "peers_plugin", "-p", "no:cacheprovider", "-p", "no:faulthandler"]
    limit = max(deadline - time.monotonic(), START_LIMIT_S + (setting.limit_s or TEST_LIMIT_S))
    # A file, not a pipe: a child that a test has left in a session of its own would hold the pipe open for ever.
    with tempfile.TemporaryFile("w+", errors="replace") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "pytest", "-q", *config, *plugins, *place.options, str(place.tree / file)],
            cwd=place.cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        verdict = ""
        try:
            process.wait(limit)
        except subprocess.TimeoutExpired:
            verdict = f"Timeout ({limit:.0f} s for the rest of the file)\n"
        finally:
            _kill_all(process, orders["PEERS_JOURNAL"])
        output.seek(0)
        return verdict + output.read()


def _kill_all(process: subprocess.Popen[bytes], journal: str) -> None:
    """End the process and what its tests have left running: its group, and whoever has this journal's name from it."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()
    mark = f"PEERS_JOURNAL={journal}".encode()
    for entry in Path("/proc").glob("[0-9]*/environ"):
        try:
            if mark in entry.read_bytes().split(b"\0"):
                os.kill(int(entry.parent.name), signal.SIGKILL)
        except (OSError, ValueError):
            pass  # ended meanwhile, or not ours
