"""Check a release: make it twice, and compare; install each wheel that this machine can use, and use it.

python packaging/release/check.py --pythons "python3.10 python3.11" COMMAND...

COMMAND makes a release (`make release-check` gives it); the directory is added to it. The second time the tree is a
clone in another place, in another time zone and with another umask: no byte may be other. The wheels are then installed
into empty virtual environments of each interpreter, without Go and without a C compiler in PATH, and used on each loop.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from commands import ReleaseError, run
from interpreters import Interpreter, ask

REPOSITORY = Path(__file__).resolve().parents[2]
#: What the example programs import beside aiohub; the loop that aiohub does not bring.
DEMO = ("aiohttp", "httpx", "requests", "uvloop")
LOOPS = ("engine", "asyncio", "uvloop")


def compare(first: Path, second: Path) -> None:
    """ReleaseError unless both directories have the same files with the same bytes."""
    names = sorted({path.name for directory in (first, second) for path in directory.iterdir()})
    other = [name for name in names if not _same(first / name, second / name)]
    if other:
        raise ReleaseError(f"the second build made other bytes: {', '.join(other)}")


def _same(first: Path, second: Path) -> bool:
    return first.exists() and second.exists() and first.read_bytes() == second.read_bytes()


def twice(command: list[str], place: Path) -> Path:
    """Make the release here and in a clone; the directory of the first."""
    first, second, clone = place / "first", place / "second", place / "a clone" / "of another length"
    # Who commits while the first is made does not make the second another release.
    commit = run("git", "rev-parse", "HEAD", where=REPOSITORY).strip()
    run("git", "clone", "--quiet", "--no-checkout", REPOSITORY, clone, where=place)
    run("git", "checkout", "--quiet", "--detach", commit, where=clone)
    subprocess.run([*command, first], cwd=REPOSITORY, check=True)
    there = [word.replace("packaging/release", str(clone / "packaging" / "release")) for word in command]
    old = os.umask(0o077)
    try:
        subprocess.run([*there, second], cwd=clone, check=True, env={**os.environ, "TZ": "Asia/Kathmandu"})
    finally:
        os.umask(old)
    compare(first, second)
    print("the second build made the same bytes")
    return first


def use(interpreter: Interpreter, wheels: Path, place: Path) -> None:
    """Install aiohub from *wheels* into an empty environment, and run programs on each loop."""
    run(interpreter.program, "-m", "venv", place, where=REPOSITORY)
    python = place / "bin" / "python"
    # Nothing to compile with: what is not in a wheel fails.
    alone = {"PATH": str(place / "bin"), "CC": "false"}
    install = (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:")
    run(*install, "--find-links", wheels, "aiohub", *DEMO, where=place, **alone)
    trial, demo = REPOSITORY / "packaging" / "trial.py", REPOSITORY / "examples" / "demo.py"
    for loop in LOOPS:
        print(f"  {run(python, trial, loop, where=place, **alone).strip()}", flush=True)
        last = run(python, demo, "--loop", loop, where=place, **alone).splitlines()[-1]
        print(f"  demo.py --loop {loop}: {last}", flush=True)
    print(f"  {run(place / 'bin' / 'aiohub', '--version', where=place, **alone).strip()}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pythons", required=True)
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="aiohub-check-") as name:
        place = Path(name)
        wheels = twice(options.command, place)
        for one in ask(options.pythons.split()):
            print(f"Python {one.full}")
            use(one, wheels, place / one.tag)


if __name__ == "__main__":
    try:
        main()
    except ReleaseError as error:
        sys.exit(f"aiohub: error: {error}")
