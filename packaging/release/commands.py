"""Run the programs that a release is made with."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


class ReleaseError(Exception):
    """The release cannot be made; the text says why."""


def run(*command: str | Path, where: Path, **environment: str) -> str:
    """Run a command in *where*, and return what it prints; ReleaseError with all it said if it fails."""
    words = [str(word) for word in command]
    result = subprocess.run(
        words, cwd=where, env={**os.environ, **environment}, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    if result.returncode:
        print(result.stdout, result.stderr, sep="\n", file=sys.stderr)
        raise ReleaseError(f"{' '.join(words[:6])} ... failed with {result.returncode}")
    return result.stdout
