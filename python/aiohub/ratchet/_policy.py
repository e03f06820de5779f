"""What the project's policy says about one import of eventlet."""

from __future__ import annotations

import fnmatch
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

VERSION = 1
LISTS = ("packages", "allowed", "forbidden", "processes")


class PolicyError(ValueError):
    """The policy file cannot be used."""


@dataclass(frozen=True)
class Policy:
    """Who may import eventlet. Made by `Policy.load`."""

    path: str
    packages: frozenset[str]
    """The project's own top-level modules: only what they import is judged."""
    allowed: frozenset[str]
    """Modules of the project that may."""
    forbidden: tuple[str, ...]
    """Modules and packages of the project that may not, listed or not."""
    processes: tuple[str, ...]
    """Patterns for names of programs in which nobody may."""

    @classmethod
    def load(cls, path: str | Path) -> Policy:
        """Read the policy at *path*. Raises PolicyError with the way out."""
        remedy = "`aiohub check --runtime --update` writes it"
        try:
            data = json.loads(Path(path).read_text(encoding="utf-8"))
        except OSError as exc:
            raise PolicyError(f"{path}: {exc.strerror}; {remedy}") from exc
        except ValueError as exc:
            raise PolicyError(f"{path}: not JSON: {exc}; {remedy}") from exc
        if not isinstance(data, dict) or data.get("version") != VERSION:
            raise PolicyError(f"{path}: not a policy of version {VERSION}; {remedy}")
        unknown = sorted(set(data) - {"version", *LISTS})
        if unknown:
            raise PolicyError(f"{path}: unknown key {unknown[0]!r}; {remedy}")
        lists = {name: cls._strings(path, data, name, remedy) for name in LISTS}
        return cls(
            path=str(path),
            packages=frozenset(lists["packages"]),
            allowed=frozenset(lists["allowed"]),
            forbidden=tuple(lists["forbidden"]),
            processes=tuple(lists["processes"]),
        )

    @staticmethod
    def _strings(path: str | Path, data: dict[str, Any], name: str, remedy: str) -> list[str]:
        value = data.get(name, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise PolicyError(f"{path}: {name!r} has to be a list of strings; {remedy}")
        return value

    def process(self, names: tuple[str, ...]) -> str | None:
        """The pattern that one of a program's *names* matches, if nobody may import eventlet in it."""
        for pattern in self.processes:
            if any(fnmatch.fnmatchcase(name, pattern) for name in names):
                return pattern
        return None

    def judge(self, module: str) -> str | None:
        """Why *module* may not import eventlet, or None if it may."""
        if module in self.allowed:
            return None
        for entry in self.forbidden:
            if module == entry or module.startswith(f"{entry}."):
                return f"{entry} may not any more"
        if module.partition(".")[0] in self.packages:
            return "it is not among the modules that still may"
        return None
