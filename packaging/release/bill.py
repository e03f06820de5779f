"""The bill of materials of what is compiled, in CycloneDX's JSON: what cyclonedx-gomod finds, musl, and zig."""

from __future__ import annotations

import json
import re
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
    found["components"] = [of_module(component) for component in found["components"]]
    found["components"] += [
        _linked("musl", _musl_version(), "the C library of the command for Linux, linked statically, as zig has it"),
        {
            **_linked("zig", version("ziglang"), "start-up code and what compiled C calls, of zig's compiler"),
            "purl": f"pkg:pypi/ziglang@{version('ziglang')}",
        },
    ]
    return found


def of_module(component: dict[str, Any]) -> dict[str, Any]:
    """A Go module as it is for every platform, with its true licence.

    cyclonedx-gomod takes the licence of Go's authors for another BSD licence, finds none for Go's own library, and
    writes down the processor of this machine.
    """
    component = {**component, "purl": component["purl"].partition("&goos=")[0]}
    if component["name"] == "std" or component["name"].startswith("golang.org/x/"):
        component["evidence"] = {"licenses": [{"license": {"id": "BSD-3-Clause"}}]}
    return component


def _linked(name: str, of: str, description: str) -> dict[str, Any]:
    licences = [{"license": {"id": "MIT"}}]
    return {
        "bom-ref": name, "type": "library", "name": name, "version": of, "description": description,
        "licenses": licences,
    }  # fmt: skip


def _musl_version() -> str:
    import ziglang  # only where a release is made

    header = Path(ziglang.__file__).with_name("lib") / "libc" / "musl" / "src" / "internal" / "version.h"
    found = re.search(r'VERSION "([\d.]+)"', header.read_text())
    if found is None:
        raise ReleaseError(f"{header} has no version of musl")
    return found[1]
