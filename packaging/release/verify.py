"""Look packages over with the tools that an index and its users have, and with our own."""

from __future__ import annotations

import json
import re
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

from commands import ReleaseError, run
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from elftools.elf.elffile import ELFFile
from interpreters import Interpreter
from platforms import GLIBC


def all_packages(directory: Path, tree: Path, found: Sequence[Interpreter], forbidden: Sequence[str]) -> None:
    """ReleaseError for the first package that is not as it should be; no file may have a *forbidden* text in it."""
    wheels = sorted(directory.glob("*.whl"))
    # The archives' names end in a digit, too: that of a processor.
    (sdist,) = (path for path in directory.glob("aiohub-*.tar.gz") if not _has_program(path.name))
    run(sys.executable, "-m", "twine", "check", "--strict", *wheels, sdist, where=directory)
    _hardened(directory, tree, forbidden)
    for wheel in wheels:
        if "-manylinux_" in wheel.name:
            _manylinux(wheel)
    for one in found:
        _symbols(one, [wheel for wheel in wheels if f"-{one.tag}-" in wheel.name])
    (bill,) = directory.glob("*.cdx.json")
    if error := JsonStrictValidator(SchemaVersion.V1_6).validate_str(bill.read_text()):
        raise ReleaseError(f"{bill.name}: {error}")


def _hardened(directory: Path, tree: Path, forbidden: Sequence[str]) -> None:
    compiled = [path for path in sorted(directory.iterdir()) if _has_program(path.name)]
    places = [*forbidden, run("go", "env", "GOROOT", where=tree).strip() + "/"]
    words = [word for place in places for word in ("-forbid", place)]
    run("go", "run", "./packaging/hardening", "-glibc", GLIBC, *words, *compiled, where=tree)


def _has_program(name: str) -> bool:
    """Whether a package has something compiled in it, by its name: it names a platform."""
    return re.search(r"(linux|macos|macosx|win|windows)[-_]\w+\.(whl|zip|tar\.gz)$", name) is not None


def _manylinux(wheel: Path) -> None:
    """auditwheel finds no library that the tag does not allow, and no symbol that is newer."""
    facts = json.loads(run(sys.executable, "-m", "auditwheel", "show", "--json", wheel, where=wheel.parent))
    allowed = re.fullmatch(r"manylinux_2_(\d+)_\w+", facts["overall_tag"])
    if allowed is None or int(allowed[1]) > int(GLIBC.split(".")[1]) or facts["external_libs"]:
        raise ReleaseError(f"{wheel.name}: auditwheel says {facts}")


def _symbols(interpreter: Interpreter, wheels: Sequence[Path]) -> None:
    """What the shims ask of Python, the interpreter has, and it is the same on each processor."""
    asked = {wheel.name: _asked_of_python(wheel) for wheel in wheels}
    for name, symbols in asked.items():
        if symbols != asked[wheels[0].name]:
            raise ReleaseError(f"{name} asks other things of Python than {wheels[0].name}: {symbols}")
        code = "import ctypes, sys; print(*(n for n in sys.argv[1:] if not hasattr(ctypes.pythonapi, n)))"
        if lacking := run(interpreter.program, "-c", code, *symbols, where=Path("/")).strip():
            raise ReleaseError(f"{name}: Python {interpreter.full} has no {lacking}")


def _asked_of_python(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.startswith("aiohub/_shim.cpython-"))
        with archive.open(name) as content:
            table = ELFFile(content).get_section_by_name(".dynsym")
            undefined = {symbol.name for symbol in table.iter_symbols() if symbol["st_shndx"] == "SHN_UNDEF"}
    return sorted(name for name in undefined if name.startswith(("Py", "_Py")))
