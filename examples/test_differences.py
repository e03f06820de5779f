"""The programs of docs/differences.md: one for each row, and each does what its row says of the two hubs of asyncio."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAMS = Path(__file__).parent / "differences"
PAGE = Path(__file__).parents[1] / "docs" / "differences.md"
ROW = re.compile(
    r"^\| \[(?P<row>.*)\]\(\.\./examples/differences/(?P<name>\w+\.py)\) \| (?P<theirs>.*?) \| ", re.MULTILINE
)
ROWS = {found["name"]: found for found in ROW.finditer(PAGE.read_text())}
#: What they say of aiohub, and what follows from how the other is built.
OURS_ALONE = {"row_wait.py", "row_uvloop.py", "row_detect_blocking.py", "row_detect_deadlock.py"}
#: Only to end a program that hangs, and one of which the page says that it does.
LIMIT_S, HANGS_S = 90, 5
ENDLESS = ("hangs", "after the next event")


def run(name: str, hub: str, limit_s: float) -> tuple[str, str]:
    """What the program printed, and the errors that it ended with."""
    command = [sys.executable, "-W", "ignore", str(PROGRAMS / name)]
    environment = {**os.environ, "EVENTLET_HUB": hub}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=limit_s)
    return done.stdout.strip(), done.stderr


def test_each_row_has_a_program_and_each_program_a_row():
    assert ROWS.keys() == {path.name for path in PROGRAMS.glob("*.py")}
    table = [line for line in PAGE.read_text().splitlines() if line.startswith("| ") and not line.startswith("| **")]
    assert len(table) == len(ROWS) + 1  # its head
    for name, found in ROWS.items():
        said = (PROGRAMS / name).read_text().split('"""')[1].rstrip(".")
        assert said.lower() == found["row"].lower()


@pytest.mark.parametrize("name", ROWS)
def test_aiohub_does_it(name):
    if name == "row_uvloop.py":
        pytest.importorskip("uvloop")
    printed, errors = run(name, "aiohub.hub", LIMIT_S)
    assert printed == "yes", errors


@pytest.mark.parametrize("name", sorted(ROWS.keys() - OURS_ALONE))
def test_the_other_hub_does_what_the_row_says(name):
    said = ROWS[name]["theirs"]
    if said.startswith(ENDLESS):
        with pytest.raises(subprocess.TimeoutExpired):
            run(name, "asyncio", HANGS_S)
        return
    printed, errors = run(name, "asyncio", LIMIT_S)
    assert (printed == "yes") == (said == "yes"), (printed, errors)
    for error in re.findall(r"\w+Error", said):
        assert error in printed + errors
    for message in re.findall('"(.*?)"', said):
        assert message in printed + errors
