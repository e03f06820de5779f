"""The parts of aiohub that are compiled: the C shim; the engine, a Go library that the shim loads; the command aiohub.

Everything else is in pyproject.toml. All are optional: without Go, without a C compiler, or with AIOHUB_ENGINE=0 in
the environment, the package is pure Python and runs on the stock asyncio loop.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext
from setuptools.command.build_py import build_py

# Setuptools' own copy: it has taken distutils' place by now.
from distutils.command.build_scripts import build_scripts  # isort: skip

ROOT = Path(__file__).resolve().parent
PACKAGE = ROOT / "python" / "aiohub"
SHIM = PACKAGE / "_shim"
ENGINE = ROOT / "engine" / "capi"
LIBRARY = "_engine.so"
NAME = "aiohub-name.pth"


def reason_without() -> str | None:
    """Why the engine is not built here; None if it is."""
    if os.environ.get("AIOHUB_ENGINE") == "0":
        return "built without Go: AIOHUB_ENGINE was 0"
    if not sys.platform.startswith("linux"):
        return f"built without Go: the engine is not supported on {sys.platform}"
    if shutil.which("go") is None:
        return "built without Go: it was not installed (https://go.dev/dl, on Debian: apt-get install golang-go)"
    return None


def note(package: Path, reason: str | None) -> None:
    """Leave in the package why it has no engine, for `aiohub.EngineUnavailableError` and `aiohub doctor`."""
    place = package / "_without_engine.txt"
    if reason is None:
        place.unlink(missing_ok=True)
    else:
        place.write_text(reason + "\n")
        print(f"aiohub: warning: {reason}; aiohub runs on asyncio's loop", file=sys.stderr)


class BuildPython(build_py):
    """Adds the file that lets EVENTLET_HUB=aiohub mean aiohub.hub.

    eventlet takes a name without a dot for a hub of its own, and asks nobody. The file is read at every start of the
    interpreter; it looks at that variable and does nothing else.
    """

    def run(self) -> None:
        super().run()
        editable = getattr(self, "editable_mode", False)
        target = Path(self.get_finalized_command("install").install_lib if editable else self.build_lib)
        self.copy_file(str(ROOT / "python" / NAME), str(target / NAME))
        note(PACKAGE if editable else target / "aiohub", reason)

    def get_outputs(self, include_bytecode: bool = True) -> list[str]:
        own = [] if getattr(self, "editable_mode", False) else [str(Path(self.build_lib) / NAME)]
        return [*super().get_outputs(include_bytecode), *own]


class BuildEngine(build_ext):
    """Builds the Go library beside the extension."""

    def run(self) -> None:
        super().run()
        if not self.extensions:
            return
        in_source = self.inplace or getattr(self, "editable_mode", False)
        package = PACKAGE if in_source else Path(self.build_lib).resolve() / "aiohub"
        package.mkdir(parents=True, exist_ok=True)
        if not any(package.glob("_shim.*.so")):
            note(package, "built without its C shim: there was no C compiler, or Python's headers were missing")
        subprocess.run([str(ENGINE.parent / "build"), str(package / LIBRARY)], check=True)


shim = Extension(
    "aiohub._shim",
    sources=sorted(str(path.relative_to(ROOT)) for path in SHIM.rglob("*.c")),
    depends=sorted(str(path.relative_to(ROOT)) for path in [*SHIM.rglob("*.h"), *ENGINE.glob("*.h")]),
    include_dirs=[str(ENGINE.relative_to(ROOT)), str(SHIM.relative_to(ROOT))],
    extra_compile_args=["-O2", "-std=c11", "-D_GNU_SOURCE", "-fvisibility=hidden", "-Wall", "-Wextra"],
    libraries=["dl"],
    optional=os.environ.get("AIOHUB_ENGINE") != "1",  # 1: it has to be built
)


class BuildTool(build_scripts):
    """Builds the porting tool, which is installed as the command aiohub."""

    def get_source_files(self) -> list[str]:
        return []

    def run(self) -> None:
        Path(self.build_dir).mkdir(parents=True, exist_ok=True)
        tool = Path(self.build_dir).resolve() / "aiohub"
        linker = f"-ldflags=-s -w -X aiohub/internal/commands/cli.Version={self.distribution.get_version()}"
        subprocess.run(
            ["go", "build", "-trimpath", "-buildvcs=false", linker, "-o", str(tool), "./cmd/aiohub"],
            cwd=ROOT,
            env={**os.environ, "CGO_ENABLED": "0"},
            check=True,
        )


reason = reason_without()
setup(
    ext_modules=[] if reason else [shim],
    scripts=[] if reason else ["aiohub"],  # made by BuildTool
    cmdclass={"build_py": BuildPython, "build_ext": BuildEngine, "build_scripts": BuildTool},
)
