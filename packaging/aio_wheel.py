"""Build aiohub-aio: `aiohub.aio` alone, without eventlet and greenlet, for programs that have been ported.

python packaging/aio_wheel.py [directory]

It has the same modules under the same names as aiohub, a small part of them, so that a program goes from one to the
other by its requirements alone. A wheel's metadata can add requirements with extras, and not take them away: hence a
distribution of its own. Install one of the two, not both.
"""

from __future__ import annotations

import base64
import hashlib
import re
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "python"
#: What `aiohub.aio` consists of; python/tests/test_aio_alone.py sees that nothing is missing.
FILES = (
    "aiohub/__init__.py",
    "aiohub/py.typed",
    "aiohub/aio.py",
    "aiohub/_aio/*.py",
    "aiohub/_base/__init__.py",
    "aiohub/_base/interpreters.py",
    "aiohub/_base/seconds.py",
    "aiohub/_border/__init__.py",
    "aiohub/_border/task_timeout.py",
    "aiohub/_tasks/__init__.py",
    "aiohub/_tasks/asyncio_task.py",
)
NAME = "aiohub-aio"
# The zip format begins there; equal sources give equal wheels.
_EPOCH = (1980, 1, 1, 0, 0, 0)


def build(directory: Path) -> Path:
    """Write the wheel into *directory*, and return its path."""
    project = (ROOT / "pyproject.toml").read_text()
    version, python = (_value(project, key) for key in ("version", "requires-python"))
    plain = NAME.replace("-", "_")
    info = f"{plain}-{version}.dist-info"
    files = {str(path.relative_to(SOURCE)): path.read_bytes() for path in _sources()}
    files[f"{info}/METADATA"] = (
        f"Metadata-Version: 2.1\nName: {NAME}\nVersion: {version}\nRequires-Python: {python}\n"
        "Summary: what code ported from eventlet needs and asyncio does not have\n"
        f"License: {_value(project, 'license')}\n"
    ).encode()
    files[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\nGenerator: aiohub\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files[f"{info}/licenses/LICENSE"] = (ROOT / "LICENSE").read_bytes()
    record = [f"{name},sha256={_digest(content)},{len(content)}" for name, content in files.items()]
    files[f"{info}/RECORD"] = "\n".join([*record, f"{info}/RECORD,,", ""]).encode()
    directory.mkdir(parents=True, exist_ok=True)
    wheel = directory / f"{plain}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return wheel


def _sources() -> list[Path]:
    found = []
    for pattern in FILES:
        matching = sorted(SOURCE.glob(pattern))
        if not matching:
            raise SystemExit(f"aiohub: error: {SOURCE / pattern}: no such file")
        found += matching
    return found


def _value(project: str, key: str) -> str:
    match = re.search(rf'^{key} = "(.*)"$', project, re.MULTILINE)
    if match is None:
        raise SystemExit(f"aiohub: error: pyproject.toml: no {key}")
    return match[1]


def _digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


if __name__ == "__main__":
    print(build(Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "dist").resolve()))
