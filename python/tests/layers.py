"""Reads imports, Python's and Go's, and says which of them point the wrong way."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ModuleImports = dict[str, set[str]]


def imports_of(source: str, module: str, is_package: bool) -> set[str]:
    """What *module* imports when it is imported, as absolute dotted names.

    Imports in functions and below `if TYPE_CHECKING` do not count: they are how a lower module may name a higher one.
    For `from x import y` both x and x.y are given, since y may be a module.
    """
    found: set[str] = set()
    names = module.split(".")
    parents = names if is_package else names[:-1]
    waiting: list[ast.AST] = [ast.parse(source)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = parents[: len(parents) - node.level + 1] if node.level else []
            base = ".".join([*start, *filter(None, [node.module])])
            found.update([base, *(f"{base}.{alias.name}" for alias in node.names)])
        elif isinstance(node, ast.If) and _is_type_checking(node.test):
            waiting.extend(node.orelse)
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            waiting.extend(ast.iter_child_nodes(node))
    return found


def _is_type_checking(test: ast.expr) -> bool:
    return (isinstance(test, ast.Name) and test.id == "TYPE_CHECKING") or (
        isinstance(test, ast.Attribute) and test.attr == "TYPE_CHECKING"
    )


def package_imports(root: Path, package: str) -> ModuleImports:
    """What each module of *package*, which lies in *root*, imports."""
    found: ModuleImports = {}
    for path in sorted((root / package).rglob("*.py")):
        names = path.relative_to(root).with_suffix("").parts
        is_package = names[-1] == "__init__"
        module = ".".join(names[:-1] if is_package else names)
        found[module] = imports_of(path.read_text(), module, is_package)
    return found


def upward_imports(modules: ModuleImports, package: str, layers: list[set[str]]) -> list[str]:
    """The imports inside *package* that do not point to a lower one of *layers*, and the modules that are in none.

    A layer names modules and subpackages directly in *package*; inside a subpackage everything may import everything.
    """
    height = {part: number for number, layer in enumerate(layers) for part in layer}
    wrong = []
    for module, imported in modules.items():
        part = _part(module, package)
        if part is None:
            continue
        if part not in height:
            wrong.append(f"{module} is in no layer")
            continue
        for name in imported:
            other = _part(name, package)
            if other in (None, part) or f"{package}.{other}" not in modules:
                continue
            if other in height and height[other] >= height[part]:
                wrong.append(f"{module} imports {package}.{other}")
    return sorted(set(wrong))


def _part(module: str, package: str) -> str | None:
    names = module.split(".")
    return names[1] if names[0] == package and len(names) > 1 else None


GO_COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
GO_IMPORT = re.compile(r'^import\s*(?:\((?P<many>[^)]*)\)|[\w.]*\s*"(?P<one>[^"]+)")', re.MULTILINE)


def go_imports(source: str) -> set[str]:
    """The import paths of a Go file."""
    found: set[str] = set()
    for match in GO_IMPORT.finditer(GO_COMMENT.sub("", source)):
        found.update([match["one"]] if match["one"] else re.findall(r'"([^"]+)"', match["many"]))
    return found


def wrong_go_imports(root: Path) -> list[str]:
    """The Go imports that are where they may not be: cgo outside engine/capi, and between the engine and the tool."""
    wrong = []
    for path in sorted(path for top in ("cmd", "engine", "internal") for path in (root / top).rglob("*.go")):
        directory = path.relative_to(root).parent.as_posix()
        for name in sorted(go_imports(path.read_text())):
            if _may_not(directory, name):
                wrong.append(f'{path.relative_to(root).as_posix()} imports "{name}"')
    return wrong


def _may_not(directory: str, name: str) -> bool:
    in_engine = _is_below(directory, "engine")
    if name == "C":
        return not _is_below(directory, "engine/capi")
    if in_engine:
        is_capi = _is_below(name, "aiohub/engine/capi") and not _is_below(directory, "engine/capi")
        return is_capi or _is_below(name, "aiohub/internal") or _is_below(name, "aiohub/cmd")
    return _is_below(name, "aiohub/engine")


def _is_below(path: str, top: str) -> bool:
    return path == top or path.startswith(f"{top}/")
