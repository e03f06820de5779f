"""Source distributions with the tests of other projects: fetched once, checked against their hashes, unpacked."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PINS = ROOT / "requirements" / "peers-sdists.txt"


def unpacked(build: Path, name: str, drop: str = "") -> Path:
    """The directory with the sources and tests of the project *name*, below *build*.

    *drop*: a directory to leave out. The tests run beside it, and would import it instead of the installed package.
    """
    version, sha256 = pin(name)
    tree = build / f"{name}-{version}"
    if not tree.is_dir():
        archive = _archive(build, name, version, sha256)
        with tempfile.TemporaryDirectory(dir=build) as place:
            with tarfile.open(archive) as tar:
                # Interpreters from before PEP 706 have no filters; the hash says that the content is the known one.
                if hasattr(tarfile, "data_filter"):
                    tar.extractall(place, filter="data")
                else:
                    tar.extractall(place)
            fresh = Path(place) / tree.name
            if drop:
                shutil.rmtree(fresh / drop)
            fresh.rename(tree)
    return tree


def pin(name: str) -> tuple[str, str]:
    """The version of the project *name* and the SHA-256 of its archive."""
    found = re.search(rf"^{re.escape(name)}==(\S+) --hash=sha256:([0-9a-f]{{64}})$", PINS.read_text(), re.MULTILINE)
    if found is None:
        raise SystemExit(f"aiohub: error: {PINS}: no pinned {name} in it")
    return found[1], found[2]


def _archive(build: Path, name: str, version: str, sha256: str) -> Path:
    archive = build / f"{name}-{version}.tar.gz"
    if not archive.exists() or _sha256(archive) != sha256:
        build.mkdir(parents=True, exist_ok=True)
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
        with tempfile.TemporaryDirectory(dir=build) as place:
            wanted = Path(place) / "wanted.txt"
            wanted.write_text(f"{name}=={version} --hash=sha256:{sha256}\n")
            what = ["--no-deps", "--no-binary", name, "--require-hashes", "--requirement", str(wanted)]
            subprocess.run([*pip, *what, "--dest", str(build)], check=True)
    if _sha256(archive) != sha256:
        raise SystemExit(f"aiohub: error: {archive}: not the pinned file; remove it and try again")
    return archive


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
