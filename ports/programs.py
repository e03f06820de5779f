"""The programs that are ported: their tests, and the steps they are taken through."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Step:
    """A run of `aiohub port` on a fresh copy."""

    name: str
    options: tuple[str, ...]
    env: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Program:
    """A source distribution with tests that run without a network."""

    name: str
    pytest: tuple[str, ...]
    #: How many tests pass before the port; fewer mean that something else is wrong.
    at_least: int
    steps: tuple[Step, ...]


_LIMITS = ("--timeout", "120", "--timeout-method", "signal")
# A library starts no program: who uses it chooses the hub.
_LIBRARY = {"EVENTLET_HUB": "aiohub.hub"}

PROGRAMS = {
    program.name: program
    for program in (
        Program(
            "chewie",
            (*_LIMITS, "test/unit"),
            106,
            (
                Step("stage 1", ("--stage", "1"), _LIBRARY),
                Step("stage 1 with a facade", ("--stage", "1", "--facade", "chewie.concurrency"), _LIBRARY),
            ),
        ),
        Program(
            "masakari",
            (*_LIMITS, "masakari/tests/unit"),
            843,
            (
                Step("stage 1", ("--stage", "1")),
                Step("stage 1 with a facade", ("--stage", "1", "--facade", "masakari.common.concurrency")),
            ),
        ),
    )
}
