"""Time `aiohub scan` on a tree, side by side with CPython's ast on the same files in the same run: `make bench-scan`.

usage: scan.py AIOHUB TREE

It fetches nothing. Files are read once before, so that all runs find them in the page cache. Each figure is the best of
three, in a line with all three. The ast column parses the files in one process and does nothing else with the trees.
"""

from __future__ import annotations

import ast
import os
import platform
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

RUNS = 3
SKIPPED = {".git", ".tox", ".nox", ".venv", "node_modules", "__pycache__", ".aiohub_cache"}


def python_files(tree: Path) -> list[Path]:
    """The files that ast gets: what ends in .py, without what the scanner leaves out as well."""
    found = []
    for directory, names, files in os.walk(tree):
        names[:] = sorted(name for name in names if name not in SKIPPED)
        found += [Path(directory, name) for name in sorted(files) if name.endswith(".py")]
    return [path for path in found if path.is_file() and not path.is_symlink()]


def scan(program: str, tree: Path, cache: str, *flags: str) -> tuple[float, int]:
    """Seconds and peak memory in KiB of one scan."""
    arguments = [program, "scan", "--quiet", "--output-format", "jsonl", *flags, str(tree)]
    start = time.perf_counter()
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, env={**os.environ, "AIOHUB_CACHE_DIR": cache})
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"aiohub: error: {' '.join(arguments)}: exit code {process.returncode}")
    return seconds, usage.ru_maxrss


def parse_all(sources: list[bytes]) -> float:
    """Seconds that ast needs for all sources, those it cannot parse included."""
    start = time.perf_counter()
    for source in sources:
        try:
            ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            pass
    return time.perf_counter() - start


def row(what: str, seconds: list[float], size: int, memory: int | None = None) -> None:
    best = min(seconds)
    runs = " ".join(f"{value:.3f}" for value in seconds)
    peak = f"{memory / 1024:.0f} MiB" if memory else ""
    print(f"{what:<26} {best:7.3f} s {size / best / 1e6:8.1f} MB/s {peak:>9}   ({runs})")


def main() -> None:
    if len(sys.argv) != 3:
        raise SystemExit("usage: scan.py AIOHUB TREE")
    program, tree = sys.argv[1], Path(sys.argv[2]).resolve()
    warnings.simplefilter("ignore")
    sources = [path.read_bytes() for path in python_files(tree)]
    size, lines = sum(map(len, sources)), sum(source.count(b"\n") for source in sources)
    if not sources:
        raise SystemExit(f"aiohub: error: no Python files in {tree}")
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    print(f"{tree.name}: {len(sources)} files, {lines} lines, {size / 1e6:.1f} MB")
    print(f"{version}, Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}\n")
    with tempfile.TemporaryDirectory() as cache:  # the user's is neither used nor touched
        cold = [scan(program, tree, cache, "--no-cache") for _ in range(RUNS)]
        scan(program, tree, cache)
        warm = [scan(program, tree, cache) for _ in range(RUNS)]
    row("scan, no cache", [seconds for seconds, _ in cold], size, max(memory for _, memory in cold))
    row("scan, warm cache", [seconds for seconds, _ in warm], size, max(memory for _, memory in warm))
    row("CPython ast.parse alone", [parse_all(sources) for _ in range(RUNS)], size)


if __name__ == "__main__":
    main()
