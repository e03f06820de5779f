"""Build a source distribution and the wheels made from it, and try each wheel in an empty virtual environment.

python packaging/wheel.py [directory]       (make wheel)

The directory, dist/ by default, gets the source distribution, the wheel with the engine, and the pure-Python wheel that
is built without it, and the wheel of aiohub-aio. Sizes and import times are printed. Needs Go, a C compiler and the
package index.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from aio_wheel import build as build_aio

ROOT = Path(__file__).resolve().parent.parent
TRIAL = Path(__file__).resolve().with_name("trial.py")


def run(*command: str | Path, **environment: str) -> str:
    """Run a command and return what it prints; what it says is shown if it fails."""
    result = subprocess.run(
        [str(part) for part in command],
        cwd=tempfile.gettempdir(),  # not the tree: what is imported has to be what is installed
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )
    if result.returncode:
        print(result.stdout, result.stderr, sep="\n", file=sys.stderr)
        raise SystemExit(f"aiohub: error: {' '.join(map(str, command))} failed with {result.returncode}")
    return result.stdout


def build_sdist(directory: Path) -> Path:
    """The source distribution of the tree."""
    code = (
        "import os, sys; os.chdir(sys.argv[1]); from setuptools import build_meta; "
        "print(build_meta.build_sdist(sys.argv[2]))"
    )
    return directory / run(sys.executable, "-c", code, ROOT, directory).splitlines()[-1]


def build_wheel(sdist: Path, directory: Path, **environment: str) -> Path:
    """The wheel of a source distribution."""
    with tempfile.TemporaryDirectory() as fresh:
        run(
            sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", fresh,
            sdist, **environment,
        )  # fmt: skip
        (wheel,) = Path(fresh).iterdir()
        return Path(shutil.move(wheel, directory / wheel.name))


def try_wheel(wheel: Path, engine: bool) -> None:
    """Install a wheel into an empty environment and use what it brings."""
    with tempfile.TemporaryDirectory() as place:
        run(sys.executable, "-m", "venv", place)
        binaries = Path(place) / "bin"
        run(binaries / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel)
        print(f"  {run(binaries / 'python', TRIAL, 'engine' if engine else 'asyncio').strip()}")
        if engine:
            print(f"  AIOHUB_ENGINE=0: {run(binaries / 'python', TRIAL, 'asyncio', AIOHUB_ENGINE='0').strip()}")
            print(f"  {run(binaries / 'aiohub', '--version').strip()}")


def show(path: Path) -> None:
    print(f"{path.name}: {path.stat().st_size / 1e6:.2f} MB")
    if path.suffix == ".whl":
        for item in zipfile.ZipFile(path).infolist():
            if item.file_size > 100_000:
                print(
                    f"  {item.filename}: {item.file_size / 1e6:.2f} MB, {item.compress_size / 1e6:.2f} MB in the wheel"
                )


def main() -> None:
    directory = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "dist").resolve()
    directory.mkdir(parents=True, exist_ok=True)
    sdist = build_sdist(directory)
    show(sdist)
    for engine in (True, False):
        wheel = build_wheel(sdist, directory, AIOHUB_ENGINE="1" if engine else "0")
        show(wheel)
        if engine == wheel.name.endswith("-none-any.whl"):
            raise SystemExit(f"aiohub: error: {wheel.name} was built {'without' if engine else 'with'} the engine")
        try_wheel(wheel, engine)
    show(build_aio(directory))


if __name__ == "__main__":
    main()
