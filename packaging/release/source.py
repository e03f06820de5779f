"""What a release is made of: the tree of a tag, and the source distribution of it."""

from __future__ import annotations

import gzip
import io
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

import tomllib
from commands import ReleaseError, run


@dataclass(frozen=True)
class Source:
    """A tree without anything that git does not know, its version, and the second of its commit, by Unix time."""

    tree: Path
    version: str
    epoch: int


def export(repository: Path, place: Path, *, untagged: bool) -> Source:
    """Put the tree of the commit that is checked out into *place*.

    Unless *untagged*, ReleaseError if that commit has no tag with its version, or if files are other than there.
    """
    commit = run("git", "rev-parse", "HEAD", where=repository).strip()
    archive = place / "tree.tar"
    run("git", "archive", "--output", archive, commit, where=repository)
    tree = place / "tree"
    with tarfile.open(archive) as content:
        content.extractall(tree, filter="data")
    archive.unlink()
    version = tomllib.loads((tree / "pyproject.toml").read_text())["project"]["version"]
    if not untagged:
        _check_tag(repository, f"v{version}")
    return Source(tree, version, int(run("git", "log", "-1", "--format=%ct", commit, where=repository)))


def _check_tag(repository: Path, tag: str) -> None:
    if tag not in run("git", "tag", "--points-at", "HEAD", where=repository).split():
        raise ReleaseError(f"the commit that is checked out has no tag {tag}; UNTAGGED=1 tries a release without one")
    if changed := run("git", "status", "--porcelain", "--untracked-files=no", where=repository):
        raise ReleaseError(f"files are other than in {tag}:\n{changed}")


def build_sdist(source: Source, drafts: Path, target: Path) -> Path:
    """The source distribution, in the directory *target*, with nothing in it of the time and the user that built it."""
    code = "import sys; from setuptools import build_meta; print(build_meta.build_sdist(sys.argv[1]))"
    drafts.mkdir()
    name = run(sys.executable, "-c", code, drafts, where=source.tree).splitlines()[-1]
    return same_bytes(drafts / name, target / name, source.epoch)


def same_bytes(draft: Path, target: Path, epoch: int) -> Path:
    """Copy a gzipped tar such that equal contents give equal bytes: sorted, of one time and one user."""
    plain = io.BytesIO()
    with tarfile.open(draft) as old, tarfile.open(fileobj=plain, mode="w", format=tarfile.PAX_FORMAT) as new:
        for member in sorted(old.getmembers(), key=lambda member: member.name):
            member.mtime, member.uid, member.gid, member.uname, member.gname = epoch, 0, 0, "", ""
            member.mode = 0o755 if member.isdir() or member.mode & 0o100 else 0o644
            member.pax_headers = {}
            new.addfile(member, old.extractfile(member) if member.isreg() else None)
    target.write_bytes(gzip.compress(plain.getvalue(), mtime=epoch))
    return target


def unpack(sdist: Path, place: Path) -> Path:
    """The tree of a source distribution: what is built from it shows that nothing is missing there."""
    with tarfile.open(sdist) as content:
        content.extractall(place, filter="data")
    return place / sdist.name.removesuffix(".tar.gz")
