"""`make peers`: eventlet's own tests on aiohub's hub have to pass where they pass on eventlet's hubs.

The bar is what passes on eventlet's epolls hub, and for tests/asyncio_test.py what passes on its asyncio hub.
Exit code 1 when a test misses it, 2 when the tests could not run.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
from importlib.metadata import version
from pathlib import Path

import compare
import sdist
from suite import HubChoice, Run, run_hub

BUILD = sdist.ROOT / "build" / "peers"
EXCEPTIONS = Path(__file__).resolve().parent / "eventlet-exceptions.txt"

EPOLLS = HubChoice("eventlet epolls", {})
ASYNCIO = HubChoice("eventlet asyncio", {"EVENTLET_HUB": "asyncio"})
ASYNCIO_TESTS = "tests/asyncio_test.py"
OURS = {
    loop: HubChoice(f"aiohub on {loop}", {"EVENTLET_HUB": "aiohub.hub", "AIOHUB_LOOP": loop}, allows_readers=True)
    for loop in ("asyncio", "uvloop")
}


def say(text: str) -> None:
    print(text, flush=True)


def test_files(tree: Path, wanted: list[str]) -> list[str]:
    """eventlet's test files, or those of them whose names contain one of *wanted*."""
    paths = {*tree.glob("tests/*_test.py"), *tree.glob("tests/test_*.py")}
    names = sorted(path.relative_to(tree).as_posix() for path in paths)
    found = [name for name in names if not wanted or any(part in name for part in wanted)]
    if not found:
        raise SystemExit(f"aiohub: error: no test file of eventlet's contains {' or '.join(map(repr, wanted))}")
    return found


def versions() -> str:
    return f"eventlet {version('eventlet')}, Python {platform.python_version()}, greenlet {version('greenlet')}"


def table(runs: list[Run]) -> str:
    rows: list[tuple[str, ...]] = [("hub", "passed", "failed", "skipped", "seconds")]
    for run in runs:
        counts = run.count("passed"), run.count("failed", "hung", "crashed"), run.count("skipped")
        rows.append((run.hub.name, *map(str, counts), f"{run.seconds:.0f}"))
    return "\n".join(f"{name:18}" + "".join(f"{cell:>9}" for cell in cells) for name, *cells in rows)


def as_json(runs: list[Run], verdicts: dict[str, compare.Verdict]) -> str:
    hubs = {
        run.hub.name: {
            "seconds": round(run.seconds, 1),
            "tests": {test: result.as_json() for test, result in sorted(run.results.items())},
        }
        for run in runs
    }
    judged = {name: {"regressions": v.regressions, "stale_exceptions": v.stale} for name, v in verdicts.items()}
    return json.dumps({"versions": versions(), "hubs": hubs, "verdicts": judged}, indent=1) + "\n"


def report(run: Run, verdict: compare.Verdict) -> None:
    for test in verdict.regressions:
        result = run.results.get(test)
        say(f"\n{run.hub.name}: {test}: {result.outcome if result else 'not run'}, passes on eventlet's hub")
        if result:
            say("\n".join(f"    {line}" for line in result.text.splitlines()[-60:]))
    for test in verdict.stale:
        say(f"\n{EXCEPTIONS.name}: {test}: a stale exception, on {run.hub.name} the test misses no bar")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", help="only test files whose names contain one of these")
    parser.add_argument("--loop", choices=sorted(OURS), action="append", help="only on this loop; else on all")
    options = parser.parse_args()

    tree = sdist.unpacked(BUILD)
    files = test_files(tree, options.files)
    excused = {t: r for t, r in compare.read_exceptions(EXCEPTIONS).items() if t.partition("::")[0] in files}
    asyncio_files = [file for file in files if file == ASYNCIO_TESTS]

    runs: list[Run] = []
    for hub, chosen in (
        (EPOLLS, files),
        (ASYNCIO, asyncio_files),
        *((OURS[loop], files) for loop in options.loop or OURS),
    ):
        if chosen:
            say(f"{hub.name}: {len(chosen)} test files")
            runs.append(run_hub(hub, tree, chosen, say))
    references = [run for run in runs if run.hub in (EPOLLS, ASYNCIO)]
    ours = [run for run in runs if run not in references]
    if not any(run.count("passed") for run in references):
        print("aiohub: error: no test passes on eventlet's own hubs: nothing to compare with", file=sys.stderr)
        return 2

    verdicts = {run.hub.name: compare.judge(run, references, excused) for run in ours}
    for run in ours:
        report(run, verdicts[run.hub.name])
    (BUILD / "eventlet.json").write_text(as_json(runs, verdicts))
    say(f"\n{table(runs)}\n{versions()}")
    for name, verdict in verdicts.items():
        stale = f"{len(excused)} exceptions, {len(verdict.stale)} of them stale"
        say(f"{name}: {len(verdict.regressions)} regressions, {stale}")
    return 0 if all(verdict.is_good for verdict in verdicts.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
