"""The rows: programs, each with what it is about in its first lines and what it prints in its last.

    '''psycopg2: twenty queries at once, made cooperative by eventlet's patcher.'''
    # family: databases
    # libraries: psycopg2-binary
    # servers: postgresql
    ...
    # prints:
    # 20 rows

`# limit: 120` gives it more seconds than the usual ones, `# short: no` leaves it out of the short run, `# own:
rabbitmq` starts a server for it alone, `# packages: newer` puts those of requirements/services-newer.txt before others.
"""

from __future__ import annotations

import ast
import re
import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from hubs import HUBS, Hub

HERE = Path(__file__).resolve().parent
FOLDER = HERE / "rows"
PREFIX = "with_"
ALL = "all together"
FAMILIES = ("databases", "messages", "caches and storage", "servers", "clients", "loops and tools", ALL)
LIMIT_S = 60
# Where `make services` puts versions of libraries that another row has an older one of.
NEWER = Path(sys.prefix) / "newer"


@dataclass(frozen=True)
class Row:
    """A program, and what it needs and is expected to do."""

    path: Path
    #: The library, and what is tried of it.
    title: str
    tries: str
    family: str
    #: Distributions whose versions matter; the first is the one that is tried.
    libraries: tuple[str, ...]
    servers: tuple[str, ...]
    #: Servers that it may stop and start as it likes.
    own: tuple[str, ...]
    prints: str
    limit_s: int
    is_short: bool
    #: Whether it is about something of aiohub's, and runs on its hubs alone.
    is_ours_only: bool
    #: Whether it takes its first library from NEWER.
    is_newer: bool

    @property
    def main(self) -> str:
        """The key of its first library among versions."""
        return f"{self.libraries[0]}, newer" if self.is_newer else self.libraries[0]

    def versions(self) -> dict[str, str]:
        """The versions of its libraries."""
        versions = {name: metadata.version(name) for name in self.libraries}
        if self.is_newer:
            (found,) = metadata.distributions(name=self.libraries[0], path=[str(NEWER)])
            versions = {**versions, self.main: found.version}
        return versions

    @property
    def name(self) -> str:
        return self.path.stem.removeprefix(PREFIX)

    def hubs(self) -> list[Hub]:
        """The hubs that it runs on."""
        return [hub for hub in HUBS if hub.is_ours or not self.is_ours_only]


def read(path: Path) -> Row:
    """The row in that file. Raises ValueError if its head is not complete."""
    text = path.read_text()
    doc = " ".join((ast.get_docstring(ast.parse(text)) or "").partition("\n\n")[0].split())
    title, colon, tries = doc.partition(": ")
    heads = dict(re.findall(r"^# (family|libraries|servers|own|limit|short|only|packages): (.+)$", text, re.MULTILINE))
    prints = re.search(r"^# prints:\n((?:# .*\n)+)\Z", text, re.MULTILINE)
    if not colon or not prints or heads.get("family") not in FAMILIES or "libraries" not in heads:
        raise ValueError(
            f"{path}: a row has a docstring `library: what is tried.`, a family, libraries and what it prints"
        )
    return Row(
        path=path,
        title=title,
        tries=tries.rstrip("."),
        family=heads["family"],
        libraries=tuple(re.split(r",\s*", heads["libraries"])),
        servers=tuple(re.split(r",\s*", heads["servers"])) if "servers" in heads else (),
        own=tuple(re.split(r",\s*", heads["own"])) if "own" in heads else (),
        prints=re.sub(r"^# ", "", prints.group(1), flags=re.MULTILINE),
        limit_s=int(heads.get("limit", LIMIT_S)),
        is_short=heads.get("short") != "no",
        is_ours_only=heads.get("only") == "aiohub",
        is_newer=heads.get("packages") == "newer",
    )


def read_all() -> list[Row]:
    """All rows, by family, then by title."""
    rows = [read(path) for path in FOLDER.glob(f"{PREFIX}*.py")]
    return sorted(rows, key=lambda row: (FAMILIES.index(row.family), row.title.lower(), row.name))
