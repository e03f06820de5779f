"""Where and on what the figures were taken."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

from processes import HERE, cores

_PACKAGES = ("aiohub", "eventlet", "gevent", "greenlet", "rloop", "uvloop")


def commit() -> tuple[str, bool]:
    """The short hash of the commit, "nocommit" where there is none, and whether the tree differs from it."""
    found = _git("rev-parse", "--short=10", "--verify", "HEAD")
    if not found:
        return "nocommit", False
    return found, bool(_git("status", "--porcelain", "--untracked-files=no"))


def _git(*arguments: str) -> str:
    try:
        done = subprocess.run(["git", "-C", str(HERE), *arguments], capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def describe() -> dict[str, Any]:
    """The machine, the interpreter and the packages."""
    return {
        "machine": {
            "processor": _processor(),
            "cores": len(os.sched_getaffinity(0)),
            "kernel": platform.release(),
            "architecture": platform.machine(),
            "pinned": cores()[0] is not None,
            "load_average": round(os.getloadavg()[0], 2),
        },
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "compiler": platform.python_compiler(),
        "packages": {name: _version(name) for name in _PACKAGES},
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        pass
    try:
        # A package that is on the path without being installed.
        return getattr(__import__(package), "__version__", None) if package == "aiohub" else None
    except ImportError:
        return None


def summary(about: dict[str, Any]) -> str:
    """One line for people."""
    machine = about["machine"]
    packages = ", ".join(f"{name} {version}" for name, version in about["packages"].items() if version)
    return f"{machine['processor']}, {machine['cores']} cores, Linux {machine['kernel']}; {about['python']}; {packages}"


if __name__ == "__main__":
    sys.stdout.write(summary(describe()) + "\n")
