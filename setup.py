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
SHIM = ROOT / "python" / "aiohub" / "_shim"
ENGINE = ROOT / "engine" / "capi"
LIBRARY = "_engine.so"
NAME = "aiohub-name.pth"


def wanted() -> bool:
    """Whether the engine can be built here; says why not."""
    if os.environ.get("AIOHUB_ENGINE") == "0":
        return False
    if not sys.platform.startswith("linux"):
        reason = f"the engine is not supported on {sys.platform}"
    elif shutil.which("go") is None:
        reason = "Go is not installed (https://go.dev/dl, on Debian: apt-get install golang-go)"
    else:
        return True
    print(f"aiohub: warning: building without the engine: {reason}; aiohub runs on asyncio's loop", file=sys.stderr)
    return False


class BuildPython(build_py):
    """Adds the file that lets EVENTLET_HUB=aiohub mean aiohub.hub.

    eventlet takes a name without a dot for a hub of its own, and asks nobody. The file is read at every start of the
    interpreter; it looks at that variable and does nothing else.
    """

    def run(self) -> None:
        super().run()
        if getattr(self, "editable_mode", False):
            target = Path(self.get_finalized_command("install").install_lib)
        else:
            target = Path(self.build_lib)
        self.copy_file(str(ROOT / "python" / NAME), str(target / NAME))

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
        package = ROOT / "python" / "aiohub" if in_source else Path(self.build_lib).resolve() / "aiohub"
        package.mkdir(parents=True, exist_ok=True)
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


compiled = wanted()
setup(
    ext_modules=[shim] if compiled else [],
    scripts=["aiohub"] if compiled else [],  # made by BuildTool
    cmdclass={"build_py": BuildPython, "build_ext": BuildEngine, "build_scripts": BuildTool},
)
