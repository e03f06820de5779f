"""The tables on stdout and the JSON file."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from catalog import BARS, CONTENDERS, Bar
from rounds import OK, Series, Table, ratio

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Above this the load generator's core is full: throughput and latency are its own then, the server's cost is not.
_BUSY = 0.95
_BARS_NOTE = "the bars are those of the engine; ratios without one are for scale"


def table_text(table: Table) -> str:
    """A row's table."""
    row = table.row
    head = ["case", "contender", row.unit]
    if row.server:
        head += [f"{row.unit.partition('/')[2]}s/s", "p50 us", "p99 us"]
    lines = []
    full = False
    for case, series_of in table.cases.items():
        reference = next((series for series in series_of.values() if series.status == OK), None)
        label = case
        for name, series in series_of.items():
            cells = [label, CONTENDERS[name].title]
            label = ""
            if series.status != OK:
                lines.append([*cells, f"{series.status} ({series.detail})"])
                continue
            cells.append(_number(series.median("cost_us")))
            if row.server:
                mark = "*" if (series.median("busy") or 0) > _BUSY else ""
                full = full or bool(mark)
                cells += [f"{series.median('per_second') or 0:,.0f}{mark}"]
                cells += [f"{series.median(figure) or 0:,.0f}{mark}" for figure in ("p50_us", "p99_us")]
            compared = ratio(series, reference)
            cells.append(f"{compared[0]:.2f} x" if compared else "")
            lines.append(cells)
    head.append("x the first")
    text = f"{row.title}\n{_aligned(head, lines)}"
    return text + ("\n  * the load generator's core was full: the server could do more\n" if full else "\n")


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 1000 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _aligned(head: list[str], lines: list[list[str]]) -> str:
    # A status takes the place of the figures, so it does not count for the widths.
    full = [line for line in lines if len(line) == len(head)]
    widths = [max(len(line[column]) for line in [head, *full]) for column in range(len(head))]
    widths[:2] = [max(len(line[column]) for line in [head, *lines]) for column in range(2)]
    rows = []
    for line in [head, *lines]:
        words = [cell.ljust(width) for cell, width in zip(line[:2], widths, strict=False)]
        figures = [cell.rjust(width) for cell, width in zip(line[2:], widths[2:], strict=False)]
        rows.append("  " + "  ".join([*words, *figures]).rstrip())
    return "\n".join(rows)


def ratios(tables: Sequence[Table]) -> list[dict[str, Any]]:
    """The measured lines of the cost table, of the rows in *tables*."""
    by_row = {table.row.name: table for table in tables}
    found = []
    for bar in BARS:
        if bar.row not in by_row:
            continue
        cases = by_row[bar.row].cases
        ours = cases.get(bar.case, {}).get(bar.contender)
        peer = cases.get(bar.peer_case or bar.case, {}).get(bar.peer)
        compared = ratio(ours, peer)
        found.append(
            {
                "work": bar.work,
                "row": bar.row,
                "case": bar.case,
                "contender": bar.contender,
                "peer": bar.peer,
                "peer_case": bar.peer_case or bar.case,
                "ratio": compared[0] if compared else None,
                "each_round": compared[1] if compared else [],
                "at_most": bar.at_most,
                "met": compared[0] <= bar.at_most if compared and bar.at_most is not None else None,
                "missing": _missing(bar, ours, peer),
            }
        )
    return found


def _missing(bar: Bar, ours: Series | None, peer: Series | None) -> str:
    """Why there is no ratio, in a few words; the row's own table has the details."""
    if ours is None or peer is None:
        return "not in this run"
    statuses = ((bar.contender, ours.status), (bar.peer, peer.status))
    return "; ".join(f"{name} {status}" for name, status in statuses if status != OK)


def costs_text(found: Sequence[dict[str, Any]]) -> str:
    """The cost table: what was measured, the bar, and whether it is met."""
    head = ["work", "measured", "ratio", "rounds", "bar", "met"]
    lines = []
    for work, group in itertools.groupby(found, key=lambda entry: entry["work"]):
        label = work
        for entry in group:
            if entry["ratio"] is None:
                measured, spread = entry["missing"], ""
            else:
                measured = f"{entry['ratio']:.2f}"
                spread = f"{min(entry['each_round']):.2f}-{max(entry['each_round']):.2f}"
            bar = "-" if entry["at_most"] is None else f"{entry['at_most']:.2f}"
            met = {True: "yes", False: "no", None: "-"}[entry["met"]]
            lines.append([label, f"{entry['contender']} / {entry['peer']}", measured, spread, bar, met])
            label = ""
    met, barred = (sum(entry["met"] is want for entry in found) for want in (True, None))
    count = f"{met} of {len(found) - barred} bars met"
    return f"cost table ({_BARS_NOTE})\n{_aligned(head, lines)}\n  {count}\n"


def as_json(tables: Sequence[Table], found: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Everything that was measured, raw samples included."""
    return {
        "rows": [
            {
                "row": table.row.name,
                "title": table.row.title,
                "unit": table.row.unit,
                "cases": [
                    {
                        "case": case,
                        "contenders": [
                            {
                                "contender": name,
                                "title": CONTENDERS[name].title,
                                "status": series.status,
                                "detail": series.detail,
                                "median_cost_us": series.median("cost_us"),
                                "samples": series.samples,
                            }
                            for name, series in series_of.items()
                        ],
                    }
                    for case, series_of in table.cases.items()
                ],
            }
            for table in tables
        ],
        "ratios": list(found),
        "note": _BARS_NOTE,
    }
