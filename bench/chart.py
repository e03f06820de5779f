"""The SVG chart: for each case a bar for each contender, as long as its cost relative to the first one's."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from catalog import CONTENDERS
from rounds import OK, Series, Table, ratio

if TYPE_CHECKING:
    from collections.abc import Sequence

_TITLE = "Processor time relative to the first of each group; shorter is better"
_WIDTH = 960
_LABEL_WIDTH = 290
_BAR_SPACE = 500
_BAR_HEIGHT = 16
_STEP = 21
#: Bars end here: one contender that is ten times slower must not flatten the others.
_LONGEST_RATIO = 3.0
_OURS, _THEIRS, _FIRST = "#2a6f97", "#b8b8b8", "#8a8a8a"


def svg(tables: Sequence[Table], subtitle: str) -> str:
    """The chart as a document."""
    parts: list[str] = []
    y = 64
    for table in tables:
        for case, series_of in table.cases.items():
            y = _case(parts, table, case, list(series_of.values()), y)
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{y + 10}" '
        f'viewBox="0 0 {_WIDTH} {y + 10}" font-family="sans-serif" font-size="12">\n'
        '<rect width="100%" height="100%" fill="white"/>\n'
        f'<text x="16" y="26" font-size="17">{_TITLE}</text>\n'
        f'<text x="16" y="45" fill="#555" font-size="11">{escape(subtitle)}</text>\n{body}\n</svg>\n'
    )


def _case(parts: list[str], table: Table, case: str, all_series: list[Series], top: int) -> int:
    title = table.row.title if case in ("", "import") else f"{table.row.title}: {case}"
    parts.append(f'<text x="16" y="{top + 14}" font-weight="bold">{escape(title)} ({escape(table.row.unit)})</text>')
    reference = next((series for series in all_series if series.status == OK), None)
    y = top + 24
    start = y
    scale = _BAR_SPACE / _LONGEST_RATIO
    for series in all_series:
        name = escape(CONTENDERS[series.contender].title)
        parts.append(f'<text x="{_LABEL_WIDTH - 8}" y="{y + 12}" text-anchor="end">{name}</text>')
        compared = ratio(series, reference)
        cost = series.median("cost_us")
        if compared is None or cost is None:
            parts.append(f'<text x="{_LABEL_WIDTH}" y="{y + 12}" fill="#a33">{escape(series.status)}</text>')
        else:
            length = max(1.0, min(compared[0], _LONGEST_RATIO) * scale)
            colour = _FIRST if series is reference else _OURS if "aiohub" in series.contender else _THEIRS
            figure = f"{cost:,.1f} ({compared[0]:.2f} x){' (cut)' if compared[0] > _LONGEST_RATIO else ''}"
            size = f'width="{length:.1f}" height="{_BAR_HEIGHT}"'
            parts.append(f'<rect x="{_LABEL_WIDTH}" y="{y}" {size} fill="{colour}"/>')
            parts.append(f'<text x="{_LABEL_WIDTH + length + 6:.1f}" y="{y + 12}">{escape(figure)}</text>')
        y += _STEP
    one = _LABEL_WIDTH + scale
    ends = f'x1="{one:.1f}" y1="{start - 3}" x2="{one:.1f}" y2="{y - 3}"'
    parts.append(f'<line {ends} stroke="#333" stroke-dasharray="3 3"/>')
    return y + 16
