"""The pytest plugin inside each test process: writes down outcomes as they come, ends tests that hang.

Given with -p; takes its orders from variables:

PEERS_JOURNAL    the file to append to, one JSON object a line: {"start": id}, {"end": id, "outcome": ...},
                 and {"finished": ...} at the end
PEERS_DONE       a file with the ids, one a line, that an earlier process of the same run has dealt with
PEERS_ONLY       a file with the only ids to run
PEERS_LIMIT_S    how long one test may take
"""

from __future__ import annotations

import faulthandler
import json
import os
from pathlib import Path

import pytest

JOURNAL = Path(os.environ["PEERS_JOURNAL"])
PID = os.getpid()
# Taken before pytest puts a file in the place of descriptor 2; what is in that is lost when the process ends at once.
STDERR = os.dup(2)


def note(**entry: str) -> None:
    if os.getpid() == PID:  # a test's forked child is not the one who reports
        with JOURNAL.open("a") as file:
            file.write(json.dumps(entry) + "\n")


def ids_in(variable: str) -> set[str] | None:
    path = os.environ.get(variable)
    return set(Path(path).read_text().splitlines()) if path else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    done, only = ids_in("PEERS_DONE") or set(), ids_in("PEERS_ONLY")
    items[:] = [item for item in items if item.nodeid not in done and (only is None or item.nodeid in only)]


def pytest_collectreport(report: pytest.CollectReport) -> None:
    if report.failed:
        note(start=report.nodeid)
        note(end=report.nodeid, outcome="failed", text=str(report.longrepr))


def pytest_sessionfinish() -> None:
    note(finished="")


class Phases:
    """What the phases of the running test came to."""

    outcome = "passed"
    text = ""


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item):
    note(start=item.nodeid)
    Phases.outcome, Phases.text = "passed", ""
    faulthandler.dump_traceback_later(float(os.environ["PEERS_LIMIT_S"]), exit=True, file=STDERR)
    try:
        return (yield)
    finally:
        faulthandler.cancel_dump_traceback_later()
        note(end=item.nodeid, outcome=Phases.outcome, text=Phases.text)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.failed:
        Phases.outcome = "failed"
        Phases.text += f"{report.longreprtext}\n{report.capstderr}"
    elif report.skipped and Phases.outcome == "passed":
        Phases.outcome = "skipped"
