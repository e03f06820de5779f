"""Compile the three parts that are not Python: the shim, the engine and the tool.

zig is the C compiler for all of them. It has the symbols of every glibc and knows which were there in 2.28, so one
machine builds for old ones and for other processors; docs/design/0017-packages.md has what else was considered.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import ziglang
from commands import run
from interpreters import Interpreter
from platforms import Platform

ZIG = Path(ziglang.__file__).with_name("zig")

#: What zig keeps of the C libraries, by their content: compiled once for all releases.
LIBRARIES = Path(sys.prefix) / "zig-cache"

#: Fortified calls and guarded stacks, no paths of the build and no traps that a release has no use for.
HARDENED = ("-O2", "-g0", "-fstack-protector-strong", "-U_FORTIFY_SOURCE", "-D_FORTIFY_SOURCE=2", "-fno-sanitize=all")
LINKED = ("-Wl,-z,relro", "-Wl,-z,now", "-Wl,-z,noexecstack", "-s")


@dataclass(frozen=True)
class Compiler:
    """Compiles what is in *tree*, an unpacked source distribution, for releases of *version*."""

    tree: Path
    version: str
    cache: Path

    def tool(self, platform: Platform, output: Path) -> Path:
        """The porting tool: a program that needs nothing, at an address that nobody knows in advance.

        Go's own linker makes no static program of that kind for Linux; zig's does, with musl.
        """
        flags = ["-s", "-w", "-buildid=", f"-X aiohub/internal/commands/cli.Version={self.version}"]
        options = ["-buildmode=pie"]
        environment = {"CGO_ENABLED": "0"}
        if platform.linux:
            flags += ["-linkmode external", "-extldflags -static-pie"]
            options += ["-tags", "netgo,osusergo"]
            environment = self._cgo(platform.static_target)
        self._go(platform, [*options, "-ldflags", " ".join(flags), "-o", str(output), "./cmd/aiohub"], environment)
        return output

    def engine(self, platform: Platform, output: Path) -> Path:
        """The engine, a shared library; engine/build has its flags."""
        environment = {**self._environment(platform), **self._cgo(platform.glibc_target)}
        run(self.tree / "engine" / "build", output, where=self.tree, **environment)
        return output

    def shim(self, interpreter: Interpreter, headers: Path, platform: Platform, output: Path) -> Path:
        """The extension module for one interpreter, as setup.py describes it."""
        sources, directories, options, libraries = self._described
        zig: list[str | Path] = [ZIG, "cc", "-target", platform.glibc_target]
        environment = self._environment(platform)
        check = headers / "check_config.c"
        run(*zig, "-c", "-o", output.with_suffix(".o"), check, where=self.tree, **environment)
        output.with_suffix(".o").unlink()
        run(
            *zig, *options, *HARDENED, f"-ffile-prefix-map={self.tree}=.", f"-ffile-prefix-map={headers}=python",
            f"-I{headers}", *(f"-I{directory}" for directory in directories),
            "-shared", "-fPIC", *LINKED, "-o", output, *sources, *(f"-l{library}" for library in libraries),
            where=self.tree, **environment,
        )  # fmt: skip
        return output

    @cached_property
    def _described(self) -> list[list[str]]:
        """Sources, include directories, options and libraries of the shim, from setup.py."""
        code = (
            "import json; from distutils.core import run_setup; "
            "shim, = run_setup('setup.py', stop_after='init').ext_modules; "
            "print(json.dumps([shim.sources, shim.include_dirs, shim.extra_compile_args, shim.libraries]))"
        )
        described = run(
            sys.executable, "-c", f"import setuptools; {code}", where=self.tree, AIOHUB_ENGINE="1"
        ).splitlines()[-1]
        found: list[list[str]] = json.loads(described)
        return found

    def _go(self, platform: Platform, arguments: list[str], environment: dict[str, str]) -> None:
        command = ["go", "build", "-trimpath", "-buildvcs=false", *arguments]
        run(*command, where=self.tree, **self._environment(platform), **environment)

    def _environment(self, platform: Platform) -> dict[str, str]:
        """What a builder has set for itself must not get into a release."""
        return {
            "GOOS": platform.system, "GOARCH": platform.go_arch, "GOAMD64": "v1", "GOARM64": "v8.0",
            "GOFLAGS": "", "GOEXPERIMENT": "", "GOWORK": "off",
            "ZIG_LOCAL_CACHE_DIR": str(self.cache), "ZIG_GLOBAL_CACHE_DIR": str(LIBRARIES),
        }  # fmt: skip

    def _cgo(self, target: str) -> dict[str, str]:
        return {
            "CGO_ENABLED": "1", "CC": f"{ZIG} cc -target {target}",
            "CGO_CFLAGS": " ".join(HARDENED), "CGO_LDFLAGS": " ".join(LINKED),
        }  # fmt: skip
