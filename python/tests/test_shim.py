"""What the C module offers, and what is said of it."""

import ast
import re
from pathlib import Path

import pytest

from aiohub import _shim

pytestmark = pytest.mark.once

PACKAGE = Path(_shim.__file__).parent


def own(namespace):
    return {name for name in namespace if not name.startswith("__")}


def stub():
    """{"": names of the module, class name: names in it} of the .pyi."""
    tree = ast.parse((PACKAGE / "_shim.pyi").read_text())
    found = {"": set()}
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            found[""].add(node.name)
            found[node.name] = own(map(name_of, node.body))
        elif isinstance(node, (ast.FunctionDef, ast.AnnAssign)):
            found[""].add(name_of(node))
    return found


def name_of(node):
    return node.target.id if isinstance(node, ast.AnnAssign) else node.name


def test_the_stub_names_everything_there_is():
    assert stub()[""] == own(vars(_shim))


@pytest.mark.parametrize("name", sorted(set(stub()) - {""}))
def test_the_stub_names_everything_of_a_class(name):
    cls = getattr(_shim, name)
    of_asyncio = {"_extra"} - vars(cls).keys()  # a slot of asyncio's transports; streams have one of their own
    assert stub()[name] - of_asyncio == own(vars(cls))


def test_the_stub_names_every_part():
    """The parts that `prepare` takes are those of parts.h."""
    parts = set(re.findall(r"^PART\((\w+), \w+\)", (PACKAGE / "_shim" / "parts.h").read_text(), re.MULTILINE))
    tree = ast.parse((PACKAGE / "_shim.pyi").read_text())
    prepare = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "prepare")
    assert {argument.arg for argument in prepare.args.kwonlyargs} == parts


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"nonsense": 1}, "prepare() got an unexpected keyword argument 'nonsense'"),
        ({"sleep": 1}, "prepare(): sleep is to be a function, not 1"),
        ({"hub_class": print}, "prepare(): hub_class is to be a class, not <built-in function print>"),
        ({"create_tasks": []}, "prepare(): create_tasks is to be a tuple, not []"),
        ({"family": 1}, "prepare(): family is to be a variable, not 1"),
    ],
)
def test_wrong_parts_are_refused(parts, message):
    with pytest.raises(TypeError) as caught:
        _shim.prepare(**parts)
    assert str(caught.value) == message


def test_parts_may_come_in_any_order(run_script):
    """What needs several parts is made by the call that brings the last one, once."""
    result = run_script(
        """
        import aiohub.loop
        from aiohub import _shim

        print(_shim.prepare(sleep=print))
        print(list(_shim.prepare(hub_local=object())))
        print(_shim.prepare(sleep=print))
        """
    )
    assert (result.stdout, result.stderr) == ("{}\n['sleep']\n{}\n", "")
