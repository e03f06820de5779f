"""The test suites: where each one's tests come from, what they run on, and what they are held against."""

from __future__ import annotations

import importlib.util
import platform
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import sdist
from suite import Place, Setting

if TYPE_CHECKING:
    from collections.abc import Callable

BUILD = sdist.ROOT / "build" / "peers"
HERE = Path(__file__).resolve().parent

LOOPS = ("asyncio", "uvloop", "engine")


@dataclass(frozen=True)
class Entry:
    """One setting of a suite, with the files that make sense in it."""

    setting: Setting
    #: What it is held against the others as: a bar that ours have to reach, or one of ours.
    is_ours: bool
    #: Ours are chosen by loop.
    loop: str = ""
    #: Only these files; empty for all.
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class Suite:
    """A project's tests."""

    name: str
    #: What it is and of which version.
    title: Callable[[], str]
    place: Callable[[], Place]
    files: Callable[[Path], list[str]]
    entries: tuple[Entry, ...]

    @property
    def exceptions(self) -> Path:
        """The file of tests that ours are excused from."""
        return HERE / f"{self.name}-exceptions.txt"


def engine_is_there() -> bool:
    """Whether this build of aiohub has a loop of its own."""
    return hasattr(importlib.import_module("aiohub"), "EventLoop")


def _hub(loop: str) -> Entry:
    env = {"EVENTLET_HUB": "aiohub.hub", "AIOHUB_LOOP": loop, "PEERS_READERS": "1"}
    return Entry(Setting(f"aiohub on {'the engine' if loop == 'engine' else loop}", env), True, loop)


_LOOP_ENTRIES = (
    Entry(Setting("stock loop", {"PEERS_LOOP": "stock"}), False),
    # Some tests of the stock loop hang on it; that is no reason to wait for long.
    Entry(Setting("uvloop", {"PEERS_LOOP": "uvloop"}, limit_s=15), False),
    Entry(Setting("aiohub.EventLoop", {"PEERS_LOOP": "engine"}), True, "engine"),
)


def _eventlet_place() -> Place:
    tree = sdist.unpacked(BUILD, "eventlet")
    return Place(tree, tree, ("-p", "eventlet_plugin"))


def _eventlet_files(tree: Path) -> list[str]:
    return _names(tree, "tests/*_test.py", "tests/test_*.py")


def _cpython_place() -> Place:
    """The tests that came with this interpreter: those of another version test another asyncio."""
    spec = importlib.util.find_spec("test")
    home = Path(spec.origin).parent if spec and spec.origin else None
    if home is None or not (home / "test_asyncio" / "__init__.py").exists():
        short = "{}.{}".format(*sys.version_info)
        raise SystemExit(
            f"aiohub: error: Python {platform.python_version()} at {sys.base_prefix} comes without test.test_asyncio\n"
            f"aiohub: hint: on Debian: apt-get install libpython{short}-testsuite; "
            f"or PYTHON=/path/to/python with one built from source; or leave it out: peers/run.py --suite eventlet"
        )
    cwd = BUILD / "cpython"
    cwd.mkdir(parents=True, exist_ok=True)
    # unittest neither looks at warnings nor at what a thread or a destructor raises.
    no = ("-p", "no:warnings", "-p", "no:threadexception", "-p", "no:unraisableexception", "--assert=plain")
    return Place(home.parent, cwd, ("-p", "loop_plugin", *no))


def _cpython_files(tree: Path) -> list[str]:
    return _names(tree, "test/test_asyncio/test_*.py")


def _uvloop_place() -> Place:
    tree = sdist.unpacked(BUILD, "uvloop", drop="uvloop")
    how = ("--capture=no", "--assert=plain", "--import-mode=importlib", "-p", "no:warnings")
    return Place(tree, tree, ("-p", "loop_plugin", *how))


def _uvloop_files(tree: Path) -> list[str]:
    # The style and types of uvloop's sources are nothing to do with a loop.
    return [name for name in _names(tree, "tests/test_*.py") if name != "tests/test_sourcecode.py"]


def _aiohttp_place() -> Place:
    tree = sdist.unpacked(BUILD, "aiohttp", drop="aiohttp")
    # Its own settings leave these out too.
    marks = ("-m", "not dev_mode and not autobahn and not internal")
    return Place(tree, tree, ("-p", "loop_plugin", "-p", "pytest_mock", *marks))


#: Of aiohttp's test files, those of the client, the server and what they have in common.
_AIOHTTP = (
    "base_protocol", "client_*", "connector", "flowcontrol_streams", "http_writer", "loop", "proxy*", "resolver",
    "run_app", "streams", "tcp_helpers", "test_utils", "web_*", "websocket_*", "worker",
)  # fmt: skip


def _aiohttp_files(tree: Path) -> list[str]:
    return _names(tree, *(f"tests/test_{name}.py" for name in _AIOHTTP))


def _names(tree: Path, *patterns: str) -> list[str]:
    return sorted({path.relative_to(tree).as_posix() for pattern in patterns for path in tree.glob(pattern)})


SUITES = (
    Suite(
        "eventlet",
        lambda: f"eventlet {version('eventlet')}, greenlet {version('greenlet')}",
        _eventlet_place,
        _eventlet_files,
        (
            Entry(Setting("epolls hub", {}), False),
            Entry(Setting("asyncio hub", {"EVENTLET_HUB": "asyncio"}), False, files=("tests/asyncio_test.py",)),
            *(_hub(loop) for loop in LOOPS),
        ),
    ),
    Suite(
        "cpython",
        lambda: f"test.test_asyncio of CPython {platform.python_version()}",
        _cpython_place,
        _cpython_files,
        _LOOP_ENTRIES,
    ),
    Suite("uvloop", lambda: f"uvloop {version('uvloop')}", _uvloop_place, _uvloop_files, _LOOP_ENTRIES),
    Suite("aiohttp", lambda: f"aiohttp {version('aiohttp')}", _aiohttp_place, _aiohttp_files, _LOOP_ENTRIES),
)
