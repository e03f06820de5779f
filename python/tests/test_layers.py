"""Arrows point down only: no part of the project knows a part above it."""

import textwrap
from pathlib import Path

import pytest
from layers import go_imports, imports_of, package_imports, upward_imports, wrong_go_imports

ROOT = Path(__file__).resolve().parents[2]

# From the bottom up. A module imports from the lines above its own only; those of one line do not know each other.
LAYERS = [
    {
        "_errors",
        "_family",
        "_functions",
        "_children",
        "_fork_warning",
        "_handle_text",
        "_native",
        "_precedence",
        "_program",
        "_seconds",
        "_signals",
        "_transports",
    },
    {"_task_timeout", "_tasks", "_threads", "loop"},
    {
        "_fork",
        "_green_threads",
        "_park",
        "_policy",
        "_poller",
        "_pools",
        "_primitives",
        "_runner",
        "_task_class",
        "_timeout",
    },
    {"_exit", "_poller_epoll", "_poller_selector"},
    {"_endings", "_eventlet", "_loops"},
    {"_timers"},
    {"_green_calls"},
    {"_bridge", "hub"},
    {"_install", "_locks"},
    {"_queues", "aio", "debug", "green"},
    {"__main__", "ratchet"},
]


def test_modules_import_downwards_only():
    modules = package_imports(ROOT / "python", "aiohub")
    assert "aiohub.hub" in modules
    assert upward_imports(modules, "aiohub", LAYERS) == []


def test_no_layer_names_a_module_that_is_gone():
    parts = {module.split(".")[1] for module in package_imports(ROOT / "python", "aiohub") if "." in module}
    assert set().union(*LAYERS) - parts == set()


def test_go_imports_are_where_they_may_be():
    assert wrong_go_imports(ROOT) == []


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        ("aiohub", ["eventlet", "greenlet", "asyncio"]),
        ("aiohub.aio", ["eventlet", "greenlet"]),
        ("aiohub.ratchet", ["eventlet", "greenlet", "asyncio"]),
    ],
)
def test_importing_it_does_not_import(run_script, module, absent):
    result = run_script(
        f"""
        import sys
        before = set(sys.modules)
        import {module}
        print(sorted(set({absent}) & (set(sys.modules) - before)), {absent[0]!r} in before)
        """
    )
    assert (result.stdout, result.stderr) == ("[] False\n", "")


def test_aio_is_usable_without_eventlet(run_script):
    result = run_script(
        """
        import asyncio, sys
        from aiohub import aio

        async def main():
            return [getattr(aio, name) for name in aio.__all__]

        print(len(asyncio.run(main())) > 0, "eventlet" in sys.modules)
        """
    )
    assert (result.stdout, result.stderr) == ("True False\n", "")


# The checks themselves.


def write(root, files):
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))


MADE_UP = {
    "made/__init__.py": "",
    "made/low.py": "import os",
    "made/high.py": "from . import low\nfrom .low import x",
    "made/beside.py": "",
    "made/pack/__init__.py": "from . import inner",
    "made/pack/inner.py": "from ..low import x\nfrom .. import pack\nfrom . import other",
    "made/pack/other.py": "",
}
MADE_UP_LAYERS = [{"low"}, {"high", "beside"}, {"pack"}]


def made_up_faults(tmp_path, **changed):
    write(tmp_path, MADE_UP)
    write(tmp_path, {f"made/{name}.py": text for name, text in changed.items()})
    return upward_imports(package_imports(tmp_path, "made"), "made", MADE_UP_LAYERS)


def test_checker_accepts_what_points_down(tmp_path):
    assert made_up_faults(tmp_path) == []


@pytest.mark.parametrize(
    "line",
    [
        "from . import high",
        "from .high import x",
        "from .high import *",
        "import made.high",
        "from made.high import x as y",
        "from made import high",
        "try:\n    from . import high\nexcept ImportError:\n    pass",
        "class C:\n    from . import high",
        "if TYPE_CHECKING:\n    pass\nelse:\n    from . import high",
    ],
)
def test_checker_finds_an_upward_import(tmp_path, line):
    assert made_up_faults(tmp_path, low=line) == ["made.low imports made.high"]


@pytest.mark.parametrize(
    "line",
    [
        "if TYPE_CHECKING:\n    from . import high",
        "if typing.TYPE_CHECKING:\n    from . import high",
        "def f():\n    from . import high",
        "async def f():\n    from . import high",
        "class C:\n    def f(self):\n        import made.high",
        "from .high_up import x",
    ],
)
def test_checker_lets_a_lower_module_name_a_higher_one_later(tmp_path, line):
    assert made_up_faults(tmp_path, low=line) == []


def test_checker_finds_an_import_within_a_layer(tmp_path):
    assert made_up_faults(tmp_path, beside="from .high import x") == ["made.beside imports made.high"]


def test_checker_finds_an_upward_import_in_a_subpackage(tmp_path):
    write(tmp_path, {"made/pack/deep/__init__.py": "from ...top import x"})
    layers = [*MADE_UP_LAYERS, {"top"}]
    write(tmp_path, {**MADE_UP, "made/top.py": ""})
    assert upward_imports(package_imports(tmp_path, "made"), "made", layers) == ["made.pack.deep imports made.top"]


def test_checker_finds_a_module_without_a_layer(tmp_path):
    assert made_up_faults(tmp_path, new="") == ["made.new is in no layer"]


def test_relative_imports_of_a_package_start_in_it():
    assert imports_of("from . import a\nfrom .b import c", "p.q", True) == {"p.q", "p.q.a", "p.q.b", "p.q.b.c"}
    assert imports_of("from . import a\nfrom ..b import c", "p.q.r", False) == {"p.q", "p.q.a", "p.b", "p.b.c"}


GO_SOURCE = """
package x

// import "not/this"
import "fmt"
import named "a/b"
import (
\t"os"
\t. "dot"
\t_ "blank" // "nor this"
)

/*
#include <stdint.h>
*/
import "C"
"""


def test_go_imports_are_read():
    assert go_imports(GO_SOURCE) == {"fmt", "a/b", "os", "dot", "blank", "C"}


@pytest.mark.parametrize(
    ("file", "imported"),
    [
        ("engine/poller.go", "C"),
        ("engine/capitals/x.go", "C"),
        ("internal/rule/x.go", "C"),
        ("cmd/aiohub/main.go", "aiohub/engine"),
        ("internal/edit/x.go", "aiohub/engine/timers"),
        ("engine/x.go", "aiohub/internal/edit"),
        ("engine/x.go", "aiohub/engine/capi"),
    ],
)
def test_checker_finds_a_wrong_go_import(tmp_path, file, imported):
    write(tmp_path, {file: f'package x\n\nimport (\n\t"fmt"\n\t"{imported}"\n)\n'})
    assert wrong_go_imports(tmp_path) == [f'{file} imports "{imported}"']


def test_checker_accepts_right_go_imports(tmp_path):
    write(
        tmp_path,
        {
            "engine/capi/x.go": 'package main\n\nimport "C"\nimport "aiohub/engine"\n',
            "engine/x.go": 'package engine\n\nimport "aiohub/engine/timers"\n',
            "cmd/aiohub/main.go": 'package main\n\nimport "aiohub/internal/edit"\n',
        },
    )
    assert wrong_go_imports(tmp_path) == []
