"""docs/services.md, from the results of the last full run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cells
from hubs import HUBS
from rows import ALL, FAMILIES, Row

if TYPE_CHECKING:
    from results import Results

FILE = cells.ROOT / "docs" / "services.md"
SIGNS = {"works": "yes", "stands still": "stands still", "fails": "fails", "hangs": "hangs", cells.SKIPPED: "not tried"}

HEAD = """\
# Libraries and servers

<!-- Written by `make services`; what it found is in services/results.json. -->

Each row is a small program with the real library, against the real server. The program is the same in each column; only
the variables that choose the hub differ. A green thread ticks all the time beside it.

* "yes": the program did what it should, and the tick went on while it waited.
* "stands still": nothing else ran while it waited.
* "fails", "hangs": see the last table.

![How many programs work on each hub, a mark for each.](images/services.svg)

Where a program waits for a coroutine it uses what the hub has for that: `aiohub.wait`, or eventlet's
`spawn_for_awaitable`. The epolls hub knows no coroutines: there it is `asyncio.run` in the patched program.

Run on {date} with CPython {python} on Linux, {common}.
Servers: {servers}.

`make services` repeats it, `make services ROWS=redis` a part. CI runs all but the longest on
aiohub's loop, and fails where a cell gets worse. How to switch a service over: [with your software](with.md).
"""


def text(results: Results, known: list[Row]) -> str:
    """The page."""
    common = ", ".join(f"{name} {results.libraries[name]}" for name in ("eventlet", "greenlet", "uvloop"))
    servers = ", ".join(f"{_SERVERS.get(name, name)} {version}" for name, version in sorted(results.servers.items()))
    parts = [HEAD.format(date=results.date, python=results.python, common=common, servers=servers)]
    for family in FAMILIES:
        rows = [row for row in known if row.family == family]
        if rows:
            parts.append(_section(family, rows, results))
    parts.append(_notes(results, known))
    return "\n".join(parts)


_SERVERS = {
    "postgresql": "PostgreSQL",
    "mariadb": "MariaDB",
    "redis": "Redis",
    "rabbitmq": "RabbitMQ",
    "memcached": "memcached",
    "openvswitch": "Open vSwitch",
}


def _section(family: str, rows: list[Row], results: Results) -> str:
    titles = " | ".join(hub.title for hub in HUBS)
    lines = [f"## {family.capitalize()}", "", f"| library | program | {titles} |", "|---" * (len(HUBS) + 2) + "|"]
    for row in rows:
        versions = results.libraries
        version = versions.get(row.main, "")
        if row.family == ALL:
            version = "(" + ", ".join(f"{name} {versions.get(name, '')}" for name in row.libraries) + ")"
        program = f"[{row.tries}](../{row.path.relative_to(cells.ROOT)})"
        outcomes = {hub.name: results.outcome(row.name, hub.name) or cells.SKIPPED for hub in row.hubs()}
        signs = " | ".join(SIGNS[outcomes[hub.name]] if hub.name in outcomes else "–" for hub in HUBS)
        lines.append(f"| {row.title} {version} | {program} | {signs} |")
    return "\n".join([*lines, ""])


def _notes(results: Results, known: list[Row]) -> str:
    lines = ["## What was seen where it does not work", "", "| library | on | seen |", "|---|---|---|"]
    for row in known:
        for hub in HUBS:
            cell = results.cells.get(row.name, {}).get(hub.name)
            if cell and cell.outcome not in ("works", cells.SKIPPED):
                note = cell.note.replace("|", "\\|").replace("<", "\\<").replace("[", "\\[")
                lines.append(f"| {row.title} | {hub.title} | {cell.outcome}: {note} |")
    return "\n".join(lines) + "\n"
