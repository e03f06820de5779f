"""What `aiohub port` makes of a program at stages 2 and 3 says on plain asyncio what the program said on eventlet.

The programs and their ports are archives of the tool's own test, which holds the one against the other.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

ARCHIVES = Path(__file__).resolve().parents[2] / "internal" / "program" / "port" / "testdata"
LIMIT_S = 120
GREEN = "import app; app.main()"
PLAIN = "import asyncio, app; asyncio.run(app.main())"
# A None in sys.modules makes an import fail.
ALONE = "import sys; sys.modules['eventlet'] = sys.modules['greenlet'] = None; " + PLAIN


def files_of(archive: Path) -> dict[str, str]:
    """The files of a txtar archive by their names."""
    files: dict[str, str] = {}
    name = ""
    for line in archive.read_text().splitlines(keepends=True):
        if line.startswith("-- ") and line.rstrip().endswith(" --"):
            name = line.strip()[3:-3]
            files[name] = ""
        elif name:
            files[name] += line
    return files


def said(directory: Path, program: str) -> str:
    """What a program prints that runs in *directory*."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        cwd=directory,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(directory), *sys.path])},
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("archive", sorted(ARCHIVES.glob("stage[23]/run_*.txtar")), ids=lambda path: path.stem)
def test_a_port_says_what_the_program_said(archive, tmp_path):
    before, after = tmp_path / "before", tmp_path / "after"
    before.mkdir()
    after.mkdir()
    files = files_of(archive)
    for name, text in files.items():
        side, _, path = name.partition("/")
        if side == "in":
            for directory, content in ((before, text), (after, files.get(f"out/{path}", text))):
                (directory / path).parent.mkdir(exist_ok=True)
                (directory / path).write_text(content)
    rest = "".join(path.read_text() for path in after.rglob("*.py"))
    want = said(before, GREEN)
    assert want
    assert said(after, PLAIN if "import eventlet" in rest or "from eventlet" in rest else ALONE) == want
