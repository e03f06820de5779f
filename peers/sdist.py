"""eventlet's source distribution: fetched once, checked against its hash, unpacked."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PIN = ROOT / "requirements" / "eventlet-sdist.txt"


def unpacked(build: Path) -> Path:
    """The directory with eventlet's sources and tests, below *build*."""
    version, sha256 = _pin()
    tree = build / f"eventlet-{version}"
    if not tree.is_dir():
        archive = _archive(build, version, sha256)
        with tempfile.TemporaryDirectory(dir=build) as place:
            with tarfile.open(archive) as tar:
                # Interpreters from before PEP 706 have no filters; the hash says that the content is the known one.
                if hasattr(tarfile, "data_filter"):
                    tar.extractall(place, filter="data")
                else:
                    tar.extractall(place)
            (Path(place) / tree.name).rename(tree)
    return tree


def _pin() -> tuple[str, str]:
    found = re.search(r"^eventlet==(\S+) --hash=sha256:([0-9a-f]{64})$", PIN.read_text(), re.MULTILINE)
    if found is None:
        raise SystemExit(f"aiohub: error: {PIN}: no pinned eventlet in it")
    return found[1], found[2]


def _archive(build: Path, version: str, sha256: str) -> Path:
    archive = build / f"eventlet-{version}.tar.gz"
    if not archive.exists() or _sha256(archive) != sha256:
        build.mkdir(parents=True, exist_ok=True)
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
        what = ["--no-deps", "--no-binary", ":all:", "--require-hashes", "--requirement", str(PIN)]
        subprocess.run([*pip, *what, "--dest", str(build)], check=True)
    if _sha256(archive) != sha256:
        raise SystemExit(f"aiohub: error: {archive}: not the pinned file; remove it and try again")
    return archive


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
