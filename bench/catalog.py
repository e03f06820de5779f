"""What is measured: the contenders, the rows, and the bars of the cost table. Data only."""

from __future__ import annotations

import importlib.util
import shutil
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Contender:
    """One way to run the same work."""

    name: str
    title: str
    #: "eventlet", "aiohub", "gevent", "asyncio" (a bare asyncio loop), "c" (a program in C) or "import" (the time an
    #: import takes).
    world: str
    packages: tuple[str, ...] = ()
    #: EVENTLET_HUB, in the world "eventlet".
    hub: str = ""
    #: "asyncio", "uvloop" or "engine" in the worlds "aiohub" and "asyncio", and "rloop" in the latter.
    loop: str = ""
    green_tasks: bool = True
    #: What is imported, in the world "import".
    modules: tuple[str, ...] = ()

    def missing(self) -> list[str]:
        """The packages this contender needs that are not installed here."""
        found = {name: importlib.util.find_spec(name) for name in self.packages}
        if self.world == "c" and shutil.which("cc") is None:
            return ["cc"]
        # The folder with the sources of the C layer is found, too: it has no origin.
        return [name for name, spec in found.items() if spec is None or spec.origin is None]


#: The part of aiohub that is there only where the engine has been built.
_ENGINE = "aiohub._shim"

_ALL = (
    Contender("epolls", "eventlet, epolls hub", "eventlet", ("eventlet",), hub="epolls"),
    Contender("asynciohub", "eventlet, its asyncio hub", "eventlet", ("eventlet",), hub="asyncio"),
    Contender("aiohub", "eventlet on aiohub, asyncio loop", "aiohub", ("eventlet", "aiohub"), loop="asyncio"),
    Contender("aiohub-uv", "eventlet on aiohub, uvloop", "aiohub", ("eventlet", "aiohub", "uvloop"), loop="uvloop"),
    Contender("aiohub-engine", "eventlet on aiohub, its engine", "aiohub", ("eventlet", _ENGINE), loop="engine"),
    Contender("gevent", "gevent", "gevent", ("gevent",)),
    Contender("c", "C on epoll", "c"),
    Contender("asyncio", "plain asyncio loop", "asyncio", loop="asyncio"),
    Contender("uvloop", "plain uvloop", "asyncio", ("uvloop",), loop="uvloop"),
    Contender("rloop", "plain rloop", "asyncio", ("rloop",), loop="rloop"),
    Contender("engine", "plain aiohub.EventLoop", "asyncio", (_ENGINE,), loop="engine"),
    Contender(
        "aiohub-off", "aiohub, asyncio loop, green_tasks=False", "aiohub", ("eventlet", "aiohub"),
        loop="asyncio", green_tasks=False,
    ),
    Contender(
        "aiohub-uv-off", "aiohub, uvloop, green_tasks=False", "aiohub", ("eventlet", "aiohub", "uvloop"),
        loop="uvloop", green_tasks=False,
    ),
    Contender(
        "aiohub-engine-off", "aiohub, its engine, green_tasks=False", "aiohub", ("eventlet", _ENGINE),
        loop="engine", green_tasks=False,
    ),
    Contender("import-eventlet", "import eventlet", "import", ("eventlet",), modules=("eventlet",)),
    Contender("import-aiohub", "import aiohub", "import", ("aiohub",), modules=("aiohub",)),
    Contender("import-hub", "import aiohub.hub", "import", ("eventlet", "aiohub"), modules=("aiohub.hub",)),
    Contender(
        "import-asynciohub", "import eventlet.hubs.asyncio", "import", ("eventlet",), modules=("eventlet.hubs.asyncio",)
    ),
)  # fmt: skip
CONTENDERS = {contender.name: contender for contender in _ALL}

GREEN = ("epolls", "asynciohub", "aiohub", "aiohub-uv", "aiohub-engine", "gevent")
LOOPS = ("asyncio", "uvloop", "rloop", "engine")


@dataclass(frozen=True)
class Variant:
    """One setting of a row: measured in processes of its own."""

    name: str
    params: dict[str, Any] = field(default_factory=dict)
    #: The smallest run it belongs to: "quick", "default" or "full".
    since: str = "default"
    #: Contenders that cannot do it at all.
    not_for: tuple[str, ...] = ()


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


_SIZES = (64, 1024, 16384, 1 << 20)
_CONNECTIONS = (1, 50, 1000)
#: The settings of a default run, beside those of a quick one.
_DEFAULT_ECHO = ((64, 1), (64, 1000), (16384, 50), (1 << 20, 1))


def _echo(
    size_bytes: int, connections: int, since: str, prefix: str = "", not_for: tuple[str, ...] = (), **params: Any
) -> Variant:
    name = f"{prefix}{_size(size_bytes)}, {connections:,} connection{'s' if connections > 1 else ''}"
    return Variant(name, {"size": size_bytes, "connections": connections, **params}, since, not_for)


def _echoes(prefix: str = "", **params: Any) -> tuple[Variant, ...]:
    """All sizes and numbers of connections, of which only some are in every run."""
    return (
        _echo(64, 50, "quick", prefix, **params),
        *(
            _echo(size, connections, "default" if (size, connections) in _DEFAULT_ECHO else "full", prefix, **params)
            for size in _SIZES
            for connections in _CONNECTIONS
            if (size, connections) != (64, 50)
        ),
    )


SMALL_ECHO = "64 B, 50 connections"
HELLO = "hello, 50 connections"
CORE_CASES = ("call_soon, 100 a turn", "call_soon, one a turn", "call_later + cancel", "future switch", "task switch")

