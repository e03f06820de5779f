"""Source distributions, pinned, unpacked once and copied for each step."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "e2e"
_PINS = ROOT / "requirements" / "e2e-sdists.txt"


def copy_of(name: str, directory: str, step: str) -> Path:
    """A fresh copy of the source of *name*: of *directory* in this repository, else of its source distribution."""
    tree = BUILD / name / step.replace(" ", "-")
    shutil.rmtree(tree, ignore_errors=True)
    if directory:
        shutil.copytree(ROOT / directory, tree, ignore=shutil.ignore_patterns("__pycache__", ".*"))
        return tree
    BUILD.mkdir(parents=True, exist_ok=True)
    with tarfile.open(_archive(name)) as archive, tempfile.TemporaryDirectory(dir=BUILD) as directory:
        archive.extractall(directory, filter="data")
        (unpacked,) = Path(directory).iterdir()
        tree.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(unpacked, tree)
    return tree


def _archive(name: str) -> Path:
    """The sdist of *name* in the pinned version, from PyPI if it is not there yet."""
    pins = {pin.partition("==")[0]: pin for pin in _PINS.read_text().splitlines() if pin and not pin.startswith("#")}
    place = BUILD / "sdists"
    place.mkdir(parents=True, exist_ok=True)
    version = pins[name].partition("==")[2].split()[0]
    found = place / f"{name}-{version}.tar.gz"
    if not found.exists():
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as pin:
            pin.write(pins[name])
            pin.flush()
            # No isolated build for the metadata: pip would fetch what builds it without a pin.
            command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
            options = ["--no-binary", name, "--no-build-isolation", "--require-hashes", "--requirement", pin.name]
            subprocess.run([*command, *options, "--dest", str(place)], check=True)
    return found
