"""What passes elsewhere and not on aiohub's hub, and which of it is excused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from suite import Run


@dataclass(frozen=True)
class Verdict:
    """The tests, sorted, that speak against the hub: regressions, and excuses that are none any more."""

    regressions: list[str]
    stale: list[str]

    @property
    def is_good(self) -> bool:
        return not self.regressions and not self.stale


def read_exceptions(path: Path) -> dict[str, str]:
    """The tests that cannot apply, each with its reason, from lines `test id  # reason`."""
    reasons: dict[str, str] = {}
    for number, line in enumerate(path.read_text().splitlines(), 1):
        test, _, reason = (part.strip() for part in line.partition("  # "))
        if not test or test.startswith("#"):
            continue
        if not reason:
            raise SystemExit(f"aiohub: error: {path}:{number}: {test}: no reason given; write `test id  # reason`")
        reasons[test] = reason
    return reasons


def judge(ours: Run, references: list[Run], excused: dict[str, str]) -> Verdict:
    """Hold *ours* against all that pass in one of *references*."""
    bar = {test for run in references for test in run.results if run.passed(test)}
    missed = {test for test in bar if not ours.passed(test)}
    # An excuse for a test that passes, or that nobody runs, hides the next regression of that name.
    return Verdict(sorted(missed - excused.keys()), sorted(excused.keys() - missed))
