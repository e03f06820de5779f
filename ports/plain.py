"""A Python that has what this one has, but for eventlet and greenlet, and aiohub-aio in aiohub's place."""

from __future__ import annotations

import functools
import subprocess
import sys
import sysconfig
import tempfile
import zipfile
from pathlib import Path

from trees import BUILD, ROOT

ABSENT = ("eventlet", "greenlet", "aiohub")


@functools.cache
def plain_python() -> Path:
    """The interpreter of an environment whose packages are links to those here, made anew."""
    home = BUILD / "plain"
    subprocess.run([sys.executable, "-m", "venv", "--clear", "--without-pip", str(home)], check=True)
    python = home / "bin" / "python"
    where = "import sysconfig; print(sysconfig.get_path('purelib'))"
    there = Path(subprocess.run([python, "-c", where], check=True, capture_output=True, text=True).stdout.strip())
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        if not entry.name.lower().startswith(ABSENT) and not (there / entry.name).exists() and entry.suffix != ".pth":
            (there / entry.name).symlink_to(entry)
    with tempfile.TemporaryDirectory() as directory:
        builder = ROOT / "packaging" / "aio_wheel.py"
        built = subprocess.run([sys.executable, str(builder), directory], check=True, capture_output=True, text=True)
        zipfile.ZipFile(built.stdout.strip()).extractall(there)
    for name in ("eventlet", "greenlet"):
        found = subprocess.run([python, "-c", f"import {name}"], capture_output=True)
        if found.returncode == 0:
            raise SystemExit(f"{home} has {name}, which it must not")
    return python
