"""The interpreters whose headers the shim is compiled against."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from commands import ReleaseError, run
from platforms import PYTHONS

_QUESTION = """
import json, sys, sysconfig
free = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
print(json.dumps({
    "name": sys.implementation.name, "version": "%d.%d" % sys.version_info[:2], "plain": not (sys.abiflags or free),
    "full": sys.version.split()[0], "multiarch": sysconfig.get_config_var("MULTIARCH") or "",
    "headers": sysconfig.get_path("include"), "config": sysconfig.get_config_h_filename(),
}))
"""


@dataclass(frozen=True)
class Interpreter:
    """A CPython: where it is, its version, and where its headers and its pyconfig.h are."""

    program: str
    version: str
    full: str
    headers: Path
    config: Path

    @property
    def tag(self) -> str:
        return "cp" + self.version.replace(".", "")

    def suffix(self, machine: str) -> str:
        """What an extension module's name ends in, compiled for this interpreter on *machine*."""
        return f".{self.tag.replace('cp', 'cpython-')}-{machine}-linux-gnu.so"


def ask(programs: Iterable[str]) -> list[Interpreter]:
    """The interpreters that *programs* are, one for each version; ReleaseError where one cannot be used."""
    found: dict[str, Interpreter] = {}
    for program in programs:
        if shutil.which(program) is None:
            raise ReleaseError(f"{program}: there is no such program")
        facts = json.loads(run(program, "-c", _QUESTION, where=Path("/")))
        if facts["name"] != "cpython" or not facts["plain"]:
            raise ReleaseError(f"{program}: a CPython is needed, with GIL and not for debugging")
        headers = Path(facts["headers"])
        config = real_config(headers, Path(facts["config"]), facts["multiarch"])
        one = Interpreter(program, facts["version"], facts["full"], headers, config)
        if not (one.headers / "Python.h").exists() or not one.config.exists():
            raise ReleaseError(
                f"{program}: its headers are missing; on Debian: apt-get install python{one.version}-dev"
            )
        if one.version in found:
            raise ReleaseError(f"{program}: {found[one.version].program} is a Python {one.version} too")
        found[one.version] = one
    return sorted(found.values(), key=lambda one: PYTHONS.index(one.version) if one.version in PYTHONS else 99)


def real_config(headers: Path, config: Path, multiarch: str) -> Path:
    """The pyconfig.h that says something: Debian's *config* only includes that of a processor, from a folder beside."""
    debian = headers.parent / multiarch / headers.name / "pyconfig.h"
    return debian if multiarch and debian.exists() else config


def missing(interpreters: Iterable[Interpreter]) -> list[str]:
    """The versions that a release has an engine for, and none of these interpreters is."""
    there = {one.version for one in interpreters}
    return [version for version in PYTHONS if version not in there]


def stage(interpreter: Interpreter, place: Path) -> Path:
    """Copy the headers to *place*, so that no other header and no path of this machine comes with them."""
    shutil.copytree(interpreter.headers, place)
    shutil.copyfile(interpreter.config, place / "pyconfig.h")
    (place / "check_config.c").write_text(config_check(interpreter.config.read_text()))
    return place


def config_check(config: str) -> str:
    """A C file that compiles only where the sizes and the byte order in this pyconfig.h are those of the target.

    The same headers serve x86_64 and aarch64: what pyconfig.h says otherwise of the two, no public header asks.
    """
    sizes = {
        "SHORT": "short", "INT": "int", "LONG": "long", "LONG_LONG": "long long", "VOID_P": "void *",
        "SIZE_T": "size_t", "TIME_T": "time_t", "OFF_T": "off_t", "PID_T": "pid_t", "WCHAR_T": "wchar_t",
        "DOUBLE": "double", "FLOAT": "float", "_BOOL": "_Bool", "UINTPTR_T": "uintptr_t",
        "PTHREAD_T": "pthread_t", "PTHREAD_KEY_T": "pthread_key_t", "FPOS_T": "fpos_t",
    }  # fmt: skip
    lines = ["#include <pthread.h>", "#include <stdint.h>", "#include <stdio.h>", "#include <sys/types.h>"]
    lines += ["#include <time.h>", "#include <wchar.h>"]
    for name, size in re.findall(r"^#define SIZEOF_(\w+) (\d+)$", config, re.MULTILINE):
        if name in sizes:
            lines.append(f'_Static_assert(sizeof({sizes[name]}) == {size}, "SIZEOF_{name}");')
    for name, size in re.findall(r"^#define ALIGNOF_(\w+) (\d+)$", config, re.MULTILINE):
        if name in sizes:
            lines.append(f'_Static_assert(_Alignof({sizes[name]}) == {size}, "ALIGNOF_{name}");')
    if len(lines) < 16:
        raise ReleaseError("this pyconfig.h does not say how large things are")
    order = "__ORDER_BIG_ENDIAN__" if re.search(r"^#define WORDS_BIGENDIAN", config, re.MULTILINE) else None
    lines.append(f'_Static_assert(__BYTE_ORDER__ == {order or "__ORDER_LITTLE_ENDIAN__"}, "byte order");')
    return "\n".join([*lines, ""])
