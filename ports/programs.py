"""The programs that are ported: their tests, and the steps they are taken through."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Step:
    """What is done to a fresh copy: stage 1, with these options, and then perhaps stage 2."""

    name: str
    options: tuple[str, ...] = ()
    #: Every step of the plan that the tool can do by itself.
    components: bool = False
    env: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Program:
    """A source distribution, or a directory of this repository, with tests that run without a network."""

    name: str
    pytest: tuple[str, ...]
    #: How many tests pass before the port; fewer mean that something else is wrong.
    at_least: int
    steps: tuple[Step, ...]
    #: A directory of this repository; "" for a source distribution.
    directory: str = ""
    #: What its maintainer has to answer before stage 2: functions that stay def, with the reason.
    stays_sync: dict[str, str] = field(default_factory=dict)


_LIMITS = ("--timeout", "120", "--timeout-method", "signal")
# A library starts no program: who uses it chooses the hub.
_LIBRARY = {"EVENTLET_HUB": "aiohub.hub"}

PROGRAMS = {
    program.name: program
    for program in (
        Program(
            "courier",
            (*_LIMITS, "tests"),
            50,
            (
                Step("stage 1"),
                Step("stage 1 with a facade", ("--facade", "courier.concurrency")),
                Step("stage 2", components=True),
            ),
            "examples/courier",
        ),
        Program(
            "chewie",
            (*_LIMITS, "test/unit"),
            106,
            (
                Step("stage 1", env=_LIBRARY),
                Step("stage 1 with a facade", ("--facade", "chewie.concurrency"), env=_LIBRARY),
                Step("stage 2", components=True, env=_LIBRARY),
            ),
        ),
        Program(
            "masakari",
            (*_LIMITS, "masakari/tests/unit"),
            843,
            (
                Step("stage 1"),
                Step("stage 1 with a facade", ("--facade", "masakari.common.concurrency")),
                Step("stage 2", components=True),
            ),
        ),
    )
}
