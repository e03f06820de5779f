"""The bill of materials of what is compiled, in CycloneDX's JSON: what cyclonedx-gomod finds, and musl."""

from __future__ import annotations

import json
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

from commands import ReleaseError, run
from source import Source

GOMOD = "github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.9.0"


def write(tree: Path, origin: Source, target: Path, place: Path) -> bytes:
    """Write the bill for the Go module in *tree* to *target*, and return it.

    It is of the time of the commit and of no machine: equal sources have equal bills.
    """
    draft = place / "draft.cdx.json"
    run(
        "go", "run", GOMOD, "mod", "-type", "application", "-json", "-licenses", "-std", "-noserial",
        "-output", draft, tree,
        where=tree,
    )  # fmt: skip
    found = json.loads(draft.read_text())
    if len(found.get("components", [])) < 2:
        raise ReleaseError(f"{GOMOD} found no modules")
    target.write_text(json.dumps(_ours(found, origin), indent=2, sort_keys=True) + "\n")
    return target.read_bytes()


def _ours(found: dict[str, Any], origin: Source) -> dict[str, Any]:
    head = found["metadata"]
    head["timestamp"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(origin.epoch))
    for tool in head["tools"]:
        tool.pop("hashes", None)  # of the program as this machine has compiled it
    head["component"]["version"] = origin.version
    head["component"]["purl"] = f"pkg:pypi/aiohub@{origin.version}"
    found["components"].append(
        {
            "bom-ref": "musl",
            "type": "library",
            "name": "musl",
            "description": f"the C library of the command for Linux, linked statically, of zig {version('ziglang')}",
            "licenses": [{"license": {"id": "MIT"}}],
        }
    )
    return found
