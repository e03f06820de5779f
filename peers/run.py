"""`make peers`: the tests of eventlet, CPython's asyncio, uvloop and aiohttp, on aiohub and beside it.

eventlet's tests run on aiohub's hub: the bar is what passes on eventlet's epolls hub, and for tests/asyncio_test.py
what passes on its asyncio hub. The others run on aiohub.EventLoop: the bar is what passes on the stock loop or uvloop.
Exit code 1 when a test misses the bar and is not excused in <suite>-exceptions.txt, 2 when the tests could not run.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
from dataclasses import dataclass

import compare
from suite import Run, run_files
from suites import BUILD, LOOPS, SUITES, Suite, engine_is_there


@dataclass(frozen=True)
class Outcome:
    """All runs of a suite, and what they say about ours."""

    suite: Suite
    runs: list[Run]
    verdicts: dict[str, compare.Verdict]
    exceptions: int

    @property
    def is_good(self) -> bool:
        return all(verdict.is_good for verdict in self.verdicts.values())


def say(text: str) -> None:
    print(text, flush=True)


def play(suite: Suite, wanted: list[str], loops: list[str]) -> Outcome | None:
    """Run *suite*, or those of its files whose names contain one of *wanted*; None if it has no such file."""
    place = suite.place()
    files = [name for name in suite.files(place.tree) if not wanted or any(part in name for part in wanted)]
    if not files:
        return None
    excused = {t: r for t, r in compare.read_exceptions(suite.exceptions).items() if t.partition("::")[0] in files}
    references: list[Run] = []
    ours: list[Run] = []
    for entry in suite.entries:
        chosen = [file for file in files if not entry.files or file in entry.files]
        if chosen and (not entry.is_ours or entry.loop in loops):
            say(f"{suite.name}, {entry.setting.name}: {len(chosen)} test files")
            (ours if entry.is_ours else references).append(run_files(entry.setting, place, chosen, say))
    if not any(run.count("passed") for run in references):
        raise SystemExit(f"aiohub: error: {suite.name}: no test passes where all should: nothing to compare with")
    verdicts = {run.setting.name: compare.judge(run, references, excused) for run in ours}
    for run in ours:
        report(suite, run, verdicts[run.setting.name])
    outcome = Outcome(suite, references + ours, verdicts, len(excused))
    (BUILD / f"{suite.name}.json").write_text(as_json(outcome))
    return outcome


def report(suite: Suite, run: Run, verdict: compare.Verdict) -> None:
    where = f"{suite.name}, {run.setting.name}"
    for test in verdict.regressions:
        result = run.results.get(test)
        say(f"\n{where}: {test}: {result.outcome if result else 'not run'}, passes elsewhere")
        if result:
            say("\n".join(f"    {line}" for line in result.text.splitlines()[-60:]))
    for test in verdict.stale:
        say(f"\n{suite.exceptions.name}: {test}: a stale exception, on {run.setting.name} the test misses no bar")


def table(outcomes: list[Outcome]) -> str:
    """The pass counts beside each other."""
    rows = [("suite", "on", "passed", "failed", "skipped", "seconds", "excused", "regressions")]
    for outcome in outcomes:
        title = outcome.suite.title()
        for run in outcome.runs:
            counts = run.count("passed"), run.count("failed", "hung", "crashed"), run.count("skipped")
            verdict = outcome.verdicts.get(run.setting.name)
            judged = (str(outcome.exceptions), str(len(verdict.regressions))) if verdict else ("", "")
            rows.append((title, run.setting.name, *map(str, counts), f"{run.seconds:.0f}", *judged))
            title = ""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for row in rows:
        words = [cell.ljust(width) for cell, width in zip(row[:2], widths, strict=False)]
        figures = [cell.rjust(width) for cell, width in zip(row[2:], widths[2:], strict=True)]
        lines.append("  ".join([*words, *figures]).rstrip())
    return "\n".join(lines)


def as_json(outcome: Outcome) -> str:
    runs = {
        run.setting.name: {
            "seconds": round(run.seconds, 1),
            "tests": {test: result.as_json() for test, result in sorted(run.results.items())},
        }
        for run in outcome.runs
    }
    judged = {name: {"regressions": v.regressions, "stale_exceptions": v.stale} for name, v in outcome.verdicts.items()}
    versions = {"suite": outcome.suite.title(), "python": platform.python_version()}
    return json.dumps({"versions": versions, "runs": runs, "verdicts": judged}, indent=1) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", help="only test files whose names contain one of these")
    names = [suite.name for suite in SUITES]
    parser.add_argument("--suite", choices=names, action="append", help="only this suite; may be repeated; else all")
    parser.add_argument("--loop", choices=LOOPS, action="append", help="aiohub only on this loop; else on all")
    options = parser.parse_args()
    loops = options.loop or list(LOOPS)
    if "engine" in loops and not engine_is_there():
        say("this build of aiohub has no engine: nothing runs on it")
        loops = [loop for loop in loops if loop != "engine"]

    chosen = [suite for suite in SUITES if not options.suite or suite.name in options.suite]
    outcomes = [outcome for suite in chosen if (outcome := play(suite, options.files, loops))]
    if not outcomes:
        print(f"aiohub: error: no test file's name contains {' or '.join(options.files)}", file=sys.stderr)
        return 2
    say(f"\n{table(outcomes)}")
    for outcome in outcomes:
        for name, verdict in outcome.verdicts.items():
            if verdict.stale:
                say(f"{outcome.suite.exceptions.name}: {len(verdict.stale)} stale exceptions on {name}")
    return 0 if all(outcome.is_good for outcome in outcomes) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except SystemExit as exc:
        if isinstance(exc.code, str):
            print(exc.code, file=sys.stderr)
            sys.exit(2)
        raise
