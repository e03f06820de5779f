"""The ratchet in a test run: `pytest -p aiohub.ratchet.pytest_plugin`.

The policy is the file that AIOHUB_RATCHET names, else aiohub-runtime.json in pytest's root directory. A test in which
eventlet is imported where it may not be fails; so does the run, if the program under test swallowed the error.
"""

from __future__ import annotations

import os
from typing import Any

from ._hook import VARIABLE, install, violations
from ._policy import PolicyError


def pytest_configure(config: Any) -> None:
    """Install before anything is collected."""
    import pytest

    path = os.environ.get(VARIABLE) or config.rootpath / "aiohub-runtime.json"
    try:
        install(path)
    except PolicyError as exc:
        raise pytest.UsageError(f"aiohub.ratchet: {exc}") from exc


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say what was found, swallowed or not."""
    for message in dict.fromkeys(violations()):
        terminalreporter.write_line(f"aiohub.ratchet: {message}", red=True)


def pytest_sessionfinish(session: Any) -> None:
    """Fail a run whose tests all passed."""
    if violations() and session.exitstatus == 0:
        session.exitstatus = 1
