"""The two pictures that are drawn from figures: what aiohub costs, and which libraries work.

    python docs/_site/pictures.py     writes docs/images/cost.svg and docs/images/services.svg

The figures are those of the newest record in bench/results that has the row, and of services/results.json.
"""

from __future__ import annotations

import json
import statistics
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
IMAGES = ROOT / "docs" / "images"
WIDTH = 540


@dataclass(frozen=True)
class Cost:
    """A line of the chart: what is done, by whom, and beside whom."""

    title: str
    row: str
    case: str
    beside: str
    contenders: tuple[str, ...]


NAMES = {
    "aiohub-engine": "aiohub's loop",
    "aiohub": "stock loop",
    "aiohub-uv": "uvloop",
    "asynciohub": "eventlet's asyncio hub",
    "gevent": "gevent",
    "engine": "aiohub.EventLoop",
    "import-hub": "import aiohub.hub",
}
BESIDE = {
    "epolls": "eventlet's epolls hub",
    "uvloop": "uvloop",
    "aiohub-engine-off": "the same without green tasks",
    "import-eventlet": "import eventlet",
}
OURS = ("aiohub-engine", "aiohub", "aiohub-uv")
OTHERS = ("asynciohub", "gevent")
COSTS = (
    Cost("Echo server, 64 bytes, 50 connections", "echo", "64 B, 50 connections", "epolls", OURS + OTHERS),
    Cost("Echo server, 1 MiB, one connection", "echo", "1 MiB, 1 connection", "epolls", OURS + OTHERS),
    Cost("eventlet.wsgi, 50 connections (gevent: pywsgi)", "wsgi", "hello, 50 connections", "epolls", OURS + OTHERS),
    Cost("sleep(0) between green threads", "switch", "sleep(0)", "epolls", OURS + OTHERS),
    Cost("Protocol echo without eventlet", "loop", "Protocol, 64 B, 50 connections", "uvloop", ("engine",)),
    Cost("A connection that is closed at once", "accept", "50 under way", "uvloop", ("engine",)),
    Cost("A task's step that waits for nothing", "step", "await sleep(0)", "aiohub-engine-off", ("aiohub-engine",)),
    Cost("The import", "imports", "import", "import-eventlet", ("import-hub",)),
)
#: Bars end here.
MOST = 2.0


def records() -> list[dict[str, Any]]:
    """What `make bench` has measured, the newest first. A run can be of some rows only."""
    found = [json.loads(path.read_text()) for path in (ROOT / "bench" / "results").glob("*.json")]
    return sorted(found, key=lambda record: record["taken"], reverse=True)


def relative(records: list[dict[str, Any]], cost: Cost, contender: str) -> float:
    """How much processor time it takes, beside the other: the median of the ratios of all rounds."""
    rows = (row for record in records for row in record["rows"] if row["row"] == cost.row)
    case = next(case for row in rows for case in row["cases"] if case["case"] == cost.case)
    samples = {each["contender"]: [sample["cost_us"] for sample in each["samples"]] for each in case["contenders"]}
    return statistics.median(a / b for a, b in zip(samples[contender], samples[cost.beside], strict=True))


def cost_chart(records: list[dict[str, Any]]) -> str:
    left, scale = 170, 150
    parts = []
    y = 34
    for cost in COSTS:
        y += 22
        parts.append(f'<text x="16" y="{y}" class="bold">{escape(cost.title)}</text>')
        parts.append(f'<text x="16" y="{y + 15}" class="soft">1.00 is {escape(BESIDE[cost.beside])}</text>')
        y += 22
        top = y
        figures = []
        for contender in cost.contenders:
            ratio = relative(records, cost, contender)
            kind = "none" if contender in OTHERS else "less" if ratio <= 1.02 else "more"
            length = min(ratio, MOST) * scale
            parts.append(f'<text x="{left - 8}" y="{y + 12}" text-anchor="end">{escape(NAMES[contender])}</text>')
            parts.append(f'<rect class="{kind}" x="{left}" y="{y}" width="{length:.0f}" height="14" rx="2"/>')
            figures.append(f'<text x="{left + length + 6:.0f}" y="{y + 12}" class="figure">{ratio:.2f}</text>')
            y += 19
        parts.append(f'<path class="line" d="M{left + scale} {top - 2} V{y - 3}"/>')
        parts += figures
    newest = records[0]
    packages = newest["packages"]
    versions = ", ".join(f"{name} {packages[name]}" for name in ("eventlet", "gevent", "uvloop"))
    parts.append(
        f'<text x="16" y="{y + 24}" class="soft">{newest["taken"][:10]}, {newest["python"]}, {versions}.</text>'
    )
    title = "Processor time beside others; shorter is better"
    desc = "; ".join(
        f"{cost.title}, beside {BESIDE[cost.beside]}: "
        + ", ".join(f"{NAMES[name]} {relative(records, cost, name):.2f}" for name in cost.contenders)
        for cost in COSTS
    )
    return document(title, desc, y + 40, parts)


def services_picture(results: dict[str, Any]) -> str:
    hubs = {
        "engine": "aiohub's loop",
        "asyncio": "stock loop",
        "uvloop": "uvloop",
        "epolls": "eventlet's epolls hub",
        "eventlet-asyncio": "eventlet's asyncio hub",
    }
    cells = results["cells"]
    parts, said = [], []
    y = 52
    for hub, name in hubs.items():
        outcomes = [cells[row].get(hub, {}).get("outcome") for row in sorted(cells)]
        tried = [outcome for outcome in outcomes if outcome]
        works = tried.count("works")
        said.append(f"{name} {works} of {len(tried)}")
        parts.append(f'<text x="16" y="{y}" class="bold">{escape(name)}</text>')
        parts.append(f'<text x="{WIDTH - 16}" y="{y}" text-anchor="end">{works} of {len(tried)}</text>')
        step = (WIDTH - 32) / len(outcomes)
        for number, outcome in enumerate(outcomes):
            kind = "none" if outcome is None else "yes" if outcome == "works" else "no"
            place = f'x="{16 + number * step:.1f}" y="{y + 7}" width="{step - 2:.1f}" height="18"'
            parts.append(f'<rect class="{kind}" {place} rx="2"/>')
        y += 46
    when = f"{results['date']}, CPython {results['python']}"
    parts.append(f'<text x="16" y="{y}" class="soft">A mark for each program; {when}.</text>')
    return document("Programs with libraries of services that work, by hub", "; ".join(said), y + 16, parts)


def document(title: str, desc: str, height: int, parts: list[str]) -> str:
    body = "\n".join(parts)
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img">
<title>{escape(title)}</title>
<desc>{escape(desc)}</desc>
<style>
{(HERE / "picture.css").read_text()}</style>
<rect class="paper" width="{WIDTH}" height="{height}" rx="8"/>
<text x="16" y="26" class="bold">{escape(title)}</text>
{body}
</svg>
"""


def pictures() -> dict[Path, str]:
    """The pictures as they should be."""
    results = json.loads((ROOT / "services" / "results.json").read_text())
    return {
        IMAGES / "cost.svg": cost_chart(records()),
        IMAGES / "services.svg": services_picture(results),
    }


def main() -> None:
    for path, text in pictures().items():
        path.write_text(text)
        print(f"aiohub: {path.relative_to(ROOT)}", file=sys.stderr)


if __name__ == "__main__":
    main()
