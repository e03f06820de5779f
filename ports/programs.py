"""The programs that are ported: their tests, and the steps they are taken through."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Step:
    """What is done to a fresh copy: stage 1, with these options, and then perhaps stages 2 and 3."""

    name: str
    options: tuple[str, ...] = ()
    #: Every step of the plan that the tool can do by itself.
    components: bool = False
    #: Stage 3 at the end, after what people do by hand; the tests run where eventlet is not installed.
    last: bool = False
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
    #: A patch beside this file: what its maintainer does by hand before stage 3.
    by_hand: str = ""
    #: Rules that its maintainer accepts at stage 3, with the reason.
    accepts: dict[str, str] = field(default_factory=dict)


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
                Step("stage 3", components=True, last=True),
                Step("stage 3 without stage 2", last=True),
            ),
            "examples/courier",
            by_hand="courier-stage3.patch",
            accepts={"kill": "nobody relies on it being over at once: stop() waits a turn, or for the pool"},
        ),
        Program(
            "chewie",
            (*_LIMITS, "test/unit"),
            106,
            (
                Step("stage 1", env=_LIBRARY),
                Step("stage 1 with a facade", ("--facade", "chewie.concurrency"), env=_LIBRARY),
                Step("stage 2", components=True, env=_LIBRARY),
                Step("stage 3", components=True, last=True),
                Step("stage 3 without stage 2", last=True),
            ),
            by_hand="chewie-stage3.patch",
            accepts={"kill": "shutdown() ends what waits for a socket, a queue or a timer, and waits for nothing"},
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
