"""How packages of a release are written: packaging/release. What needs its compilers, `make release-check` tries."""

import gzip
import hashlib
import importlib
import io
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import time
import zipfile
from pathlib import Path

import pytest

RELEASE = Path(__file__).resolve().parents[2] / "packaging" / "release"
EPOCH = 1_700_000_000
pytestmark = pytest.mark.once


@pytest.fixture
def release(monkeypatch):
    """A function that imports a module of the release scripts; they are forgotten after the test."""
    monkeypatch.syspath_prepend(str(RELEASE))
    before = set(sys.modules)
    yield importlib.import_module
    for name in set(sys.modules) - before:
        if str(RELEASE) in (getattr(sys.modules[name], "__file__", None) or ""):
            del sys.modules[name]


@pytest.fixture
def elsewhere(monkeypatch):
    """A function after which the process is in another time zone, with another umask."""
    old = os.umask(0o022)

    def move():
        os.umask(0o077)
        monkeypatch.setenv("TZ", "Asia/Kathmandu")
        time.tzset()

    yield move
    os.umask(old)
    monkeypatch.undo()
    time.tzset()


FILES = {"thing/__init__.py": b"answer = 42\n", "thing-1.0.data/scripts/thing": b"#!/bin/sh\necho it runs\n"}
METADATA = {"thing-1.0.dist-info/METADATA": b"Metadata-Version: 2.1\nName: thing\nVersion: 1.0\n"}


def wheel(release, directory, files):
    directory.mkdir()
    return release("archives").write_wheel(directory, "thing", "1.0", ("py3", "none", ("any",)), files, EPOCH)


def test_a_wheel_has_the_same_bytes_in_another_order_place_and_time_zone(release, tmp_path, elsewhere):
    first = wheel(release, tmp_path / "a", {**FILES, **METADATA})
    elsewhere()
    second = wheel(release, tmp_path / "b", dict(reversed({**FILES, **METADATA}.items())))
    assert first.name == "thing-1.0-py3-none-any.whl"
    assert first.read_bytes() == second.read_bytes()


def test_a_wheel_is_installed_and_its_program_runs(release, tmp_path):
    made = wheel(release, tmp_path / "a", {**FILES, **METADATA})
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "v"], check=True)
    install = ["-m", "pip", "install", "--quiet", "--no-index", "--disable-pip-version-check", made]
    subprocess.run([tmp_path / "v" / "bin" / "python", *install], check=True)
    assert subprocess.check_output([tmp_path / "v" / "bin" / "thing"]) == b"it runs\n"
    code = "import thing; print(thing.answer)"
    assert subprocess.check_output([tmp_path / "v" / "bin" / "python", "-c", code]) == b"42\n"


def test_a_wheel_says_what_is_in_it(release, tmp_path):
    made = release("archives").write_wheel(tmp_path, "thing", "1.0", ("cp312", "cp312", ("x", "y")), FILES, EPOCH)
    assert made.name == "thing-1.0-cp312-cp312-x.y.whl"
    with zipfile.ZipFile(made) as archive:
        names = archive.namelist()
        head = archive.read("thing-1.0.dist-info/WHEEL").decode().splitlines()
        record = archive.read("thing-1.0.dist-info/RECORD").decode().splitlines()
    assert "Root-Is-Purelib: false" in head and "Tag: cp312-cp312-x" in head and "Tag: cp312-cp312-y" in head
    assert [line.split(",")[0] for line in record] == names
    assert release("archives").read_wheel(made) == FILES


def test_archives_have_the_same_bytes_and_the_modes(release, tmp_path, elsewhere):
    archives = release("archives")
    files, programs = {"t/run": b"program", "t/LICENSE": b"text"}, frozenset(["t/run"])
    first = [archives.write_tar(tmp_path / "1.tar.gz", files, programs, EPOCH).read_bytes()]
    first.append(archives.write_zip(tmp_path / "1.zip", files, programs, EPOCH).read_bytes())
    elsewhere()
    assert archives.write_tar(tmp_path / "2.tar.gz", files, programs, EPOCH).read_bytes() == first[0]
    assert archives.write_zip(tmp_path / "2.zip", files, programs, EPOCH).read_bytes() == first[1]
    with tarfile.open(tmp_path / "1.tar.gz") as content:
        assert [(member.name, member.mode) for member in content] == [("t/run", 0o755), ("t/LICENSE", 0o644)]


