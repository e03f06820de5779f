"""Arrows point down only: no part of the project knows a part above it."""

import textwrap
from pathlib import Path

import pytest
from layers import (
    c_imports,
    circles,
    folders,
    go_imports,
    imports_of,
    package_imports,
    upward_imports,
    wrong_go_imports,
)

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]

#: The floors of the package, a folder each, from the bottom up. On top is what users name.
FLOORS = ["_shim", "_base", "_tasks", "_loop", "_hub", "_locks", "_patch", "_border", "_aio"]


def test_every_private_folder_is_a_floor():
    assert folders(ROOT / "python", "aiohub") == set(FLOORS)


def test_imports_point_downwards():
    """Wherever they are: also in functions, for types, and by string."""
    modules = package_imports(ROOT / "python", "aiohub")
    assert "aiohub.hub" in modules
    assert upward_imports(modules, "aiohub", FLOORS) == []


def test_no_modules_import_each_other():
    assert circles(package_imports(ROOT / "python", "aiohub"), "aiohub") == []


def test_the_shim_imports_nothing_of_ours():
    imported = c_imports(ROOT / "python" / "aiohub" / "_shim")
    assert "asyncio.transports" in imported
    assert [name for name in imported if name.startswith("aiohub")] == []


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
    "made/__init__.py": "if TYPE_CHECKING:\n    from .top import x",
    "made/top.py": "from ._high import other\nfrom ._low.one import x",
    "made/_low/__init__.py": "",
    "made/_low/one.py": "import os",
    "made/_low/two.py": "from . import one\nfrom .one import x",
    "made/_high/__init__.py": "",
    "made/_high/other.py": "from .._low import one\nimport made._low.two",
    "made/pack/__init__.py": "from ._inner import x",
    "made/pack/_inner.py": "from . import _more\nfrom ..top import x",
    "made/pack/_more.py": "",
}


@pytest.fixture
def made(tmp_path):
    """`made(module, text)`: the faults of a package with that text in that module."""

    def faults(module=None, text=""):
        write(tmp_path, MADE_UP)
        if module is not None:
            write(tmp_path, {f"made/{module}.py": text})
        modules = package_imports(tmp_path, "made")
        return upward_imports(modules, "made", ["_low", "_high"]) + circles(modules, "made")

    return faults


def test_checker_accepts_what_points_down(made):
    assert made() == []


@pytest.mark.parametrize(
    "line",
    [
        "from .._high import other",
        "from .._high.other import x",
        "from .._high.other import *",
        "import made._high.other",
        "from made._high.other import x as y",
        "from made._high import other",
        "try:\n    from .._high import other\nexcept ImportError:\n    pass",
        "class C:\n    def f(self):\n        import made._high.other",
        "if TYPE_CHECKING:\n    from .._high import other",
        "if typing.TYPE_CHECKING:\n    pass\nelse:\n    from .._high import other",
        "async def f():\n    from .._high import other",
        "importlib.import_module('made._high.other')",
        "import_module('.._high.other', __package__)",
        "__import__('made._high.other')",
    ],
)
def test_checker_finds_an_upward_import(made, line):
    assert made("_low/one", line)[0] == "made._low.one imports made._high.other"


@pytest.mark.parametrize("line", ["from .._highest import x", "from os import _high", "import_module(name)"])
def test_checker_knows_names_that_only_look_alike(made, line):
    assert made("_low/one", line) == []


def test_checker_finds_an_import_of_what_users_name(made):
    assert made("_high/other", "from ..pack import x")[0] == "made._high.other imports made.pack"


@pytest.mark.parametrize("line", ["from . import two", "def f():\n    from .two import x"])
def test_checker_finds_a_circle(made, line):
    assert made("_low/one", line) == ["made._low.one and made._low.two"]


def test_checker_finds_a_circle_on_top(made):
    assert made("top", "if TYPE_CHECKING:\n    from .pack._inner import x") == ["made.pack._inner and made.top"]


def test_floors_are_read_from_the_folders(tmp_path):
    write(tmp_path, {**MADE_UP, "made/__pycache__/x.py": ""})
    assert folders(tmp_path, "made") == {"_low", "_high"}


def test_c_imports_are_read(tmp_path):
    write(tmp_path, {"x.c": 'module = PyImport_ImportModule("made.top");\nuse(PyImport_Import(name), "made.low");'})
    assert c_imports(tmp_path) == {"made.top"}


def test_relative_imports_of_a_package_start_in_it():
    assert imports_of("from . import a\nfrom .b import c", "p.q", True) == {"p.q.a", "p.q.b.c"}
    assert imports_of("from . import a\nfrom ..b import c", "p.q.r", False) == {"p.q.a", "p.b.c"}


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
        ("internal/rules/rule/x.go", "C"),
        ("cmd/aiohub/main.go", "aiohub/engine"),
        ("internal/language/edit/x.go", "aiohub/engine/timers"),
        ("engine/x.go", "aiohub/internal/language/edit"),
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
            "cmd/aiohub/main.go": 'package main\n\nimport "aiohub/internal/language/edit"\n',
        },
    )
    assert wrong_go_imports(tmp_path) == []
