"""Rounds: the contenders take turns, A B C A B C, so that what disturbs the machine disturbs all of them alike.

A ratio is made of two samples of the same round; the ratio that is claimed is the median over the rounds.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from catalog import CONTENDERS, Row, Variant
from processes import ProcessFailedError
from samples import Figures, Length, take

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

OK = "ok"
NOT_INSTALLED = "not installed"
FAILED = "failed"


@dataclass
class Series:
    """The samples of one contender in one case, one for each round."""

    contender: str
    status: str = OK
    #: Why there are no samples.
    detail: str = ""
    samples: list[Figures] = field(default_factory=list)

    def median(self, figure: str) -> float | None:
        """The median over the rounds, or None if it has not been measured."""
        values = [sample[figure] for sample in self.samples if figure in sample]
        return statistics.median(values) if values and self.status == OK else None


@dataclass
class Table:
    """What was measured of a row: a series for each case and contender."""

    row: Row
    cases: dict[str, dict[str, Series]] = field(default_factory=dict)


def play(row: Row, variants: Sequence[Variant], rounds: int, length: Length, say: Callable[[str], None]) -> Table:
    """Measure *row*."""
    table = Table(row)
    for variant in variants:
        cases = row.cases or (variant.name,)
        names = [name for name in row.contenders if name not in variant.not_for]
        state = {name: Series(name) for name in names}
        for name, series in state.items():
            missing = CONTENDERS[name].missing()
            if missing:
                series.status, series.detail = NOT_INSTALLED, ", ".join(missing)
        taken: dict[str, list[dict[str, Figures]]] = {name: [] for name in names}
        for number in range(rounds):
            for name, series in state.items():
                if series.status != OK:
                    continue
                say(f"{row.title}{', ' if variant.name else ''}{variant.name}: round {number + 1} of {rounds}, {name}")
                try:
                    taken[name].append(take(row, variant, CONTENDERS[name], length))
                except ProcessFailedError as exc:
                    series.status, series.detail = FAILED, str(exc)
        for case in cases:
            table.cases[case] = {}
            for name, series in state.items():
                samples = [sample[case] for sample in taken[name] if case in sample]
                if samples or series.status != OK:
                    table.cases[case][name] = Series(name, series.status, series.detail, samples)
    return table


def ratio(ours: Series | None, peer: Series | None, figure: str = "cost_us") -> tuple[float, list[float]] | None:
    """The median over the rounds of *ours* / *peer*, and the ratio of each round; None if either was not measured."""
    if ours is None or peer is None or ours.status != OK or peer.status != OK:
        return None
    each = [mine[figure] / theirs[figure] for mine, theirs in zip(ours.samples, peer.samples, strict=True)]
    return (statistics.median(each), each) if each else None
