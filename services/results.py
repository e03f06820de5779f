"""The results of a run, as they are kept: results.json has the last one, and no cell may get worse than there."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cells

FILE = Path(__file__).resolve().parent / "results.json"


@dataclass
class Results:
    """What became of the programs, by row and hub, and with which versions that was."""

    date: str = ""
    python: str = ""
    servers: dict[str, str] = field(default_factory=dict)
    libraries: dict[str, str] = field(default_factory=dict)
    #: By the names of row and hub.
    cells: dict[str, dict[str, cells.Cell]] = field(default_factory=dict)

    def outcome(self, row: str, hub: str) -> str | None:
        cell = self.cells.get(row, {}).get(hub)
        return cell.outcome if cell else None

    def update(self, other: Results) -> None:
        """Take over what *other* has: its cells, and the versions and the day of its run."""
        self.date, self.python = other.date, other.python
        self.servers.update(other.servers)
        self.libraries.update(other.libraries)
        for row, of_row in other.cells.items():
            self.cells.setdefault(row, {}).update(of_row)

    def keep_only(self, known: set[str]) -> None:
        """Forget rows that are no more."""
        self.cells = {row: of_row for row, of_row in self.cells.items() if row in known}

    def as_json(self) -> str:
        content = {
            "date": self.date,
            "python": self.python,
            "servers": dict(sorted(self.servers.items())),
            "libraries": dict(sorted(self.libraries.items(), key=lambda item: item[0].lower())),
            "cells": {
                row: {hub: cell.as_json() for hub, cell in of_row.items()} for row, of_row in sorted(self.cells.items())
            },
        }
        return json.dumps(content, indent=1) + "\n"


def load(path: Path = FILE) -> Results:
    """The results in that file; empty ones if there is none."""
    if not path.exists():
        return Results()
    content: dict[str, Any] = json.loads(path.read_text())
    of_rows = content.pop("cells")
    kept = {row: {hub: cells.Cell(**cell) for hub, cell in of_row.items()} for row, of_row in of_rows.items()}
    return Results(**content, cells=kept)


def is_worse(before: str | None, now: str) -> bool:
    """Whether that is a regression. What was skipped says nothing; a cell that is new has to work."""
    if now == cells.SKIPPED:
        return False
    good = cells.OUTCOMES
    return good.index(now) > (good.index(before) if before in good else 0)
