"""What is measured: the contenders, the rows, and the bars of the cost table. Data only."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Contender:
    """One way to run the same work."""

    name: str
    title: str
    #: "eventlet", "aiohub", "gevent", "asyncio" (a bare asyncio loop) or "import" (the time an import takes).
    world: str
    packages: tuple[str, ...] = ()
    #: EVENTLET_HUB, in the world "eventlet".
    hub: str = ""
    #: "asyncio" or "uvloop", in the worlds "aiohub" and "asyncio".
    loop: str = ""
    green_tasks: bool = True
    #: What is imported, in the world "import".
    modules: tuple[str, ...] = ()

    def missing(self) -> list[str]:
        """The packages this contender needs that are not installed here."""
        return [name for name in self.packages if importlib.util.find_spec(name) is None]


_ALL = (
    Contender("epolls", "eventlet, epolls hub", "eventlet", ("eventlet",), hub="epolls"),
    Contender("asynciohub", "eventlet, its asyncio hub", "eventlet", ("eventlet",), hub="asyncio"),
    Contender("aiohub", "eventlet on aiohub, asyncio loop", "aiohub", ("eventlet", "aiohub"), loop="asyncio"),
    Contender("aiohub-uv", "eventlet on aiohub, uvloop", "aiohub", ("eventlet", "aiohub", "uvloop"), loop="uvloop"),
    Contender("gevent", "gevent", "gevent", ("gevent",)),
    Contender("asyncio", "plain asyncio loop", "asyncio", loop="asyncio"),
    Contender("uvloop", "plain uvloop", "asyncio", ("uvloop",), loop="uvloop"),
    Contender(
        "aiohub-off", "aiohub, asyncio loop, green_tasks=False", "aiohub", ("eventlet", "aiohub"),
        loop="asyncio", green_tasks=False,
    ),
    Contender(
        "aiohub-uv-off", "aiohub, uvloop, green_tasks=False", "aiohub", ("eventlet", "aiohub", "uvloop"),
        loop="uvloop", green_tasks=False,
    ),
    Contender("import-eventlet", "import eventlet", "import", ("eventlet",), modules=("eventlet",)),
    Contender("import-aiohub", "import aiohub", "import", ("aiohub",), modules=("aiohub",)),
    Contender("import-hub", "import aiohub.hub", "import", ("eventlet", "aiohub"), modules=("aiohub.hub",)),
    Contender(
        "import-asynciohub", "import eventlet.hubs.asyncio", "import", ("eventlet",), modules=("eventlet.hubs.asyncio",)
    ),
)  # fmt: skip
CONTENDERS = {contender.name: contender for contender in _ALL}

GREEN = ("epolls", "asynciohub", "aiohub", "aiohub-uv", "gevent")


@dataclass(frozen=True)
class Variant:
    """One setting of a row: measured in processes of its own."""

    name: str
    params: dict[str, Any] = field(default_factory=dict)
    #: The smallest run it belongs to: "quick", "default" or "full".
    since: str = "default"


@dataclass(frozen=True)
class Row:
    """One kind of work."""

    name: str
    title: str
    #: The unit of the cost, which is processor time unless the title says otherwise.
    unit: str
    job: str
    contenders: tuple[str, ...]
    variants: tuple[Variant, ...] = (Variant("", since="quick"),)
    #: A server that the load generator talks to; otherwise the process measures itself and reports several cases.
    server: bool = False
    #: The cases a process that measures itself reports; a server has one case, its variant.
    cases: tuple[str, ...] = ()


def _size(size_bytes: int) -> str:
    for unit, scale in (("MiB", 1 << 20), ("KiB", 1 << 10)):
        if size_bytes >= scale:
            return f"{size_bytes // scale} {unit}"
    return f"{size_bytes} B"


def _echo(size_bytes: int, connections: int, since: str) -> Variant:
    name = f"{_size(size_bytes)}, {connections:,} connection{'s' if connections > 1 else ''}"
    return Variant(name, {"size": size_bytes, "connections": connections}, since)


_DEFAULT_ECHO = ((64, 1), (64, 1000), (16384, 50), (1 << 20, 1))

SMALL_ECHO = "64 B, 50 connections"
HELLO = "hello, 50 connections"

ROWS = (
    Row(
        "echo",
        "eventlet echo server",
        "us/message",
        "echo",
        GREEN,
        (
            _echo(64, 50, "quick"),
            *(
                _echo(size, connections, "default" if (size, connections) in _DEFAULT_ECHO else "full")
                for size in (64, 1024, 16384, 1 << 20)
                for connections in (1, 50, 1000)
                if (size, connections) != (64, 50)
            ),
        ),
        server=True,
    ),
    Row(
        "wsgi",
        "eventlet.wsgi hello service (gevent: pywsgi)",
        "us/request",
        "wsgi",
        GREEN,
        (Variant(HELLO, {"http": True, "connections": 50}, "quick"),),
        server=True,
    ),
    Row(
        "switch",
        "green threads",
        "us/operation",
        "switch",
        GREEN,
        cases=("sleep(0)", "spawn + wait", "socket ping-pong"),
    ),
    Row(
        "border",
        "between the worlds",
        "us/operation",
        "border",
        ("asyncio", "uvloop", "asynciohub", "aiohub", "aiohub-uv"),
        cases=("task round trip", "wait for a coroutine", "await a green thread"),
    ),
    Row(
        "step",
        "a task's steps, nothing blocks",
        "us/operation",
        "step",
        ("asyncio", "uvloop", "aiohub-off", "aiohub", "aiohub-uv-off", "aiohub-uv"),
        cases=("await sleep(0)", "queue ping-pong"),
    ),
    Row(
        "imports",
        "imports",
        "us",
        "imports",
        ("import-eventlet", "import-asynciohub", "import-aiohub", "import-hub"),
        cases=("import",),
    ),
    Row(
        "loop",
        "asyncio servers",
        "us/message",
        "loop",
        ("asyncio", "aiohub", "uvloop", "aiohub-uv"),
        (
            Variant(f"Protocol, {SMALL_ECHO}", {"kind": "protocol", "size": 64, "connections": 50}, "quick"),
            Variant(f"streams, {SMALL_ECHO}", {"kind": "streams", "size": 64, "connections": 50}, "default"),
        ),
        server=True,
    ),
)


@dataclass(frozen=True)
class Bar:
    """A line of the cost table: *case* of *contender* may cost at most *at_most* times *peer_case* of *peer*.

    *at_most* is None for a ratio that is shown for scale.
    """

    work: str
    row: str
    case: str
    contender: str
    peer: str
    at_most: float | None
    peer_case: str = ""


def _bars() -> list[Bar]:
    bars: list[Bar] = []
    loops = (("aiohub", "asyncio"), ("aiohub-uv", "uvloop"))
    for ours, _ in loops:
        for peer, most in (("epolls", 0.60), ("asynciohub", 0.40), ("gevent", 0.80)):
            bars.append(Bar("eventlet echo server, processor time per message", "echo", SMALL_ECHO, ours, peer, most))
    for ours, _ in loops:
        bars.append(Bar("eventlet.wsgi hello service, processor time per request", "wsgi", HELLO, ours, "epolls", 0.85))
    for case in ("sleep(0)", "spawn + wait", "socket ping-pong"):
        for ours, _ in loops:
            bars.append(Bar(f"{case} between green threads", "switch", case, ours, "epolls", 0.9))
    for case in ("wait for a coroutine", "await a green thread"):
        for ours, plain, most_trips in (*((*loop, 2.0) for loop in loops), ("asynciohub", "asyncio", None)):
            bars.append(Bar(f"{case}, in task round trips", "border", case, ours, plain, most_trips, "task round trip"))
    for kind, most in (("Protocol", 0.95), ("streams", 0.85)):
        work, case = f"asyncio {kind} echo, processor time per message", f"{kind}, {SMALL_ECHO}"
        bars.append(Bar(work, "loop", case, "aiohub-uv", "uvloop", most))
        bars.append(Bar(work, "loop", case, "aiohub", "asyncio", None))
    for case in ("await sleep(0)", "queue ping-pong"):
        for ours, _ in loops:
            bars.append(Bar(f"a task step with green tasks: {case}", "step", case, ours, f"{ours}-off", 1.25))
    for ours in ("import-aiohub", "import-hub"):
        bars.append(Bar("import", "imports", "import", ours, "import-eventlet", 1.2))
    return bars


BARS = tuple(_bars())

#: Lines of the cost table that there is nothing to measure for yet.
LATER = (
    ("call_soon, call_later + cancel, Future/Task switch", "1.0 x uvloop"),
    ("Unix socket echo, UDP echo", "1.0 x uvloop"),
    ("TLS echo", "1.0 x uvloop"),
)