def test_checksums_are_those_of_all_files(release, tmp_path):
    (tmp_path / "b").write_bytes(b"two")
    (tmp_path / "a").write_bytes(b"one")
    release("archives").write_checksums(tmp_path)
    sums = release("archives").write_checksums(tmp_path)  # its own file is none of them
    assert sums.read_text() == "".join(
        f"{hashlib.sha256(text).hexdigest()}  {name}\n" for name, text in (("a", b"one"), ("b", b"two"))
    )


def draft(path, names, **facts):
    with tarfile.open(path, "w:gz") as archive:
        for name in names:
            member = tarfile.TarInfo(name)
            member.size = len(name)
            for key, value in facts.items():
                setattr(member, key, value)
            archive.addfile(member, io.BytesIO(name.encode()))
    return path


def test_a_source_distribution_has_nothing_of_who_built_it(release, tmp_path):
    same_bytes = release("source").same_bytes
    mine = draft(tmp_path / "1", ["t/a", "t/b"], mtime=1, uid=1000, uname="somebody", mode=0o664)
    other = draft(tmp_path / "2", ["t/b", "t/a"], mtime=2, uid=0, uname="root", mode=0o600)
    first, second = same_bytes(mine, tmp_path / "3", EPOCH), same_bytes(other, tmp_path / "4", EPOCH)
    assert first.read_bytes() == second.read_bytes()
    assert b"somebody" not in gzip.decompress(first.read_bytes())
    with tarfile.open(first) as content:
        assert [(member.name, member.mode, member.mtime) for member in content] == [
            ("t/a", 0o644, EPOCH),
            ("t/b", 0o644, EPOCH),
        ]


