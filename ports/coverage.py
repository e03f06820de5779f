"""How much of real code `aiohub port` rewrites by itself: `make coverage TREES='path ...'`.

Counts the places of all trees together, as `aiohub port --stats` decides about them: safe, unsafe, manual. Only code
counts, tests do not. Below stand the reasons for what is not safe, the most frequent first.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

AIOHUB = Path(__file__).resolve().parent.parent / "bin" / "aiohub"
STAGES = ("1", "2", "3")
SAFETIES = ("safe", "unsafe", "manual")


def places_of(tree: Path, stage: str) -> list[dict[str, Any]]:
    """The places of *tree*'s code that --stats counts."""
    command = [str(AIOHUB), "--quiet", "port", str(tree), "--stage", stage, "--stats", "--output-format", "json"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}: {done.stderr}")
    return [{**place, "tree": tree.name} for place in json.loads(done.stdout)["places"] if not place.get("test")]


def reason_of(place: dict[str, Any]) -> str:
    """Why a place is not safe, without what is special about it: places and names of functions."""
    note = str(place.get("note", ""))
    where, _, rest = note.partition(": ")
    if ".py:" in where:
        return f"{place['rule']}: with another place: {rest}"
    if note.endswith(" cannot be a coroutine function"):
        note = "the function around cannot be a coroutine function"
    return f"{place['rule']}: {note}" if note else str(place["rule"])


def show(stage: str, places: list[dict[str, Any]], each: str) -> None:
    """Print what was counted, and with *each* the places that are decided so."""
    counts = Counter(place["safety"] for place in places)
    shares = ", ".join(f"{counts[s]} {s} ({counts[s] / max(len(places), 1):.1%})" for s in SAFETIES)
    print(f"stage {stage}: {len(places)} places: {shares}")
    families = Counter(place["family"] for place in places)
    for family, count in families.most_common():
        of = Counter(place["safety"] for place in places if place["family"] == family)
        print(f"  {family:15} {count:5}" + "".join(f" {of[s]:5} {s}" for s in SAFETIES))
    for safety in SAFETIES[:0:-1]:
        reasons = Counter(reason_of(place) for place in places if place["safety"] == safety)
        for reason, count in reasons.most_common():
            print(f"  {count:5} {safety:7} {reason}")
    for place in places:
        if place["safety"] == each:
            position = f"{place['tree']}/{place['file']}:{place['line']}:{place['column']}"
            print(f"{position}: {place['name']}: {place['rule']}: {place.get('note', '')}")


def main() -> None:
    """Measure the trees that are named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("trees", nargs="+", type=Path)
    parser.add_argument("--stage", action="append", choices=STAGES, help="only this stage; can be given again")
    parser.add_argument("--each", choices=SAFETIES, default="", help="list each place that is decided so")
    options = parser.parse_args()
    for stage in options.stage or STAGES:
        places = [place for tree in options.trees for place in places_of(tree, stage)]
        show(stage, places, options.each)
        sys.stdout.flush()


if __name__ == "__main__":
    main()
