"""One sample: a row's work done once by one contender, in fresh processes."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from processes import ProcessFailedError, cores, running

if TYPE_CHECKING:
    from catalog import Contender, Row, Variant

_START_SECONDS = 30.0
_ANSWER_SECONDS = 90.0

#: What one sample says of a case: "cost_us", and for a server "per_second", "p50_us", "p99_us" ...
Figures = dict[str, float]


@dataclass(frozen=True)
class Length:
    """How long a sample takes."""

    #: A server is measured for this long, after it has been warmed for `warm_up_seconds`.
    server_seconds: float
    warm_up_seconds: float
    #: A process that measures itself: processor time of each of the stretches of a case.
    stretch_seconds: float
    #: Fresh processes whose median is the sample of an import.
    imports: int


def take(row: Row, variant: Variant, contender: Contender, length: Length) -> dict[str, Figures]:
    """The figures of each case. Raises ProcessFailedError."""
    if contender.world == "import":
        return _imports(contender, length)
    measured, loading = (str(core) if core is not None else "-" for core in cores())
    parent = str(os.getpid())
    params = {**variant.params, "seconds": length.stretch_seconds}
    with running("worker.py", measured, parent, contender.name, row.job, json.dumps(params)) as worker:
        answer = worker.read(_START_SECONDS if row.server else _ANSWER_SECONDS)
        if not row.server:
            return {case: {"cost_us": cost} for case, cost in answer["costs"].items()}
        demand = {**variant.params, "seconds": length.server_seconds, "warm_up_seconds": length.warm_up_seconds}
        arguments = (loading, parent, str(answer["address"]), str(worker.pid), json.dumps(demand))
        with running("load.py", *arguments) as load:
            try:
                return {variant.name: load.read(_ANSWER_SECONDS)}
            except ProcessFailedError as exc:
                raise ProcessFailedError(f"{exc}{worker.last_words()}") from None


def _imports(contender: Contender, length: Length) -> dict[str, Figures]:
    measured = cores()[0]
    costs = []
    for _ in range(length.imports):
        with running("job_imports.py", str(measured) if measured is not None else "-", *contender.modules) as process:
            costs.append(process.read(_START_SECONDS)["costs"]["import"])
    return {"import": {"cost_us": sorted(costs)[len(costs) // 2]}}