def git(where, *words):
    command = ["git", "-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false", *words]
    return subprocess.run(command, cwd=where, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def repository(tmp_path):
    where = tmp_path / "repository"
    where.mkdir()
    (where / "pyproject.toml").write_text('[project]\nname = "thing"\nversion = "1.2"\n')
    git(where, "init", "--quiet")
    git(where, "add", ".")
    git(where, "commit", "--quiet", "--message", "first")
    return where


needs_toml = pytest.mark.skipif(sys.version_info < (3, 11), reason="a release is made with Python 3.11 or newer")


@needs_toml
def test_a_release_needs_the_tag_of_its_version(release, tmp_path, repository):
    source, error = release("source"), release("commands").ReleaseError
    git(repository, "tag", "v1.1")
    with pytest.raises(error, match=r"has no tag v1\.2; UNTAGGED=1"):
        source.export(repository, tmp_path, untagged=False)
    git(repository, "tag", "v1.2")
    (tmp_path / "once").mkdir()
    (repository / "unknown.txt").write_text("git does not know it")
    got = source.export(repository, tmp_path / "once", untagged=False)
    assert got.version == "1.2" and got.epoch == int(git(repository, "log", "-1", "--format=%ct"))
    assert [path.name for path in got.tree.iterdir()] == ["pyproject.toml"]


@needs_toml
def test_a_release_needs_the_files_of_the_tag(release, tmp_path, repository):
    git(repository, "tag", "v1.2")
    (repository / "pyproject.toml").write_text('[project]\nname = "thing"\nversion = "1.3"\n')
    with pytest.raises(release("commands").ReleaseError, match=r"(?s)files are other than in v1\.2.*pyproject\.toml"):
        release("source").export(repository, tmp_path, untagged=False)


def test_the_interpreter_is_asked_where_its_headers_are(release):
    interpreters = release("interpreters")
    if sys.abiflags or not Path(sysconfig.get_path("include"), "Python.h").exists():
        pytest.skip("needs the headers of a release build of CPython")
    (one,) = interpreters.ask([sys.executable])
    assert one.version == f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert one.suffix("aarch64") == f".cpython-3{sys.version_info[1]}-aarch64-linux-gnu.so"
    assert one.version not in interpreters.missing([one]) and len(interpreters.missing([one])) >= 4
    with pytest.raises(release("commands").ReleaseError, match="is a Python 3"):
        interpreters.ask([sys.executable, sys.executable])


def test_an_interpreter_that_is_not_there_is_named(release):
    with pytest.raises(release("commands").ReleaseError, match="/no/such/python: there is no such program"):
        release("interpreters").ask(["/no/such/python"])


def test_the_pyconfig_of_a_processor_is_taken_where_the_first_one_only_includes_it(release, tmp_path):
    """As Debian has them."""
    headers = tmp_path / "python3.14"
    debian = tmp_path / "x86_64-linux-gnu" / "python3.14" / "pyconfig.h"
    for path in (headers / "pyconfig.h", debian):
        path.parent.mkdir(parents=True)
        path.touch()
    real_config = release("interpreters").real_config
    assert real_config(headers, headers / "pyconfig.h", "x86_64-linux-gnu") == debian
    assert real_config(headers, headers / "pyconfig.h", "aarch64-linux-gnu") == headers / "pyconfig.h"
    assert real_config(headers, headers / "pyconfig.h", "") == headers / "pyconfig.h"


CONFIG = "".join(f"#define SIZEOF_{name} {size}\n" for name, size in (
    ("SHORT", 2), ("INT", 4), ("LONG", 8), ("LONG_LONG", 8), ("VOID_P", 8), ("SIZE_T", 8), ("OFF_T", 8),
    ("WCHAR_T", 4), ("DOUBLE", 8), ("FLOAT", 4),
))  # fmt: skip


@pytest.mark.skipif(sys.maxsize < 2**32 or not sys.platform.startswith("linux"), reason="the sizes are Linux's")
@pytest.mark.parametrize(
    ("config", "right"),
    [(CONFIG, True), (CONFIG.replace("LONG 8", "LONG 4"), False), (CONFIG + "#define WORDS_BIGENDIAN 1\n", False)],
    ids=["of this machine", "a long of another size", "another byte order"],
)
def test_headers_of_another_processor_are_not_taken(release, tmp_path, config, right):
    check = tmp_path / "check.c"
    check.write_text(release("interpreters").config_check(config))
    if shutil.which("cc") is None:
        pytest.skip("needs a C compiler")
    assert (subprocess.run(["cc", "-fsyntax-only", check], capture_output=True).returncode == 0) == right


def test_a_pyconfig_that_says_nothing_is_an_error(release):
    with pytest.raises(release("commands").ReleaseError, match="does not say how large things are"):
        release("interpreters").config_check("#define HAVE_FORK 1\n")


FAKE_RELEASE = """
import pathlib, subprocess, sys
place = pathlib.Path(sys.argv[1])
place.mkdir()
commit = subprocess.check_output(["git", "rev-parse", "HEAD"])
(place / "commit").write_bytes(commit)
who = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"]
subprocess.check_call(["git", *who, "commit", "--quiet", "--allow-empty", "--message", "meanwhile"])
"""


def test_both_builds_are_of_one_commit_although_somebody_commits_meanwhile(release, tmp_path, repository, monkeypatch):
    program = repository / "packaging" / "release" / "fake.py"
    program.parent.mkdir(parents=True)
    program.write_text(FAKE_RELEASE)
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "--message", "second")
    commit = git(repository, "rev-parse", "HEAD")
    check = release("check")
    monkeypatch.setattr(check, "REPOSITORY", repository)
    wheels = check.twice([sys.executable, "packaging/release/fake.py"], tmp_path)
    assert (wheels / "commit").read_text() == commit


@needs_toml
def test_the_bill_has_the_licence_of_gos_authors_and_no_processor(release):
    found = [
        {"name": "std", "purl": "pkg:golang/std@go1.26.8?type=module&goos=linux&goarch=amd64"},
        {"name": "golang.org/x/sys", "purl": "pkg:golang/golang.org/x/sys@v0.50.0?type=module&goos=linux",
         "evidence": {"licenses": [{"license": {"id": "BSD-Source-Code"}}]}},
        {"name": "example.com/a", "purl": "pkg:golang/example.com/a@v1.0.0?type=module",
         "evidence": {"licenses": [{"license": {"id": "MIT"}}]}},
    ]  # fmt: skip
    components = [release("bill").of_module(component) for component in found]
    licences = [component["evidence"]["licenses"][0]["license"]["id"] for component in components]
    assert licences == ["BSD-3-Clause", "BSD-3-Clause", "MIT"]
    assert [component["purl"].partition("?")[2] for component in components] == ["type=module"] * 3
