"""Runs files of eventlet's tests under one hub, and says what became of each test."""

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
# eventlet's tests limit themselves to a few seconds, those that start processes to some ten.
TEST_LIMIT_S = 60
FILE_LIMIT_S = 600
# The tests time things: more of them at once than this makes them fail.
JOBS = 2
RETRIES = 2
# So many failures are not noise, and trying each again would take for ever.
RETRY_AT_MOST = 40


@dataclass(frozen=True)
class HubChoice:
    """A hub to run under: its name in the report and the variables that choose it."""

    name: str
    env: dict[str, str]
    allows_readers: bool = False


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
    """All results of one hub, by test id."""

    hub: HubChoice
    results: dict[str, Result] = field(default_factory=dict)
    seconds: float = 0.0

    def count(self, *outcomes: str) -> int:
        return sum(result.outcome in outcomes for result in self.results.values())

    def passed(self, test: str) -> bool:
        return test in self.results and self.results[test].outcome == "passed"


def run_hub(hub: HubChoice, tree: Path, files: list[str], say: Callable[[str], None]) -> Run:
    """Run *files* under *hub*, each in processes of its own, then what failed again, alone."""
    run = Run(hub)
    started = time.monotonic()
    with ThreadPoolExecutor(JOBS) as pool:
        for results in pool.map(lambda file: _run_file(hub, tree, file), files):
            run.results.update(results)
    again = sorted(test for test, result in run.results.items() if result.outcome not in ("passed", "skipped"))
    if len(again) > RETRY_AT_MOST:
        say(f"{hub.name}: {len(again)} tests failed; too many to be noise, none is tried again")
        again = []
    for test in again:
        _retry(run, tree, test, say)
    run.seconds = time.monotonic() - started
    return run


def _retry(run: Run, tree: Path, test: str, say: Callable[[str], None]) -> None:
    file = test.partition("::")[0]
    for number in range(1, RETRIES + 1):
        result = _run_file(run.hub, tree, file, only=test).get(test)
        if result is not None and result.outcome == "passed":
            say(f"{run.hub.name}: {test}: {run.results[test].outcome}, passed when tried again ({number})")
            run.results[test] = Result("passed", run.results[test].text, number)
            return
    run.results[test].retries = RETRIES


def _run_file(hub: HubChoice, tree: Path, file: str, only: str | None = None) -> dict[str, Result]:
    """Run one file; a process that a test takes with it is followed by another for the rest of the file."""
    results: dict[str, Result] = {}
    with tempfile.TemporaryDirectory() as place:
        done = Path(place) / "done"
        chosen = Path(place) / "only"
        while True:
            journal = Path(place) / "journal"
            journal.write_text("")
            done.write_text("\n".join(results))
            chosen.write_text(only or "")
            output = _run_process(hub, tree, file, journal, done, chosen if only else None)
            started, is_finished = _read(journal, results)
            if is_finished:
                return results
            if started is None:
                raise SystemExit(f"aiohub: error: {hub.name}: {file} could not run:\n{output}")
            # The test that was running when the process ended is the one that ended it.
            results[started] = Result("hung" if "Timeout (" in output else "crashed", output)


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


def _run_process(hub: HubChoice, tree: Path, file: str, journal: Path, done: Path, only: Path | None) -> str:
    env = {name: value for name, value in os.environ.items() if name not in ("EVENTLET_HUB", "AIOHUB_LOOP")}
    env.update(hub.env)
    env.update(
        PEERS_JOURNAL=str(journal),
        PEERS_DONE=str(done),
        PEERS_LIMIT_S=str(TEST_LIMIT_S),
        PYTHONPATH=os.pathsep.join(filter(None, [str(PLUGIN), env.get("PYTHONPATH")])),
        PYTEST_DISABLE_PLUGIN_AUTOLOAD="1",
        PYTEST_ADDOPTS="",
    )
    if only is not None:
        env["PEERS_ONLY"] = str(only)
    if hub.allows_readers:
        env["PEERS_READERS"] = "1"
    # An empty configuration of their own: else pytest finds this project's in a directory above.
    config = ["-c", str(PLUGIN / "pytest.ini"), "--rootdir", str(tree)]
    plugins = ["-p", "peers_plugin", "-p", "no:cacheprovider", "-p", "no:faulthandler"]
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", "-q", *config, *plugins, file],
        cwd=tree,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    try:
        return process.communicate(timeout=FILE_LIMIT_S)[0]
    except subprocess.TimeoutExpired:
        _kill_group(process)
        return f"Timeout ({FILE_LIMIT_S} s for the file)\n" + process.communicate()[0]
    finally:
        _kill_group(process)  # what the tests have left running


def _kill_group(process: subprocess.Popen[str]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
