"""Put the packages together from the Python of the source distribution and what was compiled."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from archives import read_wheel, write_tar, write_wheel, write_zip
from commands import ReleaseError, run
from interpreters import Interpreter
from platforms import Platform

NOTICES = "THIRD_PARTY_NOTICES"
#: Left by setup.py in a package that it built without the engine.
REASON = "aiohub/_without_engine.txt"
NO_ENGINE = "this wheel has none: there are compiled ones for CPython on Linux with glibc\n"


def pure_files(tree: Path, place: Path) -> dict[str, bytes]:
    """The files of the pure-Python wheel that setup.py builds in *tree*."""
    place.mkdir()
    code = "import sys; from setuptools import build_meta; build_meta.build_wheel(sys.argv[1])"
    run(sys.executable, "-c", code, place, where=tree, AIOHUB_ENGINE="0")
    (wheel,) = place.iterdir()
    files = read_wheel(wheel)
    if REASON not in files:
        raise ReleaseError(f"{wheel.name} does not say that it has no engine")
    return {**files, REASON: NO_ENGINE.encode()}


@dataclass(frozen=True)
class Packages:
    """Writes packages of *version* into *directory*, all of the second *epoch*.

    *pure* are the files of the pure-Python wheel, *bill* is the bill of materials of what is compiled.
    """

    directory: Path
    version: str
    epoch: int
    pure: Mapping[str, bytes]
    bill: bytes
    readme: bytes

    def pure_wheel(self) -> Path:
        """aiohub for all that has no other wheel: it has no tool and no engine."""
        return self._wheel("aiohub", ("py3", "none", ("any",)), self.pure)

    def compiled_wheel(
        self, interpreter: Interpreter, platform: Platform, shim: Path, engine: Path, tool: Path
    ) -> Path:
        """aiohub with the engine, for one CPython."""
        files = {name: content for name, content in self.pure.items() if name != REASON}
        files["aiohub/_shim" + interpreter.suffix(platform.machine)] = shim.read_bytes()
        files["aiohub/_engine.so"] = engine.read_bytes()
        files |= self._inside("aiohub", platform, tool)
        return self._wheel("aiohub", (interpreter.tag, interpreter.tag, (platform.manylinux,)), files)

    def platform_wheel(self, platform: Platform, tool: Path) -> Path:
        """aiohub on asyncio's loop, with the tool: for what no compiled wheel is for, and for `pipx run aiohub`."""
        files = {**self.pure, **self._inside("aiohub", platform, tool)}
        return self._wheel("aiohub", ("py3", "none", platform.tags), files)

    def tool_wheel(self, platform: Platform, tool: Path) -> Path:
        """The tool alone: it needs no eventlet."""
        info = f"aiohub_tool-{self.version}.dist-info"
        files = {
            f"{info}/METADATA": self._tool_metadata(),
            f"{info}/licenses/LICENSE": self.pure[f"aiohub-{self.version}.dist-info/licenses/LICENSE"],
            f"{info}/licenses/{NOTICES}": self.pure[f"aiohub-{self.version}.dist-info/licenses/{NOTICES}"],
            **self._inside("aiohub_tool", platform, tool),
        }
        return self._wheel("aiohub_tool", ("py3", "none", platform.tags), files)

    def archive(self, platform: Platform, tool: Path) -> Path:
        """The tool alone, for those without Python: with its licences, to be unpacked and run."""
        name = f"aiohub-{self.version}-{platform.name}"
        licences = f"aiohub-{self.version}.dist-info/licenses"
        files = {
            f"{name}/{platform.program}": tool.read_bytes(),
            f"{name}/LICENSE": self.pure[f"{licences}/LICENSE"],
            f"{name}/{NOTICES}": self.pure[f"{licences}/{NOTICES}"],
        }
        programs = frozenset([f"{name}/{platform.program}"])
        if platform.system == "windows":
            return write_zip(self.directory / f"{name}.zip", files, programs, self.epoch)
        return write_tar(self.directory / f"{name}.tar.gz", files, programs, self.epoch)

    def _inside(self, name: str, platform: Platform, tool: Path) -> dict[str, bytes]:
        return {
            f"{name}-{self.version}.data/scripts/{platform.program}": tool.read_bytes(),
            f"{name}-{self.version}.dist-info/sboms/aiohub.cdx.json": self.bill,
        }

    def _wheel(self, name: str, tag: tuple[str, str, tuple[str, ...]], files: Mapping[str, bytes]) -> Path:
        return write_wheel(self.directory, name, self.version, tag, files, self.epoch)

    def _tool_metadata(self) -> bytes:
        return (
            f"Metadata-Version: 2.4\nName: aiohub-tool\nVersion: {self.version}\n"
            "Summary: the command aiohub: finds what is left of eventlet in a program, and ports it to asyncio\n"
            f"License-Expression: Apache-2.0\nLicense-File: LICENSE\nLicense-File: {NOTICES}\n"
            "Classifier: Development Status :: 3 - Alpha\nClassifier: Environment :: Console\n"
            "Classifier: Topic :: Software Development :: Quality Assurance\n"
            "Requires-Python: >=3.8\nDescription-Content-Type: text/markdown\n\n"
        ).encode() + self.readme


def sizes(directory: Path) -> str:
    """A line for each file there."""
    paths = sorted(directory.iterdir(), key=os.fspath)
    return "\n".join(f"{path.stat().st_size / 1e6:8.2f} MB  {path.name}" for path in paths)
