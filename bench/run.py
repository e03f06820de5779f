"""Side-by-side benchmarks: `make bench`, or `python bench/run.py --help`.

Exit status: 0, 1 if a contender failed, 2 for wrong arguments, 130 after Ctrl-C.
"""

from __future__ import annotations

import argparse
import datetime
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import chart
import machine
import report
from catalog import ROWS
from processes import HERE
from rounds import FAILED, Table, play
from samples import Length

if TYPE_CHECKING:
    from collections.abc import Sequence

_FORMAT = 1
_ORDER = ("quick", "default", "full")
_LENGTHS = {
    "quick": Length(server_seconds=0.1, warm_up_seconds=0.02, stretch_seconds=0.005, imports=1),
    "default": Length(server_seconds=0.5, warm_up_seconds=0.15, stretch_seconds=0.06, imports=5),
    "full": Length(server_seconds=1.0, warm_up_seconds=0.3, stretch_seconds=0.2, imports=9),
}
_ROUNDS = {"quick": 1, "default": 5, "full": 7}


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    names = [row.name for row in ROWS]
    parser = argparse.ArgumentParser(prog="bench/run.py", description="Measure aiohub and its peers side by side.")
    size = parser.add_mutually_exclusive_group()
    for name, meaning in (("quick", "see that it works; no figures to quote"), ("full", "every setting, more rounds")):
        size.add_argument(f"--{name}", dest="size", action="store_const", const=name, help=meaning)
    parser.set_defaults(size="default")
    only = f"measure this row only: {', '.join(names)}; may be repeated"
    parser.add_argument("--only", action="append", choices=names, metavar="ROW", help=only)
    parser.add_argument("--rounds", type=int, help="how often each contender is measured (default 5)")
    parser.add_argument("--results", type=Path, default=HERE / "results", help="folder for the JSON file and the chart")
    arguments = parser.parse_args(argv)
    if arguments.rounds is not None and arguments.rounds < 1:
        parser.error("--rounds: at least 1")
    return arguments


def _say(text: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{text}")
        sys.stderr.flush()


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print, write the files."""
    arguments = _arguments(argv)
    rounds = arguments.rounds or _ROUNDS[arguments.size]
    sizes = _ORDER[: _ORDER.index(arguments.size) + 1]
    about = machine.describe()
    commit, changed = machine.commit()
    began = datetime.datetime.now(datetime.timezone.utc)
    clock = time.monotonic()
    print(f"{machine.summary(about)}; commit {commit}{' with changes' if changed else ''}\n", flush=True)
    load = about["machine"]["load_average"]
    if load > about["machine"]["cores"] / 2:
        print(f"the machine is busy (load average {load}): expect rough figures\n", flush=True)
    tables: list[Table] = []
    for row in ROWS:
        if arguments.only and row.name not in arguments.only:
            continue
        variants = [variant for variant in row.variants if variant.since in sizes]
        table = play(row, variants, rounds, _LENGTHS[arguments.size], _say)
        _say("")
        print(report.table_text(table), flush=True)
        tables.append(table)
    found = report.ratios(tables)
    print(report.costs_text(found))
    record = {
        "format": _FORMAT,
        "taken": began.isoformat(timespec="seconds"),
        "took_seconds": round(time.monotonic() - clock, 1),
        "commit": commit,
        "changed": changed,
        "size": arguments.size,
        "rounds": rounds,
        **about,
        **report.as_json(tables, found),
    }
    stem = f"{began:%Y-%m-%d}-{commit}"
    arguments.results.mkdir(parents=True, exist_ok=True)
    json_path, chart_path = (arguments.results / f"{stem}.{kind}" for kind in ("json", "svg"))
    json_path.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    chart_path.write_text(chart.svg(tables, f"{machine.summary(about)}; {began:%Y-%m-%d}, {commit}"), encoding="utf-8")
    print(f"wrote {json_path} and {chart_path.name} in {record['took_seconds']:.0f} s")
    statuses = {series.status for table in tables for case in table.cases.values() for series in case.values()}
    return 1 if FAILED in statuses else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        # The measured processes have been ended on the way here.
        print("\naiohub: bench: interrupted, nothing written", file=sys.stderr)
        sys.exit(130)