ROWS = (
    Row(
        "echo",
        "eventlet echo server",
        "us/message",
        "echo",
        (*GREEN, "c"),
        _echoes(),
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
        ("asyncio", "uvloop", "engine", "asynciohub", "aiohub", "aiohub-uv", "aiohub-engine"),
        cases=("task round trip", "wait for a coroutine", "await a green thread"),
    ),
    Row(
        "step",
        "a task's steps, nothing blocks",
        "us/operation",
        "step",
        (
            *("asyncio", "uvloop", "aiohub-off", "aiohub", "aiohub-uv-off", "aiohub-uv"),
            *("engine", "aiohub-engine-off", "aiohub-engine"),
        ),
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
        "core",
        "a loop's own work",
        "us/operation",
        "core",
        (*LOOPS, "aiohub-engine"),
        cases=CORE_CASES,
    ),
    Row(
        "loop",
        "asyncio servers",
        "us/message",
        "loop",
        LOOPS,
        (
            *_echoes("Protocol, ", kind="protocol"),
            *(
                _echo(size, 50, since, "streams, ", kind="streams")
                for size, since in ((64, "quick"), (1024, "full"), (16384, "default"), (1 << 20, "full"))
            ),
        ),
        server=True,
    ),
    Row(
        "transports",
        "asyncio servers on other transports",
        "us/message",
        "loop",
        LOOPS,
        (
            *(
                _echo(size, connections, since, f"{title}, ", not_for, kind="protocol", transport=transport)
                for transport, title, most, not_for in (
                    ("unix", "Unix", 1 << 26, ("rloop",)),
                    ("udp", "UDP", 1 << 16, ()),
                    ("tls", "TLS", 1 << 26, ("rloop",)),
                )
                for size in _SIZES
                for connections in (1, 50)
                for since in ["quick" if (size, connections) == (64, 50) else "full"]
                # More datagrams under way than a socket's buffer holds would be lost, not answered.
                if size * connections <= most
            ),
        ),
        server=True,
    ),
    Row(
        "accept",
        "asyncio servers that close each connection at once",
        "us/connection",
        "loop",
        LOOPS,
        tuple(
            Variant(f"{count} under way", {"kind": "close", "connections": count}, since)
            for count, since in ((50, "quick"), (1, "full"))
        ),
        server=True,
    ),
    Row(
        "hubs",
        "asyncio servers beside green threads: the same loops under aiohub's hub",
        "us/message",
        "loop",
        ("asyncio", "aiohub", "uvloop", "aiohub-uv", "engine", "aiohub-engine"),
        (
            _echo(64, 50, "quick", "Protocol, ", kind="protocol"),
            _echo(64, 50, "default", "streams, ", kind="streams"),
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
    """The cost table. The bars are the engine's; on the other loops the same ratios are shown for scale."""
    bars: list[Bar] = []
    hubs = ("aiohub-engine", "aiohub", "aiohub-uv")

    def add(work: str, row: str, case: str, peer: str, at_most: float, **of_others: float) -> None:
        for ours in hubs:
            bars.append(Bar(work, row, case, ours, peer, at_most if ours == "aiohub-engine" else of_others.get(ours)))

    for peer, most in (("epolls", 0.60), ("asynciohub", 0.40), ("gevent", 0.80), ("c", 1.30)):
        add("eventlet echo server, processor time per message", "echo", SMALL_ECHO, peer, most)
    add("eventlet.wsgi hello service, processor time per request", "wsgi", HELLO, "epolls", 0.70)
    add("sleep(0) between green threads", "switch", "sleep(0)", "epolls", 0.9, aiohub=1.0)
    for case in ("spawn + wait", "socket ping-pong"):
        add(f"{case} between green threads", "switch", case, "epolls", 0.9)
    plain = {"aiohub-engine": "engine", "aiohub": "asyncio", "aiohub-uv": "uvloop", "asynciohub": "asyncio"}
    for case, most in (("wait for a coroutine", 1.3), ("await a green thread", 1.5)):
        for ours, bare in plain.items():
            most_trips = most if ours == "aiohub-engine" else None
            bars.append(Bar(f"{case}, in task round trips", "border", case, ours, bare, most_trips, "task round trip"))
    for kind, most in (("Protocol", 0.85), ("streams", 0.80)):
        case = f"{kind}, {SMALL_ECHO}"
        bars.append(Bar(f"asyncio {kind} echo, processor time per message", "loop", case, "engine", "uvloop", most))
    for case in CORE_CASES:
        bars.append(Bar(case, "core", case, "engine", "uvloop", 1.0))
        # rloop asks the kernel in some turns only (docs/design/0005-loop.md).
        bars.append(Bar(case, "core", case, "engine", "rloop", 1.0))
    for transport in ("Unix", "UDP", "TLS"):
        case = f"{transport}, {SMALL_ECHO}"
        work = f"{transport} echo, processor time per message"
        bars.append(Bar(work, "transports", case, "engine", "uvloop", 1.0))
        if transport == "TLS":
            bars.append(Bar(work, "transports", case, "engine", "asyncio", 0.90))
    bars.append(
        Bar("a connection accepted and closed", "accept", "50 under way", "engine", "uvloop", 0.95),
    )
    for case, most in (("await sleep(0)", 1.40), ("queue ping-pong", 1.20)):
        for ours in hubs:
            most_steps = most if ours == "aiohub-engine" else None
            bars.append(Bar(f"a task step with green tasks: {case}", "step", case, ours, f"{ours}-off", most_steps))
    for ours in ("import-aiohub", "import-hub"):
        bars.append(Bar("import", "imports", "import", ours, "import-eventlet", 1.2))
    return bars


BARS = tuple(_bars())
