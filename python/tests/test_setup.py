"""What is built where: setup.py."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

SETUP = Path(__file__).resolve().parents[2] / "setup.py"


def run_setup(run_script, situation, package):
    """What setup.py would build, and what it leaves in *package* about it."""
    return run_script(
        f"""
        import os, pathlib, runpy, sys
        import setuptools.command.build_ext
        from distutils.command import build_scripts
        setuptools.setup = lambda **keywords: print(keywords["ext_modules"], keywords["scripts"])
        os.environ.pop("AIOHUB_ENGINE", None)
        {situation}
        names = runpy.run_path({str(SETUP)!r})
        names["note"](pathlib.Path({str(package)!r}), names["reason"])
        """
    )


@pytest.mark.parametrize("platform", ["darwin", "freebsd14"])
def test_off_linux_the_package_is_pure_python(run_script, tmp_path, platform):
    result = run_setup(run_script, f"sys.platform = {platform!r}", tmp_path)
    assert result.stdout == "[] []\n", result.stderr
    assert f"built without Go: the engine is not supported on {platform}" in result.stderr
    assert f"the engine is not supported on {platform}" in (tmp_path / "_without_engine.txt").read_text()


def test_without_go_the_package_is_pure_python(run_script, tmp_path):
    result = run_setup(run_script, "os.environ['PATH'] = ''", tmp_path)
    assert result.stdout == "[] []\n", result.stderr
    assert "aiohub: warning: built without Go: it was not installed" in result.stderr
    assert "it was not installed" in (tmp_path / "_without_engine.txt").read_text()


@pytest.mark.skipif(shutil.which("go") is None or not sys.platform.startswith("linux"), reason="needs Go")
def test_with_go_nothing_is_left_of_an_earlier_build(run_script, tmp_path):
    (tmp_path / "_without_engine.txt").write_text("built without Go\n")
    result = run_setup(run_script, "os.environ.pop('AIOHUB_ENGINE', None)", tmp_path)
    assert "aiohub._shim" in result.stdout and "'aiohub'" in result.stdout, result.stderr
    assert not (tmp_path / "_without_engine.txt").exists()


def test_the_interpreters_that_are_tried(tmp_path):
    """One for each version: on PATH, if it runs there, or else pyenv's."""

    def interpreter(path, code):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\nexit {code}\n")
        path.chmod(0o755)
        return str(path)

    found = [
        interpreter(tmp_path / "bin" / "python3.10", 0),
        interpreter(tmp_path / "pyenv" / "versions" / "3.12.9" / "bin" / "python3", 0),
        interpreter(tmp_path / "bin" / "python3.13", 0),
    ]
    interpreter(tmp_path / "bin" / "python3.12", 127)  # pyenv's, of a version that is not chosen
    interpreter(tmp_path / "pyenv" / "versions" / "3.13.0" / "bin" / "python3", 0)
    interpreter(tmp_path / "bin" / "python3.9", 0)
    done = subprocess.run(
        [SETUP.parent / "packaging" / "pythons"],
        env={"PATH": str(tmp_path / "bin"), "PYENV_ROOT": str(tmp_path / "pyenv")},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    assert done.stdout.split() == found
