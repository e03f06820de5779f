"""`make services`: programs with the libraries that services are made of, against real servers, on five hubs.

Each cell is a process. Exit code 1 when a cell is worse than in results.json, 2 when nothing could be run. With
`--write`
what was run takes its place in results.json, and docs/services.md is written from that. What docs/with.md and
docs/integrations.md say is tried, too.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from importlib import metadata
from pathlib import Path

import cells
import page
import results
import rows
import servers
import written
from hubs import HUBS, Hub

# The programs wait most of the time, but two cores are soon busy with starting them.
JOBS = 3
# A cell that is worse than before is tried again: it has to be so every time.
TRIES = 3
# How long the load of all at once goes on.
SECONDS, SHORT_SECONDS = 60, 10
BUILD = cells.ROOT / "build" / "services"


def say(text: str) -> None:
    print(text, flush=True)


def play(row: rows.Row, hub: Hub, pool: servers.Pool, before: str | None) -> cells.Cell:
    """Run a cell; again if it is one of aiohub's and worse than *before*."""
    for number in range(1, TRIES + 1):
        began = time.monotonic()
        cell = _play(row, hub, pool)
        say(f"{row.name}, {hub.name}: {cell.outcome} {cell.note} ({time.monotonic() - began:.0f} s)")
        if number == TRIES or not hub.is_ours or not results.is_worse(before, cell.outcome):
            break
        say(f"{row.name}, {hub.name}: {f'worse than before ({before})' if before else 'new'}, tried again")
    return cell


def _play(row: rows.Row, hub: Hub, pool: servers.Pool) -> cells.Cell:
    with ExitStack() as stack:
        try:
            urls = {name: pool.get(name).url for name in row.servers}
            if row.own:
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="aiohub-services-")))
                own = stack.enter_context(servers.pool(folder))
                for name in row.own:
                    urls[name] = own.get(name).url
                    urls[f"{name}_env"] = json.dumps(own.get(name).env)
        except servers.Missing as exc:
            return cells.Cell(cells.SKIPPED, str(exc))
        return cells.run(row, hub, urls)


Job = tuple[rows.Row, Hub]


def short(jobs: list[Job]) -> list[Job]:
    """What CI has the time for: aiohub's own loop."""
    return [(row, hub) for row, hub in jobs if row.is_short and hub.name == "engine"]


def play_all(jobs: list[Job], trials: list[written.Try], kept: results.Results) -> tuple[results.Results, int]:
    """Run all of *jobs*, and try what is written; the results, and how much of the latter is wrong."""
    made = results.Results(
        date=datetime.datetime.now(datetime.timezone.utc).date().isoformat(), python=platform.python_version()
    )
    with tempfile.TemporaryDirectory(prefix="aiohub-services-") as folder, servers.pool(Path(folder)) as pool:
        for name in sorted({name for row, _ in jobs for name in row.servers}):
            try:
                made.servers[name] = pool.get(name).version
            except servers.Missing as exc:
                say(f"skipped: {exc}")
        # Rows with a limit of their own take longest: first, so that none is left alone at the end.
        jobs = sorted(jobs, key=lambda job: -job[0].limit_s)
        with ThreadPoolExecutor(JOBS) as executor:
            outcomes = executor.map(lambda job: play(*job, pool, kept.outcome(job[0].name, job[1].name)), jobs)
            for (row, hub), cell in zip(jobs, outcomes, strict=True):
                made.cells.setdefault(row.name, {})[hub.name] = cell
            wrong = sum(executor.map(lambda trial: try_written(trial, pool), trials))
    for row, _ in jobs:
        made.libraries.update(row.versions())
    for name in ("eventlet", "greenlet", "uvloop"):
        made.libraries[name] = metadata.version(name)
    return made, wrong


def try_written(trial: written.Try, pool: servers.Pool) -> bool:
    """Whether a block of a page is wrong."""
    name = f"{trial.page}, {trial.section}, {trial.what}"
    try:
        written.run(trial, pool)
    except servers.Missing as exc:
        say(f"{name}: skipped: {exc}")
    except written.Wrong as exc:
        say(f"{name}: wrong: {exc}")
        return True
    else:
        say(f"{name}: as written")
    return False


def judge(made: results.Results, kept: results.Results) -> int:
    """Say which cells are worse than in *kept*, and how many."""
    worse = 0
    ours = {hub.name for hub in HUBS if hub.is_ours}
    for row, of_row in sorted(made.cells.items()):
        for hub, cell in of_row.items():
            before = kept.outcome(row, hub)
            if hub in ours and results.is_worse(before, cell.outcome):
                worse += 1
                say(f"\n{row}, {hub}: {cell.outcome}, {'was: ' + before if before else 'a new cell'}: {cell.note}")
                say("\n".join(f"    {line}" for line in cell.output.splitlines()[-60:]))
    return worse


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", nargs="*", help="only rows whose names contain one of these")
    parser.add_argument(
        "--hub", choices=[hub.name for hub in HUBS], action="append", help="only on this hub; may be repeated"
    )
    parser.add_argument("--short", action="store_true", help="what CI runs: aiohub's hubs, without the longest rows")
    parser.add_argument("--write", action="store_true", help="keep the results, and write docs/services.md")
    options = parser.parse_args()
    known = rows.read_all()
    jobs = [(row, hub) for row in known for hub in row.hubs() if not options.hub or hub.name in options.hub]
    trials = written.all_tries()
    if options.short:
        jobs = short(jobs)
    if options.rows:
        jobs = [(row, hub) for row, hub in jobs if any(part in row.name for part in options.rows)]
        trials = [trial for trial in trials if any(part in f"{trial.page} {trial.section}" for part in options.rows)]
    if not jobs and not trials:
        print(f"aiohub: error: no row's name contains {' or '.join(options.rows)}", file=sys.stderr)
        return 2
    os.environ["SERVICES_SECONDS"] = str(SHORT_SECONDS if options.short else SECONDS)
    kept = results.load()
    made, wrong = play_all(jobs, trials, kept)
    BUILD.mkdir(parents=True, exist_ok=True)
    (BUILD / "results.json").write_text(made.as_json())
    worse = judge(made, kept)
    if options.write:
        kept.update(made)
        kept.keep_only({row.name for row in known})
        results.FILE.write_text(kept.as_json())
        page.FILE.write_text(page.text(kept, known))
        say(f"written: {results.FILE}, {page.FILE}")
    say(summary(made, worse, len(trials), wrong))
    return 1 if worse or wrong else 0


def summary(made: results.Results, worse: int, trials: int, wrong: int) -> str:
    """How many cells have which outcome; the last line counts all that was tried."""
    lines = []
    for hub in HUBS:
        outcomes = [of_row[hub.name].outcome for of_row in made.cells.values() if hub.name in of_row]
        if outcomes:
            counts = {name: outcomes.count(name) for name in (*cells.OUTCOMES, cells.SKIPPED) if name in outcomes}
            lines.append(f"{hub.title}: {', '.join(f'{count} {name}' for name, count in counts.items())}")
    ran = [cell for of_row in made.cells.values() for cell in of_row.values() if cell.outcome != cells.SKIPPED]
    skipped = sum(map(len, made.cells.values())) - len(ran)
    lines.append(f"pages: {trials - wrong} of {trials} blocks as written")
    failed = worse + wrong
    lines.append(f"{len(ran) + trials - failed} passed, {failed} failed, {skipped} skipped")
    return "\n" + "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
