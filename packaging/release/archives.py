"""Write wheels, zip files and tarballs such that equal contents give equal bytes, whoever writes them and when."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import tarfile
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path

# The zip format begins there.
_FIRST_YEAR = 1980


def write_zip(target: Path, files: Mapping[str, bytes], programs: frozenset[str], epoch: int) -> Path:
    """A zip file with *files*, of which *programs* are executable, all of the second *epoch*."""
    when = max(time.gmtime(epoch)[:6], (_FIRST_YEAR, 1, 1, 0, 0, 0))
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, when)
            entry.create_system = 3  # Unix: pip takes the modes from it
            entry.external_attr = (0o100755 if name in programs else 0o100644) << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED, compresslevel=9)
    return target


def write_tar(target: Path, files: Mapping[str, bytes], programs: frozenset[str], epoch: int) -> Path:
    """The same as a gzipped tar."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mtime, entry.mode = len(content), epoch, 0o755 if name in programs else 0o644
            archive.addfile(entry, io.BytesIO(content))
    target.write_bytes(gzip.compress(plain.getvalue(), mtime=epoch))
    return target


def read_wheel(wheel: Path) -> dict[str, bytes]:
    """The files of a wheel, but those that say what is in it: `write_wheel` makes them anew."""
    with zipfile.ZipFile(wheel) as archive:
        return {
            name: archive.read(name)
            for name in sorted(archive.namelist())
            if not name.endswith(("/", ".dist-info/WHEEL", ".dist-info/RECORD"))
        }


def write_wheel(
    directory: Path, name: str, version: str, tag: tuple[str, str, tuple[str, ...]], files: Mapping[str, bytes],
    epoch: int,
) -> Path:  # fmt: skip
    """Write a wheel for one interpreter, ABI and some platforms, *tag*; what is in .data/scripts is executable."""
    python, abi, platforms = tag
    info = f"{name}-{version}.dist-info"
    pure = "true" if platforms == ("any",) else "false"
    tags = "".join(f"Tag: {python}-{abi}-{platform}\n" for platform in platforms)
    head = f"Wheel-Version: 1.0\nGenerator: aiohub\nRoot-Is-Purelib: {pure}\n{tags}"
    # The metadata last, as the format recommends.
    order = sorted({**files, f"{info}/WHEEL": head.encode()}.items(), key=lambda item: (item[0].startswith(info), item))
    content = dict(order)
    lines = [f"{path},sha256={_digest(data)},{len(data)}" for path, data in content.items()]
    content[f"{info}/RECORD"] = "\n".join([*lines, f"{info}/RECORD,,", ""]).encode()
    programs = frozenset(path for path in content if path.startswith(f"{name}-{version}.data/scripts/"))
    target = directory / f"{name}-{version}-{python}-{abi}-{'.'.join(platforms)}.whl"
    return write_zip(target, content, programs, epoch)


def _digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


def write_checksums(directory: Path) -> Path:
    """SHA256SUMS of all files there, as `sha256sum --check` reads it."""
    target = directory / "SHA256SUMS"
    paths = sorted(path for path in directory.iterdir() if path != target)
    target.write_text("".join(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in paths))
    return target
