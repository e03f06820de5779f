"""Reads imports, Python's and Go's, and says which of them point the wrong way."""

from __future__ import annotations

import ast
import re
from pathlib import Path

#: Modules by name, and what each imports, as absolute dotted names.
ModuleImports = dict[str, set[str]]


def imports_of(source: str, module: str, is_package: bool) -> set[str]:
    """What *module* imports, wherever it says so: at its top, in a function, for types, by a string.

    `from x import y` is x.y, whether that is a module or a name in one.
    """
    found: set[str] = set()
    parts = module.split(".")
    parents = parts if is_package else parts[:-1]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(node.level, node.module, parents)
            found.update(f"{base}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and _is_import_call(node.func) and node.args:
            name = node.args[0].value if isinstance(node.args[0], ast.Constant) else None
            if isinstance(name, str):
                bare = name.lstrip(".")
                found.add(_absolute(len(name) - len(bare), bare, parents))
    return found


def _absolute(level: int, name: str | None, parents: list[str]) -> str:
    start = parents[: len(parents) - level + 1] if level else []
    return ".".join([*start, *filter(None, [name])])


def _is_import_call(function: ast.expr) -> bool:
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", None)
    return name in ("import_module", "__import__")


def package_imports(root: Path, package: str) -> ModuleImports:
    """What each module of *package*, which lies in *root*, imports."""
    found: ModuleImports = {}
    for path in sorted((root / package).rglob("*.py")):
        names = path.relative_to(root).with_suffix("").parts
        is_package = names[-1] == "__init__"
        module = ".".join(names[:-1] if is_package else names)
        found[module] = imports_of(path.read_text(), module, is_package)
    return found


def arrows(modules: ModuleImports, package: str) -> dict[str, set[str]]:
    """Which modules of *package* each of them imports, other than *package* itself."""
    found: dict[str, set[str]] = {}
    for module, imported in modules.items():
        targets = {_module_of(name, modules) for name in imported}
        found[module] = {target for target in targets if target and target not in (module, package)}
    return found


def _module_of(name: str, modules: ModuleImports) -> str | None:
    while name and name not in modules:
        name = name.rpartition(".")[0]
    return name or None


def folders(root: Path, package: str) -> set[str]:
    """The private folders of *package*: its floors."""
    found = (path for path in (root / package).iterdir() if path.is_dir())
    return {path.name for path in found if path.name.startswith("_") and path.name != "__pycache__"}


def upward_imports(modules: ModuleImports, package: str, floors: list[str]) -> list[str]:
    """The imports inside *package* that point to a higher floor.

    *floors* are folders, from the bottom up; whatever is in none of them stands on top.
    """
    wrong = []
    for module, targets in arrows(modules, package).items():
        for target in targets:
            if _height(target, package, floors) > _height(module, package, floors):
                wrong.append(f"{module} imports {target}")
    return sorted(wrong)


def _height(module: str, package: str, floors: list[str]) -> int:
    part = module.removeprefix(f"{package}.").partition(".")[0]
    return floors.index(part) if part in floors else len(floors)


def circles(modules: ModuleImports, package: str) -> list[str]:
    """The modules that import each other, in however many steps: one line a circle."""
    graph = arrows(modules, package)
    reached = {module: _reached(module, graph) for module in graph}
    rings = {frozenset({module, *(other for other in reached[module] if module in reached[other])}) for module in graph}
    return sorted(" and ".join(sorted(ring)) for ring in rings if len(ring) > 1)


def _reached(module: str, graph: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [module]
    while waiting:
        for target in graph[waiting.pop()] - found:
            found.add(target)
            waiting.append(target)
    return found


C_IMPORT = re.compile(r'PyImport_Import\w*\("([\w.]+)"')


def c_imports(folder: Path) -> set[str]:
    """What the C files of *folder* import."""
    return {name for path in folder.rglob("*.c") for name in C_IMPORT.findall(path.read_text())}


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
